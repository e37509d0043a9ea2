import process from 'node:process';

import { createLinter } from '@plimsoll/rules';
import { createConnection, ProposedFeatures } from 'vscode-languageserver/node';

import { readGrammar } from './grammar.js';
import { serve } from './session.js';
import { warmUp } from './warm-up.js';

/** Starts the server on the transport that the command line names: `--stdio` (also without any), `--node-ipc` or `--socket=PORT`. */
export function start(): void {
  if (!process.argv.some((argument) => TRANSPORT.test(argument))) {
    if (process.stdin.isTTY) {
      process.stderr.write(USAGE);
      process.exitCode = 2;
      return;
    }
    // The library reads its transport from the command line, and from nowhere else guards standard output as well.
    process.argv.push('--stdio');
  }
  const connection = createConnection(ProposedFeatures.all);
  // What was overlooked must not end the server, and with it the client's patience.
  process.on('unhandledRejection', (reason) => {
    connection.console.error(
      `Unexpected: ${reason instanceof Error ? (reason.stack ?? reason.message) : String(reason)}`,
    );
  });
  const linter = loadLinter();
  serve(connection, linter, process.env);
  linter.then(warmUp).catch(() => {
    // Whoever waits for the linter says why it cannot be loaded.
  });
}

const TRANSPORT = /^--(stdio|node-ipc|socket|pipe)\b/;
const USAGE = 'This program is started by an editor: plimsoll-language-server --stdio | --node-ipc | --socket=PORT\n';

async function loadLinter(): ReturnType<typeof createLinter> {
  return createLinter({ grammar: await readGrammar() });
}
