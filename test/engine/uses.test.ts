import assert from 'node:assert/strict';
import { defaultSettings, type Kind, type Rule } from '@plimsoll/rules';
import { kindOf } from '../../shared-rules/src/engine/kinds.js';
import { rule, say } from '../../shared-rules/src/rule.js';
import type { Workspace } from '../../shared-rules/src/workspace.js';
import { loadLinter } from '../linter.js';

const settings = defaultSettings('2026-01-01');

/** What a rule gets to hear, asked about one document among files. */
async function ask(
  document: string,
  files: Readonly<Record<string, string>>,
  question: (workspace: Workspace) => string,
  reads: string[] = [],
): Promise<string> {
  let answer = '';
  const asking: Rule = rule({
    id: 'asking',
    kinds: ['dockerfile', 'shell', 'compose'] as readonly Kind[],
    severity: 'info',
    profile: 'recommended',
    tags: [],
    since: '0.1.0',
    summary: 'Ask.',
    docs: '',
    examples: [],
    *check(file, { workspace }) {
      answer = question(workspace);
      if (answer === 'never') yield { at: file, message: say`never` };
    },
  });
  const linter = await loadLinter([asking]);
  const text = files[document] ?? '';
  await linter.analyse({ kind: kindOf(document, text) ?? 'dockerfile', path: document, text }, settings, (path) => {
    reads.push(path);
    if (!path.endsWith('/')) return Promise.resolve(files[path]);
    const folder = path === './' ? '' : path;
    const names = Object.keys(files)
      .filter((name) => name.startsWith(folder))
      .map((name) => name.slice(folder.length).replace(/\/.*/, '/'));
    return Promise.resolve(names.length === 0 ? undefined : [...new Set(names)].join('\n'));
  });
  return answer;
}

const uses = (document: string, files: Readonly<Record<string, string>>, reads?: string[]): Promise<string> =>
  ask(
    document,
    files,
    (workspace) =>
      workspace
        .uses()
        .map(({ file, container, target }) => `${file.path} ${container.name.text}${target ? ` ${target.text}` : ''}`)
        .join('; '),
    reads,
  );

const pod = (image: string, name = 'app'): string =>
  `apiVersion: v1\nkind: Pod\nspec:\n  containers:\n    - name: ${name}\n      image: ${image}\n`;

describe('Where an image is run', () => {
  const dockerfile = 'FROM alpine\n';

  it('is told by the Compose file beside it and above it', async () => {
    const files = {
      'api/Dockerfile': dockerfile,
      'api/compose.yaml': 'services: {here: {build: .}}',
      'docker-compose.yml':
        'services:\n  api: {build: ./api}\n  dev: {build: {context: api, target: dev}}\n  web: {build: web}\n  db: {image: postgres}\n',
    };
    assert.equal(
      await uses('api/Dockerfile', files),
      'api/compose.yaml here; docker-compose.yml api; docker-compose.yml dev dev',
    );
  });

  it('never goes above the root', async () => {
    const reads: string[] = [];
    const files = {
      'a/Dockerfile': dockerfile,
      'compose.yaml': 'services: {a: {build: ../../a}, b: {build: a/../../x}}',
    };
    assert.equal(await uses('a/Dockerfile', files, reads), '');
    assert.ok(reads.every((path) => !path.includes('..')));
  });

  it('is told by a manifest that runs the image of the service', async () => {
    const files = {
      'api/Dockerfile': dockerfile,
      'compose.yaml': 'services: {api: {build: api, image: "me/api:dev"}}',
      'k8s/api.yaml': pod('me/api:1'),
      'k8s/base/other.yaml': pod('me/other:1'),
      'k8s/values.yaml': 'a: b\n',
    };
    assert.equal(await uses('api/Dockerfile', files), 'compose.yaml api; k8s/api.yaml app');
  });

  it('is told by the only container of the only Dockerfile, public images aside', async () => {
    const files = { Dockerfile: dockerfile, 'deploy/app.yaml': `${pod('me/app:1')}---\n${pod('redis:7', 'cache')}` };
    assert.equal(await uses('Dockerfile', files), 'deploy/app.yaml app');
    assert.equal(await uses('Dockerfile', { ...files, 'deploy/b.yaml': pod('me/b:1') }), '');
    assert.equal(await uses('Dockerfile', { ...files, 'web/Dockerfile': dockerfile }), '');
    assert.equal(await uses('Dockerfile', { ...files, 'deploy/app.yaml': pod('redis') }), '');
    assert.equal(
      await uses('Dockerfile', { Dockerfile: dockerfile, 'charts/app/templates/d.yaml': pod('{{ .Values.image }}') }),
      'charts/app/templates/d.yaml app',
    );
  });

  it('is told for a script that goes into the image', async () => {
    const files = {
      'docker/entrypoint.sh': '#!/bin/sh\n',
      Dockerfile: dockerfile,
      'compose.yaml': 'services: {a: {build: .}}',
    };
    assert.equal(await uses('docker/entrypoint.sh', files), 'compose.yaml a');
  });

  it('is looked for within bounds', async () => {
    const reads: string[] = [];
    const many = Object.fromEntries(
      Array.from({ length: 3_000 }, (_, at) => [`k8s/d${at}/a.yaml`, pod('me/app')] as const),
    );
    await uses('Dockerfile', { Dockerfile: dockerfile, ...many }, reads);
    assert.ok(reads.length < 200, String(reads.length));
  });

  it('is not told by what is broken', async () => {
    const files = {
      Dockerfile: dockerfile,
      'compose.yaml': 'services: [\n',
      'k8s/a.yaml': 'apiVersion: v1\nkind: "\n',
    };
    assert.equal(await uses('Dockerfile', files), '');
  });
});

describe('The build context', () => {
  const context = (document: string, files: Readonly<Record<string, string>>): Promise<string> =>
    ask(document, files, (workspace) => `${workspace.read('where') ?? '-'} ${workspace.isContextSure}`);
  const files = { where: 'root', 'docker/where': 'docker', 'docker/Dockerfile': 'FROM alpine\n' };

  it('is the one that Compose names', async () => {
    const compose = 'services: {a: {build: {context: ., dockerfile: docker/Dockerfile}}}';
    assert.equal(await context('docker/Dockerfile', { ...files, 'compose.yaml': compose }), 'root true');
  });

  it('is the folder of the Dockerfile where Compose says nothing, or this and that', async () => {
    assert.equal(await context('docker/Dockerfile', files), 'docker false');
    const compose = 'services: {a: {build: {context: ., dockerfile: docker/Dockerfile}}, b: {build: docker}}';
    assert.equal(await context('docker/Dockerfile', { ...files, 'compose.yaml': compose }), 'docker false');
  });
});

describe('The Dockerfile of a service', () => {
  const linter = loadLinter([]);
  const built = async (build: string, files: Readonly<Record<string, string>>): Promise<string> => {
    const text = `services: {a: {build: ${build}}}`;
    const file = (await linter).parse({ kind: 'compose', path: 'x/compose.yaml', text });
    const [service] = file.services();
    assert.ok(service);
    return ask('x/compose.yaml', { 'x/compose.yaml': text, ...files }, (workspace) => {
      const found = workspace.builtBy(file, service);
      return found ? `${found.path} ${found.isMissing} ${found.dockerfile?.stages.length ?? '-'}` : 'none';
    });
  };

  it('is found from the folder of the Compose file', async () => {
    const files = { 'app/Dockerfile': 'FROM alpine\n', 'app/docker/dev': 'FROM alpine\n' };
    assert.equal(await built('../app', files), 'app/Dockerfile false 1');
    assert.equal(await built('{context: ../app, dockerfile: docker/dev}', files), 'app/docker/dev false 1');
    assert.equal(await built('{context: ../app, dockerfile: docker/prod}', files), 'app/docker/prod true -');
    assert.equal(await built('../gone', files), 'gone/Dockerfile false -');
    assert.equal(await built('../../gone', files), 'none');
    assert.equal(await built('https://github.com/a/b.git', files), 'none');
  });
});
