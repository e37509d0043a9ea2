/// <reference types="node" />
import { spawn, type ChildProcess } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, isAbsolute, join } from 'node:path';

import type { ShellCheck, ShellComment, ShellQuestion, ShellReplacement } from '../engine/api.js';
import { keyOf } from '../engine/shellcheck.js';

export interface ProgramLimits {
  /** Milliseconds that one script may take. */
  readonly time: number;
  /** Bytes of an answer. */
  readonly output: number;
  /** Processes at once. */
  readonly atOnce: number;
}

const LIMITS: ProgramLimits = { time: 10_000, output: 8 * 1024 * 1024, atOnce: 2 };

/** After so many failures in a row the program is not started again. */
const MOST_FAILURES = 3;
/** Answers that are kept, the latest. */
const MOST_ANSWERS = 2000;

/** The user's own ShellCheck: a process for each script, every answer kept by the text of its question. */
export class ShellCheckProgram implements ShellCheck {
  readonly answers = new Map<string, readonly ShellComment[] | undefined>();
  readonly #running = new Map<string, Promise<void>>();
  readonly #waiting: (() => void)[] = [];
  readonly #limits: ProgramLimits;
  readonly #children = new Set<ChildProcess>();
  #isStopped = false;
  #atWork = 0;
  #failures = 0;

  constructor(
    /** Its absolute path. */
    readonly path: string,
    private readonly environment: Readonly<Record<string, string | undefined>>,
    /** Told why an answer is missing. */
    private readonly onFailure: (reason: string) => void,
    limits: Partial<ProgramLimits> = {},
  ) {
    this.#limits = { ...LIMITS, ...limits };
  }

  readonly ask = async (questions: readonly ShellQuestion[]): Promise<void> => {
    await Promise.all(questions.map((question) => this.#askOnce(question)));
  };

  /** Ends what is running, for good. */
  stop(): void {
    this.#isStopped = true;
    for (const child of this.#children) child.kill('SIGKILL');
  }

  /** A question that is being asked is not asked again. */
  #askOnce(question: ShellQuestion): Promise<void> {
    const key = keyOf(question);
    if (this.answers.has(key)) return Promise.resolve();
    const running = this.#running.get(key) ?? this.#inTurn(question, key);
    this.#running.set(key, running);
    return running;
  }

  async #inTurn(question: ShellQuestion, key: string): Promise<void> {
    if (this.#atWork >= this.#limits.atOnce) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#atWork += 1;
    try {
      this.#keep(key, this.#failures < MOST_FAILURES && !this.#isStopped ? await this.#answer(question) : undefined);
    } finally {
      this.#running.delete(key);
      // Whoever waits takes over the place.
      const next = this.#waiting.shift();
      if (next) next();
      else this.#atWork -= 1;
    }
  }

  #keep(key: string, answer: readonly ShellComment[] | undefined): void {
    const [oldest] = this.answers.keys();
    if (oldest !== undefined && this.answers.size >= MOST_ANSWERS) this.answers.delete(oldest);
    this.answers.set(key, answer);
  }

  async #answer({ dialect, script }: ShellQuestion): Promise<readonly ShellComment[] | undefined> {
    try {
      let outcome = await this.#run(dialect, script);
      // Before version 0.10 it knows no BusyBox, whose shell is a dash with additions.
      if (dialect === 'busybox' && outcome.code === BAD_OPTION) {
        outcome = await this.#run('dash', script, ADDED_BY_BUSYBOX);
      }
      const { code, stdout } = outcome;
      if (code !== 0 && code !== FOUND_SOMETHING) throw new Error(`it ended with exit code ${code ?? 'none'}`);
      const comments = readComments(stdout);
      this.#failures = 0;
      return comments;
    } catch (error) {
      if (this.#isStopped) return undefined;
      this.#failures += 1;
      const reason = error instanceof Error ? error.message : String(error);
      const end = this.#failures === MOST_FAILURES ? '; it is not asked again' : '';
      this.onFailure(`ShellCheck (${this.path}) failed: ${reason}${end}`);
      return undefined;
    }
  }

  #run(
    dialect: string,
    script: string,
    alsoLeftOut: readonly string[] = [],
  ): Promise<{ code: number | null; stdout: string }> {
    const leftOut = [...LEFT_OUT, ...alsoLeftOut].join(',');
    const argv = ['--norc', '--format=json1', `--shell=${dialect}`, `--exclude=${leftOut}`, '-'];
    const { PATH, HOME, SystemRoot } = this.environment;
    const env = { PATH, HOME, SystemRoot, LC_ALL: 'C.UTF-8' };
    const { time, output } = this.#limits;
    return new Promise((resolve, reject) => {
      const child = spawn(this.path, argv, {
        cwd: tmpdir(),
        env,
        stdio: ['pipe', 'pipe', 'ignore'],
        windowsHide: true,
      });
      this.#children.add(child);
      const chunks: Buffer[] = [];
      let size = 0;
      const giveUp = (reason: string): void => {
        child.kill('SIGKILL');
        child.stdout.destroy();
        reject(new Error(reason));
      };
      const timer = setTimeout(() => {
        giveUp(`it took longer than ${time / 1000} seconds`);
      }, time);
      child.stdout.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        size += chunk.length;
        if (size > output) giveUp('its answer is too long');
      });
      child.on('error', (error) => {
        this.#children.delete(child);
        clearTimeout(timer);
        reject(error);
      });
      child.on('close', (code) => {
        this.#children.delete(child);
        clearTimeout(timer);
        resolve({ code, stdout: Buffer.concat(chunks).toString('utf8') });
      });
      // A program that does not read its input may be gone before all of it is handed over.
      child.stdin.on('error', () => undefined);
      child.stdin.end(script);
    });
  }
}

const FOUND_SOMETHING = 1;
const BAD_OPTION = 4;

/** Codes that say nothing about a script of a Dockerfile: what it sources is not there, and BusyBox is taken for dash. */
const LEFT_OUT = ['SC1090', 'SC1091', 'SC2187'];

/** What dash lacks and BusyBox has: `$''`, `[[`, `==`, `=~`, `&>`, `let`, `pipefail`, flags of read, `source`, `${x:1}`, `${x/a/b}`. */
const ADDED_BY_BUSYBOX = [3003, 3010, 3014, 3015, 3020, 3039, 3040, 3045, 3046, 3051, 3057, 3060].map(
  (code) => `SC${code}`,
);

/** Finds a program: an absolute path as it is, a name on the PATH, whose relative folders do not count. */
export async function findProgram(
  name: string,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<string | undefined> {
  if (isAbsolute(name)) return (await isFile(name)) ? name : undefined;
  if (/[/\\]/.test(name)) return undefined;
  const ends = process.platform === 'win32' ? ['.exe'] : [''];
  for (const folder of (environment['PATH'] ?? environment['Path'] ?? '').split(delimiter).filter(isAbsolute)) {
    for (const end of ends) if (await isFile(join(folder, name + end))) return join(folder, name + end);
  }
  return undefined;
}

async function isFile(path: string): Promise<boolean> {
  try {
    const about = await stat(path);
    return about.isFile() && (process.platform === 'win32' || (about.mode & 0o111) !== 0);
  } catch {
    return false;
  }
}

/** Reads the format json1, trusting none of it. */
function readComments(text: string): readonly ShellComment[] {
  let answer: unknown;
  try {
    answer = JSON.parse(text);
  } catch {
    throw new Error('its answer is not JSON');
  }
  const comments = recordOf(answer)['comments'];
  if (!Array.isArray(comments)) throw new Error('its answer holds no comments');
  return comments.map((comment) => {
    const values = recordOf(comment);
    const { level, message, fix } = values;
    if (level !== 'error' && level !== 'warning' && level !== 'info' && level !== 'style') throw new Error(ODD);
    if (typeof message !== 'string') throw new Error(ODD);
    const code = numberIn(values, 'code');
    if (fix === null || fix === undefined) return { ...rangeIn(values), level, message, code };
    const replacements = recordOf(fix)['replacements'];
    if (!Array.isArray(replacements)) throw new Error(ODD);
    return { ...rangeIn(values), level, message, code, fix: replacements.map(readReplacement) };
  });
}

const ODD = 'its answer holds a comment of an unknown form';

function readReplacement(value: unknown): ShellReplacement {
  const values = recordOf(value);
  const { replacement, insertionPoint } = values;
  if (typeof replacement !== 'string') throw new Error(ODD);
  return { ...rangeIn(values), replacement, insertsAfter: insertionPoint === 'beforeStart' };
}

const rangeIn = (values: Readonly<Record<string, unknown>>) => ({
  line: numberIn(values, 'line'),
  column: numberIn(values, 'column'),
  endLine: numberIn(values, 'endLine'),
  endColumn: numberIn(values, 'endColumn'),
});

function numberIn(values: Readonly<Record<string, unknown>>, name: string): number {
  const value = values[name];
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 1) throw new Error(ODD);
  return value;
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) throw new Error(ODD);
  return value as Readonly<Record<string, unknown>>;
}
