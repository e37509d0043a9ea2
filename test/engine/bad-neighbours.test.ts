import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defaultSettings, kindOf, type Analysis, type Linter } from '@plimsoll/rules';
import { loadLinter } from '../linter.js';

const settings = { ...defaultSettings('2026-01-01'), profile: 'all' as const };

let linter: Linter;
before(async () => {
  linter = await loadLinter();
});

/** Texts by path; undefined is there and cannot be read, as a folder, a binary file or one that is too large. */
type Files = Readonly<Record<string, string | undefined>>;

async function analyse(path: string, files: Files): Promise<Analysis> {
  const text = files[path] ?? '';
  const kind = kindOf(path, text);
  assert.ok(kind, path);
  return linter.analyse({ kind, path, text }, settings, (asked) => Promise.resolve(answer(asked, files)));
}

function answer(asked: string, files: Files): string | undefined {
  if (!asked.endsWith('/')) return files[asked];
  const folder = asked === './' ? '' : asked;
  const below = Object.keys(files).filter((path) => path.startsWith(folder));
  const names = new Set(below.map((path) => path.slice(folder.length).replace(/\/.*/, '/')));
  return names.size === 0 ? undefined : [...names].join('\n');
}

/** `line rule`, for each finding; of a text that cannot be read, what is said of it. */
function shown({ file, diagnostics }: Analysis, ...rules: readonly string[]): readonly string[] {
  return diagnostics
    .filter(({ rule }) => rules.length === 0 || rules.includes(rule))
    .map(({ rule, at, message }) => {
      const line = file.text.slice(0, at.span.start).split('\n').length;
      return `${line} ${rule === 'syntax' ? message.template : rule}`;
    });
}

const findings = async (path: string, text: string, ...rules: readonly string[]): Promise<readonly string[]> =>
  shown(await analyse(path, { [path]: text }), ...rules);

/** Nothing failed, everything points into the text, and every fix can be spelled. */
function assertSound(analysis: Analysis, label: string): void {
  for (const { rule, at, message, fix, choices = [] } of analysis.diagnostics) {
    assert.notEqual(rule, 'internal-error', `${label}: ${message.values.join(' ')}`);
    const { start, end } = at.span;
    assert.ok(0 <= start && start <= end && end <= analysis.file.text.length, `${label}: ${rule}`);
    for (const each of [...(fix ? [fix] : []), ...choices]) {
      assert.doesNotMatch(each.title, /^Nothing, since/, `${label}: ${rule}`);
      linter.spell(analysis, each, settings);
    }
  }
}

const shop = fileURLToPath(new URL('../corpus/shop/', import.meta.url));
const shopFiles: Files = Object.fromEntries(
  readdirSync(shop, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => {
      const path = join(entry.parentPath, entry.name);
      return [path.slice(shop.length).replaceAll('\\', '/'), readFileSync(path, 'utf8')];
    }),
);

const pod = (name: string, image = 'nginx'): string =>
  `apiVersion: v1\nkind: Pod\nmetadata:\n  name: ${name}\nspec:\n  containers:\n    - name: app\n      image: ${image}\n`;

describe('Files that are half typed', () => {
  for (const path of ['compose.yaml', 'k8s/catalog.yaml', 'k8s/orders.yaml', 'web/nginx.conf', 'orders/entrypoint.sh'])
    it(`takes every beginning of ${path}`, async () => {
      const whole = shopFiles[path] ?? '';
      assert.notEqual(whole, '');
      for (let end = 0; end <= whole.length; end += 1) {
        const text = whole.slice(0, end);
        if (kindOf(path, text)) assertSound(await analyse(path, { ...shopFiles, [path]: text }), `${path} ${end}`);
      }
    });

  it('judges a Dockerfile beside them', async () => {
    for (const path of [
      'compose.yaml',
      'k8s/catalog.yaml',
      'catalog/docker-entrypoint.sh',
      'catalog/requirements.txt',
    ]) {
      const whole = shopFiles[path] ?? '';
      for (let end = 0; end <= whole.length; end += 17) {
        const files = { ...shopFiles, [path]: whole.slice(0, end) };
        assertSound(await analyse('catalog/Dockerfile', files), `${path} ${end}`);
      }
    }
  });
});

describe('Broken YAML', () => {
  const LATEST = ['syntax', 'k8s-image-latest-or-untagged', 'compose-image-latest'];
  const cases: readonly (readonly [broken: string, problem: string])[] = [
    ['spec: "abc\n', '12 This quote is never closed.'],
    ["spec: 'abc\n", '12 This quote is never closed.'],
    ['spec: [a, b\n', '12 This bracket is not closed before its indentation ends.'],
    ['spec: {a: b\n', '12 This bracket is not closed before its indentation ends.'],
    ['\tspec: a\n', '12 Tabs are not allowed as indentation.'],
  ];
  for (const [broken, problem] of cases)
    it(`says where, and reads the documents around it: ${broken.trim()}`, async () => {
      const text = [pod('a'), `apiVersion: v1\nkind: Pod\n${broken}`, pod('c')].join('---\n');
      assert.deepEqual(await findings('pod.yaml', text, ...LATEST), [
        '8 k8s-image-latest-or-untagged',
        problem,
        '21 k8s-image-latest-or-untagged',
      ]);
    });

  it('reads the services around a broken one', async () => {
    for (const [broken, problem] of [
      ['image: "nginx', 'This quote is never closed.'],
      ['ports: ["80:80"', 'This bracket is not closed before its indentation ends.'],
    ]) {
      const text = `services:\n  a:\n    image: redis\n  b:\n    ${broken}\n  c:\n    image: redis\n`;
      const found = await findings('compose.yaml', text, ...LATEST);
      assert.ok(found.includes(`5 ${problem}`), found.join());
      assert.ok(found.includes('3 compose-image-latest') && found.includes('7 compose-image-latest'), found.join());
    }
  });

  it('takes brackets that break off again and again for no deep nesting', async () => {
    const text = `services:\n${'  a:\n    x: [\n'.repeat(600)}`;
    const found = await findings('compose.yaml', text, 'syntax');
    assert.ok(!found.some((line) => line.includes('nested')), found[0]);
  });

  it('reads the first document of a Compose file, and is silent about the others', async () => {
    const text = 'services:\n  a:\n    image: redis\n---\nservices:\n  b:\n    image: redis\n';
    assert.deepEqual(await findings('compose.yaml', text, ...LATEST), ['3 compose-image-latest']);
  });

  it('follows anchors that explode, that are their own, or that are nowhere', async () => {
    const bomb = (name: string, first: string, next: (from: string) => string): string =>
      `${name}0: &${name}0 ${first}\n` +
      Array.from({ length: 12 }, (_, at) => `${name}${at + 1}: &${name}${at + 1} ${next(`*${name}${at}`)}\n`).join('');
    const nine = (from: string): readonly string[] => Array.from({ length: 9 }, () => from);
    const lists = bomb('l', '[a]', (from) => `[${nine(from).join(', ')}]`);
    const maps = bomb(
      'm',
      '{a: b}',
      (from) =>
        `{${nine(from)
          .map((value, at) => `k${at}: ${value}`)
          .join(', ')}}`,
    );
    const merges = bomb('g', '{a: b}', (from) => `{<<: [${nine(from).join(', ')}]}`);
    const uses = ['command', 'environment', 'ports', 'volumes', 'depends_on', 'labels', 'deploy', 'healthcheck'];
    for (const alias of ['*l12', '*m12', '*g12', '*a', '*nowhere']) {
      const keys = uses.map((key) => `    ${key}: ${alias}\n`).join('');
      const text = `${lists}${maps}${merges}services:\n  a: &a\n    <<: ${alias}\n    image: redis\n${keys}`;
      const analysis = await analyse('compose.yaml', { 'compose.yaml': text });
      assertSound(analysis, alias);
      assert.deepEqual(shown(analysis, 'compose-image-latest'), ['43 compose-image-latest'], alias);
    }
  });

  it('leaves alone what a template puts in, and checks the rest', async () => {
    const text = `${pod('{{ .Values.name }}', '{{ .Values.image }}')}    - name: b\n      image: nginx\n{{- if .x }\n`;
    assert.deepEqual(await findings('templates/pod.yaml', text, ...LATEST), ['10 k8s-image-latest-or-untagged']);
  });
});

describe('Other files that are broken', () => {
  it('says where an nginx.conf lacks a brace', async () => {
    const open = 'events {}\nhttp {\n  server {\n    listen 80;\n  location / {\n  }\n}\n';
    assert.deepEqual(await findings('nginx.conf', open, 'syntax'), ['2 This block is never closed.']);
    const closed = 'events {}\nhttp {\n  server\n    listen 80;\n  }\n}\n';
    assert.deepEqual(await findings('nginx.conf', closed, 'syntax'), ['6 This brace closes nothing.']);
  });

  it('is silent about what an nginx.conf includes from elsewhere', async () => {
    const text = 'events {}\nhttp {\n  include /nowhere/*.conf;\n  include $x;\n  include;\n}\n';
    assert.deepEqual(await findings('nginx.conf', text, 'syntax', 'internal-error'), []);
  });

  it('is silent about a script of another interpreter, and reads one of none as sh', async () => {
    for (const first of ['#!/opt/foo', '#!/usr/bin/env zsh', '#!/usr/bin/python3', '#!', '#!/usr/bin/env -S'])
      assert.deepEqual(await findings('entrypoint.sh', `${first}\njava -jar a\n`), [], first);
    assert.deepEqual(await findings('entrypoint.sh', 'java -jar a\n', 'entrypoint-script-no-exec'), [
      '1 entrypoint-script-no-exec',
    ]);
  });

  it('names the patterns that the builder refuses or that match nothing', async () => {
    const text = '[a\n[]\na[b\nc\\\n[^\n!\n[a-z]\n[^a]/**\na\\[b\na]\n# [\n../x\n';
    const refused = 'The builder refuses this pattern: a bracket is never closed, or a backslash ends it.';
    assert.deepEqual(await findings('.dockerignore', text), [
      ...[1, 2, 3, 4, 5].map((line) => `${line} ${refused}`),
      '6 A pattern must follow the exclamation mark.',
      '12 dockerignore-syntax',
    ]);
  });
});

describe('An entrypoint that cannot be read', () => {
  const image = (copy: string, entrypoint: string): string =>
    `FROM debian:13-slim\nWORKDIR /app\nCOPY ${copy}\nUSER 1000\nENTRYPOINT ["${entrypoint}"]\n`;
  const ABOUT = [
    'internal-error',
    'syntax',
    'copy-source-missing',
    'dockerignore-missing',
    'entrypoint-script-no-exec',
    'entrypoint-file-not-executable-or-missing',
  ];
  const cases: readonly (readonly [title: string, dockerfile: string, files: Files, wanted: readonly string[]])[] = [
    ['a folder', image('scripts /app/scripts', '/app/scripts'), { 'scripts/a.sh': '#!/bin/sh\njava -jar a\n' }, []],
    ['no readable file', image('e.sh /app/', '/app/e.sh'), { 'e.sh': undefined }, []],
    ['outside of the context', image('../../e.sh /app/', '/app/e.sh'), {}, ['3 copy-source-missing']],
    ['above the root', image('e.sh /app/', '../../../../e.sh'), { 'e.sh': undefined }, []],
    [
      'beside an ignore file that cannot be read',
      image('. .', '/app/e.sh'),
      { 'e.sh': undefined, '.dockerignore': undefined },
      [],
    ],
  ];
  for (const [title, text, files, wanted] of cases)
    it(`is judged by what is known: ${title}`, async () => {
      const analysis = await analyse('Dockerfile', { Dockerfile: text, ...files });
      assertSound(analysis, title);
      assert.deepEqual(shown(analysis, ...ABOUT), wanted);
    });

  it('is judged beside manifests that cannot be read', async () => {
    const files = { 'compose.yaml': undefined, 'deployment.yaml': undefined, 'k8s/pod.yaml': undefined };
    const analysis = await analyse('Dockerfile', { Dockerfile: image('a /app/', '/app/a'), a: undefined, ...files });
    assertSound(analysis, 'manifests');
  });
});
