import assert from 'node:assert/strict';

import { FakeShellCheck } from '../shellcheck/fake.js';
import { MODERN, PULLING, TestClient, type Options } from './client.js';

describe('The server with ShellCheck', () => {
  let fake: FakeShellCheck;
  const clients: TestClient[] = [];
  before(async () => {
    fake = await FakeShellCheck.install();
  });
  beforeEach(() => fake.starts());
  afterEach(async () => {
    for (const client of clients.splice(0)) await client.stop();
  });
  after(() => fake.remove());

  const start = async (options: Options = {}): Promise<TestClient> => {
    const client = await TestClient.start({ environment: fake.environment, ...options });
    clients.push(client);
    return client;
  };
  const codesIn = (client: TestClient): unknown[][] =>
    client.published.map(({ diagnostics }) => diagnostics.map(({ code }) => code));
  const settled = async (condition: () => boolean): Promise<void> => {
    for (let round = 0; round < 200 && !condition(); round += 1) await pause(25);
  };
  const TEXT = 'FROM scratch\nRUN bad $bad\n';

  it('shows its own findings first, and ShellCheck’s once they are there', async () => {
    const client = await start({ capabilities: MODERN });
    await client.open('Dockerfile', TEXT);
    await settled(() => client.published.length === 2);
    assert.deepEqual(codesIn(client), [['no-bad'], ['no-bad', 'SC2086']]);
    const finding = client.published[1]?.diagnostics[1];
    assert.deepEqual(finding?.range, { start: { line: 1, character: 8 }, end: { line: 1, character: 12 } });
    assert.equal(finding.codeDescription?.href, 'https://www.shellcheck.net/wiki/SC2086');
  });

  it('does not wait for one that hangs', async () => {
    const client = await start({ capabilities: MODERN });
    await client.open('Dockerfile', 'FROM scratch\nRUN bad HANG\n');
    await settled(() => client.published.length === 1);
    assert.deepEqual(codesIn(client), [['no-bad']]);
  });

  it('asks a client that pulls to pull again', async () => {
    const client = await start({ capabilities: PULLING });
    await client.open('Dockerfile', TEXT);
    await client.pull('Dockerfile');
    await settled(() => client.refreshes === 1);
    const report = await client.pull('Dockerfile');
    assert.deepEqual(report.kind === 'full' && report.items.map(({ code }) => code), ['no-bad', 'SC2086']);
  });

  it('is not asked where it is switched off, or where the folder is not trusted', async () => {
    const off = await start({ capabilities: MODERN, settings: { shellcheck: { enable: false } } });
    const untrusted = await start({ capabilities: MODERN, initializationOptions: { isTrusted: false } });
    for (const client of [off, untrusted]) {
      await client.open('Dockerfile', TEXT);
      await settled(() => client.published.length === 1);
    }
    await pause(400);
    assert.deepEqual([...codesIn(off), ...codesIn(untrusted)], [['no-bad'], ['no-bad']]);
    assert.deepEqual(await fake.starts(), []);
  });

  it('takes the path from the editor, never from a config file', async () => {
    const environment = {};
    const named = await start({ environment, settings: { shellcheck: { path: fake.path } } });
    await named.open('Dockerfile', TEXT);
    await settled(() => named.published.length === 2);
    assert.equal(named.published.length, 2);

    const files = { '.plimsoll.yaml': `shellcheck: { path: ${fake.path} }\n` };
    const inFile = await start({ environment, files });
    await inFile.open('Dockerfile', TEXT);
    await pause(400);
    assert.ok(codesIn(inFile).every((codes) => !codes.includes('SC2086')));
  });

  it('is given up after three failures, and says so in the log', async () => {
    const client = await start({ capabilities: MODERN });
    await client.open('Dockerfile', `FROM scratch\n${[1, 2, 3, 4, 5, 6].map((n) => `RUN GARBAGE ${n}\n`).join('')}`);
    await settled(() => client.logged.some((line) => line.includes('not asked again')));
    await client.change('Dockerfile', TEXT);
    await pause(400);
    assert.ok((await fake.starts()).length <= 4);
  });
});

const pause = (time: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, time));
