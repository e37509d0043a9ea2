import { onlyCommand, type Instructions } from '../model/index.js';
import { isShellPattern } from './shells.js';

type Starts = Instructions['CMD' | 'ENTRYPOINT' | 'HEALTHCHECK'];

/** The words of a shell form that needs no shell, as an exec form would say them; undefined where it needs one. */
export function plainWords({ script, nearJson }: Starts): readonly string[] | undefined {
  if (nearJson) return nearJson.meant;
  const command = script && onlyCommand(script);
  if (!script || !command || script.comments.length > 0) return undefined;
  const words = [command.program, ...command.args];
  const [first, ...rest] = command.program.text === 'exec' ? command.args : words;
  if (!first || first.text.startsWith('-') || command.assignments.length > 0 || command.redirections.length > 0)
    return undefined;
  if (!words.every((word) => word.literal && !isShellPattern(word.text)) || NEEDS_SHELL.has(first.text))
    return undefined;
  return [command.program.text === 'exec' ? first.text : command.path, ...rest.map(({ text }) => text)];
}

/** What is built into the shell and no program. Source: POSIX special built-ins, bash(1). */
const NEEDS_SHELL: ReadonlySet<string> = new Set([
  '.',
  ':',
  'alias',
  'builtin',
  'cd',
  'command',
  'eval',
  'exec',
  'exit',
  'export',
  'read',
  'return',
  'set',
  'source',
  'time',
  'trap',
  'type',
  'ulimit',
  'umask',
  'wait',
]);

/** Words as the JSON array of an exec form. */
export const arrayOf = (words: readonly string[]): string =>
  `[${words.map((word) => JSON.stringify(word)).join(', ')}]`;
