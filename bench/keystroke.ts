import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { createMessageConnection, StreamMessageReader, StreamMessageWriter } from 'vscode-languageserver-protocol/node';

const launcher = join(import.meta.dirname, '../server/bin/plimsoll-language-server.js');

interface Report {
  readonly items?: readonly unknown[];
}

/**
 * Types into a document over a real server process, started as the VS Code client starts it, and gives the times in ms
 * from each keystroke to its diagnostics. The client pulls them, as VS Code does.
 */
export async function keystrokeOverServer(
  text: string,
  edited: (text: string, round: number) => string,
  warmUp: number,
  rounds: number,
): Promise<readonly number[]> {
  const args = ['--max-semi-space-size=128', launcher, '--stdio'];
  const server = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const reader = new StreamMessageReader(server.stdout);
  const connection = createMessageConnection(reader, new StreamMessageWriter(server.stdin));
  connection.onRequest('workspace/configuration', ({ items }: { items: readonly unknown[] }) => items.map(() => null));
  connection.onRequest('client/registerCapability', () => null);
  connection.listen();
  await connection.sendRequest('initialize', {
    processId: process.pid,
    rootUri: null,
    capabilities: { textDocument: { diagnostic: { dynamicRegistration: false } } },
  });
  await connection.sendNotification('initialized', {});

  const uri = 'untitled:Dockerfile';
  const times: number[] = [];
  await connection.sendNotification('textDocument/didOpen', {
    textDocument: { uri, languageId: 'dockerfile', version: 0, text },
  });
  for (let version = 1; version <= warmUp + rounds; version += 1) {
    const start = performance.now();
    await connection.sendNotification('textDocument/didChange', {
      textDocument: { uri, version },
      contentChanges: [{ text: edited(text, version) }],
    });
    const report = await connection.sendRequest<Report>('textDocument/diagnostic', { textDocument: { uri } });
    if (!report.items?.length) throw new Error('the server found nothing, so its time means nothing');
    if (version > warmUp) times.push(performance.now() - start);
  }
  await connection.sendRequest('shutdown');
  await connection.sendNotification('exit');
  connection.dispose();
  return times;
}
