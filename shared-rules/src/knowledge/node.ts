import type { Command } from '../model/index.js';

/** The verbs with which package managers of Node.js install what a project asks for. Source: their manuals. */
const INSTALLS: Readonly<Record<string, ReadonlySet<string>>> = {
  npm: new Set(['install', 'i', 'ci', 'clean-install', 'add']),
  yarn: new Set(['install', 'add']),
  pnpm: new Set(['install', 'i', 'add', 'fetch']),
  bun: new Set(['install', 'i', 'add']),
};

/** Whether the command installs modules into the folder it runs in. */
export function installsModules(command: Command): boolean {
  const verbs = INSTALLS[command.program.text];
  if (!verbs || command.has('-g', '--global', '--prefix', '-C', '--dir', '--cwd', '--version', '--help')) return false;
  // Yarn without a verb installs.
  if (!command.subcommand) return command.program.text === 'yarn';
  return verbs.has(command.subcommand.text);
}
