import assert from 'node:assert/strict';

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
