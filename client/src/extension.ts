import {
  commands,
  languages,
  LanguageStatusSeverity,
  window,
  type DocumentFilter,
  type ExtensionContext,
  type LanguageStatusItem,
  type LogOutputChannel,
} from 'vscode';
import { LanguageClient, State, TransportKind } from 'vscode-languageclient/node';

let extension: Extension | undefined;

/** Starts the language server and shows how it is doing; all else happens in the server. */
export async function activate(context: ExtensionContext): Promise<void> {
  extension = new Extension(context.asAbsolutePath('dist/server.cjs'));
  context.subscriptions.push(...extension.parts);
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

class Extension {
  readonly #module: string;
  readonly #output: LogOutputChannel = window.createOutputChannel('Plimsoll', { log: true });
  readonly #status: LanguageStatusItem = languages.createLanguageStatusItem('plimsoll', ownDocuments);
  readonly parts: readonly { dispose(): unknown }[];
  #client: LanguageClient | undefined;

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
      commands.registerCommand('plimsoll.restart', async () => {
        await this.stop();
        await this.start();
      }),
    ];
  }

  async start(): Promise<void> {
    // A client that has failed once does not start again, so each start has its own.
    const client = new LanguageClient(
      'plimsoll',
      'Plimsoll',
      { module: this.#module, transport: TransportKind.ipc, options: { execArgv: EXEC_ARGV } },
      { documentSelector, outputChannel: this.#output, traceOutputChannel: this.#output },
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
