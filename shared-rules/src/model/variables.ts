import type { Located, Part, Word } from './file.js';

/** A variable that a word names, where the builder puts its value in. */
export interface VariableUse {
  readonly name: string;
  /** What stands behind the name in braces: `:-`, `#`; absent in a plain one. */
  readonly operator?: string | undefined;
  /** The text behind the operator. */
  readonly operand: readonly Part[];
  /** All of it, from the dollar on; the word where quotes hide the place. */
  readonly at: Located;
}

/** The variables of a word in their order, and those within their operands. */
export function variablesIn(word: Word): readonly VariableUse[] {
  if (word.literal) return [];
  const found: VariableUse[] = [];
  for (const { part, at } of placed(word)) if (part.kind === 'variable') collect(part, at, found);
  return found;
}

/** Places of a word that look like a variable and are none: braces that are empty, or never close. */
export const brokenVariablesIn = (word: Word): readonly Located[] =>
  word.literal ? [] : placed(word).flatMap(({ part, at }) => (part.kind === 'substitution' ? [at] : []));

function collect(part: Extract<Part, { kind: 'variable' }>, at: Located, found: VariableUse[]): void {
  const { name, operator, operand = [] } = part;
  found.push({ name, operator, operand, at });
  for (const inner of operand) if (inner.kind === 'variable') collect(inner, at, found);
}

function placed(word: Word): readonly { readonly part: Part; readonly at: Located }[] {
  const { parts, text } = word;
  let at = 0;
  return parts.map((part) => {
    const start = at;
    at = part.kind === 'text' ? start + part.text.length : endOf(text, start);
    return { part, at: word.part(start, at) ?? word };
  });
}

/** Where the variable that begins at the offset ends. */
function endOf(text: string, dollar: number): number {
  if (text[dollar + 1] !== '{') return dollar + 1 + (/^(\w+|.)/u.exec(text.slice(dollar + 1))?.[0].length ?? 0);
  let depth = 0;
  for (let at = dollar + 1; at < text.length; at += 1) {
    if (text[at] === '{') depth += 1;
    else if (text[at] === '}') depth -= 1;
    if (depth === 0) return at + 1;
  }
  return text.length;
}
