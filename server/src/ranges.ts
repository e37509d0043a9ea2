import type { LineIndex, Span } from '@plimsoll/rules';
import type { Range } from 'vscode-languageserver';

/** Offsets as the protocol's lines and characters. */
export const rangeOf = (lines: LineIndex, { start, end }: Span): Range => ({
  start: lines.positionAt(start),
  end: lines.positionAt(end),
});
