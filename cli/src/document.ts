/** A text under the name that people know it by, with its lines. */
export interface Document {
  readonly shown: string;
  readonly text: string;
  /** Line and column of an offset, both counted from 0, the column in UTF-16 units. */
  at(offset: number): Place;
  /** Where a line begins, and where it ends before its line break. */
  line(index: number): { readonly start: number; readonly end: number };
}

export interface Place {
  readonly line: number;
  readonly column: number;
}

/** A document over a text. Its lines are counted when somebody asks. */
export function documentOf(shown: string, text: string): Document {
  let known: readonly number[] | undefined;
  const starts = (): readonly number[] => (known ??= lineStarts(text));
  return {
    shown,
    text,
    at(offset) {
      const line = indexAt(starts(), offset);
      return { line, column: offset - (starts()[line] ?? 0) };
    },
    line(index) {
      const start = starts()[index] ?? text.length;
      let end = starts()[index + 1] ?? text.length;
      if (end > start && text[end - 1] === '\n') end -= 1;
      if (end > start && text[end - 1] === '\r') end -= 1;
      return { start, end };
    },
  };
}

function lineStarts(text: string): readonly number[] {
  const starts = [0];
  for (const { index, 0: ending } of text.matchAll(/\r\n|\n|\r/g)) starts.push(index + ending.length);
  return starts;
}

function indexAt(starts: readonly number[], offset: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}
