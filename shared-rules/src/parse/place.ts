import type { Part, Span, Word } from '../model/file.js';
import type { ShellText } from '../model/shell.js';
import type { WordSyntax } from '../model/syntax.js';
import { partOfWord } from './image.js';

/**
 * A text made of pieces of another: what the builder reads once it has dropped continuations and comments.
 * Piece i of the text begins at `starts[i]` and comes from `sources[i]` of the original.
 */
export interface Joined {
  readonly text: string;
  readonly starts: readonly number[];
  readonly sources: readonly number[];
}

/** A text that is one piece: offsets stay as they are. */
export const whole = (text: string): Joined => ({ text, starts: [0], sources: [0] });

/** The index of the piece that holds the offset. */
function pieceAt(starts: readonly number[], offset: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Where the character at the offset comes from. */
export function sourceOf(joined: Joined, offset: number): number {
  const piece = pieceAt(joined.starts, offset);
  return (joined.sources[piece] ?? 0) + offset - (joined.starts[piece] ?? 0);
}

/** The original range of a range of the joined text. It ends right behind its last character, before any continuation. */
export function sourceSpan(joined: Joined, start: number, end: number): Span {
  const from = sourceOf(joined, start);
  return { start: from, end: end > start ? sourceOf(joined, end - 1) + 1 : from };
}

/** Puts the offsets of a piece of syntax where its text stands today. */
export interface Place {
  span(start: number, end: number): Span;
}

/** Text that stands in the file as it is, from the offset on. */
export const placeAt = (base: number): Place => new PlaceAt(base);

/** Joined text whose original begins at the offset. */
export const placeJoined = (joined: Joined, base: number): Place =>
  joined.starts.length === 1 ? new PlaceAt(base + (joined.sources[0] ?? 0)) : new PlaceJoined(joined, base);

/** Text that begins at the offset of text which has a place of its own: the script inside a quoted word. */
export const placeWithin = (outer: Place, offset: number): Place => new PlaceWithin(outer, offset);

// Classes, since a keystroke makes a place for every instruction.

class PlaceAt implements Place {
  constructor(private readonly base: number) {}
  span(start: number, end: number): Span {
    return { start: this.base + start, end: this.base + end };
  }
}

class PlaceJoined implements Place {
  constructor(
    private readonly joined: Joined,
    private readonly base: number,
  ) {}
  span(start: number, end: number): Span {
    const span = sourceSpan(this.joined, start, end);
    return { start: this.base + span.start, end: this.base + span.end };
  }
}

class PlaceWithin implements Place {
  constructor(
    private readonly outer: Place,
    private readonly offset: number,
  ) {}
  span(start: number, end: number): Span {
    return this.outer.span(this.offset + start, this.offset + end);
  }
}

/** Text for a shell, with its place in the file. */
export const placeShellText = (text: string, interpreter: string, place: Place): ShellText => ({
  text,
  interpreter,
  part: (start, end) => ({ span: place.span(start, end) }),
});

class PlacedWord implements Word {
  constructor(
    readonly syntax: WordSyntax,
    private readonly place: Place,
  ) {}
  get span(): Span {
    return this.place.span(this.syntax.start, this.syntax.end);
  }
  get text(): string {
    return this.syntax.text;
  }
  get literal(): boolean {
    return this.syntax.literal;
  }
  get parts(): readonly Part[] {
    return this.syntax.parts;
  }
  get form(): 'plain' | 'json' {
    return this.syntax.form;
  }
  get quote(): '"' | "'" | undefined {
    return this.syntax.quote;
  }
  part(start: number, end = this.text.length): Word | undefined {
    const { syntax } = this;
    const from = offsetIn(syntax, start);
    const to = offsetIn(syntax, Math.max(start, end - 1));
    if (from === undefined || to === undefined) return undefined;
    const { text, literal, parts } = partOfWord(syntax, start, end, '\\');
    const word: WordSyntax = { start: from, end: end > start ? to + 1 : from, text, literal, parts, form: syntax.form };
    return new PlacedWord(word, this.place);
  }
}

/** Where a character of the word's text is written. */
function offsetIn({ start, end, text, quotedFrom }: WordSyntax, at: number): number | undefined {
  if (end - start === text.length) return start + at;
  if (quotedFrom === undefined || end - start !== text.length + 2) return undefined;
  return start + at + (at < quotedFrom ? 0 : 1);
}

export const placeWord = (syntax: WordSyntax, place: Place): Word => new PlacedWord(syntax, place);

/** Where a word stands in the text that it was read from; undefined for one that was made otherwise. */
export const rangeOf = (word: Word): { readonly start: number; readonly end: number } | undefined =>
  word instanceof PlacedWord ? word.syntax : undefined;
