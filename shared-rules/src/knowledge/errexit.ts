import type { Command, Script, Statement } from '../model/index.js';

/** Whether words of a shell or of `set` have it stop where a command fails: `-e`, `-eux`, `-o errexit`. Source: POSIX, set. */
export const hasErrexit = (words: readonly string[]): boolean =>
  words.some((word, index) => /^-[a-z]*e/.test(word) || (/^-[a-z]*o$/.test(word) && words[index + 1] === 'errexit'));

/**
 * Whether a command of the script may fail without anybody noticing: one that is not the last, with nothing that has the
 * shell stop there.
 */
export function goesOnAfterFailure({ statements }: Script): boolean {
  const risky = statements.findIndex(mayFail);
  if (risky < 0 || risky === statements.length - 1) return false;
  return !statements.slice(0, risky + 2).some(setsErrexit);
}

function setsErrexit(statement: Statement): boolean {
  if (statement.kind === 'list') return setsErrexit(statement.left);
  if (statement.kind !== 'command' || statement.command.program.text !== 'set') return false;
  return hasErrexit(statement.command.args.map(({ text }) => text));
}

/** Whether the statement may fail without anybody having thought of it. */
function mayFail(statement: Statement): boolean {
  switch (statement.kind) {
    case 'command':
      return !isHarmless(statement.command);
    case 'assignment':
      return false;
    case 'pipeline':
      return !statement.negated;
    case 'list':
      return statement.operator === '&&' && (mayFail(statement.left) || mayFail(statement.right));
    case 'compound':
      return statement.bodies.some((body) => body.some(mayFail)) || statement.construct === 'unreadable';
  }
}

const isHarmless = ({ program }: Command): boolean => HARMLESS.has(program.text);

/** Commands that do not fail, or whose failure nobody minds. */
const HARMLESS: ReadonlySet<string> = new Set([
  'echo',
  'printf',
  'true',
  ':',
  'set',
  'export',
  'unset',
  'umask',
  'trap',
  'readonly',
  'declare',
  'local',
  'shopt',
  'alias',
  'test',
  '[',
  'exit',
]);
