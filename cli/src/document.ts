import { LineIndex, type Span } from '@plimsoll/rules';

/** A text under the name that people know it by, with its lines. */
export interface Document {
  readonly shown: string;
  readonly text: string;
  /** Line and column of an offset, both counted from 0, the column in UTF-16 units. */
  at(offset: number): Place;
  /** Where a line begins, and where it ends before its line break. */
  line(index: number): Span;
}

export interface Place {
  readonly line: number;
  readonly column: number;
}

/** A document over a text. Its lines are counted when somebody asks. */
export function documentOf(shown: string, text: string): Document {
  let index: LineIndex | undefined;
  const lines = (): LineIndex => (index ??= new LineIndex(text));
  return {
    shown,
    text,
    at(offset) {
      const { line, character } = lines().positionAt(offset);
      return { line, column: character };
    },
    line: (line) => lines().lineSpan(line),
  };
}
