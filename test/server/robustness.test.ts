import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import {
  createProtocolConnection,
  IPCMessageReader,
  IPCMessageWriter,
  StreamMessageReader,
  StreamMessageWriter,
  type ProtocolConnection,
  type PublishDiagnosticsParams,
} from 'vscode-languageserver-protocol/node';

import { clients, codesOf, PULLING } from './client.js';

const BAD = 'FROM debian:12\nRUN bad\n';

describe('The server', () => {
  const start = clients();

  it('survives what is no JSON', async () => {
    const client = await start();
    client.toServer.write('Content-Length: 9\r\n\r\n{"broken"');
    client.toServer.write('Content-Length: 4\r\n\r\nnull');
    client.toServer.write('Content-Length: 2\r\n\r\n[]');
    client.toServer.write('Content-Length: 40\r\n\r\n{"jsonrpc":"2.0","method":7,"params":[]}');
    await client.open('Dockerfile', BAD);
    assert.deepEqual(codesOf((await client.publishedFor('Dockerfile')).diagnostics), ['no-bad']);
  });

  it('survives parameters of the wrong type', async () => {
    const client = await start({ capabilities: PULLING });
    const { connection } = client;
    const uri = client.uri('Dockerfile');
    await client.open('Dockerfile', BAD);
    const nonsense: readonly [string, unknown][] = [
      ['textDocument/didOpen', {}],
      ['textDocument/didOpen', { textDocument: { uri: 42, languageId: [], version: 'x', text: null } }],
      [
        'textDocument/didOpen',
        { textDocument: { uri: 'no address', languageId: 'dockerfile', version: 1, text: BAD } },
      ],
      ['textDocument/didOpen', { textDocument: { uri: 'file:///%', languageId: 'dockerfile', version: 1, text: BAD } }],
      ['textDocument/didChange', { textDocument: { uri } }],
      [
        'textDocument/didChange',
        { textDocument: { uri: 'file:///unknown', version: 2 }, contentChanges: [{ text: '' }] },
      ],
      ['textDocument/didClose', { textDocument: { uri: 'file:///unknown' } }],
      ['workspace/didChangeWatchedFiles', { changes: 'all' }],
      ['workspace/didChangeWatchedFiles', { changes: [{ uri: 7 }] }],
      ['workspace/didChangeConfiguration', { settings: 'everything' }],
      ['workspace/didChangeWorkspaceFolders', { event: { added: [{ uri: 3 }], removed: [] } }],
      ['no/suchNotification', { some: 'thing' }],
    ];
    for (const [method, params] of nonsense) await connection.sendNotification(method, params);
    for (const method of ['textDocument/diagnostic', 'textDocument/codeAction', 'textDocument/hover']) {
      for (const params of [{}, { textDocument: 'x' }, { textDocument: { uri: 5 } }, { textDocument: { uri } }]) {
        await connection.sendRequest(method, params);
      }
    }
    await connection.sendRequest('codeAction/resolve', {
      data: { uri, version: 1, title: '', task: { kind: 'what' } },
    });
    await assert.rejects(connection.sendRequest('no/suchRequest', {}), /Unhandled method/);
    assert.deepEqual(codesOf(await client.pullItems('Dockerfile')), ['no-bad']);
  });

  it('survives settings of the wrong type', async () => {
    const client = await start({ settings: { enable: 'perhaps', profile: 7, rules: ['all'], context: {} } });
    await client.open('Dockerfile', BAD);
    assert.deepEqual(codesOf((await client.publishedFor('Dockerfile')).diagnostics), ['no-bad']);
  });

  it('reads a file of 50,000 lines', async () => {
    const client = await start({ capabilities: PULLING });
    await client.open('Dockerfile', `FROM debian:12\n${'RUN good\n'.repeat(50_000)}RUN bad\n`);
    const [finding] = await client.pullItems('Dockerfile');
    assert.equal(finding?.range.start.line, 50_001);
  });
});

describe('The server as a process', () => {
  const FINDING = 'FROM debian:12\nRUN apt-get update && apt-get install curl\n';

  it('works over standard input and output, and ends with 0 after shutdown', async () => {
    const child = launch(['--stdio']);
    const connection = over(child);
    await initialize(connection);
    const published = new Promise<PublishDiagnosticsParams>((resolve) => {
      connection.onNotification('textDocument/publishDiagnostics', resolve);
    });
    const textDocument = { uri: 'untitled:Dockerfile', languageId: 'dockerfile', version: 3, text: FINDING };
    await connection.sendNotification('textDocument/didOpen', { textDocument });
    const { diagnostics, version } = await published;
    assert.equal(version, 3);
    assert.ok(
      diagnostics.every(({ code }) => code !== 'internal-error'),
      JSON.stringify(diagnostics),
    );
    await connection.sendRequest('shutdown');
    await connection.sendNotification('exit');
    assert.equal(await exitCodeOf(child), 0);
  });

  it('ends with 1 without shutdown', async () => {
    const child = launch(['--stdio']);
    const connection = over(child);
    await initialize(connection);
    await connection.sendNotification('exit');
    assert.equal(await exitCodeOf(child), 1);
  });

  it('ends with its input', async () => {
    const child = launch(['--stdio']);
    await initialize(over(child));
    child.stdin?.end();
    assert.equal(await exitCodeOf(child), 1);
  });

  it('works without an argument when its input is no terminal', async () => {
    const child = launch([]);
    const connection = over(child);
    await initialize(connection);
    await connection.sendRequest('shutdown');
    await connection.sendNotification('exit');
    assert.equal(await exitCodeOf(child), 0);
  });

  it('ends when the process dies that started it', async () => {
    const parent = spawn(process.execPath, ['-e', 'process.stdin.resume()'], { stdio: ['pipe', 'ignore', 'ignore'] });
    const child = launch(['--stdio']);
    await initialize(over(child), parent.pid ?? null);
    parent.stdin.end();
    assert.equal(await exitCodeOf(child), 1);
  });

  it('works over the channel between Node processes', async () => {
    const child = launch(['--node-ipc'], true);
    const connection = createProtocolConnection(new IPCMessageReader(child), new IPCMessageWriter(child));
    connection.listen();
    await initialize(connection);
    await connection.sendRequest('shutdown');
    await connection.sendNotification('exit');
    assert.equal(await exitCodeOf(child), 0);
  });

  it('works over a socket', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    assert.ok(address !== null && typeof address === 'object');
    const child = launch([`--socket=${String(address.port)}`]);
    const [socket] = (await once(server, 'connection')) as [NodeJS.ReadWriteStream & { end(): void }];
    const connection = createProtocolConnection(new StreamMessageReader(socket), new StreamMessageWriter(socket));
    connection.listen();
    await initialize(connection);
    await connection.sendRequest('shutdown');
    await connection.sendNotification('exit');
    assert.equal(await exitCodeOf(child), 0);
    server.close();
  });
});

const LAUNCHER = fileURLToPath(new URL('launch.ts', import.meta.url));

/** The sources as they are, since a test must not depend on a build. */
function launch(args: readonly string[], hasChannel = false): ChildProcess {
  return spawn(process.execPath, ['--conditions=source', '--import=tsx', LAUNCHER, ...args], {
    cwd: path.dirname(LAUNCHER),
    stdio: ['pipe', 'pipe', 'inherit', ...(hasChannel ? (['ipc'] as const) : [])],
  });
}

function over({ stdin, stdout }: ChildProcess): ProtocolConnection {
  assert.ok(stdin && stdout);
  const connection = createProtocolConnection(new StreamMessageReader(stdout), new StreamMessageWriter(stdin));
  connection.listen();
  return connection;
}

async function initialize(connection: ProtocolConnection, processId: number | null = null): Promise<void> {
  await connection.sendRequest('initialize', { processId, rootUri: null, capabilities: {}, workspaceFolders: null });
  await connection.sendNotification('initialized', {});
}

async function exitCodeOf(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null) return child.exitCode;
  const [code] = (await once(child, 'exit')) as [number | null];
  return code;
}
