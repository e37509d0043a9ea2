import type { Escape, Segment } from './lines.js';
import { InstructionSyntax } from './instruction.js';

/**
 * Keeps the syntax of instructions from one parse to the next, by their text. After a parse only what it used is left,
 * so the cache never grows beyond one document.
 */
export class SyntaxCache {
  #kept = new Map<string, InstructionSyntax>();
  #used = new Map<string, InstructionSyntax>();
  #escape: Escape = '\\';

  get size(): number {
    return this.#kept.size;
  }

  /** Begins a parse. Under another escape character the same text is another instruction. */
  begin(escape: Escape): void {
    if (escape !== this.#escape) this.#kept.clear();
    this.#escape = escape;
  }

  take(text: string, segment: Segment): InstructionSyntax {
    const raw = text.slice(segment.start, segment.end);
    const found = this.#used.get(raw) ?? this.#kept.get(raw) ?? this.#read(raw, segment);
    this.#used.set(found.raw, found);
    return found;
  }

  #read(text: string, segment: Segment): InstructionSyntax {
    const raw = detached(text);
    return new InstructionSyntax(raw, segment.joined(raw), segment.heredocs, this.#escape);
  }

  /** Ends a parse: what it did not use is dropped. */
  settle(): void {
    this.#kept = this.#used;
    this.#used = new Map();
  }
}

/** A copy of its own: a slice would keep the whole text of its document alive for as long as it is kept itself. */
const detached = (text: string): string => JSON.parse(JSON.stringify(text)) as string;
