import assert from 'node:assert/strict';
import { documentOf } from '../../cli/src/document.js';
import { frame } from '../../cli/src/formats/frame.js';

describe('code frames', () => {
  it('underlines exactly what is meant', () => {
    expectFrame('FROM debian:12\nRUN apt-get «install» curl\n', [
      '  2 | RUN apt-get install curl', //
      '    |             ^^^^^^^',
    ]);
  });

  it('shows tabs as blanks and keeps the marks under them', () => {
    expectFrame('RUN\ta && \\\n\t\tb «c\td» e\n', [
      '  2 |         b c d e', //
      '    |           ^^^',
    ]);
  });

  it('counts wide characters and emoji as the terminal does', () => {
    expectFrame('LABEL a="鯨🐳👨‍👩‍👧" «b»=c', [
      '  1 | LABEL a="鯨🐳👨‍👩‍👧" b=c', //
      '    |                  ^',
    ]);
    expectFrame('RUN echo «鯨🐳» x', [
      '  1 | RUN echo 鯨🐳 x', //
      '    |          ^^^^',
    ]);
  });

  it('counts what combines with the letter before it as nothing', () => {
    expectFrame('RUN cafe\u0301 «x»', [
      '  1 | RUN cafe\u0301 x', //
      '    |          ^',
    ]);
  });

  it('leaves the carriage return of a line break out', () => {
    expectFrame('FROM a\r\nRUN «b»\r\nRUN c\r\n', [
      '  2 | RUN b', //
      '    |     ^',
    ]);
  });

  it('makes visible what would steer the terminal', () => {
    expectFrame('RUN \u001b[2J \u202e«x»', [
      '  1 | RUN ␛[2J \uFFFDx', //
      '    |           ^',
    ]);
  });

  it('underlines every line of what spans several', () => {
    expectFrame('«RUN a && \\\n\n    b»\nRUN c', [
      '  1 | RUN a && \\',
      '    | ^^^^^^^^^^',
      '  2 |',
      '  3 |     b',
      '    |     ^',
    ]);
  });

  it('shortens what spans many', () => {
    const lines = Array.from({ length: 10 }, (_, index) => `L${index + 1}`);
    expectFrame(`«${lines.join('\n')}»`, [
      '   1 | L1',
      '     | ^^',
      '   2 | L2',
      '     | ^^',
      '   3 | L3',
      '     | ^^',
      '   4 | L4',
      '     | ^^',
      '   ⋮ |',
      '  10 | L10',
      '     | ^^^',
    ]);
  });

  it('ends with the line whose break is the end of what is meant', () => {
    expectFrame('«FROM a\n»RUN b', [
      '  1 | FROM a', //
      '    | ^^^^^^',
    ]);
  });

  it('marks a place without extent, at the end of the text too', () => {
    expectFrame('FROM a«»', [
      '  1 | FROM a', //
      '    |       ^',
    ]);
    expectFrame('«»', [
      '  1 |', //
      '    | ^',
    ]);
  });

  it('cuts a long line down to what surrounds the place', () => {
    const text = `RUN ${'x'.repeat(500_000)} «y» ${'z'.repeat(500_000)}`;
    expectFrame(
      text,
      [
        `  1 | …${'x'.repeat(19)} y ${'z'.repeat(16)}…`, //
        `    | ${' '.repeat(21)}^`,
      ],
      40,
    );
  });

  it('never parts a character at the cut', () => {
    const text = `RUN ${'🐳'.repeat(1000)}«y»${'🐳'.repeat(1000)}`;
    const lines = framed(text, 41);
    assert.ok(!/[\p{Surrogate}\uFFFD]/u.test(lines.join('')));
    assert.ok(lines[0]?.startsWith('  1 | …🐳'));
  });
});

function expectFrame(marked: string, expected: readonly string[], width = 200): void {
  assert.deepEqual(framed(marked, width), expected);
}

function framed(marked: string, width: number): readonly string[] {
  const start = marked.indexOf('«');
  const end = marked.indexOf('»') - 1;
  const document = documentOf('Dockerfile', marked.replace(/[«»]/g, ''));
  const plain = (text: string): string => text;
  return frame({ document, span: { start, end } }, { mark: '^', width, gutter: plain, underline: plain });
}
