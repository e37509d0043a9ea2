import type { Escape, Segment } from './lines.js';
import { InstructionSyntax } from './instruction.js';

/** How many texts that no parse has used of late are kept before they are dropped. */
const MOST_STALE = 64;

interface Entry {
  readonly syntax: InstructionSyntax;
  /** The last parse that used it. */
  parse: number;
}

/**
 * Keeps the syntax of instructions from one parse to the next, by their text. What the last parse did not use is dropped
 * by the handful, so the cache never grows beyond one document.
 */
export class SyntaxCache {
  readonly #entries = new Map<string, Entry>();
  #escape: Escape = '\\';
  #parse = 0;
  #used = 0;

  get size(): number {
    return this.#entries.size;
  }

  /** Begins a parse. Under another escape character the same text is another instruction. */
  begin(escape: Escape): void {
    if (escape !== this.#escape) this.#entries.clear();
    this.#escape = escape;
    this.#parse += 1;
    this.#used = 0;
  }

  take(text: string, segment: Segment): InstructionSyntax {
    const raw = text.slice(segment.start, segment.end);
    const entry = this.#entries.get(raw) ?? this.#read(raw, segment);
    if (entry.parse !== this.#parse) this.#used += 1;
    entry.parse = this.#parse;
    return entry.syntax;
  }

  #read(text: string, segment: Segment): Entry {
    const raw = detached(text);
    const syntax = new InstructionSyntax(raw, segment.joined(raw), segment.heredocs, this.#escape);
    const entry = { syntax, parse: 0 };
    this.#entries.set(raw, entry);
    return entry;
  }

  /** Ends a parse. */
  settle(): void {
    if (this.#entries.size - this.#used <= MOST_STALE) return;
    for (const [raw, { parse }] of this.#entries) if (parse !== this.#parse) this.#entries.delete(raw);
  }
}

/** A copy of its own: a slice would keep the whole text of its document alive for as long as it is kept itself. */
const detached = (text: string): string => JSON.parse(JSON.stringify(text)) as string;
