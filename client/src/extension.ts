import {
  commands,
  languages,
  LanguageStatusSeverity,
  window,
  type DocumentFilter,
  type ExtensionContext,
} from 'vscode';
import { LanguageClient, State, TransportKind } from 'vscode-languageclient/node';

let client: LanguageClient | undefined;

/** Starts the language server and shows how it is doing; all else happens in the server. */
export async function activate(context: ExtensionContext): Promise<void> {
  const output = window.createOutputChannel('Plimsoll', { log: true });
  const module = context.asAbsolutePath('dist/server.cjs');
  client = new LanguageClient(
    'plimsoll',
    'Plimsoll',
    { module, transport: TransportKind.ipc },
    { documentSelector, outputChannel: output, traceOutputChannel: output },
  );
  const running = client;

  const status = languages.createLanguageStatusItem('plimsoll', documentSelector);
  status.name = 'Plimsoll';
  status.command = { command: 'plimsoll.showOutput', title: 'Show output' };
  const show = (text: string, severity = LanguageStatusSeverity.Information, busy = false): void => {
    status.text = text;
    status.severity = severity;
    status.busy = busy;
  };
  const fail = async (reason: unknown): Promise<void> => {
    show('Plimsoll is not running', LanguageStatusSeverity.Error);
    output.error(`The language server could not be started. ${String(reason)}`);
    const choice = await window.showErrorMessage(
      'Plimsoll could not start its language server, so Dockerfiles are not checked.',
      'Show Output',
    );
    if (choice !== undefined) output.show();
  };
  const attempt = async (work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      // Nobody needs to wait until the message is read.
      void fail(error);
    }
  };

  context.subscriptions.push(
    output,
    status,
    running.onDidChangeState(({ newState }) => {
      if (newState === State.Starting) show('Plimsoll is starting', LanguageStatusSeverity.Information, true);
      else if (newState === State.Running) show('Plimsoll');
      else show('Plimsoll is not running', LanguageStatusSeverity.Error);
    }),
    commands.registerCommand('plimsoll.showOutput', () => {
      output.show();
    }),
    commands.registerCommand('plimsoll.restart', () => attempt(() => running.restart())),
  );
  await attempt(() => running.start());
}

/** Ends the server with the extension. */
export async function deactivate(): Promise<void> {
  await client?.stop();
}

/** What the server checks, and the config files, whose changes count before they are saved. No schemes: unsaved files are checked too. */
const documentSelector = [
  { language: 'dockerfile' },
  { language: 'shellscript', pattern: '**/*entrypoint*' },
  { pattern: '**/{.dockerignore,*.dockerignore,.containerignore,*.containerignore}' },
  { pattern: '**/.plimsoll.{yaml,yml,json}' },
] satisfies DocumentFilter[];
