import assert from 'node:assert/strict';

import type { CodeAction } from 'vscode-languageserver-protocol';

import { applied, clients, editsIn, MODERN, PULLING, rangeIn, type TestClient } from './client.js';

const TEXT = 'FROM debian:12\nMAINTAINER me\nRUN bad && bad\nRUN vague\n';
const EVERYTHING = { start: { line: 0, character: 0 }, end: { line: 99, character: 0 } };
const PLAIN = { ...MODERN, textDocument: { hover: {}, codeAction: {} } };

describe('The code actions', () => {
  const start = clients();

  it('are the fix, what concerns the rule, and the ways to ignore it', async () => {
    const client = await start();
    await client.open('Dockerfile', TEXT);
    const actions = await client.codeActions('Dockerfile', rangeIn(TEXT, 'bad'));
    assert.deepEqual(titlesOf(actions), [
      'Say good',
      'Fix all no-bad problems in this file',
      'Ignore no-bad here',
      'Ignore no-bad in this file',
      'Fix all that Plimsoll can fix safely',
    ]);
    assert.deepEqual(
      actions.map(({ isPreferred }) => isPreferred === true),
      [true, false, false, false, false],
    );
    assert.deepEqual(
      actions.map(({ kind }) => kind),
      [...Array<string>(4).fill('quickfix'), 'source.fixAll.plimsoll'],
    );
  });

  it('make the edit once it is chosen, for the version at hand', async () => {
    const client = await start();
    await client.open('Dockerfile', TEXT);
    const [fix] = await client.codeActions('Dockerfile', rangeIn(TEXT, 'bad'));
    assert.ok(fix);
    assert.equal(fix.edit, undefined);
    const { edit } = await client.resolve(fix);
    assert.deepEqual(edit?.documentChanges, [
      {
        textDocument: { uri: client.uri('Dockerfile'), version: 1 },
        edits: [{ range: rangeIn(TEXT, 'bad'), newText: 'good' }],
      },
    ]);
  });

  it('make no edit of a version that is gone', async () => {
    const client = await start();
    await client.open('Dockerfile', TEXT);
    const [fix] = await client.codeActions('Dockerfile', rangeIn(TEXT, 'bad'));
    assert.ok(fix);
    await client.change('Dockerfile', `# more\n${TEXT}`);
    assert.equal((await client.resolve(fix)).edit, undefined);
  });

  it('carry their edits along for clients that do not ask later', async () => {
    const client = await start({ capabilities: PLAIN });
    await client.open('Dockerfile', TEXT);
    const actions = await client.codeActions('Dockerfile', rangeIn(TEXT, 'bad'));
    assert.ok(actions.length > 0 && actions.every(({ edit }) => edit !== undefined));
    assert.equal(applied(TEXT, edits(client, actions, 'Say good')), TEXT.replace('bad', 'good'));
    assert.equal(
      applied(TEXT, edits(client, actions, 'Fix all no-bad problems in this file')),
      TEXT.replaceAll('bad', 'good'),
    );
  });

  it('are plain changes for clients that know no versions', async () => {
    const client = await start({ capabilities: { textDocument: { codeAction: {} } } });
    await client.open('Dockerfile', TEXT);
    const [fix] = await client.codeActions('Dockerfile', rangeIn(TEXT, 'bad'));
    assert.deepEqual(fix?.edit, {
      changes: { [client.uri('Dockerfile')]: [{ range: rangeIn(TEXT, 'bad'), newText: 'good' }] },
    });
  });

  it('offer the choices where only a person can choose', async () => {
    const client = await start({ capabilities: PLAIN });
    await client.open('Dockerfile', TEXT);
    const actions = await client.codeActions('Dockerfile', rangeIn(TEXT, 'vague'));
    assert.deepEqual(titlesOf(actions).slice(0, 2), ['Be exact', 'Say no more']);
    assert.ok(actions.every(({ isPreferred }) => isPreferred !== true));
    assert.equal(applied(TEXT, edits(client, actions, 'Be exact')), TEXT.replace('vague', 'exact'));
  });

  it('ignore a finding where it stands, or in the file', async () => {
    const client = await start({ capabilities: PLAIN });
    await client.open('Dockerfile', TEXT);
    const actions = await client.codeActions('Dockerfile', rangeIn(TEXT, 'vague'));
    const here = applied(TEXT, edits(client, actions, 'Ignore no-vague here'));
    assert.equal(here, TEXT.replace('RUN vague', '# plimsoll ignore=no-vague\nRUN vague'));
    await client.change('Dockerfile', here);
    const left = await client.publishedFor('Dockerfile', ({ version }) => version === 2);
    assert.ok(left.diagnostics.every(({ code }) => code !== 'no-vague'));
    const inFile = applied(TEXT, edits(client, actions, 'Ignore no-vague in this file'));
    assert.equal(inFile, `# plimsoll ignore-file=no-vague\n${TEXT}`);
  });

  it('belong to the diagnostic that the client has', async () => {
    const client = await start();
    await client.open('Dockerfile', TEXT);
    const { diagnostics } = await client.publishedFor('Dockerfile');
    const sent = diagnostics.map((diagnostic) => ({ ...diagnostic, data: 'ours' }));
    const [fix] = await client.codeActions('Dockerfile', rangeIn(TEXT, 'bad'), { diagnostics: sent });
    assert.deepEqual(fix?.diagnostics, [sent.find(({ code }) => code === 'no-bad')]);
  });

  it('are made for the text as it is, whatever diagnostics the client still has', async () => {
    const client = await start();
    await client.open('Dockerfile', TEXT);
    const { diagnostics } = await client.publishedFor('Dockerfile');
    await client.change('Dockerfile', 'FROM debian:12\nRUN good\n');
    assert.deepEqual(await client.codeActions('Dockerfile', EVERYTHING, { diagnostics }), []);
  });

  it('are of the kinds that are asked for', async () => {
    const client = await start();
    await client.open('Dockerfile', TEXT);
    const kindsFor = async (only: string): Promise<readonly unknown[]> => {
      const actions = await client.codeActions('Dockerfile', EVERYTHING, { only: [only] });
      return [...new Set(actions.map(({ kind }) => kind))];
    };
    assert.deepEqual(await kindsFor('quickfix'), ['quickfix']);
    assert.deepEqual(await kindsFor('source'), ['source.fixAll.plimsoll']);
    assert.deepEqual(await kindsFor('source.fixAll'), ['source.fixAll.plimsoll']);
    assert.deepEqual(await kindsFor('source.fixAll.plimsoll'), ['source.fixAll.plimsoll']);
    assert.deepEqual(await kindsFor('source.fixAll.other'), []);
    assert.deepEqual(await kindsFor('refactor'), []);
  });

  it('fix all that is safe in small edits', async () => {
    const client = await start({ capabilities: PULLING });
    await client.open('Dockerfile', TEXT);
    const [action] = await client.codeActions('Dockerfile', EVERYTHING, { only: ['source.fixAll'] });
    assert.ok(action);
    const changes = editsIn(await client.resolve(action), client.uri('Dockerfile'));
    assert.equal(applied(TEXT, changes), 'FROM debian:12\nRUN good && good\nRUN vague\n');
    assert.ok(changes.every(({ range }) => range.end.line - range.start.line <= 1));
    await client.change('Dockerfile', applied(TEXT, changes));
    assert.deepEqual(await client.codeActions('Dockerfile', EVERYTHING, { only: ['source.fixAll'] }), []);
  });

  describe('that create a file', () => {
    const options = { settings: { profile: 'strict' } };

    it('create it where the client can', async () => {
      const client = await start(options);
      await client.open('Dockerfile', 'FROM debian:12\n');
      const actions = await client.codeActions('Dockerfile', EVERYTHING);
      const action = actions.find(({ title }) => title === 'Write them');
      assert.ok(action);
      const uri = client.uri('NOTES');
      assert.deepEqual((await client.resolve(action)).edit?.documentChanges, [
        { kind: 'create', uri },
        {
          textDocument: { uri, version: null },
          edits: [{ range: { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } }, newText: 'Notes\n' }],
        },
      ]);
    });

    it('are not offered where it cannot', async () => {
      for (const textDocument of [MODERN.textDocument, PLAIN.textDocument]) {
        const workspace = { ...MODERN.workspace, workspaceEdit: { documentChanges: true } };
        const client = await start({ ...options, capabilities: { workspace, textDocument: textDocument ?? {} } });
        await client.open('Dockerfile', 'FROM debian:12\n');
        const titles = titlesOf(await client.codeActions('Dockerfile', EVERYTHING));
        assert.ok(titles.includes('Ignore require-notes here'));
        assert.ok(!titles.includes('Write them'));
      }
    });
  });

  it('edit another file, with its version when it is open', async () => {
    const client = await start({ capabilities: PLAIN, files: { '.dockerignore': '# why\nsecret\n' } });
    const uri = client.uri('.dockerignore');
    await client.open('Dockerfile', 'FROM debian:12\nCOPY secret /\n');
    const changesNow = async (): Promise<unknown> => {
      const actions = await client.codeActions('Dockerfile', EVERYTHING);
      return actions.find(({ title }) => title === 'Let it in')?.edit?.documentChanges;
    };
    const expected = (version: number | null, line: number): unknown => {
      const range = { start: { line, character: 0 }, end: { line: line + 1, character: 0 } };
      return [{ textDocument: { uri, version }, edits: [{ range, newText: '' }] }];
    };
    assert.deepEqual(await changesNow(), expected(null, 1));
    await client.open('.dockerignore', '# why\n\nsecret\n', 'ignore', 5);
    assert.deepEqual(await changesNow(), expected(5, 2));
  });

  it('are none for documents that nobody has opened', async () => {
    const client = await start();
    assert.deepEqual(await client.codeActions('Dockerfile', EVERYTHING), []);
    const strange = { title: 'Say good', kind: 'quickfix', data: 42 };
    assert.deepEqual(await client.resolve(strange), strange);
  });
});

const titlesOf = (actions: readonly CodeAction[]): readonly string[] => actions.map(({ title }) => title);

function edits(client: TestClient, actions: readonly CodeAction[], title: string): ReturnType<typeof editsIn> {
  const action = actions.find((one) => one.title === title);
  assert.ok(action, `${title} is not among ${titlesOf(actions).join(', ')}`);
  return editsIn(action, client.uri('Dockerfile'));
}
