import type { WordSyntax } from '../model/syntax.js';
import { partOfWord } from './image.js';
import type { Escape } from './lines.js';

export interface MountSyntax {
  readonly type: string;
  readonly options: ReadonlyMap<string, string>;
  readonly from?: WordSyntax;
  readonly fields: readonly MountFieldSyntax[];
}

/** One option, with its offsets in the value of the flag. */
export interface MountFieldSyntax {
  readonly start: number;
  readonly end: number;
  readonly key: string;
  readonly name: string;
  readonly value?: string;
}

const CANONICAL: Readonly<Record<string, string>> = {
  dst: 'target',
  destination: 'target',
  src: 'source',
  ro: 'readonly',
  rw: 'readwrite',
};

/** Reads the comma-separated options of `--mount`, as written in `raw`; a field in quotes may hold commas. */
export function readMount(value: WordSyntax | undefined, raw: string, escape: Escape): MountSyntax {
  const options = new Map<string, string>();
  let from: WordSyntax | undefined;
  const read: MountFieldSyntax[] = [];
  for (const field of fields(raw)) {
    const [name, text] = split(field.text);
    const key = CANONICAL[name] ?? name;
    options.set(key, text ?? '');
    read.push({ start: field.start, end: field.end, key, name, ...(text === undefined ? {} : { value: text }) });
    if (key === 'from' && value && text !== undefined) {
      from = fromWord(value, raw, field, text, escape);
    }
  }
  return { type: options.get('type')?.toLowerCase() ?? 'bind', options, fields: read, ...(from ? { from } : {}) };
}

function fromWord(value: WordSyntax, raw: string, field: Field, text: string, escape: Escape): WordSyntax {
  const start = raw.indexOf(text, field.start + raw.slice(field.start, field.end).indexOf('=') + 1);
  // Quotes elsewhere in the flag make its text shorter than it is written.
  if (value.text === raw) return partOfWord(value, start, start + text.length, escape);
  const literal = !text.includes('$');
  return {
    start: value.start + start,
    end: value.start + start + text.length,
    text,
    literal,
    parts: literal ? [{ kind: 'text', text }] : [{ kind: 'substitution' }],
    form: 'plain',
  };
}

function split(field: string): readonly [key: string, value?: string] {
  const equals = field.indexOf('=');
  const key = (equals < 0 ? field : field.slice(0, equals)).trim().toLowerCase();
  return equals < 0 ? [key] : [key, field.slice(equals + 1)];
}

interface Field {
  readonly start: number;
  readonly end: number;
  /** Without its quotes. */
  readonly text: string;
}

function fields(raw: string): readonly Field[] {
  const found: Field[] = [];
  let start = 0;
  let quote = '';
  for (let at = 0; at <= raw.length; at += 1) {
    const char = raw[at] ?? '';
    if (at === raw.length || (char === ',' && quote === '')) {
      if (at > start) found.push({ start, end: at, text: raw.slice(start, at).replace(/["']/g, '') });
      start = at + 1;
    } else if (char === quote) quote = '';
    else if (quote === '' && (char === '"' || char === "'")) quote = char;
  }
  return found;
}
