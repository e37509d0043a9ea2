import type { Span } from '../model/file.js';

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

/** A carriage return before a line feed would end up in words; a blank in its place keeps the offsets. */
export const asUnixText = (text: string): string => text.replaceAll('\r\n', ' \n');
