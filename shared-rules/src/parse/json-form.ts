import type { WordSyntax } from '../model/syntax.js';

/** A JSON array of strings, or where and why a text that starts like one is none. */
export type JsonForm =
  | { readonly kind: 'array'; readonly items: readonly WordSyntax[]; readonly end: number }
  /** Valid JSON, but not all of it strings: the builder refuses it. */
  | { readonly kind: 'mixed'; readonly at: number; readonly end: number }
  | { readonly kind: 'broken'; readonly at: number; readonly end: number; readonly reason: string };

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
    from: number,
  ) {
    this.at = from;
  }

  peek(): string {
    while (isSpace(this.text[this.at])) this.at += 1;
    return this.text[this.at] ?? '';
  }

  read(): JsonForm {
    const start = this.at;
    const items: WordSyntax[] = [];
    this.at += 1;
    if (this.peek() === ']') this.at += 1;
    else {
      for (;;) {
        const char = this.peek();
        if (char !== '"') return this.refuseElement(start, char);
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

  private refuseElement(start: number, char: string): JsonForm {
    if (isJson(this.text.slice(start))) return { kind: 'mixed', at: this.at, end: this.text.length };
    if (char === "'") return this.broken(this.at, 'JSON wants double quotes');
    if (char === ']') return this.broken(this.at, 'the comma before the closing bracket is one too many');
    if (char === '') return this.broken(this.at, 'the closing bracket is missing');
    return this.broken(this.at, 'every element must be a string in double quotes');
  }

  private broken(at: number, reason: string): JsonForm {
    return { kind: 'broken', at: Math.min(at, this.text.length), end: Math.min(at + 1, this.text.length), reason };
  }

  private readString(): WordSyntax | { at: number; reason: string } {
    const open = this.at;
    let at = open + 1;
    while (at < this.text.length && this.text[at] !== '"') at += this.text[at] === '\\' ? 2 : 1;
    if (at >= this.text.length) return { at: open, reason: 'the closing quote is missing' };
    const value = parseString(this.text.slice(open, at + 1));
    if (value === undefined) return { at: open, reason: 'the string holds an escape or a character that JSON does not know' };
    this.at = at + 1;
    return { start: open + 1, end: at, text: value, literal: true, parts: [{ kind: 'text', text: value }], form: 'json' };
  }
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
