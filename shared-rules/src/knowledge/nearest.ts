/** The names most like the one that was typed, in any case, best first; none where nothing comes close. */
export function nearestNames(
  typed: string,
  names: Iterable<string>,
  count = 3,
  /** How many letters may differ at most. */
  most = Infinity,
): readonly string[] {
  const wanted = typed.toLowerCase();
  return [...new Set(names)]
    .map((name) => ({ name, distance: distanceBetween(wanted, name.toLowerCase()) }))
    .filter(({ name, distance }) => distance <= Math.min(most, Math.max(1, Math.min(wanted.length, name.length) / 3)))
    .sort((a, b) => a.distance - b.distance || (a.name < b.name ? -1 : 1))
    .slice(0, count)
    .map(({ name }) => name);
}

/** A half sentence to end a message with: `; did you mean a or b?`, or nothing. */
export function didYouMean(typed: string, names: Iterable<string>, most = Infinity): string {
  const near = nearestNames(typed, names, 3, most);
  const isSame = near[0]?.toLowerCase() === typed.toLowerCase();
  const found = isSame ? near.slice(0, 1) : near;
  if (found.length === 0) return '';
  return `; did you mean ${[found.slice(0, -1).join(', '), found.at(-1)].filter(Boolean).join(' or ')}?`;
}

/** How many letters have to be put in, taken out, changed or swapped with their neighbour. */
function distanceBetween(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const isSame = a[row - 1] === b[column - 1];
      const isSwapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      current[column] = Math.min(
        (last[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + (isSame ? 0 : 1),
        isSwapped ? (beforeLast[column - 2] ?? 0) + 1 : Infinity,
      );
    }
    beforeLast = last;
    last = current;
  }
  return last[b.length] ?? 0;
}
