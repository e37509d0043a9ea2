import type { WordSyntax } from '../model/syntax.js';
import type { Escape } from './lines.js';
import { partsBetween } from './words.js';

/** `[host[:port]/]path[:tag][@digest]` taken apart; offsets into the word's text. */
export interface ImageSyntax {
  readonly name: string;
  /** The last part of the name. */
  readonly repository: string;
  readonly registry?: string;
  readonly tag?: { readonly start: number; readonly end: number; readonly text: string };
  readonly digest?: { readonly start: number; readonly end: number; readonly text: string };
}

/** Takes a reference apart. What stands in `${…}` is opaque; tag and digest are looked for behind the last slash. */
export function readImage(reference: string): ImageSyntax {
  const plain = maskBraces(reference);
  const slash = plain.lastIndexOf('/');
  const at = plain.indexOf('@', slash + 1);
  const nameAndTagEnd = at < 0 ? plain.length : at;
  const colon = plain.slice(0, nameAndTagEnd).indexOf(':', slash + 1);
  const nameEnd = colon < 0 ? nameAndTagEnd : colon;
  const registry = registryOf(plain.slice(0, nameEnd), reference);
  return {
    name: reference.slice(0, nameEnd),
    repository: reference.slice(slash + 1, nameEnd),
    ...(registry === undefined ? {} : { registry }),
    ...(colon < 0
      ? {}
      : { tag: { start: colon + 1, end: nameAndTagEnd, text: reference.slice(colon + 1, nameAndTagEnd) } }),
    ...(at < 0 ? {} : { digest: { start: at + 1, end: reference.length, text: reference.slice(at + 1) } }),
  };
}

function registryOf(plain: string, reference: string): string | undefined {
  const slash = plain.indexOf('/');
  if (slash < 0) return undefined;
  const host = plain.slice(0, slash);
  return host.includes('.') || host.includes(':') || host === 'localhost' ? reference.slice(0, slash) : undefined;
}

/** The same text with everything inside `${…}` made harmless; the length stays. */
export function maskBraces(text: string): string {
  if (!text.includes('${')) return text;
  let result = '';
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    if (text.startsWith('${', at)) depth += 1;
    result += depth > 0 ? '_' : (text[at] ?? '');
    if (text[at] === '}' && depth > 0) depth -= 1;
  }
  return result;
}

/**
 * A part of a word as a word of its own; offsets into its text. Where quotes and escapes make the word's text differ
 * from what is written, the part stands where the word does.
 */
export function partOfWord(word: WordSyntax, start: number, end: number, escape: Escape): WordSyntax {
  const exact = word.text.length === word.end - word.start;
  const text = word.text.slice(start, end);
  const parts = word.literal ? ([{ kind: 'text', text }] as const) : partsBetween(word, start, end, escape);
  return {
    start: exact ? word.start + start : word.start,
    end: exact ? word.start + end : word.end,
    text,
    literal: parts.every(({ kind }) => kind === 'text'),
    parts,
    form: word.form,
  };
}
