import { defaultSettings, type Linter } from '@plimsoll/rules';
import { setImmediate as idle } from 'node:timers/promises';

/**
 * Judges the rules' own examples, one at a time between whatever else there is to do, so that the first keystrokes find
 * code that has run before. It takes about a second of an idle processor, once.
 */
export async function warmUp(linter: Linter): Promise<void> {
  const settings = defaultSettings('2026-01-01');
  const end = performance.now() + LONGEST_MS;
  const cache = linter.createCache();
  for (const { examples, kinds } of linter.rules) {
    if (!kinds.includes('dockerfile')) continue;
    for (const { bad, good, kind = kinds[0], path = 'Dockerfile' } of examples) {
      if (kind !== 'dockerfile') continue;
      if (performance.now() > end) return;
      linter.lint({ kind, path, text: bad ?? good ?? '' }, settings, new Map(), cache);
      await idle();
    }
  }
}

const LONGEST_MS = 1_500;
