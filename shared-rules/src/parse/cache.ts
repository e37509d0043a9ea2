import type { Escape, Segment } from './lines.js';
import { InstructionSyntax } from './instruction.js';

/**
 * Keeps the syntax of instructions from one parse to the next, by their text. After a parse only what it used is left,
 * so the cache never grows beyond one document.
 */
export class SyntaxCache {
  #kept = new Map<string, InstructionSyntax>();
  #used = new Map<string, InstructionSyntax>();

  get size(): number {
    return this.#kept.size;
  }

  take(text: string, segment: Segment, escape: Escape): InstructionSyntax {
    const raw = text.slice(segment.start, segment.end);
    const key = escape + raw;
    const found =
      this.#used.get(key) ??
      this.#kept.get(key) ??
      new InstructionSyntax(raw, segment.joined, segment.heredocs, escape);
    this.#used.set(key, found);
    return found;
  }

  /** Ends a parse: what it did not use is dropped. */
  settle(): void {
    this.#kept = this.#used;
    this.#used = new Map();
  }
}
