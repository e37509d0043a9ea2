import { nearestNames } from '@plimsoll/rules';

/** A half sentence to end a message with: `; did you mean a or b?`, or nothing. */
export function didYouMean(typed: string, names: Iterable<string>): string {
  const found = nearestNames(typed, names);
  if (found.length === 0) return '';
  return `; did you mean ${[found.slice(0, -1).join(', '), found.at(-1)].filter(Boolean).join(' or ')}?`;
}
