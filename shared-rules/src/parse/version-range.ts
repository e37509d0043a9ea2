/** The versions that an expression takes: from the first, up to but not including the second. */
export interface Interval {
  readonly from: Version;
  readonly to: Version;
}

type Version = readonly [major: number, minor: number, patch: number];

const FIRST: Version = [0, 0, 0];
const NEVER: Version = [Infinity, 0, 0];

/**
 * Reads what npm, pip and Poetry write: `>=18 <21`, `^20.1`, `20.x || 22`, `>=3.9,<4`, `~=3.10`, `14 - 18`.
 * Where they differ, or exclude single versions, the wider reading counts. Undefined for what is none of these.
 */
export function readVersionRange(text: string): readonly Interval[] | undefined {
  const found: Interval[] = [];
  for (const choice of text.split('||')) {
    const interval = readChoice(choice.trim());
    if (!interval) return undefined;
    found.push(interval);
  }
  return found;
}

/** All versions that a number of one to three parts stands for: `20` is 20.0.0 up to 21. */
export function versionsNamed(text: string): Interval | undefined {
  const parts = partsOf(text);
  return parts && { from: padded(parts), to: afterAll(parts) };
}

export const overlap = (a: Interval, b: Interval): boolean => isBelow(a.from, b.to) && isBelow(b.from, a.to);

/** The version of so many numbers within the intervals that lies nearest to the one given. */
export function nearestIn(intervals: readonly Interval[], version: Interval, numbers: number): string | undefined {
  const above = intervals.map(({ from }) => from).filter((from) => isBelow(version.from, from));
  const lowest = above.sort(compare)[0];
  if (lowest) return lowest.slice(0, numbers).join('.');
  const highest = intervals
    .map(({ to }) => to)
    .sort(compare)
    .at(-1);
  return highest && lastBefore(highest, numbers);
}

/** `<21` ends with 20; `<3.12` with 3.11. */
function lastBefore([major, minor, patch]: Version, numbers: number): string | undefined {
  if (!Number.isFinite(major)) return undefined;
  if (numbers === 1) return String(minor > 0 || patch > 0 ? major : major - 1);
  if (patch > 0) return `${major}.${minor}`;
  return minor > 0 ? `${major}.${minor - 1}` : undefined;
}

function readChoice(text: string): Interval | undefined {
  const hyphen = / - /.exec(text);
  if (hyphen) {
    const from = versionsNamed(text.slice(0, hyphen.index));
    const to = versionsNamed(text.slice(hyphen.index + 3));
    return from && to && { from: from.from, to: to.to };
  }
  let whole: Interval = { from: FIRST, to: NEVER };
  const terms = text.replace(/([<>=~^!]) +/g, '$1').split(/[\s,]+/);
  for (const term of terms) {
    const next = readTerm(term);
    if (!next) return undefined;
    whole = {
      from: isBelow(whole.from, next.from) ? next.from : whole.from,
      to: isBelow(next.to, whole.to) ? next.to : whole.to,
    };
  }
  return whole;
}

function readTerm(term: string): Interval | undefined {
  const operator = /^[<>=~^!]*/.exec(term)?.[0] ?? '';
  const named = term.slice(operator.length);
  if (operator === '' && /^[*xX]?$/.test(named)) return { from: FIRST, to: NEVER };
  const parts = partsOf(named);
  if (!parts) return undefined;
  const from = padded(parts);
  const [major = 0, minor = 0] = parts;
  switch (operator) {
    case '':
    case '=':
    case '==':
    case '===':
      return { from, to: afterAll(parts) };
    case '>=':
    case '>':
      return { from, to: NEVER };
    case '<':
      return { from: FIRST, to: from };
    case '<=':
      return { from: FIRST, to: afterAll(parts) };
    case '^':
      return { from, to: major > 0 ? [major + 1, 0, 0] : afterAll(parts.slice(0, 2)) };
    case '~':
      return { from, to: afterAll(parts.slice(0, 2)) };
    case '~=':
      return { from, to: parts.length > 2 ? [major, minor + 1, 0] : [major + 1, 0, 0] };
    case '!=':
      return { from: FIRST, to: NEVER };
    default:
      return undefined;
  }
}

/** The numbers of `v20.11.1` or `3.12.*`; undefined for a name. */
function partsOf(text: string): readonly number[] | undefined {
  const found = /^v?(\d{1,5})(?:\.(\d{1,5}|[*xX]))?(?:\.(\d{1,5}|[*xX]))?(?:[-+.]?[a-z0-9.-]*)?$/i.exec(text.trim());
  if (!found) return undefined;
  const numbers = found.slice(1).filter(Boolean);
  const wild = numbers.findIndex((part) => /^[*x]$/i.test(part));
  return (wild < 0 ? numbers : numbers.slice(0, wild)).map(Number);
}

const padded = ([major = 0, minor = 0, patch = 0]: readonly number[]): Version => [major, minor, patch];

/** The first version behind all that begin with the numbers. */
function afterAll(parts: readonly number[]): Version {
  const [major = 0, minor = 0, patch = 0] = parts;
  if (parts.length > 2) return [major, minor, patch + 1];
  return parts.length > 1 ? [major, minor + 1, 0] : [major + 1, 0, 0];
}

const isBelow = (a: Version, b: Version): boolean => compare(a, b) < 0;
// Two that never end differ by no number, which counts as none.
const compare = (a: Version, b: Version): number => a[0] - b[0] || a[1] - b[1] || a[2] - b[2];
