import assert from 'node:assert/strict';

import { clients, codesOf, MODERN, rangeIn } from './client.js';

const CLEAN = 'FROM debian:12\nRUN good\n';
const BAD = 'FROM debian:12\nRUN bad\n';

describe('The server, for clients that wait for diagnostics', () => {
  const start = clients();

  it('says what it can do', async () => {
    const { initialized } = await start();
    assert.equal(initialized?.capabilities.positionEncoding, 'utf-16');
    assert.equal(initialized.capabilities.diagnosticProvider, undefined);
    assert.deepEqual(initialized.capabilities.textDocumentSync, { openClose: true, change: 2, save: true });
  });

  it('publishes the findings of a document with its version', async () => {
    const client = await start();
    await client.open('Dockerfile', BAD);
    const { diagnostics, version } = await client.publishedFor('Dockerfile');
    assert.equal(version, 1);
    assert.deepEqual(diagnostics, [
      {
        range: rangeIn(BAD, 'bad'),
        severity: 2,
        code: 'no-bad',
        codeDescription: { href: 'https://github.com/plimsoll/plimsoll/blob/main/docs/rules/no-bad.md' },
        source: 'plimsoll',
        message: 'bad is a bad word.',
        data: { rule: 'no-bad' },
      },
    ]);
  });

  it('tags what is deprecated', async () => {
    const client = await start();
    await client.open('Dockerfile', 'FROM debian:12\nMAINTAINER me\n');
    const { diagnostics } = await client.publishedFor('Dockerfile');
    assert.deepEqual(diagnostics[0]?.tags, [2]);
    assert.equal(diagnostics[0].severity, 4);
  });

  it('publishes the last version once when changes come fast', async () => {
    const client = await start();
    await client.open('Dockerfile', CLEAN);
    let last = 0;
    for (let round = 0; round < 50; round += 1) {
      last = await client.change('Dockerfile', round % 2 === 0 ? 'bad' : 'good', {
        start: { line: 1, character: 4 },
        end: { line: 1, character: round % 2 === 0 ? 8 : 7 },
      });
    }
    await client.change('Dockerfile', BAD);
    last += 1;
    await client.publishedFor('Dockerfile', ({ version }) => version === last);
    await client.settled();
    const versions = client.published.map(({ version }) => version ?? 0);
    assert.deepEqual(
      versions,
      [...new Set(versions)].sort((a, b) => a - b),
      'every version once, none after a newer one',
    );
    assert.ok(versions.length < 50, `${String(versions.length)} publications for 51 changes`);
    assert.deepEqual(codesOf(client.published.at(-1)?.diagnostics ?? []), ['no-bad']);
  });

  it('clears what it said of a document that is closed, and starts anew with a lower version', async () => {
    const client = await start();
    await client.open('Dockerfile', BAD, 'dockerfile', 7);
    await client.publishedFor('Dockerfile', ({ version }) => version === 7);
    await client.close('Dockerfile');
    await client.publishedFor(
      'Dockerfile',
      ({ diagnostics, version }) => version === undefined && diagnostics.length === 0,
    );
    await client.open('Dockerfile', BAD, 'dockerfile', 1);
    const { diagnostics } = await client.publishedFor('Dockerfile', ({ version }) => version === 1);
    assert.deepEqual(codesOf(diagnostics), ['no-bad']);
  });

  it('counts characters as the editor does, with CRLF and signs beyond the basic plane', async () => {
    const client = await start();
    await client.open('Dockerfile', '\uFEFFFROM debian:12\r\n# 🐳\r\nRUN "🐳" bad\r\n');
    const { diagnostics } = await client.publishedFor('Dockerfile');
    assert.deepEqual(diagnostics[0]?.range, { start: { line: 2, character: 9 }, end: { line: 2, character: 12 } });
  });

  it('checks documents that are in no folder', async () => {
    const client = await start({ isWithoutFolder: true });
    await client.open('untitled:Untitled-1', BAD);
    await client.open('vscode-vfs://github/someone/something/Dockerfile', BAD);
    for (const uri of ['untitled:Untitled-1', 'vscode-vfs://github/someone/something/Dockerfile']) {
      assert.deepEqual(codesOf((await client.publishedFor(uri)).diagnostics), ['no-bad']);
    }
  });

  it('leaves documents of other languages alone', async () => {
    const client = await start();
    await client.open('notes.md', BAD, 'markdown');
    await client.open('Dockerfile', BAD);
    await client.publishedFor('Dockerfile');
    assert.ok(client.published.every(({ uri }) => uri === client.uri('Dockerfile')));
  });

  it('checks configurations of nginx, whatever their language is called', async () => {
    const client = await start();
    for (const [path, language] of [
      ['nginx.conf', 'nginx'],
      ['conf.d/app.conf', 'plaintext'],
    ] as const) {
      await client.open(path, 'server {\n', language);
      assert.deepEqual(codesOf((await client.publishedFor(path)).diagnostics), ['syntax']);
    }
  });

  it('believes a client that calls a file a Dockerfile', async () => {
    const client = await start();
    await client.open('image.txt', BAD);
    assert.deepEqual(codesOf((await client.publishedFor('image.txt')).diagnostics), ['no-bad']);
  });

  describe('with files beside the document', () => {
    const COPY = 'FROM debian:12\nCOPY secret /\n';

    it('points to the other file', async () => {
      const client = await start({ files: { '.dockerignore': '# none\nsecret\n' } });
      await client.open('Dockerfile', COPY);
      const { diagnostics } = await client.publishedFor('Dockerfile');
      assert.deepEqual(diagnostics[0]?.relatedInformation, [
        {
          location: {
            uri: client.uri('.dockerignore'),
            range: { start: { line: 1, character: 0 }, end: { line: 1, character: 6 } },
          },
          message: 'It is ignored here.',
        },
      ]);
    });

    it('judges anew when a file changes on disk, and has asked to be told', async () => {
      const client = await start();
      await client.open('Dockerfile', COPY);
      await client.publishedFor('Dockerfile', ({ diagnostics }) => diagnostics.length === 0);
      await client.until(() => client.watched.find((registered) => registered.includes('"pattern":".dockerignore"')));
      await client.write('.dockerignore', 'secret\n');
      await client.tellOfChange('.dockerignore', 1);
      const { diagnostics, version } = await client.publishedFor(
        'Dockerfile',
        (params) => params.diagnostics.length > 0,
      );
      assert.deepEqual(codesOf(diagnostics), ['no-ignored']);
      assert.equal(version, 1);
    });

    it('reads them again on saving, for a client that cannot watch files', async () => {
      const client = await start({ capabilities: {} });
      await client.open('Dockerfile', COPY);
      await client.publishedFor('Dockerfile', ({ diagnostics }) => diagnostics.length === 0);
      await client.write('.dockerignore', 'secret\n');
      await client.connection.sendNotification('textDocument/didSave', {
        textDocument: { uri: client.uri('Dockerfile') },
      });
      await client.publishedFor('Dockerfile', ({ diagnostics }) => diagnostics.length === 1);
    });

    it('believes an open editor before the disk', async () => {
      const client = await start({ files: { '.dockerignore': 'secret\n' } });
      await client.open('.dockerignore', '# nothing\n', 'ignore');
      await client.open('Dockerfile', COPY);
      await client.publishedFor('Dockerfile', ({ diagnostics }) => diagnostics.length === 0);
      await client.change('.dockerignore', 'secret\n');
      await client.publishedFor('Dockerfile', ({ diagnostics }) => diagnostics.length === 1);
      await client.change('.dockerignore', '');
      const before = client.published.length;
      await client.until(() => client.published.length > before && client.published.at(-1)?.diagnostics.length === 0);
      await client.close('.dockerignore');
      await client.until(() => client.published.at(-1)?.diagnostics.length === 1);
    });

    it('reads nothing outside the folder', async () => {
      const client = await start();
      await client.open('../outside/Dockerfile', COPY);
      await client.publishedFor('../outside/Dockerfile', ({ diagnostics }) => diagnostics.length === 0);
    });
  });

  describe('with settings', () => {
    it('takes the nearest config file', async () => {
      const files = {
        '.plimsoll.yaml': 'rules: { no-bad: off }\n',
        'app/.plimsoll.yaml': 'rules: { no-bad: error }\n',
      };
      const client = await start({ files });
      await client.open('Dockerfile', BAD);
      await client.open('app/image/Dockerfile', BAD);
      await client.publishedFor('Dockerfile', ({ diagnostics }) => diagnostics.length === 0);
      assert.equal((await client.publishedFor('app/image/Dockerfile')).diagnostics[0]?.severity, 1);
    });

    it('knows a Compose file by its language and a manifest by its text', async () => {
      const client = await start();
      await client.open('stack.txt', 'services: [\n', 'dockercompose');
      assert.deepEqual(codesOf((await client.publishedFor('stack.txt')).diagnostics), ['syntax']);
      await client.open('app.yaml', 'a: [\n', 'yaml');
      await client.change('app.yaml', 'apiVersion: v1\nkind: Pod\nspec: [\n');
      const found = await client.publishedFor('app.yaml', ({ diagnostics }) => diagnostics.length > 0);
      assert.deepEqual(codesOf(found.diagnostics), ['syntax']);
      await client.change('app.yaml', 'a: [\n');
      await client.publishedFor('app.yaml', ({ diagnostics }) => diagnostics.length === 0);
    });

    it('reads the context of a config file from its folder', async () => {
      const files = { 'app/.plimsoll.yaml': 'context: ..\n', '.dockerignore': 'secret\n' };
      const client = await start({ files });
      await client.open('app/Dockerfile', 'FROM debian:12\nCOPY secret /\n');
      assert.deepEqual(codesOf((await client.publishedFor('app/Dockerfile')).diagnostics), ['no-ignored']);
    });

    it('judges anew when a config file comes, changes and goes', async () => {
      const client = await start();
      await client.open('Dockerfile', BAD);
      await client.publishedFor('Dockerfile', ({ diagnostics }) => diagnostics.length === 1);
      await client.write('.plimsoll.yaml', 'rules: { no-bad: off }\n');
      await client.tellOfChange('.plimsoll.yaml', 1);
      await client.publishedFor('Dockerfile', ({ diagnostics }) => diagnostics.length === 0);
      await client.write('.plimsoll.yaml', 'rules: { no-bad: hint }\n');
      await client.tellOfChange('.plimsoll.yaml');
      await client.publishedFor('Dockerfile', ({ diagnostics }) => diagnostics[0]?.severity === 4);
    });

    it('keeps the last good settings while the config file is broken, and says what is wrong in it', async () => {
      const client = await start({ files: { '.plimsoll.yaml': 'rules: { no-bad: error }\n' } });
      await client.open('Dockerfile', BAD);
      await client.publishedFor('Dockerfile', ({ diagnostics }) => diagnostics[0]?.severity === 1);
      await client.write('.plimsoll.yaml', 'rules: { no-bad: loud }\n');
      await client.tellOfChange('.plimsoll.yaml');
      const { diagnostics } = await client.publishedFor('.plimsoll.yaml');
      assert.deepEqual(diagnostics[0]?.range, { start: { line: 0, character: 17 }, end: { line: 0, character: 21 } });
      await client.change('Dockerfile', `${BAD}RUN bad\n`);
      const after = await client.publishedFor('Dockerfile', ({ version }) => version === 2);
      assert.deepEqual(
        after.diagnostics.map(({ severity }) => severity),
        [1, 1],
      );

      await client.write('.plimsoll.yaml', 'rules: { no-bad: info }\n');
      await client.tellOfChange('.plimsoll.yaml');
      await client.publishedFor('.plimsoll.yaml', (params) => params.diagnostics.length === 0);
      await client.publishedFor('Dockerfile', (params) => params.diagnostics[0]?.severity === 3);
    });

    it('takes hadolint’s config file where there is none of ours, and keeps its last good settings', async () => {
      const client = await start({ files: { '.hadolint.yaml': 'override: { error: [DL9001] }\n' } });
      await client.open('Dockerfile', BAD);
      await client.publishedFor('Dockerfile', ({ diagnostics }) => diagnostics[0]?.severity === 1);
      await client.write('.hadolint.yaml', 'overide: { error: [DL9001] }\n');
      await client.tellOfChange('.hadolint.yaml');
      const { diagnostics } = await client.publishedFor('.hadolint.yaml');
      assert.deepEqual(diagnostics[0]?.range, { start: { line: 0, character: 0 }, end: { line: 0, character: 7 } });
      assert.match(diagnostics[0].message as string, /did you mean override/);
      await client.change('Dockerfile', `${BAD}RUN bad\n`);
      const after = await client.publishedFor('Dockerfile', ({ version }) => version === 2);
      assert.deepEqual(
        after.diagnostics.map(({ severity }) => severity),
        [1, 1],
      );
      await client.write('.plimsoll.yaml', 'rules: { no-bad: off }\n');
      await client.tellOfChange('.plimsoll.yaml', 1);
      await client.publishedFor('Dockerfile', (params) => params.diagnostics.length === 0);
    });

    it('reads a config file that is open before it is saved', async () => {
      const client = await start();
      await client.open('Dockerfile', BAD);
      await client.publishedFor('Dockerfile');
      await client.open('.plimsoll.yaml', 'rules: { no-bad: off }\n', 'yaml');
      await client.publishedFor('Dockerfile', ({ diagnostics }) => diagnostics.length === 0);
      await client.change('.plimsoll.yaml', 'rules: { no-such: off }\n');
      await client.publishedFor('.plimsoll.yaml', ({ diagnostics }) => diagnostics.length === 1);
    });

    it('asks the editor, and the file has the last word', async () => {
      const settings = { profile: 'strict', rules: { 'no-bad': 'error', 'no-vague': 'hint' } };
      const client = await start({ settings, files: { 'app/.plimsoll.json': '{ "rules": { "no-bad": "info" } }' } });
      await client.open('Dockerfile', BAD);
      const alone = (await client.publishedFor('Dockerfile')).diagnostics;
      assert.deepEqual(
        alone.map(({ code, severity }) => [code, severity]),
        [
          ['require-notes', 3],
          ['no-bad', 1],
        ],
      );
      await client.open('app/Dockerfile', `${BAD}RUN vague\n`);
      const withFile = (await client.publishedFor('app/Dockerfile')).diagnostics;
      assert.deepEqual(
        withFile.map(({ code, severity }) => [code, severity]),
        [
          ['no-bad', 3],
          ['no-vague', 4],
        ],
      );
    });

    it('follows changes of the editor’s settings', async () => {
      const client = await start({ settings: { enable: true } });
      await client.open('Dockerfile', BAD);
      await client.publishedFor('Dockerfile', ({ diagnostics }) => diagnostics.length === 1);
      client.settings = { enable: false };
      await client.connection.sendNotification('workspace/didChangeConfiguration', { settings: null });
      await client.publishedFor('Dockerfile', ({ diagnostics }) => diagnostics.length === 0);
      client.settings = { rules: { 'no-bad': 'error' } };
      await client.connection.sendNotification('workspace/didChangeConfiguration', { settings: null });
      await client.publishedFor('Dockerfile', ({ diagnostics }) => diagnostics[0]?.severity === 1);
    });

    it('takes them from a client that sends them', async () => {
      const capabilities = { ...MODERN, workspace: {} };
      const client = await start({ capabilities, initializationOptions: { rules: { 'no-bad': 'error' } } });
      await client.open('Dockerfile', BAD);
      await client.publishedFor('Dockerfile', ({ diagnostics }) => diagnostics[0]?.severity === 1);
      await client.connection.sendNotification('workspace/didChangeConfiguration', {
        settings: { plimsoll: { rules: { 'no-bad': 'hint' } } },
      });
      await client.publishedFor('Dockerfile', ({ diagnostics }) => diagnostics[0]?.severity === 4);
    });

    it('says in the log what is wrong in the editor’s settings', async () => {
      const client = await start({ settings: { rules: { 'no-such': 'off' } } });
      await client.open('Dockerfile', BAD);
      assert.match(await client.until(() => client.logged.find((line) => line.includes('no-such'))), /settings/);
    });

    it('follows folders that come and go', async () => {
      const client = await start({ files: { '.plimsoll.yaml': 'rules: { no-bad: off }\n' }, isWithoutFolder: true });
      await client.open('app/Dockerfile', BAD);
      await client.publishedFor('app/Dockerfile', ({ diagnostics }) => diagnostics.length === 1);
      await client.connection.sendNotification('workspace/didChangeWorkspaceFolders', {
        event: { added: [{ uri: client.uri(''), name: 'all' }], removed: [] },
      });
      await client.publishedFor('app/Dockerfile', ({ diagnostics }) => diagnostics.length === 0);
    });
  });
});
