import { rules as allRules, type Rule } from '@plimsoll/rules';
import process from 'node:process';
import { readArguments, type Request } from './arguments.js';
import { check } from './commands/check.js';
import { explain } from './commands/explain.js';
import { importHadolint } from './commands/import-hadolint.js';
import { listPractices } from './commands/practices.js';
import { listRules } from './commands/rules.js';
import type { Streams } from './streams.js';
import { UsageError } from './usage.js';
import { version } from './version.js';

/** The program: words in, words out, and the exit code. It never throws. A test may bring rules of its own. */
export async function main(argv: readonly string[], streams: Streams, rules = allRules): Promise<number> {
  try {
    return await obey(readArguments(argv), streams, rules);
  } catch (error) {
    streams.stderr.write(`plimsoll: ${messageOf(error)}\n`);
    return 2;
  }
}

/** Runs the program as the process it is. */
export async function runProcess(): Promise<void> {
  const { stdin, stdout, stderr, env } = process;
  for (const output of [stdout, stderr]) output.on('error', endQuietly);
  // No process.exit(): what was written may still be on its way into a pipe.
  process.exitCode = await main(process.argv.slice(2), { stdin, stdout, stderr, cwd: process.cwd(), env });
}

async function obey(request: Request, streams: Streams, rules: readonly Rule[]): Promise<number> {
  const { color } = request;
  switch (request.command) {
    case 'check':
      return check(request.options, rules, streams, color);
    case 'explain':
      return explain(request.name, request.format, rules, streams, color);
    case 'import-hadolint':
      return importHadolint(request, rules, streams);
    case 'practices':
      return listPractices(request.format, rules, streams, color);
    case 'rules':
      return listRules(request.format, rules, streams, color);
    case 'version':
      streams.stdout.write(`plimsoll ${version()}\n`);
      return 0;
    case 'help':
      (request.asked ? streams.stdout : streams.stderr).write(request.text);
      return request.asked ? 0 : 2;
  }
}

/** A reader that has seen enough, as `head`, is no error. */
function endQuietly(error: NodeJS.ErrnoException): void {
  process.exit(error.code === 'EPIPE' ? 0 : 2);
}

function messageOf(error: unknown): string {
  if (error instanceof UsageError) return error.message;
  return `internal error: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
}
