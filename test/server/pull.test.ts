import assert from 'node:assert/strict';

import { clients, codesOf, PULLING } from './client.js';

const BAD = 'FROM debian:12\nRUN bad\n';
const COPY = 'FROM debian:12\nCOPY secret /\n';

describe('The server, for clients that ask for diagnostics', () => {
  const start = clients();

  it('says that they depend on other files', async () => {
    const { initialized } = await start({ capabilities: PULLING });
    assert.deepEqual(initialized?.capabilities.diagnosticProvider, {
      identifier: 'plimsoll',
      interFileDependencies: true,
      workspaceDiagnostics: false,
    });
  });

  it('answers for the version at hand, and publishes nothing', async () => {
    const client = await start({ capabilities: PULLING });
    await client.open('Dockerfile', BAD);
    assert.deepEqual(codesOf(await client.pullItems('Dockerfile')), ['no-bad']);
    await client.change('Dockerfile', 'FROM debian:12\nRUN vague\n');
    assert.deepEqual(codesOf(await client.pullItems('Dockerfile')), ['no-vague']);
    await client.close('Dockerfile');
    assert.deepEqual(await client.pull('Dockerfile'), { kind: 'full', items: [] });
    assert.deepEqual(client.published, []);
  });

  it('answers every question during fast edits with what is true at last', async () => {
    const client = await start({ capabilities: PULLING });
    await client.open('Dockerfile', BAD);
    const answers = [];
    for (let round = 0; round < 20; round += 1) {
      await client.change('Dockerfile', round === 19 ? 'FROM debian:12\nRUN vague\n' : BAD.repeat(round));
      answers.push(client.pullItems('Dockerfile'));
    }
    assert.deepEqual(codesOf((await Promise.all(answers)).at(-1) ?? []), ['no-vague']);
  });

  it('says when nothing has changed', async () => {
    const client = await start({ capabilities: PULLING });
    await client.open('Dockerfile', BAD);
    const first = await client.pull('Dockerfile');
    assert.ok(first.resultId !== undefined);
    assert.deepEqual(await client.pull('Dockerfile', first.resultId), { kind: 'unchanged', resultId: first.resultId });
    await client.change('Dockerfile', `${BAD}\n`);
    const second = await client.pull('Dockerfile', first.resultId);
    assert.equal(second.kind, 'full');
    assert.notEqual(second.resultId, first.resultId);
  });

  it('does not take a document for unchanged that was closed and opened again', async () => {
    const client = await start({ capabilities: PULLING });
    await client.open('Dockerfile', BAD);
    const first = await client.pull('Dockerfile');
    await client.close('Dockerfile');
    await client.open('Dockerfile', COPY);
    assert.equal((await client.pull('Dockerfile', first.resultId)).kind, 'full');
  });

  it('asks for a new question when a file beside the document changes', async () => {
    const client = await start({ capabilities: PULLING });
    await client.open('Dockerfile', COPY);
    const before = await client.pull('Dockerfile');
    await client.write('.dockerignore', 'secret\n');
    await client.tellOfChange('.dockerignore', 1);
    await client.until(() => client.refreshes > 0);
    const after = await client.pull('Dockerfile', before.resultId);
    assert.deepEqual(after.kind === 'full' && codesOf(after.items), ['no-ignored']);
  });

  it('asks for nothing when a file changes that nobody has read', async () => {
    const client = await start({ capabilities: PULLING });
    await client.open('Dockerfile', COPY);
    await client.pull('Dockerfile');
    await client.tellOfChange('notes.txt');
    await client.settled();
    assert.equal(client.refreshes, 0);
  });

  it('asks for a new question when the settings change, and publishes only what is wrong in the config file', async () => {
    const client = await start({ capabilities: PULLING });
    await client.open('Dockerfile', BAD);
    await client.pull('Dockerfile');
    await client.write('.plimsoll.yaml', 'rules: { no-bad: error, no-such: off }\n');
    await client.tellOfChange('.plimsoll.yaml', 1);
    await client.until(() => client.refreshes > 0);
    assert.equal((await client.pullItems('Dockerfile'))[0]?.severity, 1);
    const [problem] = (await client.publishedFor('.plimsoll.yaml')).diagnostics;
    assert.ok(typeof problem?.message === 'string');
    assert.match(problem.message, /no-such/);
    await client.open('.plimsoll.yaml', 'rules: { no-such: off }\n', 'yaml');
    assert.deepEqual(await client.pullItems('.plimsoll.yaml'), []);
  });
});
