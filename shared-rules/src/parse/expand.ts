import type { Part } from '../model/file.js';

/**
 * The value of a name; null when it is known to be unset, undefined when nobody can tell. `hasFallback` says that the
 * word gives a value of its own for a name that is not set.
 */
export type Lookup = (name: string, hasFallback: boolean) => string | null | undefined;

/** A text that grows beyond this is given up, so that `ENV A=$A$A` line after line cannot exhaust the memory. */
const MAX_LENGTH = 32_768;

/** A word with its variables put in, by the builder's rules for modifiers; undefined when one of them is unknown. */
export function expand(parts: readonly Part[], lookup: Lookup): string | undefined {
  let result = '';
  for (const part of parts) {
    const value =
      part.kind === 'text' ? part.text : part.kind === 'variable' ? expandVariable(part, lookup) : undefined;
    if (value === undefined) return undefined;
    result += value;
    if (result.length > MAX_LENGTH) return undefined;
  }
  return result;
}

function expandVariable(
  { name, operator, operand = [] }: Part & { kind: 'variable' },
  lookup: Lookup,
): string | undefined {
  const value = lookup(name, operator === '-' || operator === ':-');
  const otherwise = (): string | undefined => expand(operand, lookup);
  if (value === undefined) return undefined;
  switch (operator) {
    case undefined:
      return value ?? '';
    case ':-':
      return value === null || value === '' ? otherwise() : value;
    case '-':
      return value ?? otherwise();
    case ':+':
      return value === null || value === '' ? '' : otherwise();
    case '+':
      return value === null ? '' : otherwise();
    case ':?':
      return value === '' ? undefined : (value ?? undefined);
    case '?':
      return value ?? undefined;
    case '#':
    case '##':
      return trimmed(value ?? '', otherwise(), operator === '##', false);
    case '%':
    case '%%':
      return trimmed(value ?? '', otherwise(), operator === '%%', true);
    case '/':
    case '//':
      return replaced(value ?? '', otherwise(), operator === '//');
    default:
      return undefined;
  }
}

/** The value without what the pattern matches at its start or its end: the shortest that it can be, or the longest. */
function trimmed(value: string, pattern: string | undefined, longest: boolean, atEnd: boolean): string | undefined {
  if (pattern === undefined || pattern === '' || pattern.includes('\\')) return undefined;
  // The shortest match at the end is found from behind.
  const lengths = atEnd ? matchLengths(backwards(pattern), backwards(value)) : matchLengths(pattern, value);
  const length = longest ? lengths.at(-1) : lengths[0];
  if (length === undefined) return value;
  return atEnd ? value.slice(0, value.length - length) : value.slice(length);
}

const backwards = (text: string): string => text.split('').reverse().join('');

/** The lengths of the text's beginnings that the pattern matches, in order: `*` is anything, `?` one character. */
function matchLengths(pattern: string, text: string): readonly number[] {
  let reached = new Set([0]);
  for (const char of pattern) {
    const next = new Set<number>();
    if (char === '*') {
      for (let length = Math.min(...reached); length <= text.length; length += 1) next.add(length);
    } else {
      for (const length of reached) {
        if (length < text.length && (char === '?' || text[length] === char)) next.add(length + 1);
      }
    }
    reached = next;
    if (reached.size === 0) return [];
  }
  return [...reached].sort((a, b) => a - b);
}

/** The value with plain text put in for plain text; patterns are left to the builder. */
function replaced(value: string, operand: string | undefined, all: boolean): string | undefined {
  const [pattern = '', replacement, ...more] = operand?.split('/') ?? [];
  if (pattern === '' || replacement === undefined || more.length > 0 || /[*?\\]/.test(pattern)) return undefined;
  return all ? value.split(pattern).join(replacement) : value.replace(pattern, () => replacement);
}
