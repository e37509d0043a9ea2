import type { AnyFile, Located } from './file.js';

/** A place in a text, and what stands there. */
export interface Place extends Located {
  readonly text: string;
}

/**
 * Every place where a pattern, which must be global, matches the text as it stands: comments, continuations and all.
 * A pattern with indices (flag `d`) says by its first group which part of the match is meant.
 * For what may stand anywhere; whatever is part of an instruction or a command is asked of those.
 */
export function* placesOf(file: AnyFile, pattern: RegExp): Iterable<Place> {
  for (const match of file.text.matchAll(pattern)) {
    const [start, end] = match.indices?.[1] ?? [match.index, match.index + match[0].length];
    yield { text: file.text.slice(start, end), span: { start, end } };
  }
}
