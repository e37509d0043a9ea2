import type { WordSyntax } from '../model/syntax.js';
import { partOfWord } from './image.js';

export interface MountSyntax {
  readonly type: string;
  readonly options: ReadonlyMap<string, string>;
  readonly from?: WordSyntax;
}

const CANONICAL: Readonly<Record<string, string>> = {
  dst: 'target',
  destination: 'target',
  src: 'source',
  ro: 'readonly',
  rw: 'readwrite',
};

/** Reads the comma-separated options of `--mount`; a field in double quotes may hold commas. */
export function readMount(value: WordSyntax | undefined, raw: string): MountSyntax {
  const options = new Map<string, string>();
  let from: WordSyntax | undefined;
  for (const { start, end } of fields(raw)) {
    const field = raw.slice(start, end).replace(/^"|"$/g, '');
    const equals = field.indexOf('=');
    const key = (equals < 0 ? field : field.slice(0, equals)).trim().toLowerCase();
    const text = equals < 0 ? '' : field.slice(equals + 1);
    options.set(CANONICAL[key] ?? key, text);
    if (key === 'from' && value) from = partOfWord(value, start + equals + 1, end);
  }
  return { type: options.get('type') ?? 'bind', options, ...(from ? { from } : {}) };
}

function fields(text: string): readonly { start: number; end: number }[] {
  const found: { start: number; end: number }[] = [];
  let start = 0;
  let quoted = false;
  for (let at = 0; at <= text.length; at += 1) {
    if (text[at] === '"') quoted = !quoted;
    if (at === text.length || (text[at] === ',' && !quoted)) {
      if (at > start) found.push({ start, end: at });
      start = at + 1;
    }
  }
  return found;
}
