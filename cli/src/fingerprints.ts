import { createHash } from 'node:crypto';
import type { Finding } from './findings.js';

/**
 * Names for findings that stay when the lines around them move: made of the rule, the file and the text of the finding's
 * line, and of which of several alike it is.
 */
export class Fingerprints {
  private readonly known = new Map<Finding, string>();
  private readonly counts = new Map<string, number>();

  constructor(findings: readonly Finding[]) {
    for (const finding of findings) this.known.set(finding, this.next(finding));
  }

  of(finding: Finding): string {
    return this.known.get(finding) ?? this.next(finding);
  }

  private next(finding: Finding): string {
    const content = contentOf(finding);
    const count = this.counts.get(content) ?? 0;
    this.counts.set(content, count + 1);
    return createHash('sha256')
      .update(`${content}\n${String(count)}`)
      .digest('hex')
      .slice(0, 40);
  }
}

/** The rule, the file and the line's text without the blanks, which formatters move. */
export function contentOf({ at: { document, span }, rule }: Finding): string {
  const { end, start } = document.line(document.at(span.start).line);
  return [rule, document.shown, document.text.slice(start, end).trim().replace(/\s+/g, ' ')].join('\n');
}
