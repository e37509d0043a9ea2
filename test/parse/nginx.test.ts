import assert from 'node:assert/strict';
import type { NginxDirective } from '../../shared-rules/src/model/nginx.js';
import { defaultSettings, kindOf } from '@plimsoll/rules';
import { parseNginx } from '../../shared-rules/src/parse/nginx.js';
import { loadLinter } from '../linter.js';
import { table } from './tables.js';

const parse = (text: string, path = 'etc/nginx.conf') => parseNginx(path, text);

const printed = ({ name, args, block }: NginxDirective): string => {
  const words = [name, ...args].map(({ text, literal }) => (literal ? text : `$(${text})`)).join('|');
  return block ? `${words}{${block.map(printed).join(' ')}}` : words;
};

const tree = (text: string): string => parse(text).directives.map(printed).join(' ');

table('Directives', tree, [
  ['worker_processes auto;', 'worker_processes|auto'],
  ['a 1;b 2 3;', 'a|1 b|2|3'],
  ['\uFEFFa 1;\r\nb\r\n2;\r\n', 'a|1 b|2'],
  ['http {\n  server { listen 80; }\n}\nuser x;', 'http{server{listen|80}} user|x'],
  ['a; # b;\n# c;\nd#e f;', 'a d#e|f'],
  ['a "b; {c}" \'d # e\';', 'a|b; {c}|d # e'],
  ['a "b \\"c\\" \\d";', 'a|b "c" \\d'],
  ['a b\\;c;', 'a|b\\;c'],
  ['if ($a ~* "b") { c; }', 'if|$(($a)|~*|b|){c}'],
  ['a $b/c ${d}e;f;', 'a|$($b/c)|$(${d}e) f'],
  ['a ${b;', 'a|${b'],
  ['location ~ \\.php$ { }', 'location|~|\\.php${}'],
  ['a {} b {c {d;} e;}', 'a{} b{c{d} e}'],
  ['content_by_lua_block { local a = { "}" } -- }\n--[[ } ]] b = [=[ } ]=] } c;', 'content_by_lua_block{} c'],
  ['include nowhere/*.conf; unknown_thing x;', 'include|nowhere/*.conf unknown_thing|x'],
  ['', ''],
  [';;', ''],
]);

const problems = (text: string): string =>
  parse(text)
    .problems.map(({ at, message }) => `${text.slice(at.span.start, at.span.end)}: ${message}`)
    .join(' ');

table('Bad input', (text) => `${tree(text)} / ${problems(text)}`, [
  ['http { a;', 'http{a} / http: This block is never closed.'],
  ['a { b { c; }', 'a{b{c}} / a: This block is never closed.'],
  ['a; } b;', 'a b / }: This brace closes nothing.'],
  ['a "b;\nc;', 'a|b;|c / ": This quote is never closed.'],
  ['a b', 'a|b / b: A semicolon must end this directive.'],
  ['s { a b }', 's{a|b} / b: A semicolon must end this directive.'],
  ['{ a; }', 'a / {: A name must stand before this brace. }: This brace closes nothing.'],
  ['x_by_lua_block { "', 'x_by_lua_block{} / x_by_lua_block: This block is never closed.'],
  ['a \\', 'a|\\ / \\: A semicolon must end this directive.'],
]);

describe('A configuration of nginx', () => {
  it('is told by its name', () => {
    const ours = [
      'nginx.conf',
      'web.nginx.conf',
      'docker/nginx/a/site.conf',
      'conf.d/app.conf',
      'etc/sites-enabled/a.b',
    ];
    for (const path of ours) assert.equal(kindOf(path), 'nginx', path);
    for (const path of [
      'a.conf',
      'nginx/index.html',
      'conf.d/my.cnf',
      'xnginx.conf',
      'sites-enabled/a/b',
      'nginx.config',
    ])
      assert.equal(kindOf(path), undefined, path);
  });

  it('lies where it is written', () => {
    const text = '\uFEFFhttp {\r\n  root "/a b";\r\n}';
    const found = [...parse(text).all()].map(({ span }) => text.slice(span.start, span.end));
    assert.deepEqual(found, ['http {\r\n  root "/a b";\r\n}', 'root "/a b";']);
    const roots = [...parse(text).all('root')].map(({ args, parent }) => [
      ...args.map(({ span }) => text.slice(span.start, span.end)),
      parent?.name.text,
    ]);
    assert.deepEqual(roots, [['"/a b"', 'http']]);
  });

  it('is a main file if it has events', () => {
    assert.equal(parse('events {}').isMain, true);
    assert.equal(parse('server { events; }').isMain, false);
  });

  it('tells what a comment speaks for', () => {
    const text = '# 1\nhttp { # 2\n  # 3\n  a; # 4\n  b;\n} # 5';
    const file = parse(text);
    const spokenFor = file.comments.map((comment) => {
      const part = file.partAfter(comment);
      return part && text.slice(part.span.start, part.span.end).split(/[ ;]/)[0];
    });
    assert.deepEqual(spokenFor, ['http', 'http', 'a', 'a', undefined]);
    const [, , b] = file.all();
    assert.equal(b && file.partAt(b.name), b);
  });

  it('may be told to be silent, above a directive and behind it', async () => {
    const linter = await loadLinter();
    const ignore = '# plimsoll ignore=nginx-worker-processes-auto bound to its processors';
    for (const text of [`${ignore}\nworker_processes auto;\n`, `worker_processes auto; ${ignore}\nevents {}\n`]) {
      const analysis = linter.lint({ kind: 'nginx', path: 'nginx.conf', text }, defaultSettings('2026-01-01'));
      assert.deepEqual(analysis.diagnostics, []);
      assert.deepEqual(
        analysis.suppressed.map(({ rule }) => rule),
        ['nginx-worker-processes-auto'],
      );
    }
  });

  it('says nothing of templates and of the files of other programs', () => {
    assert.deepEqual(parse('listen {{ port }};\nroot {% if a %}b{% endif %};').problems, []);
    assert.deepEqual(parse('[program:a]\ncommand=b\n', 'conf.d/a.conf').problems, []);
    assert.deepEqual(parse('input {\n  http {\n    port => 80\n  }\n}\n', 'conf.d/a.conf').problems, []);
    assert.deepEqual(parse('server {\n  port = 80\n}\n', 'conf.d/a.conf').problems, []);
    assert.equal(parse('server { location = / { a; }', 'conf.d/a.conf').problems.length, 1);
    assert.deepEqual([...parse('<VirtualHost *:80>\n</VirtualHost>\n', 'sites-enabled/a').all()], []);
    assert.equal(parse('server { a', 'sites-enabled/a').problems.length, 2);
  });

  it('is read in good time, whatever it is', () => {
    const texts = [
      '{',
      '}',
      'a{',
      '"',
      "'",
      '${',
      'a}',
      '\\',
      '#',
      ';',
      'a;',
      '\0',
      'x_by_lua_block{',
      '[[',
      '[=',
      '--',
    ];
    for (const piece of texts) {
      const text = piece.repeat(20_000);
      const from = performance.now();
      const file = parse(text);
      assert.ok(file.problems.length <= 20);
      assert.ok(performance.now() - from < 5_000, `${piece} takes ${performance.now() - from} ms`);
    }
  });
});
