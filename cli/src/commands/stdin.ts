import { resolve } from 'node:path';
import { decode, encode } from '../encoding.js';
import { targetAt, type Target } from '../files.js';
import { unifiedDiff } from '../formats/diff.js';
import { readAll } from '../streams.js';
import { countOf, lintText, noteConfigFindings, sourceOf, staysInDocument, type Run } from './check.js';

/**
 * Checks the text on stdin under the name it was given. With --fix the repaired text goes to stdout and the findings
 * make way; only the text itself is ever changed, no file beside it.
 */
export async function checkStdin(run: Run): Promise<number> {
  const { options, streams } = run;
  const target = targetAt(resolve(streams.cwd, options.stdinFilename), streams.cwd, run.root);
  const bytes = await readAll(streams.stdin);
  const decoded = decode(bytes);
  if ('problem' in decoded) {
    run.note(`stdin: ${decoded.problem}`);
    // An editor replaces its text by what it gets, so what cannot be fixed is handed back.
    if (options.fix && !options.diff) streams.stdout.write(bytes);
    return 0;
  }
  const { text, mark, faithful } = decoded;
  if (!faithful) run.note('stdin: is not UTF-8 throughout; checked, but never fixed');
  const fixes = options.fix || options.diff;
  const fixed = fixes && faithful ? await fixText(run, target, text) : { text, count: 0 };
  if (options.diff) {
    const changes = fixed.text === text ? [] : [{ shown: target.shown, before: text, after: fixed.text }];
    streams.stdout.write(unifiedDiff(changes, run.colorsFor(streams.stdout)));
    noteConfigFindings(run);
    return run.exitCodeForDiff(changes.length > 0);
  }
  if (options.fix) streams.stdout.write(faithful ? encode(fixed.text, mark) : bytes);

  const report = run.report(options.fix ? streams.stderr : streams.stdout);
  report.add(await lintText(run, target, fixed.text));
  report.add(run.configs.findings);
  report.end(1, fixed.count);
  return run.exitCode(report);
}

async function fixText(run: Run, target: Target, text: string): Promise<{ text: string; count: number }> {
  const settings = await run.configs.settingsFor(target);
  const read = run.drafts.reader(target.root);
  const result = await run.linter.fixAll(
    sourceOf(target, text),
    settings,
    read,
    (fix) => run.wants(fix) && staysInDocument(fix),
  );
  return { text: result.text, count: countOf(result.applied) };
}
