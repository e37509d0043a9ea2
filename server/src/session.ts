import type { Linter } from '@plimsoll/rules';
import {
  DidChangeConfigurationNotification,
  type Connection,
  type DocumentDiagnosticParams,
  type DocumentDiagnosticReport,
  type FileEvent,
  FileChangeType,
  type InitializeParams,
  type ServerCapabilities,
  ShowMessageNotification,
  MessageType,
  TextDocuments,
  TextDocumentSyncKind,
} from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';

import { abilitiesOf, type Abilities } from './abilities.js';
import { Analyses, type Reading } from './analyses.js';
import { CODE_ACTION_KINDS, codeActionsFor, promisedBy, resolved, type Workbench } from './features/code-actions.js';
import { completionsAt } from './features/completion.js';
import { configDiagnosticsOf, diagnosticsOf, failureOf } from './features/diagnostics.js';
import { hoverAt } from './features/hover.js';
import { LANGUAGE_CAPABILITIES, LanguageFeatures } from './features/language.js';
import { readerOf } from './files.js';
import { canonical, Folders } from './folders.js';
import { Schedule } from './schedule.js';
import { ShellChecks } from './shellcheck.js';
import { isConfigFile, SettingsOfDocuments } from './settings.js';
import { Watchers } from './watchers.js';

/** Serves one client over the connection, until it ends. */
export function serve(
  connection: Connection,
  linter: Promise<Linter>,
  environment: Readonly<Record<string, string | undefined>>,
): void {
  const session = new Session(connection, linter, environment);
  session.listen();
}

class Session {
  readonly #connection: Connection;
  readonly #linter: Promise<Linter>;
  readonly #documents = new TextDocuments(TextDocument);
  /** The open documents by their canonical addresses, since clients escape addresses each in its own way. */
  readonly #open = new Map<string, string>();
  readonly #folders = new Folders();
  readonly #analyses: Analyses;
  readonly #settings: SettingsOfDocuments;
  readonly #shellChecks: ShellChecks;
  readonly #publishing: Schedule;
  /** What each document was last told, so that it is not told twice. */
  readonly #published = new Map<string, number>();
  readonly #publishedConfigs = new Map<string, string>();
  #watchers: Watchers | undefined;
  #abilities: Abilities = abilitiesOf({});
  /** The settings of a client that sends them, instead of answering questions about them. */
  #sentSettings: unknown;
  #isRefreshDue = false;

  constructor(
    connection: Connection,
    linter: Promise<Linter>,
    environment: Readonly<Record<string, string | undefined>>,
  ) {
    this.#connection = connection;
    this.#linter = linter;
    this.#publishing = new Schedule((uri) => this.#publish(uri));
    const rules = linter.then((loaded) => loaded.rules);
    // Whoever waits for the rules says so when they cannot be loaded.
    rules.catch(() => undefined);
    const readerAt = ({ root }: { root: Parameters<typeof readerOf>[0] }): ReturnType<typeof readerOf> =>
      readerOf(root, (uri) => this.#documents.get(this.#open.get(canonical(uri)) ?? uri)?.getText());
    this.#settings = new SettingsOfDocuments({
      rules,
      readerAt,
      editorSettings: (uri) => this.#editorSettings(uri),
      report: (uri, text, problems) => {
        this.#publishConfig(uri, text, problems);
      },
      log: (message) => {
        connection.console.warn(message);
      },
    });
    this.#shellChecks = new ShellChecks({
      environment,
      log: (message) => {
        connection.console.warn(message);
      },
    });
    this.#analyses = new Analyses({
      linter,
      document: (uri) => this.#documents.get(uri),
      placeOf: (uri) => this.#folders.placeOf(uri),
      readerAt,
      settingsFor: async (uri, place) => {
        const settings = await this.#settings.of(uri, place);
        const shellcheck = settings && (await this.#shellChecks.forAnalysis(await this.#settings.shellcheckFor(uri)));
        return shellcheck ? { ...settings, shellcheck } : settings;
      },
      askShellCheck: (reading) => {
        this.#guard('ShellCheck', () => this.#askShellCheck(reading));
      },
    });
  }

  listen(): void {
    const connection = this.#connection;
    connection.onInitialize((params) => this.#initialize(params));
    connection.onInitialized(() => {
      this.#initialized();
    });

    this.#documents.onDidOpen(({ document: { uri } }) => {
      this.#open.set(canonical(uri), uri);
    });
    this.#documents.onDidChangeContent(({ document }) => {
      this.#guard('a change', () => {
        this.#contentChanged(document);
      });
    });
    this.#documents.onDidClose(({ document: { uri } }) => {
      this.#guard('closing', () => this.#closed(uri));
    });
    this.#documents.onDidSave(() => {
      if (!this.#abilities.registersWatchers) this.#guard('saving', () => this.#filesChanged());
    });
    connection.onDidChangeConfiguration((params) => {
      this.#guard('new settings', () => {
        this.#sentSettings = sectionOf(params.settings) ?? this.#sentSettings;
        this.#settings.forgetEditor();
        this.#shellChecks.forget();
        this.#judgeAnew();
      });
    });
    connection.onDidChangeWatchedFiles((params) => {
      this.#guard('changed files', () => {
        this.#watchedChanged(params.changes);
      });
    });

    connection.languages.diagnostics.on((params) => this.#pulled(params));
    connection.onCodeAction((params) =>
      this.#answer('code actions', [], async () => {
        const reading = await this.#analyses.current(params.textDocument.uri);
        return reading ? codeActionsFor(reading, params, await this.#workbench()) : [];
      }),
    );
    connection.onCodeActionResolve((action) =>
      this.#answer('a code action', action, async () => {
        const promised = promisedBy(action);
        const reading = promised && (await this.#analyses.current(promised.uri));
        return reading ? resolved(action, promised, reading, await this.#workbench()) : action;
      }),
    );
    connection.onHover((params) =>
      this.#answer('a hover', null, async () => {
        const { position, textDocument } = params;
        const reading = await this.#analyses.current(textDocument.uri);
        if (!reading) return null;
        return hoverAt(reading, position, await this.#linter, this.#abilities.readsMarkdown) ?? null;
      }),
    );
    connection.onShutdown(() => {
      this.#shellChecks.stop();
    });
    this.#listenForLanguage();
    this.#documents.listen(connection);
    connection.listen();

    this.#linter.then(
      ({ grammarProblem }) => {
        if (grammarProblem !== undefined) this.#complain(`The shell grammar could not be loaded. ${grammarProblem}`);
      },
      (error: unknown) => {
        this.#complain(`Plimsoll cannot check anything. ${reasonOf(error)}`);
      },
    );
  }

  /** The features of a language. A client that has them elsewhere is not told of them, and does not ask. */
  #listenForLanguage(): void {
    const connection = this.#connection;
    const ask = async <T>(what: string, uri: string, otherwise: T, question: Question<T>): Promise<T> =>
      this.#answer(what, otherwise, async () => {
        const reading = await this.#analyses.current(uri);
        const features = reading && LanguageFeatures.of(reading);
        return features ? question(features) : otherwise;
      });
    connection.onCompletion(({ position, textDocument: { uri } }) =>
      this.#answer('completion', [], async () => {
        const reading = await this.#analyses.current(uri);
        return reading ? completionsAt(reading, position, await this.#linter) : [];
      }),
    );
    connection.onSignatureHelp(({ position, textDocument: { uri } }) =>
      ask('signature help', uri, null, (features) => features.signatureHelp(position)),
    );
    connection.onDefinition(({ position, textDocument: { uri } }) =>
      ask('a definition', uri, null, (features) => features.definition(position)),
    );
    connection.onReferences(({ context, position, textDocument: { uri } }) =>
      ask('references', uri, [], (features) => features.references(position, context.includeDeclaration)),
    );
    connection.onDocumentHighlight(({ position, textDocument: { uri } }) =>
      ask('highlights', uri, [], (features) => features.highlights(position)),
    );
    connection.onPrepareRename(({ position, textDocument: { uri } }) =>
      ask('a rename', uri, null, (features) => features.prepareRename(position)),
    );
    connection.onRenameRequest(({ newName, position, textDocument: { uri } }) =>
      ask('a rename', uri, null, (features) => ({ changes: { [uri]: features.rename(position, newName) } })),
    );
    connection.onDocumentSymbol(({ textDocument: { uri } }) =>
      ask('symbols', uri, [], (features) => features.symbols()),
    );
    connection.onFoldingRanges(({ textDocument: { uri } }) => ask('folding', uri, [], (features) => features.folds()));
    connection.onSelectionRanges(({ positions, textDocument: { uri } }) =>
      ask('selections', uri, null, (features) => features.selections(positions)),
    );
    connection.onDocumentLinks(({ textDocument: { uri } }) => ask('links', uri, [], (features) => features.links()));
    connection.languages.semanticTokens.on(({ textDocument: { uri } }) =>
      ask('colours', uri, { data: [] }, (features) => features.semanticTokens()),
    );
  }

  #initialize(params: InitializeParams): { capabilities: ServerCapabilities; serverInfo: { name: string } } {
    const { capabilities, workspaceFolders } = params;
    const options = params.initializationOptions as unknown;
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- older clients send nothing else
    const { rootUri } = params;
    this.#abilities = abilitiesOf(capabilities);
    this.#watchers = new Watchers(this.#connection, this.#abilities);
    this.#sentSettings = sectionOf(options) ?? options;
    this.#shellChecks.isTrusted = (options as { isTrusted?: unknown } | null | undefined)?.isTrusted !== false;
    const hasLanguage = (options as { languageFeatures?: unknown } | null | undefined)?.languageFeatures !== false;
    this.#folders.set(workspaceFolders?.map(({ uri }) => uri) ?? (rootUri ? [rootUri] : []));
    return {
      serverInfo: { name: 'plimsoll' },
      capabilities: {
        positionEncoding: 'utf-16',
        textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental, save: true },
        hoverProvider: true,
        ...(hasLanguage && LANGUAGE_CAPABILITIES),
        codeActionProvider: { codeActionKinds: CODE_ACTION_KINDS, resolveProvider: this.#abilities.resolvesEdits },
        ...(this.#abilities.pullsDiagnostics && {
          diagnosticProvider: { identifier: 'plimsoll', interFileDependencies: true, workspaceDiagnostics: false },
        }),
        workspace: { workspaceFolders: { supported: true, changeNotifications: this.#abilities.hasFolders } },
      },
    };
  }

  #initialized(): void {
    this.#guard('the start', async () => {
      if (this.#abilities.hasFolders) {
        this.#connection.workspace.onDidChangeWorkspaceFolders(({ added, removed }) => {
          this.#guard('new folders', () => {
            const urisOf = (folders: typeof added): readonly string[] => folders.map(({ uri }) => uri);
            this.#folders.change(urisOf(added), urisOf(removed));
            return this.#filesChanged();
          });
        });
      }
      if (this.#abilities.registersConfiguration) {
        await this.#connection.client.register(DidChangeConfigurationNotification.type, { section: 'plimsoll' });
      }
    });
    this.#watchers?.update(new Map());
  }

  /** The document itself is new, and so it is for those that have read it. */
  #contentChanged(document: TextDocument): void {
    const { uri } = document;
    if (this.#isAnalysed(uri)) this.#publishing.request(uri);
    this.#neighbourChanged(uri, document.getText());
  }

  async #closed(uri: string): Promise<void> {
    this.#open.delete(canonical(uri));
    this.#publishing.cancel(uri);
    this.#analyses.forget(uri);
    this.#settings.forgetEditor(uri);
    if (this.#published.delete(uri)) await this.#connection.sendDiagnostics({ uri, diagnostics: [] });
    this.#watchers?.update(this.#analyses.watched());
    this.#neighbourChanged(uri);
  }

  #watchedChanged(changes: readonly FileEvent[]): void {
    for (const { uri, type } of changes) {
      // An open editor says more than the disk does.
      if (!this.#open.has(canonical(uri))) this.#neighbourChanged(uri, undefined, type !== FileChangeType.Changed);
    }
  }

  /** `isListed` says whether a name may have come to its folder or gone from it. */
  #neighbourChanged(uri: string, text?: string, isListed = true): void {
    if (isConfigFile(uri)) {
      this.#guard('a config file', async () => {
        await this.#settings.forgetFiles();
        if (this.#open.has(canonical(uri))) await this.#settings.check(this.#folders.placeOf(uri));
      });
      this.#judgeAnew();
    }
    const touched = this.#analyses.changed(uri, text, isListed);
    if (touched.length > 0) this.#showAnew(touched);
  }

  /** For clients that tell of no changes, and for new folders, where everything may be different. */
  async #filesChanged(): Promise<void> {
    this.#analyses.forgetFiles();
    await this.#settings.forgetFiles();
    this.#judgeAnew();
  }

  /** Findings go out without waiting for ShellCheck, and once more when it has found something. */
  async #askShellCheck(reading: Reading): Promise<void> {
    const { uri, analysis } = reading;
    // Not for what is typed over at once.
    await new Promise((resolve) => setTimeout(resolve, TYPING_PAUSE));
    if (!this.#analyses.isCurrent(reading)) return;
    const hasNews = await this.#shellChecks.ask(await this.#settings.shellcheckFor(uri), analysis);
    if (!hasNews || !this.#analyses.isCurrent(reading)) return;
    this.#analyses.outdate(uri);
    this.#showAnew([uri]);
  }

  #judgeAnew(): void {
    this.#analyses.outdateAll();
    this.#showAnew(this.#documents.keys());
  }

  /** Tells the client that the findings may be different, though the documents are not. */
  #showAnew(uris: readonly string[]): void {
    if (!this.#abilities.pullsDiagnostics) {
      for (const uri of uris) this.#publishing.request(uri);
    } else if (this.#abilities.refreshesDiagnostics && !this.#isRefreshDue) {
      this.#isRefreshDue = true;
      setImmediate(() => {
        this.#isRefreshDue = false;
        this.#guard('a refresh', () => this.#connection.languages.diagnostics.refresh());
      });
    }
  }

  /** Whether findings are sent unasked. A document gets them in one way only. */
  #isAnalysed(uri: string): boolean {
    return !this.#abilities.pullsDiagnostics && this.#documents.get(uri) !== undefined;
  }

  async #publish(uri: string): Promise<void> {
    try {
      const reading = await this.#analyses.current(uri);
      this.#watchers?.update(this.#analyses.watched());
      if (!reading) {
        // Switched off, or no file of ours: what was shown of it goes.
        if (this.#published.delete(uri)) await this.#connection.sendDiagnostics({ uri, diagnostics: [] });
        return;
      }
      const linter = await this.#linter;
      if (!this.#analyses.isCurrent(reading) || this.#published.get(uri) === reading.serial) return;
      this.#published.set(uri, reading.serial);
      const { version } = reading;
      await this.#connection.sendDiagnostics({ uri, version, diagnostics: diagnosticsOf(reading, linter) });
    } catch (error) {
      this.#log('the findings', error);
      this.#published.set(uri, 0);
      const diagnostics = [failureOf(reasonOf(error))];
      this.#guard('the findings', () => this.#connection.sendDiagnostics({ uri, diagnostics }));
    }
  }

  async #pulled(params: DocumentDiagnosticParams): Promise<DocumentDiagnosticReport> {
    try {
      const { previousResultId, textDocument } = params;
      const reading = await this.#analyses.current(textDocument.uri);
      this.#watchers?.update(this.#analyses.watched());
      if (!reading) return { kind: 'full', items: [] };
      const resultId = String(reading.serial);
      if (resultId === previousResultId) return { kind: 'unchanged', resultId };
      return { kind: 'full', resultId, items: diagnosticsOf(reading, await this.#linter) };
    } catch (error) {
      this.#log('the findings', error);
      return { kind: 'full', items: [failureOf(reasonOf(error))] };
    }
  }

  /** A config file need not be open, so nobody would ask for its findings. */
  #publishConfig(uri: string, text: string, problems: Parameters<typeof configDiagnosticsOf>[1]): void {
    const diagnostics = configDiagnosticsOf(text, problems);
    const content = JSON.stringify(diagnostics);
    if (content === (this.#publishedConfigs.get(uri) ?? '[]')) return;
    this.#publishedConfigs.set(uri, content);
    const target = this.#open.get(canonical(uri)) ?? uri;
    this.#guard('a config file', () => this.#connection.sendDiagnostics({ uri: target, diagnostics }));
  }

  async #editorSettings(uri: string): Promise<unknown> {
    if (!this.#abilities.hasConfiguration) return this.#sentSettings;
    try {
      return (await this.#connection.workspace.getConfiguration({ scopeUri: uri, section: 'plimsoll' })) as unknown;
    } catch (error) {
      this.#log('the settings', error);
      return this.#sentSettings;
    }
  }

  async #workbench(): Promise<Workbench> {
    return {
      linter: await this.#linter,
      abilities: this.#abilities,
      versionOf: (uri) => this.#documents.get(this.#open.get(canonical(uri)) ?? uri)?.version ?? null,
    };
  }

  /** A request that fails is answered all the same, and says why in the log. */
  async #answer<T>(what: string, otherwise: T, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      this.#log(what, error);
      return otherwise;
    }
  }

  #guard(what: string, work: () => void | Promise<void>): void {
    void this.#answer(what, undefined, async () => {
      await work();
    });
  }

  #log(what: string, error: unknown): void {
    this.#connection.console.error(`Failed at ${what}: ${reasonOf(error)}`);
  }

  #complain(message: string): void {
    this.#connection.console.error(message);
    this.#guard('a message', () =>
      this.#connection.sendNotification(ShowMessageNotification.type, { type: MessageType.Error, message }),
    );
  }
}

/** Milliseconds. */
const TYPING_PAUSE = 150;

type Question<T> = (features: LanguageFeatures) => T;

const reasonOf = (error: unknown): string => (error instanceof Error ? (error.stack ?? error.message) : String(error));

/** The settings as sent by clients that wrap them in their section. */
function sectionOf(settings: unknown): unknown {
  return typeof settings === 'object' && settings !== null && 'plimsoll' in settings ? settings.plimsoll : undefined;
}
