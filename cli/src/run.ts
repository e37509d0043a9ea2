import {
  didYouMean,
  isShellCheckCode,
  RuleNames,
  SEVERITIES,
  type Fix,
  type Linter,
  type Rule,
  type Settings,
  type Severity,
} from '@plimsoll/rules';
import { findProgram, ShellCheckProgram } from '@plimsoll/rules/programs';
import { resolve } from 'node:path';
import type { CheckOptions } from './arguments.js';
import { Configs } from './config.js';
import { Drafts, type Opened } from './drafts.js';
import type { Target } from './files.js';
import { printable } from './formats/printable.js';
import { unifiedDiff, type Change } from './formats/diff.js';
import { openLinter } from './linter.js';
import { Reports } from './reports.js';
import { pathFrom, rootOf } from './roots.js';
import { colorsFor, widthOf, type Colors, type Output, type Streams } from './streams.js';
import { spellings } from './spellings.js';
import { UsageError } from './usage.js';
import type { Finding } from './findings.js';

/** The user's ShellCheck, if it is wanted and there; a UsageError if it is wanted and not there. */
async function shellcheckFor(
  { select, shellcheck, shellcheckPath }: CheckOptions,
  { cwd, env }: Streams,
  onFailure: (reason: string) => void,
): Promise<ShellCheckProgram | undefined> {
  // Who selects other rules does not ask for it.
  if (shellcheck === 'off' || (select && !select.some(isShellCheckCode))) return undefined;
  const found = await findProgram(shellcheckPath === undefined ? 'shellcheck' : resolve(cwd, shellcheckPath), env);
  if (found !== undefined) return new ShellCheckProgram(found, env, onFailure);
  if (shellcheckPath !== undefined) throw new UsageError(`${shellcheckPath}: no such program`);
  if (shellcheck === 'require')
    throw new UsageError(
      'ShellCheck is required and not installed: no shellcheck on the PATH; --shellcheck-path names one',
    );
  return undefined;
}

/** What the steps of one check share: what was asked for, what is known, and what went wrong. */
export class Run {
  private failed = false;
  private isGrave = false;
  private readonly said = new Set<string>();

  private constructor(
    readonly options: CheckOptions,
    readonly streams: Streams,
    private readonly color: boolean | undefined,
    readonly root: string,
    readonly configs: Configs,
    readonly linter: Linter,
    readonly drafts: Drafts,
  ) {}

  static async start(
    options: CheckOptions,
    rules: readonly Rule[],
    streams: Streams,
    color: boolean | undefined,
  ): Promise<Run> {
    const { cwd } = streams;
    const { config, profile, isolated, inlineIgnores } = options;
    const names = new RuleNames(rules);
    const program = await shellcheckFor(options, streams, (reason) => {
      run.shellcheckFailed(reason);
    });
    const configs = new Configs({
      rules,
      cwd,
      isolated,
      inlineIgnores,
      select: options.select && rulesNamed(options.select, names),
      ignore: rulesNamed(options.ignore ?? [], names),
      ...(profile ? { profile } : {}),
      ...(program
        ? {
            shellcheck: { answers: program.answers, ask: program.ask, only: options.select && codesIn(options.select) },
          }
        : {}),
      ignoredCodes: codesIn(options.ignore ?? []),
      ...(config === undefined ? {} : { file: resolve(cwd, config) }),
      today: new Date().toISOString().slice(0, 10),
    });
    await configs.open();
    const run = new Run(options, streams, color, rootOf(cwd), configs, await openLinter(rules), new Drafts());
    return run;
  }

  /** What it could not answer is missing from the findings, which matters to those who require it. */
  private shellcheckFailed(reason: string): void {
    if (this.options.shellcheck === 'require') this.fail(reason);
    else this.note(reason);
  }

  /** Something worth knowing that changes nothing. It is said once. */
  note(message: string): void {
    if (this.said.has(message)) return;
    this.said.add(message);
    this.streams.stderr.write(`plimsoll: ${printable(message)}\n`);
  }

  /** Something that could not be done as asked. */
  fail(message: string): void {
    this.failed = true;
    this.note(message);
  }

  /** The text of a file; undefined, and said why, if it is not to be had. */
  async open(target: Target): Promise<Opened | undefined> {
    const opened = await this.drafts.open(target.absolute);
    if ('problem' in opened) {
      const message = `${target.shown}: ${opened.problem}`;
      if (opened.fails) this.fail(message);
      else this.note(message);
      return undefined;
    }
    if (!opened.faithful) this.noteUnfaithful(target.shown);
    return opened;
  }

  noteUnfaithful(shown: string): void {
    this.note(`${shown}: is not UTF-8 throughout; checked, but never fixed`);
  }

  wants(fix: Fix): boolean {
    return fix.safety === 'safe' || this.options.unsafe;
  }

  /** Writes what the fixes changed; gives the real paths that it did not come to. */
  async write(): Promise<ReadonlySet<string>> {
    const { problems } = await this.drafts.write();
    for (const { path, message } of problems) this.fail(`${pathFrom(this.streams.cwd, path)}: ${message}`);
    return new Set(problems.map(({ path }) => path));
  }

  /** The reports that were asked for; the one without a file goes to the output. */
  report(output: Output): Reports {
    const style = { colors: this.colorsFor(output), width: widthOf(output) };
    const rules = new Map(this.linter.rules.map((rule) => [rule.id, rule]));
    return new Reports(this.options.reports, output, this.streams.cwd, { style, rules });
  }

  /** Ends the reports with the mistakes in config files and the summary; gives the exit code. */
  async end(report: Reports, checked: number, fixed: number): Promise<number> {
    report.add(this.configs.findings);
    const { tally } = report;
    for (const problem of await report.end(checked, fixed)) this.fail(problem);
    if (this.isBroken() || tally.internalErrors > 0) return 2;
    return this.isGrave && !this.options.exitZero ? 1 : 0;
  }

  /** Takes note whether the findings of a file are such that the run fails. */
  weigh(findings: readonly Finding[], settings: Settings, failsOfBuildKits = false): void {
    const failOn = this.options.failOn ?? settings.failOn ?? 'warning';
    if (failOn !== 'never' && findings.some(({ severity }) => isAsGrave(severity, failOn))) this.isGrave = true;
    // `# check=error=true` fails a build for whatever BuildKit finds.
    if (failsOfBuildKits && findings.some(({ peers }) => peers.some((code) => code.startsWith('buildkit/')))) {
      this.isGrave = true;
    }
  }

  /** Shows what would change; gives the exit code, whose only question is whether anything would. */
  showDiff(changes: readonly Change[]): number {
    const { stdout, stderr } = this.streams;
    stdout.write(unifiedDiff(changes, this.colorsFor(stdout)));
    this.report(stderr).add(this.configs.findings);
    if (this.isBroken()) return 2;
    return changes.length > 0 && !this.options.exitZero ? 1 : 0;
  }

  private colorsFor(output: Output): Colors {
    return colorsFor(output, this.streams.env, this.color);
  }

  private isBroken(): boolean {
    for (const note of this.configs.notes) this.note(note);
    for (const problem of this.configs.problems) this.fail(problem);
    return this.failed || this.configs.findings.some(({ severity }) => severity === 'error');
  }
}

const isAsGrave = (severity: Severity, least: Severity): boolean =>
  SEVERITIES.indexOf(severity) <= SEVERITIES.indexOf(least);

/** The rules that go by the names, ours or another tool's. */
function rulesNamed(given: readonly string[], names: RuleNames): readonly Rule[] {
  return given.flatMap((name) => {
    if (isShellCheckCode(name)) return [];
    const found = names.find(name);
    if (found.length === 0) throw new UsageError(`there is no rule ${name}${didYouMean(name, spellings(names.rules))}`);
    return found;
  });
}

/** The codes of ShellCheck among the names. */
const codesIn = (names: readonly string[]): readonly string[] =>
  names.filter(isShellCheckCode).map((name) => name.slice(name.lastIndexOf('/') + 1).toUpperCase());
