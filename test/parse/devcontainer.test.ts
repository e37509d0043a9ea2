import assert from 'node:assert/strict';
import { kindOf } from '@plimsoll/rules';
import { parseDevContainer } from '../../shared-rules/src/parse/devcontainer.js';
import { table } from './tables.js';

const parse = (text: string) => parseDevContainer('.devcontainer/devcontainer.json', text);

const shown = (text: string): string => {
  const { dockerfile, context, target, usesImage } = parse(text);
  const words = [dockerfile, context, target].map((property) => {
    if (!property) return '-';
    const { value } = property;
    const written = text.slice(value.span.start, value.span.end);
    return `${value.literal ? value.text : `$(${value.text})`}${written === value.text ? '' : `=${written}`}`;
  });
  return [...words, ...(usesImage ? ['image'] : [])].join(' ');
};

table('What is built', shown, [
  ['{ "build": { "dockerfile": "Dockerfile", "context": "..", "target": "dev" } }', 'Dockerfile .. dev'],
  ['{ "dockerFile": "../Dockerfile", "context": ".." }', '../Dockerfile .. -'],
  ['{ "dockerFile": "a", "build": { "target": "dev" } }', 'a - dev'],
  ['\uFEFF// a\r\n{\r\n  /* b */ "build": {\r\n    "dockerfile": "a", // c\r\n  },\r\n}\r\n', 'a - -'],
  ['{ "build": { "dockerfile": "a\\/b" } }', 'a/b=a\\/b - -'],
  [
    '{ "build": { "dockerfile": "${localEnv:FILE}", "target": "{{ stage }}" } }',
    '$(${localEnv:FILE}) - $({{ stage }})',
  ],
  ['{ "build": { "dockerfile": "a", "dockerfile": "b" } }', 'b - -'],
  ['{ "image": "debian:13" }', '- - - image'],
  ['{ "build": "a", "dockerFile": 1, "target": "x" }', '- - -'],
  ['[{ "dockerFile": "a" }]', '- - -'],
  ['', '- - -'],
]);

const problems = (text: string): string =>
  parse(text)
    .problems.map(({ at, message }) => `${at.span.start} ${text.slice(at.span.start, at.span.end)}: ${message}`)
    .join(' ');

table('Bad input', (text) => `${shown(text)} / ${problems(text)}`, [
  ['{ "dockerFile": "a" "context": "b" }', 'a b - / 20 "context": A comma must stand before this.'],
  ['{ "dockerFile": }', '- - - / 16 }: A value must stand here.'],
  ['{ "dockerFile": "a"', 'a - - / 19 : A closing brace is missing.'],
  ['{ "dockerFile" "a" }', '- - - / 15 "a": A colon must stand here.'],
  ['{ "a": [1', '- - - / 9 : A closing bracket is missing. 9 : A closing brace is missing.'],
  [
    '{ dockerFile: "a" }',
    '- - - / 2 dockerFile: This is no JSON. 12 :: The name of a property must stand here, in double quotes. 18 }: A value must stand here.',
  ],
  ['{ "dockerFile": "a', '- - - / 16 "a: This quote is never closed. 18 : A closing brace is missing.'],
  ['{} /* a', '- - - / 3 /* a: This comment is never closed.'],
  ['{} {}', '- - - / 3 {: Nothing may stand behind the end of the object.'],
  ['{% if a %}{ "dockerFile": "a" }{% endif %}', '- - - / '],
]);

describe('A devcontainer.json', () => {
  it('is told by its name', () => {
    for (const path of ['.devcontainer.json', '.devcontainer/devcontainer.json', 'a/.devcontainer/b/devcontainer.json'])
      assert.equal(kindOf(path), 'devcontainer', path);
    for (const path of ['devcontainer-lock.json', 'xdevcontainer.json', '.devcontainer/a.json'])
      assert.equal(kindOf(path), undefined, path);
  });

  it('tells what a comment speaks for', () => {
    const text = '{ // 1\n  "a": 1, // 2\n  /* 3 */\n  "b": { // 4\n    "c": 2 // 5\n  }\n} // 6';
    const file = parse(text);
    const spokenFor = file.comments.map((comment) => {
      const part = file.partAfter(comment);
      return `${comment.text}:${part ? text.slice(part.span.start + 1, part.span.start + 2) : '-'}`;
    });
    assert.deepEqual(spokenFor, ['1:a', '2:a', '3:b', '4:c', '5:c', '6:-']);
    const at = text.indexOf('2 //');
    const part = file.partAt({ span: { start: at, end: at + 1 } });
    assert.equal(part && text.slice(part.span.start, part.span.end), '"c": 2');
  });

  it('is read in good time, whatever it is', () => {
    for (const piece of [
      '{',
      '}',
      '[',
      '"',
      '"a":',
      '{"a":',
      ',',
      '//',
      '/*',
      '\\',
      '\0',
      '{"a":1},',
      '"a":1,',
      '//\n',
    ]) {
      const text = piece.repeat(20_000);
      const from = performance.now();
      const file = parse(text);
      assert.ok(file.problems.length <= 10);
      assert.ok(performance.now() - from < 5_000, `${piece} takes ${performance.now() - from} ms`);
      assert.ok(parse(`{"dockerFile": "a", "b": [${text}`).problems.length > 0, piece);
    }
  });
});
