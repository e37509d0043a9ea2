import type { Span } from './model/index.js';

/** A place as the protocol counts: both from 0, characters in UTF-16 code units. */
export interface Position {
  readonly line: number;
  readonly character: number;
}

/** Offsets of a text as lines and characters, and back. A line break belongs to the line it ends. */
export class LineIndex {
  readonly #starts: readonly number[];

  constructor(private readonly text: string) {
    const starts = [0];
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
    this.#starts = starts;
  }

  get lineCount(): number {
    return this.#starts.length;
  }

  /** An offset beyond the text counts as its end. */
  positionAt(offset: number): Position {
    const at = Math.max(0, Math.min(offset, this.text.length));
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#starts[middle] ?? 0) <= at) low = middle;
      else high = middle - 1;
    }
    return { line: low, character: at - (this.#starts[low] ?? 0) };
  }

  /** A place beyond the text or its line counts as the end of that. */
  offsetAt({ line, character }: Position): number {
    if (line < 0) return 0;
    const start = this.#starts[line];
    if (start === undefined) return this.text.length;
    return Math.min(start + Math.max(0, character), this.lineSpan(line).end);
  }

  /** The line without its line break. */
  lineSpan(line: number): Span {
    const start = this.#starts[line] ?? this.text.length;
    const next = this.#starts[line + 1];
    let end = next === undefined ? this.text.length : next - 1;
    if (next !== undefined && end > start && this.text[end - 1] === '\r') end -= 1;
    return { start, end };
  }

  lineText(line: number): string {
    const { start, end } = this.lineSpan(line);
    return this.text.slice(start, end);
  }
}
