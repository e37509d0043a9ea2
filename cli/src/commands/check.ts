import { kindOf, type Fix, type KnownFiles, type Linter, type Rule, type Source } from '@plimsoll/rules';
import { resolve } from 'node:path';
import type { CheckOptions } from '../arguments.js';
import { Configs } from '../config.js';
import { documentOf } from '../document.js';
import { Drafts, type Opened } from '../drafts.js';
import { findFiles, type Target } from '../files.js';
import { findingsOf, type Finding } from '../findings.js';
import { unifiedDiff } from '../formats/diff.js';
import { openLinter } from '../linter.js';
import { reporterFor, type Reporter } from '../reporter.js';
import { pathFrom, pathWithin, rootOf } from '../roots.js';
import { colorsFor, widthOf, type Output, type Streams } from '../streams.js';
import { checkStdin } from './stdin.js';

/** Checks what the paths stand for and says what it found; gives the exit code. */
export async function check(
  options: CheckOptions,
  rules: readonly Rule[],
  streams: Streams,
  color: boolean | undefined,
): Promise<number> {
  const run = await Run.start(options, rules, streams, color);
  if (options.paths[0] === '-') return checkStdin(run);

  const { targets, problems } = await findFiles(options.paths, streams.cwd, run.root);
  for (const problem of problems) run.fail(problem);
  if (targets.length === 0 && problems.length === 0) run.note('nothing to check: no Dockerfile or its like here');

  const fixed = options.fix || options.diff ? await fixTargets(run, targets) : new Map<string, number>();
  if (options.diff) return showDiff(run);
  const failed = await run.write();
  const report = run.report(streams.stdout);
  let checked = 0;
  for (const target of targets) if (await checkTarget(run, target, report)) checked += 1;
  report.add(run.configs.findings);
  const total = [...fixed].reduce((sum, [path, number]) => (failed.has(path) ? sum : sum + number), 0);
  if (checked > 0 || options.format === 'json' || report.tally.findings > 0) report.end(checked, total);
  return run.exitCode(report);
}

/** What the steps of one run share. */
export class Run {
  private failed = false;

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
    const root = rootOf(cwd);
    const { config, profile, isolated, inlineIgnores } = options;
    const configs = new Configs({
      rules,
      cwd,
      isolated,
      inlineIgnores,
      ...(profile ? { profile } : {}),
      ...(config === undefined ? {} : { file: resolve(cwd, config) }),
      today: new Date().toISOString().slice(0, 10),
    });
    await configs.open();
    return new Run(options, streams, color, root, configs, await openLinter(rules), new Drafts());
  }

  /** Something worth knowing that changes nothing. */
  note(message: string): void {
    this.streams.stderr.write(`plimsoll: ${message}\n`);
  }

  /** Something that could not be done as asked. */
  fail(message: string): void {
    this.failed = true;
    this.note(message);
  }

  report(output: Output): Reporter {
    const style = { colors: this.colorsFor(output), width: widthOf(output) };
    return reporterFor(this.options.format, output, style);
  }

  colorsFor(output: Output): ReturnType<typeof colorsFor> {
    return colorsFor(output, this.streams.env, this.color);
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

  exitCode({ tally }: Reporter): number {
    if (this.broken() || tally.internalErrors > 0) return 2;
    return tally.reaches(this.options.failOn) && !this.options.exitZero ? 1 : 0;
  }

  /** For a diff, whose only question is whether there is one. */
  exitCodeForDiff(changes: boolean): number {
    if (this.broken()) return 2;
    return changes && !this.options.exitZero ? 1 : 0;
  }

  private broken(): boolean {
    for (const problem of this.configs.problems.splice(0)) this.fail(problem);
    return this.failed || this.configs.findings.length > 0;
  }
}

/** The text as the engine takes it. A file that was named on purpose counts as a Dockerfile if nothing says otherwise. */
export const sourceOf = ({ path }: Target, text: string): Source => ({
  kind: kindOf(path) ?? 'dockerfile',
  path,
  text,
});

/** The findings of a text as it stands. */
export async function lintText(run: Run, target: Target, text: string): Promise<readonly Finding[]> {
  const settings = await run.configs.settingsFor(target);
  const known: KnownFiles = new Map();
  const read = run.drafts.reader(target.root);
  const analysis = await run.linter.analyse(sourceOf(target, text), settings, read, known);
  const shown = (path: string): string => pathFrom(run.streams.cwd, resolve(target.root, path));
  return findingsOf({
    document: documentOf(target.shown, text),
    analysis,
    settings,
    linter: run.linter,
    shown,
    open(path, fallback) {
      const found = known.get(path) ?? fallback;
      return found === undefined ? undefined : documentOf(shown(path), found);
    },
  });
}

/** Says on stderr why the config in force is not what its author meant, where no report does. */
export function noteConfigFindings(run: Run): void {
  if (run.configs.findings.length > 0) run.report(run.streams.stderr).add(run.configs.findings);
}

async function checkTarget(run: Run, target: Target, report: Reporter): Promise<boolean> {
  const opened = await run.drafts.open(target.absolute);
  if ('problem' in opened) {
    const message = `${target.shown}: ${opened.problem}`;
    if (opened.fails) run.fail(message);
    else run.note(message);
    return false;
  }
  if (!opened.faithful) run.note(`${target.shown}: is not UTF-8 throughout; checked, but never fixed`);
  report.add(await lintText(run, target, opened.text));
  return true;
}

/**
 * Collects what the fixes of all files come to; gives the number of fixes by real path. A fix may change a neighbour
 * that another file depends on, so this goes on until nothing does.
 */
async function fixTargets(run: Run, targets: readonly Target[]): Promise<ReadonlyMap<string, number>> {
  const applied = new Map<string, number>();
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    let touchedOthers = false;
    for (const target of targets) {
      const opened = await run.drafts.open(target.absolute);
      if ('problem' in opened || !(await mayFix(run, target, opened))) continue;
      const fixed = await fixTarget(run, target, opened);
      applied.set(opened.real, (applied.get(opened.real) ?? 0) + fixed.count);
      touchedOthers ||= fixed.others;
    }
    if (!touchedOthers) break;
  }
  return applied;
}
const MOST_ROUNDS = 10;

async function mayFix(run: Run, target: Target, { faithful }: Opened): Promise<boolean> {
  if (!faithful) return false;
  if ((await pathWithin(target.root, target.path)) !== undefined) return true;
  run.note(`${target.shown}: is a link that leads out of ${target.root}; checked, but not fixed`);
  return false;
}

async function fixTarget(run: Run, target: Target, opened: Opened): Promise<{ count: number; others: boolean }> {
  const settings = await run.configs.settingsFor(target);
  const source = sourceOf(target, opened.text);
  const wanted = (fix: Fix): boolean => run.wants(fix);
  const result = await run.linter.fixAll(source, settings, run.drafts.reader(target.root), wanted);
  if (!result.stable) run.note(`${target.shown}: the fixes did not come to an end; look at what they did`);
  const changed = await run.drafts.put(target.root, new Map([...result.others, [target.path, result.text]]));
  return { count: countOf(result.applied), others: changed.some((path) => path !== opened.real) };
}

/** All of the fixes, whichever rule asked for them. */
export const countOf = (applied: ReadonlyMap<string, number>): number =>
  [...applied.values()].reduce((sum, number) => sum + number, 0);

/** Whether a fix leaves all other files alone. */
export const staysInDocument = (fix: Fix): boolean =>
  fix.edits.every(({ file, create }) => file === undefined && create === undefined);

function showDiff(run: Run): number {
  const { stdout, cwd } = run.streams;
  const changes = run.drafts.changed.map(({ path, ...texts }) => ({ shown: pathFrom(cwd, path), ...texts }));
  stdout.write(unifiedDiff(changes, run.colorsFor(stdout)));
  noteConfigFindings(run);
  return run.exitCodeForDiff(changes.length > 0);
}
