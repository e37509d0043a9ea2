import type { Rule } from '@plimsoll/rules';
import { resolve } from 'node:path';
import type { CheckOptions } from '../arguments.js';
import { decode, encode } from '../encoding.js';
import { findFiles, targetAt } from '../files.js';
import { fixTargets, fixText } from '../fix.js';
import { lintText } from '../lint.js';
import { pathFrom } from '../roots.js';
import { Run } from '../run.js';
import { readAll, type Streams } from '../streams.js';

/** Checks what the paths stand for and says what it found; gives the exit code. */
export async function check(
  options: CheckOptions,
  rules: readonly Rule[],
  streams: Streams,
  color: boolean | undefined,
): Promise<number> {
  const run = await Run.start(options, rules, streams, color);
  return options.paths[0] === '-' ? checkStdin(run) : checkFiles(run);
}

async function checkFiles(run: Run): Promise<number> {
  const { options, streams, drafts } = run;
  const { targets, problems } = await findFiles(options.paths, streams.cwd, run.root);
  for (const problem of problems) run.fail(problem);
  if (targets.length === 0 && problems.length === 0) run.note('nothing to check: no Dockerfile or its like here');

  const fixes = options.fix || options.diff ? await fixTargets(run, targets) : new Map<string, number>();
  if (options.diff) {
    return run.showDiff(drafts.changed.map(({ path, ...texts }) => ({ shown: pathFrom(streams.cwd, path), ...texts })));
  }
  const unwritten = await run.write();
  const fixed = [...fixes].reduce((sum, [path, number]) => (unwritten.has(path) ? sum : sum + number), 0);

  const report = run.report(streams.stdout);
  let checked = 0;
  for (const target of targets) {
    const opened = await run.open(target);
    if (!opened) continue;
    report.add(await lintText(run, target, opened.text), target.shown);
    checked += 1;
  }
  return run.end(report, checked, fixed);
}

/**
 * Checks the text on stdin under the name it was given. With --fix the repaired text goes to stdout and the findings
 * make way; only the text itself is ever changed, no file beside it.
 */
async function checkStdin(run: Run): Promise<number> {
  const { options, streams } = run;
  const target = targetAt(resolve(streams.cwd, options.stdinFilename), streams.cwd, run.root);
  const rewrites = options.fix && !options.diff;
  const report = run.report(rewrites ? streams.stderr : streams.stdout);
  const bytes = await readAll(streams.stdin);
  const decoded = decode(bytes);
  if ('problem' in decoded) {
    run.note(`stdin: ${decoded.problem}`);
    // An editor replaces its text by what it gets, so what cannot be fixed is handed back.
    if (rewrites) streams.stdout.write(bytes);
    return options.diff ? run.showDiff([]) : run.end(report, 0, 0);
  }
  const { text, mark, faithful } = decoded;
  if (!faithful) run.noteUnfaithful('stdin');
  const fixes = (options.fix || options.diff) && faithful;
  const fixed = fixes ? await fixText(run, target, text) : { text, count: 0 };
  if (options.diff) {
    return run.showDiff(fixed.text === text ? [] : [{ shown: target.shown, before: text, after: fixed.text }]);
  }
  if (rewrites) streams.stdout.write(faithful ? encode(fixed.text, mark) : bytes);
  report.add(await lintText(run, target, fixed.text), target.shown);
  return run.end(report, 1, fixed.count);
}
