import type { Part } from '../model/file.js';
import type { AssignmentSyntax, WordSyntax } from '../model/syntax.js';
import type { Escape } from './lines.js';
import { isBlank, quotesOf, skipBlanks } from './text.js';

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
    return { pairs: [legacyPair(text, first.start, escape)], isLegacy: true };
  }
  return { pairs: words.map(({ start, end }) => pairAt(text, start, end, escape)), isLegacy: false };
}

/** Quotes do not hold the old form's name together, and all the rest is its value. */
function legacyPair(text: string, start: number, escape: Escape): AssignmentSyntax {
  let end = start;
  while (end < text.length && !isSpace(text[end])) end += 1;
  const name = readWord(text, start, end, escape);
  const value = restAsWord(text, end, escape);
  return value.start === value.end ? { start, end, name } : { start, end: value.end, name, value };
}

function pairAt(text: string, start: number, end: number, escape: Escape): AssignmentSyntax {
  const equals = text.slice(start, end).indexOf('=');
  if (equals < 0) return { start, end, name: readWord(text, start, end, escape) };
  return {
    start,
    end,
    name: readWord(text, start, start + equals, escape),
    value: readWord(text, start + equals + 1, end, escape),
  };
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

/** The quote that is opened in a word and never closed. */
export function openQuoteIn(text: string, start: number, end: number, escape: Escape): '"' | "'" | undefined {
  let quote: '"' | "'" | undefined;
  for (let at = start; at < end; at += 1) {
    const char = text[at] ?? '';
    if (char === escape && quote !== "'") at += 1;
    else if (char === quote) quote = undefined;
    else if (quote === undefined && (char === '"' || char === "'")) quote = char;
  }
  return quote;
}

/** A word as the builder expands it: quotes and escapes taken off, variables found. */
export function readWord(text: string, start: number, end: number, escape: Escape): WordSyntax {
  const slice = text.slice(start, end);
  if (!NEEDS_READING.test(slice)) {
    return { start, end, text: slice, literal: true, parts: [{ kind: 'text', text: slice }], form: 'plain' };
  }
  const { parts, written } = new WordReader(slice, escape).read(slice.length, 0);
  const literal = parts.every(({ kind }) => kind === 'text');
  return { start, end, text: written, literal, parts, form: 'plain', ...quotesOf(slice, written) };
}

const NEEDS_READING = /["'$\\`]/;

/** Variables within variables are read down to this depth; nobody writes more, and no text may exhaust the stack. */
const MAX_DEPTH = 20;

interface Reading {
  readonly parts: readonly Part[];
  /** The value, with variables as they are written. */
  readonly written: string;
}

class WordReader {
  private at = 0;
  #closings: ReadonlyMap<number, number> | undefined;

  constructor(
    private readonly text: string,
    private readonly escape: Escape,
  ) {}

  /** Reads on to the offset. */
  read(end: number, depth: number): Reading {
    const parts: Part[] = [];
    let written = '';
    let pending = '';
    let quote = '';
    while (this.at < end) {
      const start = this.at;
      const char = this.text[start] ?? '';
      let text = char;
      this.at += 1;
      if (char === this.escape && quote !== "'") {
        text = this.readEscape(quote === '"', end);
      } else if (char === '$' && quote !== "'") {
        const part = this.readDollar(start, end, depth);
        if (part) {
          if (pending !== '') parts.push({ kind: 'text', text: pending });
          pending = '';
          parts.push(part);
          written += this.text.slice(start, this.at);
          continue;
        }
      } else if (char === quote) {
        quote = '';
        text = '';
      } else if (quote === '' && (char === '"' || char === "'")) {
        quote = char;
        text = '';
      }
      pending += text;
      written += text;
    }
    if (pending !== '' || parts.length === 0) parts.push({ kind: 'text', text: pending });
    return { parts, written };
  }

  /** In double quotes the escape character stays, unless it protects a quote, a dollar or itself. */
  private readEscape(inQuotes: boolean, end: number): string {
    if (this.at >= end) return '';
    const next = this.text[this.at] ?? '';
    this.at += 1;
    return inQuotes && next !== '"' && next !== '$' && next !== this.escape ? this.escape + next : next;
  }

  /** What the dollar stands for; undefined when it is a mere dollar. */
  private readDollar(dollar: number, end: number, depth: number): Part | undefined {
    if (this.text[this.at] === '{' && this.at < end) return this.readBraces(dollar, end, depth);
    const from = this.at;
    this.at = Math.min(nameEnd(this.text, from), end);
    return this.at > from ? { kind: 'variable', name: this.text.slice(from, this.at) } : undefined;
  }

  /** Braces that never close, or hold no name, are none that the builder could put anything in for. */
  private readBraces(dollar: number, end: number, depth: number): Part {
    this.#closings ??= closingsOf(this.text, this.escape);
    const close = this.#closings.get(dollar) ?? end;
    const from = dollar + 2;
    const nameTo = nameEnd(this.text, from);
    if (close >= end || nameTo === from || nameTo > close || depth > MAX_DEPTH) {
      this.at = Math.min(close + 1, end);
      return { kind: 'substitution' };
    }
    const name = this.text.slice(from, nameTo);
    if (nameTo === close) {
      this.at = close + 1;
      return { kind: 'variable', name };
    }
    const operator = operatorAt(this.text, nameTo);
    this.at = Math.min(nameTo + operator.length, close);
    const operand = this.read(close, depth + 1).parts;
    this.at = close + 1;
    return { kind: 'variable', name, operator, operand };
  }
}

const isNameStart = (char: string | undefined): boolean => char !== undefined && /[\p{L}_]/u.test(char);
const isNameChar = (char: string | undefined): boolean => char !== undefined && /[\p{L}\p{Nd}_]/u.test(char);
const isDigit = (char: string | undefined): boolean => char !== undefined && char >= '0' && char <= '9';
const isSpecial = (char: string | undefined): boolean => char !== undefined && '@*#?-$!'.includes(char);

/** The end of the variable's name that begins at the offset: letters, digits and `_`, a number, or one special sign. */
function nameEnd(text: string, from: number): number {
  const belongs = isNameStart(text[from]) ? isNameChar : isDigit;
  let at = from;
  while (belongs(text[at])) at += 1;
  return at === from && isSpecial(text[at]) ? at + 1 : at;
}

const OPERATORS = [':-', ':+', ':?', ':=', '##', '%%', '//', '-', '+', '?', '=', '#', '%', '/'];

const operatorAt = (text: string, at: number): string =>
  OPERATORS.find((operator) => text.startsWith(operator, at)) ?? text[at] ?? '';

/** For each `${` that closes, by its dollar: where its `}` stands. Found in one walk, however deep they are nested. */
function closingsOf(text: string, escape: Escape): ReadonlyMap<number, number> {
  const closings = new Map<number, number>();
  const open: { readonly dollar: number; readonly quote: string }[] = [];
  const lastSingle = text.lastIndexOf("'");
  let quote = '';
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at];
    if (quote === "'") {
      if (char === quote) quote = '';
    } else if (char === escape) {
      at += 1;
    } else if (char === '$' && text[at + 1] === '{') {
      // Quotes start anew inside the braces.
      open.push({ dollar: at, quote });
      quote = '';
      at += 1;
    } else if (char === '}' && quote === '' && open.length > 0) {
      const closed = open.pop();
      if (closed) closings.set(closed.dollar, at);
      quote = closed?.quote ?? '';
    } else if (char === quote) {
      quote = '';
    } else if (quote === '' && (char === '"' || (char === "'" && at < lastSingle))) {
      quote = char;
    }
  }
  return closings;
}

/**
 * Part of a word's value as pieces of its own; offsets into its text. A variable that the part cuts through is nothing
 * that anyone could tell the value of.
 */
export function partsBetween({ text, parts }: WordSyntax, start: number, end: number, escape: Escape): readonly Part[] {
  const found: Part[] = [];
  const closings = closingsOf(text, escape);
  let at = 0;
  for (const part of parts) {
    const from = at;
    if (part.kind === 'text') at += part.text.length;
    else if (text[at + 1] === '{') at = (closings.get(at) ?? text.length) + 1;
    else at = nameEnd(text, at + 1);
    if (at <= start || from >= end) continue;
    if (part.kind === 'text') found.push({ kind: 'text', text: text.slice(Math.max(from, start), Math.min(at, end)) });
    else found.push(start <= from && at <= end ? part : { kind: 'substitution' });
  }
  return found.length === 0 ? [{ kind: 'text', text: '' }] : found;
}

const isSpace = (char: string | undefined): boolean => isBlank(char) || char === '\n' || char === '\r';

function skipSpace(text: string, from: number): number {
  let at = skipBlanks(text, from, text.length);
  while (at < text.length && isSpace(text[at])) at += 1;
  return at;
}
