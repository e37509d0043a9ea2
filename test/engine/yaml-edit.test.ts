import assert from 'node:assert/strict';
import type { ComposeFile, Linter } from '@plimsoll/rules';
import {
  addItem,
  apply,
  removeEntry,
  setIn,
  setScalar,
  setVariable,
  spell,
  type Edit,
} from '../../shared-rules/src/edit.js';
import { loadLinter } from '../linter.js';

let linter: Linter;
before(async () => {
  linter = await loadLinter([]);
});

/** The text after the edit that `make` gives for its file; `refused` where it gives none. */
function after(text: string, make: (file: ComposeFile) => Edit | undefined): string {
  const file = linter.parse({ kind: 'compose', path: 'compose.yaml', text });
  const edit = make(file);
  return edit ? apply(text, spell(file, [edit])) : 'refused';
}

const set =
  (path: string, value: string) =>
  ({ root }: ComposeFile): Edit | undefined =>
    root && setIn(root, path.split('.'), value);
const remove =
  (path: string) =>
  ({ root }: ComposeFile): Edit | undefined => {
    const entry = root?.entry(...path.split('.').map((step) => (/^\d+$/.test(step) ? Number(step) : step)));
    return entry && removeEntry(entry);
  };

describe('Setting a key of YAML', () => {
  const rows: readonly (readonly [text: string, path: string, value: string, expected: string])[] = [
    ['a:\n  b: 1\n', 'a.b', '2', 'a:\n  b: 2\n'],
    ['a:\n  b: "1"\n', 'a.b', '2"', 'a:\n  b: "2\\""\n'],
    ["a:\n  b: '1'\n", 'a.b', "it's", "a:\n  b: 'it''s'\n"],
    ['a:\n  b: 1\n', 'a.b', 'x: y', 'a:\n  b: "x: y"\n'],
    ['a:\n  b: # why\n', 'a.b', '2', 'a:\n  b: 2 # why\n'],
    ['a:\n  b: 1\nz: 1\n', 'a.c', '2', 'a:\n  b: 1\n  c: 2\nz: 1\n'],
    ['a:\n  b: 1 # one\n\n# z\nz: 1\n', 'a.c', '2', 'a:\n  b: 1 # one\n  c: 2\n\n# z\nz: 1\n'],
    ['a:\n    b: 1\n', 'a.c.d.e', '2', 'a:\n    b: 1\n    c:\n        d:\n            e: 2\n'],
    ['a:\n  b:\nz: 1\n', 'a.b.c', '2', 'a:\n  b:\n    c: 2\nz: 1\n'],
    ['a:\r\n  b: 1\r\nz: 1\r\n', 'a.c.d', '2', 'a:\r\n  b: 1\r\n  c:\r\n    d: 2\r\nz: 1\r\n'],
    ['\uFEFFa:\n  b: 1', 'a.c', '2', '\uFEFFa:\n  b: 1\n  c: 2'],
    ['a: {b: 1}\n', 'a.c', '2', 'a: {b: 1, c: 2}\n'],
    ['a: {b: 1}\n', 'a.c.d', '2', 'a: {b: 1, c: { d: 2 }}\n'],
    ['a: {}\n', 'a.b', '2', 'a: { b: 2 }\n'],
    ['a: {b: x}\n', 'a.b', 'x, y', 'a: {b: "x, y"}\n'],
    ['a:\n  b: |\n    text\n\nz: 1\n', 'a.c', '2', 'a:\n  b: |\n    text\n  c: 2\n\nz: 1\n'],
    ['a:\n  b: 1\n', 'a.c', '\n- x\n- y', 'a:\n  b: 1\n  c:\n    - x\n    - y\n'],
    ['a:\n  b: 1\n', 'c.d', '', 'a:\n  b: 1\nc:\n  d:\n'],
    // Other places would change too.
    ['x: &x {b: 1}\na: *x\n', 'a.b', '2', 'refused'],
    ['x: &x {b: 1}\na:\n  <<: *x\n', 'a.b', '2', 'refused'],
    ['x: &x\n  b: 1\na: *x\n', 'x.b', '2', 'refused'],
    // Something else stands in the way.
    ['a: text\n', 'a.b', '2', 'refused'],
    ['a: [1]\n', 'a.b', '2', 'refused'],
    ['a: {{ .Values.a }}\n', 'a.b', '2', 'refused'],
    ['a:\n  b: |\n    text\n', 'a.b', '2', 'refused'],
    ['a: {b: 1}\n', 'a.c', '\n- x', 'refused'],
  ];
  for (const [text, path, value, expected] of rows) {
    it(`${path} in ${JSON.stringify(text)}`, () => {
      assert.equal(after(text, set(path, value)), expected);
    });
  }
});

describe('Taking a key of YAML out', () => {
  const rows: readonly (readonly [text: string, path: string, expected: string])[] = [
    ['a: 1\nb: 2 # two\nc: 3\n', 'b', 'a: 1\nc: 3\n'],
    ['a:\n  b:\n    - 1\n    - 2\n  c: 3\n', 'a.b', 'a:\n  c: 3\n'],
    ['a:\n  b:\n    c: 1\nz: 1\n', 'a.b.c', 'z: 1\n'],
    ['a:\r\n  b: 1\r\n  c: 2\r\n', 'a.b', 'a:\r\n  c: 2\r\n'],
    ['a:\n  - b: 1\n    c: 2\n', 'a.0.b', 'a:\n  - c: 2\n'],
    ['a:\n  - b: 1\n    c: 2\n', 'a.0.c', 'a:\n  - b: 1\n'],
    ['a: {b: 1, c: 2, d: 3}\n', 'a.b', 'a: {c: 2, d: 3}\n'],
    ['a: {b: 1, c: 2, d: 3}\n', 'a.c', 'a: {b: 1, d: 3}\n'],
    ['a: {b: 1, c: 2}\n', 'a.c', 'a: {b: 1}\n'],
    ['a: 1\nb: 2', 'b', 'a: 1'],
    ['x: &x {b: 1}\na: *x\n', 'a.b', 'refused'],
  ];
  for (const [text, path, expected] of rows) {
    it(`${path} in ${JSON.stringify(text)}`, () => {
      assert.equal(after(text, remove(path)), expected);
    });
  }
});

describe('Adding an item to a list of YAML', () => {
  const rows: readonly (readonly [text: string, item: string, expected: string])[] = [
    ['a:\n  - 1\nz: 1\n', '2', 'a:\n  - 1\n  - 2\nz: 1\n'],
    ['a:\n- b: 1\n  c: 2\n', 'b: 3\nc: 4', 'a:\n- b: 1\n  c: 2\n- b: 3\n  c: 4\n'],
    ['a: [1, 2]\n', '3', 'a: [1, 2, 3]\n'],
    ['a: []\n', '3', 'a: [3]\n'],
    ['a:\r\n  - 1', '2', 'a:\r\n  - 1\r\n  - 2'],
    ['x: &x [1]\na: *x\n', '2', 'refused'],
  ];
  for (const [text, item, expected] of rows) {
    it(JSON.stringify(text), () => {
      const add = ({ root }: ComposeFile): Edit | undefined => {
        const list = root?.list('a');
        return list && addItem(list, item);
      };
      assert.equal(after(text, add), expected);
    });
  }
});

describe('Setting a variable', () => {
  const variable = (environment: string): string =>
    after(`services:\n  a:\n    environment: ${environment}\n`, (file) => {
      const [pair] = file.services()[0]?.environment ?? [];
      return pair && setVariable(pair, '${A:?set A}');
    }).replace('services:\n  a:\n    environment: ', '');

  it('keeps the form that it is written in', () => {
    assert.equal(variable('\n      A: x'), '\n      A: ${A:?set A}\n');
    assert.equal(variable('\n      - A=x'), '\n      - A=${A:?set A}\n');
    assert.equal(variable('\n      - "A=x"'), '\n      - "A=${A:?set A}"\n');
    assert.equal(variable('{A: x}'), '{A: "${A:?set A}"}\n');
    assert.equal(variable('["A=x"]'), '["A=${A:?set A}"]\n');
    assert.equal(variable('\n      - "A=x\\n"'), 'refused');
  });
});

it('A value behind an anchor that nobody uses is set', () => {
  const { root } = linter.parse({ kind: 'compose', path: 'compose.yaml', text: 'a: &a 1\n' });
  const value = root?.get('a');
  assert.ok(value && setScalar(value, '2'));
});
