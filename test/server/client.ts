import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { pathToFileURL } from 'node:url';

import { createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import {
  createProtocolConnection,
  StreamMessageReader,
  StreamMessageWriter,
  type ClientCapabilities,
  type CodeAction,
  type CodeActionContext,
  type Diagnostic,
  type DocumentDiagnosticReport,
  type FileChangeType,
  type Hover,
  type InitializeResult,
  type PublishDiagnosticsParams,
  type ProtocolConnection,
  type Range,
  type RegistrationParams,
  type TextEdit,
  type WorkspaceEdit,
} from 'vscode-languageserver-protocol/node';

import { serve } from '../../server/src/session.js';
import { testLinter } from './rules.js';

/** What a modern client says it can do. */
export const MODERN: ClientCapabilities = {
  workspace: {
    configuration: true,
    workspaceFolders: true,
    didChangeConfiguration: { dynamicRegistration: true },
    didChangeWatchedFiles: { dynamicRegistration: true, relativePatternSupport: true },
    workspaceEdit: { documentChanges: true, resourceOperations: ['create', 'rename', 'delete'] },
  },
  textDocument: {
    hover: { contentFormat: ['markdown', 'plaintext'] },
    codeAction: { dataSupport: true, resolveSupport: { properties: ['edit'] } },
  },
};

/** A modern client that asks for diagnostics itself. */
export const PULLING: ClientCapabilities = {
  ...MODERN,
  workspace: { ...MODERN.workspace, diagnostics: { refreshSupport: true } },
  textDocument: { ...MODERN.textDocument, diagnostic: { dynamicRegistration: false } },
};

export interface Options {
  readonly capabilities?: ClientCapabilities;
  /** Files of the workspace folder, by path. */
  readonly files?: Readonly<Record<string, string>>;
  /** What the client answers when it is asked for its settings. */
  readonly settings?: unknown;
  readonly initializationOptions?: unknown;
  readonly isWithoutFolder?: boolean;
  /** The environment of the server, in which it looks for programs. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** A client with a folder of its own, connected to a server in this process by two streams. */
export class TestClient {
  readonly published: PublishDiagnosticsParams[] = [];
  readonly logged: string[] = [];
  readonly watched: string[] = [];
  refreshes = 0;
  settings: unknown;
  initialized: InitializeResult | undefined;
  #waiting: (() => void)[] = [];
  readonly #versions = new Map<string, number>();

  private constructor(
    readonly folder: string,
    readonly connection: ProtocolConnection,
    readonly toServer: PassThrough,
  ) {}

  static async start(options: Options = {}): Promise<TestClient> {
    const folder = await mkdtemp(path.join(tmpdir(), 'plimsoll-server-'));
    for (const [file, text] of Object.entries(options.files ?? {})) await write(folder, file, text);

    const toServer = new PassThrough();
    const toClient = new PassThrough();
    const server = createConnection(
      ProposedFeatures.all,
      new StreamMessageReader(toServer),
      new StreamMessageWriter(toClient),
    );
    serve(server, testLinter(), options.environment ?? {});
    const connection = createProtocolConnection(new StreamMessageReader(toClient), new StreamMessageWriter(toServer));
    const client = new TestClient(folder, connection, toServer);
    client.#listen(options);
    await client.#initialize(options);
    return client;
  }

  async stop(): Promise<void> {
    await this.connection.sendRequest('shutdown');
    this.connection.dispose();
    await rm(this.folder, { recursive: true, force: true });
  }

  uri(file: string): string {
    return pathToFileURL(path.join(this.folder, file)).href;
  }

  /** Writes a file to disk and tells nobody. */
  write(file: string, text: string): Promise<void> {
    return write(this.folder, file, text);
  }

  async open(file: string, text: string, languageId = 'dockerfile', version = 1): Promise<void> {
    const uri = file.includes(':') ? file : this.uri(file);
    this.#versions.set(uri, version);
    await this.connection.sendNotification('textDocument/didOpen', {
      textDocument: { uri, languageId, version, text },
    });
  }

  /** Replaces the whole text, or a range of it. */
  async change(file: string, text: string, range?: Range): Promise<number> {
    const uri = this.uri(file);
    const version = (this.#versions.get(uri) ?? 0) + 1;
    this.#versions.set(uri, version);
    await this.connection.sendNotification('textDocument/didChange', {
      textDocument: { uri, version },
      contentChanges: [range ? { range, text } : { text }],
    });
    return version;
  }

  async close(file: string): Promise<void> {
    await this.connection.sendNotification('textDocument/didClose', { textDocument: { uri: this.uri(file) } });
  }

  async tellOfChange(file: string, type: FileChangeType = 2): Promise<void> {
    await this.connection.sendNotification('workspace/didChangeWatchedFiles', {
      changes: [{ uri: this.uri(file), type }],
    });
  }

  /** Waits until the server has sent diagnostics that fit, counting those that are here already. */
  async publishedFor(
    file: string,
    fits: (params: PublishDiagnosticsParams) => boolean = () => true,
  ): Promise<PublishDiagnosticsParams> {
    const uri = file.includes(':') ? file : this.uri(file);
    return this.until(() => this.published.findLast((params) => params.uri === uri && fits(params)));
  }

  /** Waits for messages until the answer is there. */
  async until<T>(ask: () => T | undefined | false): Promise<T> {
    for (;;) {
      const answer = ask();
      if (answer !== undefined && answer !== false) return answer;
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  pull(file: string, previousResultId?: string): Promise<DocumentDiagnosticReport> {
    return this.connection.sendRequest('textDocument/diagnostic', {
      textDocument: { uri: this.uri(file) },
      ...(previousResultId !== undefined && { previousResultId }),
    });
  }

  /** What the file has when it is asked for. */
  async pullItems(file: string): Promise<readonly Diagnostic[]> {
    const report = await this.pull(file);
    if (report.kind !== 'full') throw new Error('Not a full report.');
    return report.items;
  }

  async codeActions(file: string, range: Range, context: Partial<CodeActionContext> = {}): Promise<CodeAction[]> {
    const actions = await this.connection.sendRequest<CodeAction[] | null>('textDocument/codeAction', {
      textDocument: { uri: this.uri(file) },
      range,
      context: { diagnostics: [], ...context },
    });
    return actions ?? [];
  }

  resolve(action: CodeAction): Promise<CodeAction> {
    return this.connection.sendRequest('codeAction/resolve', action);
  }

  hover(file: string, line: number, character: number): Promise<Hover | null> {
    return this.connection.sendRequest('textDocument/hover', {
      textDocument: { uri: this.uri(file) },
      position: { line, character },
    });
  }

  /** A round trip: all that was sent before has been dealt with, as far as it needs no waiting. */
  async settled(): Promise<void> {
    await this.connection.sendRequest('textDocument/hover', {
      textDocument: { uri: 'file:///nowhere' },
      position: { line: 0, character: 0 },
    });
  }

  #listen({ settings }: Options): void {
    this.settings = settings;
    const { connection } = this;
    connection.onNotification('textDocument/publishDiagnostics', (params: PublishDiagnosticsParams) => {
      this.published.push(params);
      this.#tell();
    });
    connection.onNotification('window/logMessage', ({ message }: { message: string }) => {
      this.logged.push(message);
      this.#tell();
    });
    connection.onRequest('workspace/configuration', ({ items }: { items: unknown[] }) =>
      items.map(() => this.settings ?? null),
    );
    connection.onRequest('workspace/diagnostic/refresh', () => {
      this.refreshes += 1;
      this.#tell();
      return null;
    });
    connection.onRequest('client/registerCapability', ({ registrations }: RegistrationParams) => {
      for (const { registerOptions } of registrations) this.watched.push(JSON.stringify(registerOptions));
      this.#tell();
      return null;
    });
    connection.onRequest('client/unregisterCapability', () => null);
    connection.listen();
  }

  async #initialize({ capabilities = MODERN, initializationOptions, isWithoutFolder }: Options): Promise<void> {
    const uri = pathToFileURL(this.folder).href;
    this.initialized = await this.connection.sendRequest<InitializeResult>('initialize', {
      processId: null,
      rootUri: null,
      capabilities,
      initializationOptions,
      workspaceFolders: isWithoutFolder ? null : [{ uri, name: 'test' }],
    });
    await this.connection.sendNotification('initialized', {});
  }

  #tell(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}

/** Starts clients for the tests of a suite and stops them after each. */
export function clients(): (options?: Options) => Promise<TestClient> {
  const started: TestClient[] = [];
  afterEach(async () => {
    await Promise.all(started.splice(0).map((client) => client.stop()));
  });
  return async (options) => {
    const client = await TestClient.start(options);
    started.push(client);
    return client;
  };
}

/** The range of the first occurrence in the text. */
export function rangeIn(text: string, part: string): Range {
  const at = text.indexOf(part);
  if (at < 0) throw new Error(`${part} is not in the text.`);
  return { start: positionIn(text, at), end: positionIn(text, at + part.length) };
}

/** The rules that are reported, in order. */
export const codesOf = (diagnostics: readonly Diagnostic[]): readonly unknown[] => diagnostics.map(({ code }) => code);

/** The edits that the action makes in one file. */
export function editsIn({ edit }: { edit?: WorkspaceEdit }, uri: string): readonly TextEdit[] {
  for (const change of edit?.documentChanges ?? []) {
    if ('textDocument' in change && change.textDocument.uri === uri) {
      return change.edits.filter((one): one is TextEdit => 'newText' in one);
    }
  }
  return edit?.changes?.[uri] ?? [];
}

/** The text after the edits, as a client applies them. */
export function applied(text: string, edits: readonly TextEdit[]): string {
  const lines = text.split('\n');
  const offset = ({ line, character }: Range['start']): number =>
    lines.slice(0, line).reduce((sum, { length }) => sum + length + 1, 0) + character;
  return [...edits]
    .sort((a, b) => offset(b.range.start) - offset(a.range.start))
    .reduce(
      (result, { newText, range }) => result.slice(0, offset(range.start)) + newText + result.slice(offset(range.end)),
      text,
    );
}

function positionIn(text: string, at: number): Range['start'] {
  const before = text.slice(0, at).split('\n');
  return { line: before.length - 1, character: before.at(-1)?.length ?? 0 };
}

async function write(folder: string, file: string, text: string): Promise<void> {
  await mkdir(path.dirname(path.join(folder, file)), { recursive: true });
  await writeFile(path.join(folder, file), text);
}
