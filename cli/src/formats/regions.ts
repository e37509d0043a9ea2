import type { PlaceIn } from '../findings.js';

/** Lines and columns count from 1, columns in UTF-16 units; the end lies behind the last character. */
export interface Region {
  readonly startLine: number;
  readonly startColumn: number;
  readonly endLine: number;
  readonly endColumn: number;
}

export function regionOf({ document, span }: PlaceIn): Region {
  const start = document.at(span.start);
  const end = document.at(span.end);
  return {
    startLine: start.line + 1,
    startColumn: start.column + 1,
    endLine: end.line + 1,
    endColumn: end.column + 1,
  };
}
