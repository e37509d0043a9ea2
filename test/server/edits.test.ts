import assert from 'node:assert/strict';

import { apply } from '@plimsoll/rules';
import fc from 'fast-check';

import { difference } from '../../server/src/edits.js';

describe('The difference of two texts', () => {
  const text = fc
    .array(fc.constantFrom('a', 'b', 'RUN x', ' \\', '🐳', '🐋', '\n', '\r\n', ''), { maxLength: 30 })
    .map((parts) => parts.join(''));

  it('makes one of the other, in edits that are sorted and apart', () => {
    fc.assert(
      fc.property(text, text, (before, after) => {
        const edits = difference(before, after);
        assert.equal(apply(before, edits), after);
        edits.forEach(({ span }, index) => {
          const next = edits[index + 1];
          assert.ok(!next || span.end <= next.span.start);
        });
      }),
    );
  });

  it('leaves alone what is the same', () => {
    assert.deepEqual(difference('FROM a\nRUN x\nRUN y\nCMD z\n', 'FROM a\nRUN x -y\nRUN y\nCMD z\n'), [
      { span: { start: 12, end: 12 }, text: ' -y' },
    ]);
    assert.deepEqual(difference('same', 'same'), []);
  });

  it('does not part what belongs together', () => {
    assert.deepEqual(difference('🐳', '🐋'), [{ span: { start: 0, end: 2 }, text: '🐋' }]);
    assert.deepEqual(difference('a\r\n', 'a\n'), [{ span: { start: 1, end: 3 }, text: '\n' }]);
  });

  it('copes with two texts that have nothing in common', () => {
    const before = Array.from({ length: 5_000 }, (_, index) => `before ${String(index)}\n`).join('');
    const after = Array.from({ length: 5_000 }, (_, index) => `${String(index)} after\n`).join('');
    assert.equal(apply(before, difference(before, after)), after);
  });
});
