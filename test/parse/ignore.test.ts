import assert from 'node:assert/strict';
import { matches, readGlob, cleanPath } from '../../shared-rules/src/parse/glob.js';
import { read, table } from './tables.js';

const parse = (text: string) => read('dockerignore', text);

/** The patterns as the builder reads them, each with the text under its span where it is another. */
const patterns = (text: string): string =>
  parse(text)
    .patterns.map(({ text: pattern, negated, span }) => {
      const written = text.slice(span.start, span.end);
      const read = `${negated ? '!' : ''}${pattern}`;
      return read === written ? read : `${read}{${written}}`;
    })
    .join(' ');

table(
  'Remarks',
  (text: string) =>
    parse(text)
      .patterns.map(({ remark }) => (remark ? `${remark.patternBefore}|${remark.text}` : '-'))
      .join(' '),
  [
    ['a # b', 'a|# b'],
    ['a#b', '-'],
    ['a\t#b#c\r\n#d\ne', 'a|#b#c -'],
    ['  # a', '|# a'],
    ['a#b #c', 'a#b|#c'],
  ],
);

table('Patterns', patterns, [
  ['a\nb/c\n', 'a b/c'],
  ['a\r\nb\r\n', 'a b'],
  ['\uFEFFa', 'a'],
  ['# a\nb # c', 'b # c'],
  [' # a', '# a'],
  ['  a\t', 'a'],
  ['/a/b', 'a/b{/a/b}'],
  ['/', '/'],
  ['a/', 'a{a/}'],
  ['./a', 'a{./a}'],
  ['a/./b//c/../d', 'a/b/d{a/./b//c/../d}'],
  ['../a', '../a'],
  ['!a', '!a'],
  ['! a', '!a{! a}'],
  ['!/a/', '!a{!/a/}'],
  ['!', ''],
  ['\n \n', ''],
  ['.', '.'],
]);

/** For a pattern, the paths that it matches. */
const glob = (row: string): string => {
  const [pattern = '', ...paths] = row.split(' ');
  const read = readGlob(pattern);
  return paths.filter((path) => matches(read, path)).join(' ');
};

table('Globs', glob, [
  ['a a ab a/b ', 'a'],
  ['* a a.b a/b', 'a a.b'],
  ['*.md a.md .md a/b.md a.mdx', 'a.md .md'],
  ['a* a ab a/b', 'a ab'],
  ['*/b a/b b a/c/b', 'a/b'],
  ['a? ab a a/ abc', 'ab'],
  ['? a / é', 'a é'],
  ['**/a a x/a x/y/a xa a/b', 'a x/a x/y/a'],
  ['**/*.go a.go x/a.go x/y/b.go a.gox', 'a.go x/a.go x/y/b.go'],
  ['** a a/b', 'a a/b'],
  ['a/** a a/b a/b/c ab', 'a/b a/b/c'],
  ['a** a ab a/b', 'a ab a/b'],
  ['a/**/b a/b a/x/b a/x/y/b a/xb', 'a/b a/x/b a/x/y/b'],
  ['a**b ab a/b ax/b axb', 'ab a/b ax/b'],
  ['**.log a.log x/a.log .log a.logs', 'a.log x/a.log .log'],
  ['**a* a xa x/ab', 'a x/ab'],
  ['***/a a x/a', 'x/a'],
  ['[ab] a b c ab', 'a b'],
  ['[a-c]x ax cx dx', 'ax cx'],
  ['[^a] a b', 'b'],
  ['[^a-c]x ax dx', 'dx'],
  ['[!a] a ! b', 'a !'],
  ['[a\\]]x ax ]x bx', 'ax ]x'],
  ['[a-] a - b', 'a -'],
  ['[ab a [ab', '[ab'],
  ['\\*a *a xa', '*a'],
  ['a.b a.b axb', 'a.b'],
  ['a+(b) a+(b) aab', 'a+(b)'],
  ['鯨* 鯨 鯨🐳 x', '鯨 鯨🐳'],
]);

/** The file's patterns stand one a line before `--`; of the paths behind it, those that stay out, with their pattern. */
const ignored = (row: string): string => {
  const [text = '', paths = ''] = row.split(' -- ');
  const file = parse(text.replaceAll(' ', '\n'));
  return paths
    .split(' ')
    .flatMap((path) => {
      const by = file.ignoring(path);
      return by ? [`${path}<${by.negated ? '!' : ''}${by.text}`] : [];
    })
    .join(' ');
};

table('What stays out of the context', ignored, [
  ['a -- a a/b b/a ab', 'a<a a/b<a'],
  ['*.md -- a.md x/a.md a.md/b', 'a.md<*.md a.md/b<*.md'],
  ['* -- a a/b', 'a<* a/b<*'],
  ['* !a -- a a/b b', 'b<*'],
  ['!a * -- a b', 'a<* b<*'],
  ['*.md !README.md -- a.md README.md', 'a.md<*.md'],
  ['*.md !README*.md README-secret.md -- README.md README-secret.md', 'README-secret.md<README-secret.md'],
  ['a !a/b a/b/c -- a/x a/b a/b/c a/b/d', 'a/x<a a/b/c<a/b/c'],
  ['a/* -- a a/b a/b/c', 'a/b<a/* a/b/c<a/*'],
  ['a/** !a/b -- a a/b a/b/c a/c', 'a/c<a/**'],
  [
    '**/node_modules -- node_modules x/node_modules/y z',
    'node_modules<**/node_modules x/node_modules/y<**/node_modules',
  ],
  ['**/*.log -- a.log x/y.log/z b', 'a.log<**/*.log x/y.log/z<**/*.log'],
  ['/a -- a b/a', 'a<a'],
  ['a b -- ./a /b/ b/../a', './a<a /b/<b b/../a<a'],
  ['. -- a', ''],
  ['A -- a', ''],
  ['a/b -- a a/b a/b/c', 'a/b<a/b a/b/c<a/b'],
]);

table('Paths as Go cleans them', cleanPath, [
  ['', '.'],
  ['.', '.'],
  ['a//b/./c/', 'a/b/c'],
  ['a/../..', '..'],
  ['../../a', '../../a'],
  ['/..', '/'],
  ['/../a', '/a'],
  ['a/..', '.'],
]);

describe('An ignore file', () => {
  it('tells of a mark without a pattern', () => {
    const text = 'a\n ! \n';
    assert.deepEqual(
      parse(text).problems.map(({ at }) => text.slice(at.span.start, at.span.end)),
      ['!'],
    );
  });

  it('lets a comment speak for the pattern below it', () => {
    const text = '# one\na\n# two\n\nb\n';
    const file = parse(text);
    assert.deepEqual(
      file.comments.map((comment) => {
        const part = file.partAfter(comment);
        return `${comment.text}>${part ? text.slice(part.span.start, part.span.end) : '-'}`;
      }),
      ['one>a', 'two>b'],
    );
    assert.equal(file.partAt({ span: { start: text.indexOf('b'), end: text.length } }), file.patterns[1]);
  });

  it('takes no more time for many stars', () => {
    const started = performance.now();
    assert.equal(matches(readGlob('**/'.repeat(200) + 'b'), 'a/'.repeat(200) + 'a'), false);
    assert.equal(matches(readGlob('*a'.repeat(200) + 'b'), 'a'.repeat(2000)), false);
    assert.ok(performance.now() - started < 2000);
  });
});
