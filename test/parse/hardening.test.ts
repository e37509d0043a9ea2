import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import type { Dockerfile } from '../../shared-rules/src/model/dockerfile.js';
import { SyntaxCache } from '../../shared-rules/src/parse/index.js';
import { misplaced, printed } from './print.js';
import { read as readAs, visible } from './tables.js';

const read = (text: string, cache?: SyntaxCache): Dockerfile => readAs('dockerfile', text, cache);

const folder = fileURLToPath(new URL('../corpus/', import.meta.url));
const corpus = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((path) => /[\\/]Dockerfile$/.test(path))
  .sort()
  .map((path) => ({ name: path.replaceAll('\\', '/'), text: readFileSync(`${folder}${path}`, 'utf8') }));

const withLf = (text: string): string => text.replaceAll('\r\n', '\n');
const withCrlf = (text: string): string => withLf(text).replaceAll('\n', '\r\n');

/** Prefixes are parsed one after the other, as by a hand that types; only of every so many is all looked at. */
const STRIDE = 16;

describe('Every prefix of every file of the corpus', () => {
  for (const [index, { name, text }] of corpus.entries()) {
    it(`${name} is parsed, with all parts where they belong`, () => {
      const disguised = [text, withCrlf(text), `\uFEFF${text}`][index % 3] ?? text;
      const cache = new SyntaxCache();
      for (let end = 0; end <= disguised.length; end += 1) {
        const file = read(disguised.slice(0, end), cache);
        assert.ok(file.problems.length >= 0);
        if (end % STRIDE !== index % STRIDE && end < disguised.length) continue;
        assert.deepEqual(misplaced(file), [], visible(disguised.slice(Math.max(0, end - 80), end)));
      }
    });
  }
});

describe('Disguises', () => {
  /** What is said of a file, without the offsets, which a carriage return or a byte order mark moves. */
  const said = (text: string): string =>
    printed(read(text))
      .replace(/\d+-\d+/g, '')
      .replaceAll('\\r', '')
      .split('\n')
      .slice(1)
      .join('\n');

  for (const { name, text } of corpus) {
    it(`${name} says the same behind a byte order mark and with CRLF`, () => {
      const plain = withLf(text.replace(/^\uFEFF/, ''));
      const expected = said(plain);
      assert.equal(said(`\uFEFF${plain}`), expected);
      assert.equal(said(withCrlf(plain)), expected);
    });
  }
});

/** Pieces that change what a text means, more often than letters do. */
const PIECES = [
  '\n',
  '\r\n',
  '\\\n',
  ' \\\n',
  '`\n',
  '#',
  '# c\n',
  '# escape=`\n',
  '<<E',
  ' <<-"E" ',
  'E\n',
  '\nE\n',
  '"',
  "'",
  '[',
  ']',
  '["a", ',
  '$',
  '${',
  '}',
  '${a:-',
  '=',
  ' ',
  '\t',
  '--mount=',
  '--from=',
  ',',
  ':',
  '@',
  '\\',
  '`',
  '🐳',
  '\uFEFF',
  'FROM a AS b\n',
  'FROM b\n',
  'ONBUILD ',
  'RUN ',
  'ENV a=$a$b\n',
  'ARG a\n',
  'HEALTHCHECK CMD ',
  'COPY ',
  'USER a:b\n',
  'SHELL ["pwsh", "-c"]\n',
  'WORKDIR ../x\n',
] as const;

interface Edit {
  /** In thousandths of the text. */
  readonly at: number;
  readonly removed: number;
  readonly inserted: string;
}

const edits = fc.array(
  fc.record<Edit>({
    at: fc.nat(1000),
    removed: fc.oneof(fc.constant(0), fc.nat(12)),
    inserted: fc.oneof(fc.constantFrom(...PIECES), fc.string({ maxLength: 4 }), fc.constant('')),
  }),
  { minLength: 1, maxLength: 8 },
);

function edited(text: string, { at, removed, inserted }: Edit): string {
  const start = Math.round((text.length * at) / 1000);
  return text.slice(0, start) + inserted + text.slice(start + removed);
}

describe('After any edits', () => {
  it('what is kept from before changes nothing of what is said', function () {
    this.timeout(60_000);
    const property = fc.property(fc.constantFrom(...corpus), edits, ({ text: start }, all) => {
      const cache = new SyntaxCache();
      let text = start;
      read(text, cache);
      for (const edit of all) {
        text = edited(text, edit);
        read(text, cache);
      }
      const warm = read(text, cache);
      assert.deepEqual(misplaced(warm), []);
      assert.equal(printed(warm), printed(read(text)));
    });
    fc.assert(property, { numRuns: 150 });
  });

  it('a text of nothing but odd pieces is parsed as well', function () {
    this.timeout(60_000);
    const property = fc.property(fc.array(fc.constantFrom(...PIECES), { maxLength: 30 }), (pieces) => {
      const text = pieces.join('');
      const file = read(text);
      assert.deepEqual(misplaced(file), []);
      assert.equal(printed(read(text, new SyntaxCache())), printed(file));
    });
    fc.assert(property, { numRuns: 300 });
  });
});

describe('Texts that no one writes', () => {
  const texts: Readonly<Record<string, string>> = {
    'ten thousand stages, each on the one before':
      'FROM scratch AS s0\nENV a=1\n' +
      Array.from({ length: 10_000 }, (_, index) => `FROM s${index} AS s${index + 1}\nENV b=$a$c`).join('\n'),
    'ten thousand continued lines': `FROM a\nENV ${'a=b \\\n'.repeat(10_000)}c=d`,
    'variables that double': `FROM scratch\nENV a=x\n${'ENV a=$a$a\n'.repeat(5_000)}`,
    'braces that never close': `FROM ${'${'.repeat(20_000)}`,
    'operands in operands': `FROM ${'${a:-'.repeat(20_000)}b${'}'.repeat(20_000)}`,
    'triggers in triggers': `FROM a\n${'ONBUILD '.repeat(10_000)}RUN a`,
    'a line of a hundred thousand words': `FROM a\nARG ${'a '.repeat(100_000)}`,
    'a heredoc that is never closed': `FROM a\nCOPY <<E /x\n${'b\n'.repeat(50_000)}`,
  };
  for (const [name, text] of Object.entries(texts)) {
    it(name, function () {
      this.timeout(20_000);
      const file = read(text);
      for (const node of file.all()) {
        for (const word of node.words) node.valueOf(word);
        if ('pairs' in node) for (const { value } of node.pairs) if (value) node.valueOf(value);
      }
      for (const stage of file.stages) stage.effective('CMD');
      assert.ok([...(file.finalStage?.result.env.all() ?? [])].length >= 0);
      assert.ok(file.problems.length >= 0);
    });
  }
});
