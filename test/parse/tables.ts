import assert from 'node:assert/strict';
import type { Kind, Models } from '../../shared-rules/src/model/file.js';
import { loadShellReader, parse, type SyntaxCache } from '../../shared-rules/src/parse/index.js';
import { grammar } from '../linter.js';

const reader = await loadShellReader(grammar);

export const read = <K extends Kind>(kind: K, text: string, cache?: SyntaxCache): Models[K] =>
  parse({ kind, path: 'a/file', text }, reader, cache);

export type Row = readonly [text: string, expected: string];

/** Control characters as signs, so that a row stays on its line. */
export const visible = (text: string): string =>
  text.replaceAll('\r', '␍').replaceAll('\n', '⏎').replaceAll('\t', '→').replaceAll('\uFEFF', '⌖');

/** One test a row: the text in, what is printed of it out. */
export function table(title: string, print: (text: string) => string, rows: readonly Row[]): void {
  describe(title, () => {
    for (const [text, expected] of rows) {
      it(visible(text).slice(0, 90) || 'nothing', () => {
        assert.equal(visible(print(text)), expected);
      });
    }
  });
}
