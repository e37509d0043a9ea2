/**
 * The builder's own globs (moby's patternmatcher): `*` and `?` stay within a folder, `**` crosses them,
 * `[a-z]` is a class and a backslash protects. Matching takes at most pattern times path steps.
 */
export type Glob = readonly Token[];

type Token =
  | { readonly kind: 'char'; readonly char: string }
  | { readonly kind: 'one' }
  | { readonly kind: 'class'; readonly negated: boolean; readonly ranges: readonly (readonly [string, string])[] }
  | { readonly kind: 'some' }
  /** `**`: anything at all. */
  | { readonly kind: 'any' }
  /** Nothing, or anything that ends in a slash: the `**` with the slash behind it. */
  | { readonly kind: 'folders' };

export function readGlob(pattern: string): Glob {
  const tokens: Token[] = [];
  let at = 0;
  while (at < pattern.length) {
    const char = pattern[at] ?? '';
    const close = char === '[' ? classEnd(pattern, at) : -1;
    if (pattern.startsWith('**', at)) {
      const hasSlash = pattern[at + 2] === '/';
      tokens.push({ kind: crossingKind(pattern, at, hasSlash) });
      at += hasSlash ? 3 : 2;
      continue;
    }
    if (char === '*') tokens.push({ kind: 'some' });
    else if (char === '?') tokens.push({ kind: 'one' });
    else if (close > 0) {
      tokens.push(readClass(pattern.slice(at + 1, close)));
      at = close;
    } else if (char === '\\' && at + 1 < pattern.length) {
      at += 1;
      tokens.push({ kind: 'char', char: pattern[at] ?? '' });
    } else tokens.push({ kind: 'char', char });
    at += 1;
  }
  return tokens;
}

/**
 * At the end, `**` is anything. Elsewhere it is whole folders, even without a slash behind it: `a**b` is `ab` or `a/x/b`.
 * Only in front of plain text it is anything again: to the builder `**.log` is the end of a path.
 */
function crossingKind(pattern: string, at: number, hasSlash: boolean): 'any' | 'folders' {
  const rest = pattern.slice(at + (hasSlash ? 3 : 2));
  if (rest === '') return 'any';
  return at === 0 && !hasSlash && !/[*?[\]\\]/.test(rest) ? 'any' : 'folders';
}

/** Whether Go's path.Match takes the pattern. Where it does not, the builder fails over the whole file. */
export function isWellFormed(pattern: string): boolean {
  for (let at = 0; at < pattern.length; at += 1) {
    if (pattern[at] === '\\') at += 1;
    else if (pattern[at] === '[') at = classEnd(pattern, at);
    if (at < 0 || at >= pattern.length) return false;
  }
  return true;
}

function classEnd(pattern: string, open: number): number {
  let at = open + (pattern[open + 1] === '^' ? 2 : 1);
  // A bracket directly at the start would make the class empty.
  if (pattern[at] === ']') return -1;
  while (at < pattern.length && pattern[at] !== ']') at += pattern[at] === '\\' ? 2 : 1;
  return at < pattern.length ? at : -1;
}

function readClass(text: string): Token {
  const negated = text.startsWith('^');
  const chars: { readonly char: string; readonly isRange: boolean }[] = [];
  for (let at = negated ? 1 : 0; at < text.length; at += 1) {
    const isEscape = text[at] === '\\' && at + 1 < text.length;
    if (isEscape) at += 1;
    chars.push({ char: text[at] ?? '', isRange: !isEscape && text[at] === '-' });
  }
  const ranges: [string, string][] = [];
  for (let index = 0; index < chars.length; index += 1) {
    const from = chars[index]?.char ?? '';
    const to = chars[index + 1]?.isRange ? chars[index + 2]?.char : undefined;
    ranges.push([from, to ?? from]);
    if (to !== undefined) index += 2;
  }
  return { kind: 'class', negated, ranges };
}

/** Whether the pattern matches the whole path. */
export function matches(glob: Glob, path: string): boolean {
  // reachable[i]: the tokens read so far can end right before character i.
  let reachable = new Uint8Array(path.length + 1);
  reachable[0] = 1;
  for (const token of glob) {
    const next = new Uint8Array(path.length + 1);
    let open = false;
    for (let at = 0; at <= path.length; at += 1) {
      if (token.kind === 'some' || token.kind === 'any' || token.kind === 'folders') {
        if (token.kind === 'some' && at > 0 && path[at - 1] === '/') open = false;
        if (reachable[at] === 1) open = true;
        if (token.kind !== 'folders' ? open : reachable[at] === 1 || (open && path[at - 1] === '/')) next[at] = 1;
      } else if (at > 0 && reachable[at - 1] === 1 && accepts(token, path[at - 1] ?? '')) next[at] = 1;
    }
    reachable = next;
  }
  return reachable[path.length] === 1;
}

function accepts(token: Token, char: string): boolean {
  if (token.kind === 'char') return token.char === char;
  if (token.kind !== 'class') return token.kind === 'one' && char !== '/';
  // A class takes even a slash if it is one of its characters.
  return token.ranges.some(([from, to]) => from <= char && char <= to) !== token.negated;
}

/** The path without `.`, `..`, doubled and final slashes, as Go's path.Clean gives it. */
export function cleanPath(path: string): string {
  const absolute = path.startsWith('/');
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..' && parts.length > 0 && parts.at(-1) !== '..') parts.pop();
    else if (part !== '..' || !absolute) parts.push(part);
  }
  return (absolute ? '/' : '') + parts.join('/') || '.';
}
