import type { WordSyntax } from '../model/syntax.js';

/** A JSON array of strings, or where and why a text that starts like one is none. */
export type JsonForm =
  | { readonly kind: 'array'; readonly items: readonly WordSyntax[]; readonly end: number }
  /** Valid JSON, but not all of it strings: the builder refuses it. */
  | { readonly kind: 'mixed'; readonly at: number; readonly end: number }
  | {
      readonly kind: 'broken';
      readonly at: number;
      readonly end: number;
      readonly reason: string;
      /** The elements that were meant, where the quotes and commas leave no doubt. */
      readonly meant?: readonly string[];
    };

/**
 * Reads the text from the offset on as the exec form of an instruction: all of it must be one JSON array.
 * Undefined when it does not start with `[`. The words' spans lie inside their quotes.
 */
export function readJsonForm(text: string, from: number): JsonForm | undefined {
  const reader = new JsonReader(text, from);
  return reader.peek() === '[' ? reader.read() : undefined;
}

class JsonReader {
  private at: number;

  constructor(
    private readonly text: string,
    private readonly start: number,
  ) {
    this.at = start;
  }

  peek(): string {
    while (isSpace(this.text[this.at])) this.at += 1;
    return this.text[this.at] ?? '';
  }

  read(): JsonForm {
    const items: WordSyntax[] = [];
    this.at += 1;
    if (this.peek() === ']') this.at += 1;
    else {
      for (;;) {
        const char = this.peek();
        if (char !== '"') return this.refuseElement(char);
        const item = this.readString();
        if ('reason' in item) return this.broken(item.at, item.reason);
        items.push(item);
        const next = this.peek();
        this.at += 1;
        if (next === ']') break;
        if (next !== ',') {
          return this.broken(this.at - 1, next === '' ? 'the closing bracket is missing' : 'a comma is missing here');
        }
      }
    }
    const end = this.at;
    if (this.peek() !== '') return this.broken(this.at, 'there is text behind the closing bracket');
    return { kind: 'array', items, end };
  }

  private refuseElement(char: string): JsonForm {
    if (isJson(this.text.slice(this.start))) return { kind: 'mixed', at: this.at, end: this.text.length };
    if (char === "'") return this.broken(this.at, 'JSON wants double quotes');
    if (char === ']') return this.broken(this.at, 'the comma before the closing bracket is one too many');
    if (char === '') return this.broken(this.at, 'the closing bracket is missing');
    return this.broken(this.at, 'every element must be a string in double quotes');
  }

  private broken(at: number, reason: string): JsonForm {
    const meant = readLeniently(this.text.slice(this.start));
    const { length } = this.text;
    return {
      kind: 'broken',
      at: Math.min(at, length),
      end: Math.min(at + 1, length),
      reason,
      ...(meant ? { meant } : {}),
    };
  }

  private readString(): WordSyntax | { at: number; reason: string } {
    const open = this.at;
    let at = open + 1;
    while (at < this.text.length && this.text[at] !== '"') at += this.text[at] === '\\' ? 2 : 1;
    if (at >= this.text.length) return { at: open, reason: 'the closing quote is missing' };
    const value = parseString(this.text.slice(open, at + 1));
    if (value === undefined)
      return { at: open, reason: 'the string holds an escape or a character that JSON does not know' };
    this.at = at + 1;
    return {
      start: open + 1,
      end: at,
      text: value,
      literal: true,
      parts: [{ kind: 'text', text: value }],
      form: 'json',
    };
  }
}

/** Elements in single or double quotes, a comma too many, or without the closing bracket; nothing else. */
function readLeniently(text: string): readonly string[] | undefined {
  const items: string[] = [];
  let at = text.indexOf('[') + 1;
  const skip = (): void => {
    while (isSpace(text[at])) at += 1;
  };
  skip();
  while (at < text.length && text[at] !== ']') {
    const quote = text[at];
    if (quote !== '"' && quote !== "'") return undefined;
    const close = text.indexOf(quote, at + 1);
    const item = text.slice(at + 1, close);
    if (close < 0 || item.includes('\\')) return undefined;
    items.push(item);
    at = close + 1;
    skip();
    if (text[at] === ',') at += 1;
    else if (at < text.length && text[at] !== ']') return undefined;
    skip();
  }
  return items.length > 0 && text.slice(at + 1).trim() === '' ? items : undefined;
}

function parseString(text: string): string | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
}

function isJson(text: string): boolean {
  try {
    return Array.isArray(JSON.parse(text));
  } catch {
    return false;
  }
}

const isSpace = (char: string | undefined): boolean => char === ' ' || char === '\t' || char === '\n' || char === '\r';
