import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import {
  createMessageConnection,
  StreamMessageReader,
  StreamMessageWriter,
  type MessageConnection,
} from 'vscode-languageserver-protocol/node';

const launcher = join(import.meta.dirname, '../server/bin/plimsoll-language-server.js');

interface Published {
  readonly version?: number;
}

/** Types into a document over a real server process, and gives the times in ms from each keystroke to its diagnostics. */
export async function keystrokeOverServer(
  text: string,
  edited: (text: string, round: number) => string,
  rounds: number,
): Promise<readonly number[]> {
  const server = spawn(process.execPath, [launcher, '--stdio'], { stdio: ['pipe', 'pipe', 'inherit'] });
  const connection = createMessageConnection(
    new StreamMessageReader(server.stdout),
    new StreamMessageWriter(server.stdin),
  );
  const waiting = new Map<number, () => void>();
  connection.onNotification('textDocument/publishDiagnostics', ({ version }: Published) => {
    waiting.get(version ?? -1)?.();
  });
  connection.onRequest('workspace/configuration', ({ items }: { items: readonly unknown[] }) => items.map(() => null));
  connection.listen();
  await connection.sendRequest('initialize', { processId: process.pid, rootUri: null, capabilities: {} });
  await connection.sendNotification('initialized', {});

  const uri = 'untitled:Dockerfile';
  const times: number[] = [];
  const published = (version: number): Promise<void> => new Promise((resolve) => waiting.set(version, resolve));
  const opened = published(0);
  await connection.sendNotification('textDocument/didOpen', {
    textDocument: { uri, languageId: 'dockerfile', version: 0, text },
  });
  await opened;
  for (let version = 1; version <= rounds; version += 1) {
    const arrived = published(version);
    const start = performance.now();
    await change(connection, uri, version, edited(text, version));
    await arrived;
    times.push(performance.now() - start);
  }
  await connection.sendRequest('shutdown');
  await connection.sendNotification('exit');
  connection.dispose();
  return times;
}

const change = (connection: MessageConnection, uri: string, version: number, text: string): Promise<void> =>
  connection.sendNotification('textDocument/didChange', { textDocument: { uri, version }, contentChanges: [{ text }] });
