import type { Part } from '../model/file.js';
import type { AssignmentSyntax, WordSyntax } from '../model/syntax.js';
import { isBlank, skipBlanks, type Escape } from './lines.js';

/** Words set apart by blanks alone, as in FROM, COPY and EXPOSE: quotes do not group. */
export function splitWords(text: string, from: number, escape: Escape): readonly WordSyntax[] {
  const words: WordSyntax[] = [];
  let at = skipSpace(text, from);
  while (at < text.length) {
    const start = at;
    while (at < text.length && !isSpace(text[at])) at += 1;
    words.push(readWord(text, start, at, escape));
    at = skipSpace(text, at);
  }
  return words;
}

/** The rest of an instruction as one word, without the blanks around it. */
export function restAsWord(text: string, from: number, escape: Escape): WordSyntax {
  const start = skipSpace(text, from);
  let end = text.length;
  while (end > start && isSpace(text[end - 1])) end -= 1;
  return readWord(text, start, end, escape);
}

/** The pairs of ENV, LABEL and ARG, and whether they are in the old form `ENV name value`. */
export interface PairsSyntax {
  readonly pairs: readonly AssignmentSyntax[];
  readonly isLegacy: boolean;
}

/**
 * Reads `name=value` pairs. Without a `=` in the first word, `legacy` says whether all the rest is its value;
 * otherwise (in ARG) each word is a name.
 */
export function readPairs(text: string, from: number, escape: Escape, legacy: boolean): PairsSyntax {
  const words = splitQuoted(text, from, escape);
  const [first] = words;
  if (first && legacy && !text.slice(first.start, first.end).includes('=')) {
    const name = readWord(text, first.start, first.end, escape);
    const value = restAsWord(text, first.end, escape);
    const pair: AssignmentSyntax =
      value.start === value.end
        ? { start: name.start, end: name.end, name }
        : { start: name.start, end: value.end, name, value };
    return { pairs: [pair], isLegacy: true };
  }
  const pairs = words.map(({ start, end }): AssignmentSyntax => {
    const equals = text.indexOf('=', start);
    if (equals < 0 || equals >= end) return { start, end, name: readWord(text, start, end, escape) };
    return {
      start,
      end,
      name: readWord(text, start, equals, escape),
      value: readWord(text, equals + 1, end, escape),
    };
  });
  return { pairs, isLegacy: false };
}

/** Words set apart by blanks outside quotes. In single quotes the escape character is an ordinary one. */
function splitQuoted(text: string, from: number, escape: Escape): readonly { start: number; end: number }[] {
  const words: { start: number; end: number }[] = [];
  let at = skipSpace(text, from);
  while (at < text.length) {
    const start = at;
    let quote = '';
    while (at < text.length && (quote !== '' || !isSpace(text[at]))) {
      const char = text[at] ?? '';
      if (char === escape && quote !== "'") at += 1;
      else if (quote === '' && (char === '"' || char === "'")) quote = char;
      else if (char === quote) quote = '';
      at += 1;
    }
    const end = Math.min(at, text.length);
    words.push({ start, end });
    at = skipSpace(text, end);
  }
  return words;
}

/** A word as the builder expands it: quotes and escapes taken off, variables found. */
export function readWord(text: string, start: number, end: number, escape: Escape): WordSyntax {
  const slice = text.slice(start, end);
  if (!NEEDS_READING.test(slice)) {
    return { start, end, text: slice, literal: true, parts: [{ kind: 'text', text: slice }], form: 'plain' };
  }
  const reader = new WordReader(slice, escape);
  const parts = reader.read();
  const literal = parts.every(({ kind }) => kind === 'text');
  return { start, end, text: reader.written, literal, parts, form: 'plain' };
}

const NEEDS_READING = /["'$\\`]/;

class WordReader {
  /** The value, with variables as they are written. */
  written = '';
  private readonly parts: Part[] = [];
  private pending = '';
  private at = 0;

  constructor(
    private readonly text: string,
    private readonly escape: Escape,
  ) {}

  read(): readonly Part[] {
    let quote = '';
    while (this.at < this.text.length) {
      const char = this.text[this.at] ?? '';
      if (quote === "'") {
        if (char === quote) quote = '';
        else this.add(char);
        this.at += 1;
      } else if (char === this.escape) {
        this.readEscape(quote === '"');
      } else if (char === '$') {
        this.readVariable();
      } else if (char === '"' || (char === "'" && quote === '')) {
        quote = quote === char ? '' : char;
        this.at += 1;
      } else {
        this.add(char);
        this.at += 1;
      }
    }
    this.flush();
    return this.parts.length === 0 ? [{ kind: 'text', text: '' }] : this.parts;
  }

  /** In double quotes the escape character stays, unless it protects a quote, a dollar or itself. */
  private readEscape(inQuotes: boolean): void {
    const next = this.text[this.at + 1];
    if (next !== undefined) {
      if (inQuotes && next !== '"' && next !== '$' && next !== this.escape) this.add(this.escape);
      this.add(next);
    }
    this.at += 2;
  }

  private readVariable(): void {
    const start = this.at;
    const found = variableAt(this.text, start, this.escape);
    if (!found) {
      this.add('$');
      this.at += 1;
      return;
    }
    this.flush();
    this.parts.push(found.part);
    this.written += this.text.slice(start, found.end);
    this.at = found.end;
  }

  private add(char: string): void {
    this.pending += char;
    this.written += char;
  }

  private flush(): void {
    if (this.pending !== '') this.parts.push({ kind: 'text', text: this.pending });
    this.pending = '';
  }
}

const isNameStart = (char: string | undefined): boolean => char !== undefined && /[A-Za-z_]/.test(char);
const isNameChar = (char: string | undefined): boolean => char !== undefined && /[A-Za-z0-9_]/.test(char);
const isSpecial = (char: string | undefined): boolean => char !== undefined && /[0-9@*#?$!-]/.test(char);

/** The variable whose `$` stands at the offset; undefined when it is a mere dollar or a `${` that never closes. */
function variableAt(text: string, at: number, escape: Escape): { part: Part; end: number } | undefined {
  let index = at + 1;
  if (isNameStart(text[index])) {
    while (isNameChar(text[index])) index += 1;
    return { part: { kind: 'variable', name: text.slice(at + 1, index) }, end: index };
  }
  if (isSpecial(text[index])) return { part: { kind: 'variable', name: text[index] ?? '' }, end: index + 1 };
  if (text[index] !== '{') return undefined;
  index += 1;
  const nameFrom = index;
  if (isNameStart(text[index])) while (isNameChar(text[index])) index += 1;
  else if (isSpecial(text[index])) index += 1;
  const name = text.slice(nameFrom, index);
  const close = closingBrace(text, index, escape);
  if (close < 0 || name === '') return undefined;
  if (close === index) return { part: { kind: 'variable', name }, end: close + 1 };
  const operator = operatorAt(text, index);
  const operand = new WordReader(text.slice(index + operator.length, close), escape).read();
  return { part: { kind: 'variable', name, operator, operand }, end: close + 1 };
}

const OPERATORS = [':-', ':+', ':?', ':=', '##', '%%', '//', '-', '+', '?', '=', '#', '%', '/'];

const operatorAt = (text: string, at: number): string =>
  OPERATORS.find((operator) => text.startsWith(operator, at)) ?? text[at] ?? '';

function closingBrace(text: string, from: number, escape: Escape): number {
  let depth = 0;
  for (let at = from; at < text.length; at += 1) {
    const char = text[at];
    if (char === escape) at += 1;
    else if (char === '$' && text[at + 1] === '{') {
      depth += 1;
      at += 1;
    } else if (char === '}') {
      if (depth === 0) return at;
      depth -= 1;
    }
  }
  return -1;
}

/**
 * A word with its variables put in, by the builder's rules for modifiers; undefined when one of them is unknown.
 * `lookup` gives a name's value, null when it is known to be unset, and undefined when nobody can tell.
 */
export function expand(
  parts: readonly Part[],
  lookup: (name: string) => string | null | undefined,
): string | undefined {
  let result = '';
  for (const part of parts) {
    const value =
      part.kind === 'text' ? part.text : part.kind === 'variable' ? expandVariable(part, lookup) : undefined;
    if (value === undefined) return undefined;
    result += value;
  }
  return result;
}

function expandVariable(
  { name, operator, operand = [] }: Part & { kind: 'variable' },
  lookup: (name: string) => string | null | undefined,
): string | undefined {
  const value = lookup(name);
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
    case '?':
      return value ?? undefined;
    default:
      return undefined;
  }
}

const isSpace = (char: string | undefined): boolean => isBlank(char) || char === '\n' || char === '\r';

function skipSpace(text: string, from: number): number {
  let at = skipBlanks(text, from, text.length);
  while (at < text.length && isSpace(text[at])) at += 1;
  return at;
}
