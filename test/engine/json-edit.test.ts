import assert from 'node:assert/strict';
import { apply, defaultSettings, ignoreHere, ignoreInFile, type DevContainer, type Linter } from '@plimsoll/rules';
import { addProperty, spell } from '../../shared-rules/src/edit.js';
import { loadLinter } from '../linter.js';

let linter: Linter;
before(async () => {
  linter = await loadLinter();
});

const path = '.devcontainer/devcontainer.json';
const parse = (text: string): DevContainer => linter.parse({ kind: 'devcontainer', path, text });

describe('Adding a property to an object of JSON', () => {
  const rows: readonly (readonly [text: string, expected: string])[] = [
    ['{ "build": { "dockerfile": "a" } }', '{ "build": { "dockerfile": "a", "c": "d" } }'],
    ['{"build":{"dockerfile":"a",},}', '{"build":{"dockerfile":"a", "c": "d",},}'],
    [
      '{\r\n\t"build": {\r\n\t\t"dockerfile": "a" // why\r\n\t}\r\n}',
      '{\r\n\t"build": {\r\n\t\t"dockerfile": "a",\r\n\t\t"c": "d" // why\r\n\t}\r\n}',
    ],
    ['{ "build": {\n  "dockerfile": "a",\n} }', '{ "build": {\n  "dockerfile": "a",\n  "c": "d",\n} }'],
  ];
  for (const [text, expected] of rows) {
    it(text.replaceAll(/\s+/g, ' '), () => {
      const file = parse(text);
      assert.ok(file.lastOfBuild);
      const result = apply(text, spell(file, [addProperty(file.lastOfBuild, 'c', 'd')]));
      assert.equal(result, expected);
      assert.deepEqual(parse(result).problems, []);
    });
  }

  it('adds an object as well', () => {
    const file = parse('{ "dockerFile": "a" }');
    assert.ok(file.dockerfile);
    const edits = spell(file, [addProperty(file.dockerfile, 'build', { target: 'b"c' })]);
    assert.equal(apply(file.text, edits), '{ "dockerFile": "a", "build": { "target": "b\\"c" } }');
  });
});

describe('Comments in JSON that ignore findings', () => {
  const text = '{\n  "name": "a",\n  "build": { "dockerfile": "../Dockerfile" }\n}\n';
  const settings = { ...defaultSettings('2026-01-01'), profile: 'all' as const };
  const read = (name: string): Promise<string | undefined> =>
    Promise.resolve(name === 'Dockerfile' ? 'FROM node:22\nCMD ["node", "/app"]\n' : undefined);
  const found = async (source: string): Promise<string> => {
    const { diagnostics } = await linter.analyse({ kind: 'devcontainer', path, text: source }, settings, read);
    return diagnostics.map(({ rule, at }) => `${rule} ${source.slice(at.span.start, at.span.end)}`).join('; ');
  };

  it('begin with two slashes', async () => {
    assert.equal(await found(text), 'devcontainer-not-production ../Dockerfile');
    for (const make of [ignoreHere, ignoreInFile]) {
      const { file, diagnostics } = await linter.analyse({ kind: 'devcontainer', path, text }, settings, read);
      const [diagnostic] = diagnostics;
      assert.ok(diagnostic);
      const fix = make(file, diagnostic);
      const result = apply(text, spell(file, fix?.edits ?? []));
      assert.match(result, /^ *\/\/ plimsoll ignore(-file)?=devcontainer-not-production$/m);
      assert.equal(await found(result), '');
    }
  });

  it('are told when they silence nothing', async () => {
    const useless = `{\n  // plimsoll ignore=devcontainer-not-production\n${text.slice(2)}`;
    assert.equal(
      await found(useless),
      'unused-ignore devcontainer-not-production; devcontainer-not-production ../Dockerfile',
    );
  });

  it('go alone where something else stands in their line', async () => {
    for (const useless of [
      text.replace('"build"', '/* plimsoll ignore=nothing-such */ "build"'),
      text.replace('"a",', '"a", // plimsoll ignore=nothing-such'),
      text.replace('  "build"', '  // plimsoll ignore=nothing-such\n  "build"'),
    ]) {
      const source = { kind: 'devcontainer', path, text: useless } as const;
      const { file, diagnostics } = await linter.analyse(source, settings, read);
      const fix = diagnostics.find(({ rule }) => rule === 'unknown-ignore')?.fix;
      assert.equal(apply(useless, spell(file, fix?.edits ?? [])), text);
    }
  });
});
