import { keyOf, type Analysis, type ShellCheck } from '@plimsoll/rules';
import { findProgram, ShellCheckProgram } from '@plimsoll/rules/programs';

import type { ShellCheckSettings } from './settings.js';

export interface Host {
  readonly environment: Readonly<Record<string, string | undefined>>;
  log(message: string): void;
}

/** The ShellCheck of each setting, kept with all that it has answered until the settings change. */
export class ShellChecks {
  readonly #host: Host;
  readonly #programs = new Map<string, Promise<ShellCheckProgram | undefined>>();
  /** Whether programs may be run at all. */
  isTrusted = true;

  constructor(host: Host) {
    this.#host = host;
  }

  /** For an analysis, which takes the answers that are there. */
  async forAnalysis(settings: ShellCheckSettings): Promise<ShellCheck | undefined> {
    const program = await this.#programFor(settings);
    return program && { answers: program.answers };
  }

  /** Asks what the analysis left open; whether the findings may be different now. */
  async ask(settings: ShellCheckSettings, { file, shellQuestions }: Analysis): Promise<boolean> {
    const program = await this.#programFor(settings);
    if (!program) return false;
    await program.ask(shellQuestions);
    const answers = shellQuestions.map((question) => program.answers.get(keyOf(question)));
    // Where nothing is found, a comment that ignores it may have become useless.
    return answers.some((answer) => answer && (answer.length > 0 || /\bSC\d/.test(file.text)));
  }

  /** The settings are new: a program that was given up gets another chance. */
  forget(): void {
    this.stop();
    this.#programs.clear();
  }

  /** Ends what is running. */
  stop(): void {
    for (const program of this.#programs.values()) void program.then((started) => started?.stop());
  }

  #programFor({ isEnabled, path }: ShellCheckSettings): Promise<ShellCheckProgram | undefined> {
    if (!isEnabled || !this.isTrusted) return Promise.resolve(undefined);
    const known = this.#programs.get(path) ?? this.#find(path);
    this.#programs.set(path, known);
    return known;
  }

  async #find(path: string): Promise<ShellCheckProgram | undefined> {
    const { environment } = this.#host;
    const log = (message: string): void => {
      this.#host.log(message);
    };
    const found = await findProgram(path === '' ? 'shellcheck' : path, environment);
    if (found !== undefined) return new ShellCheckProgram(found, environment, log);
    if (path !== '') log(`There is no ShellCheck at ${path}, which plimsoll.shellcheck.path names.`);
    return undefined;
  }
}
