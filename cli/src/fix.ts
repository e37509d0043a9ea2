import type { Fix } from '@plimsoll/rules';
import type { Opened } from './drafts.js';
import type { Target } from './files.js';
import { sourceOf } from './lint.js';
import { pathWithin } from './roots.js';
import type { Run } from './run.js';

/**
 * Collects what the fixes of all files come to, as drafts; gives the number of fixes by real path. A fix may change a
 * neighbour that another file depends on, so this goes on until nothing does.
 */
export async function fixTargets(run: Run, targets: readonly Target[]): Promise<ReadonlyMap<string, number>> {
  const applied = new Map<string, number>();
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    let touchedOthers = false;
    for (const target of targets) {
      const opened = await run.open(target);
      if (!opened || !(await mayFix(run, target, opened))) continue;
      const fixed = await fixTarget(run, target, opened);
      applied.set(opened.real, (applied.get(opened.real) ?? 0) + fixed.count);
      touchedOthers ||= fixed.others;
    }
    if (!touchedOthers) break;
  }
  return applied;
}

/** Fixes one text and nothing beside it. */
export async function fixText(run: Run, target: Target, text: string): Promise<{ text: string; count: number }> {
  const settings = await run.configs.settingsFor(target);
  const wanted = (fix: Fix): boolean => run.wants(fix) && staysInDocument(fix);
  const read = run.drafts.reader(target.root);
  const result = await run.linter.fixAll(sourceOf(target, text), settings, read, wanted);
  if (!result.stable) noteUnstable(run, target);
  return { text: result.text, count: sum(result.applied) };
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
  if (!result.stable) noteUnstable(run, target);
  const changed = await run.drafts.put(target.root, new Map([...result.others, [target.path, result.text]]));
  return { count: sum(result.applied), others: changed.some((path) => path !== opened.real) };
}

const noteUnstable = (run: Run, { shown }: Target): void => {
  run.note(`${shown}: some fixes undo each other and were left out`);
};

const staysInDocument = ({ edits }: Fix): boolean =>
  edits.every(({ file, create }) => file === undefined && create === undefined);

const sum = (applied: ReadonlyMap<string, number>): number =>
  [...applied.values()].reduce((total, number) => total + number, 0);
