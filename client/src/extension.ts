import {
  commands,
  extensions,
  languages,
  LanguageStatusSeverity,
  window,
  workspace,
  type DocumentFilter,
  type ExtensionContext,
  type LanguageStatusItem,
  type LogOutputChannel,
} from 'vscode';
import { LanguageClient, State, TransportKind } from 'vscode-languageclient/node';

import { recommendExtension } from './recommend-extension.js';

let extension: Extension | undefined;

/** Starts the language server and shows how it is doing; all else happens in the server. */
export async function activate(context: ExtensionContext): Promise<void> {
  extension = new Extension(context.asAbsolutePath('dist/server.cjs'));
  context.subscriptions.push(
    ...extension.parts,
    commands.registerCommand('plimsoll.recommendExtension', () => recommendExtension(context.extension.id)),
  );
  await extension.start();
}

/** Ends the server with the extension. */
export async function deactivate(): Promise<void> {
  await extension?.stop();
}

/** What the server checks, and the config files, whose changes count before they are saved. No schemes: unsaved files are checked too. */
const ownDocuments = [
  { language: 'dockerfile' },
  { language: 'dockercompose' },
  { pattern: '**/{compose,compose.*,docker-compose*}.{yaml,yml}' },
  { language: 'shellscript', pattern: '**/*entrypoint*' },
  { pattern: '**/{nginx.conf,*.nginx.conf,nginx/**/*.conf,conf.d/*.conf,sites-available/*,sites-enabled/*}' },
  { pattern: '**/{devcontainer,.devcontainer}.json' },
  { pattern: '**/{.dockerignore,*.dockerignore,.containerignore,*.containerignore}' },
  { pattern: '**/.plimsoll.{yaml,yml,json}' },
] satisfies DocumentFilter[];
/** Any other YAML may be a manifest of Kubernetes: the server looks at its text, and leaves it alone if it is none. */
const documentSelector = [...ownDocuments, { language: 'yaml' }, { language: 'helm' }] satisfies DocumentFilter[];

/**
 * Room for the short-lived objects of a very long file, so that the garbage of one keystroke is gone before it is moved.
 * It is taken only where it is needed.
 */
const EXEC_ARGV = ['--max-semi-space-size=128'];

/** Extensions that bring completion, rename and the like for Dockerfiles. */
const LANGUAGE_EXTENSIONS = ['docker.docker', 'ms-azuretools.vscode-docker', 'ms-azuretools.vscode-containers'];

/** Whether this server is to provide the features of a language, which nobody wants twice. */
function hasLanguageFeatures(): boolean {
  const setting = workspace.getConfiguration('plimsoll').get<string>('languageFeatures', 'auto');
  if (setting !== 'auto') return setting === 'on';
  return LANGUAGE_EXTENSIONS.every((id) => extensions.getExtension(id) === undefined);
}

class Extension {
  readonly #module: string;
  readonly #output: LogOutputChannel = window.createOutputChannel('Plimsoll', { log: true });
  readonly #status: LanguageStatusItem = languages.createLanguageStatusItem('plimsoll', ownDocuments);
  readonly parts: readonly { dispose(): unknown }[];
  #client: LanguageClient | undefined;
  #hasLanguageFeatures = false;

  constructor(module: string) {
    this.#module = module;
    this.#status.name = 'Plimsoll';
    this.#status.command = { command: 'plimsoll.showOutput', title: 'Show output' };
    this.parts = [
      this.#output,
      this.#status,
      commands.registerCommand('plimsoll.showOutput', () => {
        this.#output.show();
      }),
      commands.registerCommand('plimsoll.restart', () => this.#restart()),
      // Once the folder is trusted, ShellCheck may be run.
      workspace.onDidGrantWorkspaceTrust(() => this.#restart()),
      extensions.onDidChange(() => this.#reconsider()),
      workspace.onDidChangeConfiguration((change) =>
        change.affectsConfiguration('plimsoll.languageFeatures') ? this.#reconsider() : undefined,
      ),
    ];
  }

  async start(): Promise<void> {
    // A client that has failed once does not start again, so each start has its own.
    this.#hasLanguageFeatures = hasLanguageFeatures();
    const client = new LanguageClient(
      'plimsoll',
      'Plimsoll',
      { module: this.#module, transport: TransportKind.ipc, options: { execArgv: EXEC_ARGV } },
      {
        documentSelector,
        outputChannel: this.#output,
        traceOutputChannel: this.#output,
        initializationOptions: { languageFeatures: this.#hasLanguageFeatures, isTrusted: workspace.isTrusted },
      },
    );
    this.#client = client;
    client.onDidChangeState(({ newState }) => {
      if (newState === State.Starting) this.#show('Plimsoll is starting', LanguageStatusSeverity.Information, true);
      else if (newState === State.Running) this.#show('Plimsoll', LanguageStatusSeverity.Information);
      else this.#show('Plimsoll is not running', LanguageStatusSeverity.Error);
    });
    try {
      await client.start();
    } catch (error) {
      this.#output.error(`The language server could not be started. ${String(error)}`);
      // Nobody needs to wait until the message is read.
      void this.#complain();
    }
  }

  async stop(): Promise<void> {
    try {
      await this.#client?.dispose();
    } catch (error) {
      this.#output.warn(`The language server did not end as it should. ${String(error)}`);
    }
    this.#client = undefined;
  }

  async #restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  /** What the server offers is settled when it starts. */
  async #reconsider(): Promise<void> {
    if (this.#client && hasLanguageFeatures() !== this.#hasLanguageFeatures) await this.#restart();
  }

  #show(text: string, severity: LanguageStatusSeverity, isBusy = false): void {
    this.#status.text = text;
    this.#status.severity = severity;
    this.#status.busy = isBusy;
  }

  async #complain(): Promise<void> {
    this.#show('Plimsoll is not running', LanguageStatusSeverity.Error);
    const message = 'Plimsoll could not start its language server, so Dockerfiles are not checked.';
    const choice = await window.showErrorMessage(message, 'Show Output');
    if (choice !== undefined) this.#output.show();
  }
}
