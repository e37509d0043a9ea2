import type { AnyFile, Located } from './file.js';

/** A place in a text, and what stands there. */
export interface Place extends Located {
  readonly text: string;
}

/**
 * Every place where a pattern, which must be global, matches the text as it stands: comments, continuations and all.
 * A pattern with indices (flag `d`) says by its first group which part of the match is meant.
 * For what may stand anywhere; whatever is part of an instruction or a command is asked of those. `within` is a node in
 * which alone is looked.
 */
export function* placesOf(file: AnyFile, pattern: RegExp, within: Located = file): Iterable<Place> {
  const { span } = within;
  const text = within === file ? file.text : file.text.slice(span.start, span.end);
  const offset = within === file ? 0 : span.start;
  for (const match of text.matchAll(pattern)) {
    const [start, end] = match.indices?.[1] ?? [match.index, match.index + match[0].length];
    yield { text: text.slice(start, end), span: { start: offset + start, end: offset + end } };
  }
}
