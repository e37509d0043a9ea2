import type { Span } from '../model/file.js';
import { whole, type Joined } from './place.js';

/** The lines of a text without their line breaks; a byte order mark belongs to none. */
export function* linesOf(text: string): Iterable<Span> {
  let at = text.startsWith('\uFEFF') ? 1 : 0;
  while (at < text.length) {
    const feed = text.indexOf('\n', at);
    const end = feed < 0 ? text.length : feed;
    yield { start: at, end: end > at && text[end - 1] === '\r' ? end - 1 : end };
    at = end + 1;
  }
}

export const lineEndingOf = (text: string): '\n' | '\r\n' => {
  const feed = text.indexOf('\n');
  return feed > 0 && text[feed - 1] === '\r' ? '\r\n' : '\n';
};

/**
 * The text as a shell gets to read it, without the carriage returns before line feeds: one of them would hide a
 * continuation or the end of a heredoc.
 */
export function withoutReturns(text: string): Joined {
  if (!text.includes('\r\n')) return whole(text);
  const pieces = text.split('\r\n');
  const starts: number[] = [];
  const sources: number[] = [];
  let length = 0;
  let source = 0;
  pieces.forEach((piece, index) => {
    // Every piece but the first begins with the line feed before it.
    const isFirst = index === 0;
    starts.push(length);
    sources.push(isFirst ? 0 : source - 1);
    length += piece.length + (isFirst ? 0 : 1);
    source += piece.length + 2;
  });
  return { text: pieces.join('\n'), starts, sources };
}

/** What sets words apart within a line. */
export const isBlank = (char: string | undefined): boolean =>
  char === ' ' || char === '\t' || char === '\r' || char === '\v' || char === '\f';

export function skipBlanks(text: string, at: number, end: number): number {
  let index = at;
  while (index < end && isBlank(text[index])) index += 1;
  return index;
}

export function skipBlanksBack(text: string, at: number, start: number): number {
  let index = at;
  while (index > start && isBlank(text[index - 1])) index -= 1;
  return index;
}

/** Where the quotes begin that hold the end of a word, if what stands before and in them is its text as it is. */
export function quotesOf(raw: string, text: string): { readonly quotedFrom?: number } {
  const quote = raw.at(-1);
  if (raw.length !== text.length + 2 || (quote !== '"' && quote !== "'")) return {};
  const open = raw.indexOf(quote);
  const isPlain = raw.slice(0, open) === text.slice(0, open) && raw.slice(open + 1, -1) === text.slice(open);
  return isPlain ? { quotedFrom: open } : {};
}
