import type { Command, Script, Statement, Word } from '../model/index.js';

/** The words that are neither flags nor their values, the subcommand among them. */
export const operandsOf = ({ subcommand, operands }: Command): readonly Word[] =>
  subcommand ? [subcommand, ...operands] : [];

/** The first operand whose text is known: the `install` of `apt-get $OPTIONS install`. */
export const verbOf = ({ subcommand, operands }: Command): Word | undefined =>
  subcommand === undefined || subcommand.literal ? subcommand : operands.find(({ literal }) => literal);

/** The operands behind the verb. */
export function objectsOf(command: Command): readonly Word[] {
  const operands = operandsOf(command);
  const verb = operands.findIndex(({ literal }) => literal);
  return verb < 0 ? [] : operands.slice(verb + 1);
}

/** The paths that a call of `rm` names. */
export const removedBy = (command: Command): readonly Word[] =>
  command.program.text === 'rm' ? operandsOf(command) : [];

const SHELLS: ReadonlySet<string> = new Set(['sh', 'bash', 'ash', 'dash', 'zsh', 'ksh']);
const SOURCING: ReadonlySet<string> = new Set(['.', 'source']);
/** Programs that carry out what stands in files of their own. */
const PROVISIONERS: ReadonlySet<string> = new Set([
  'ansible-playbook',
  'chef-client',
  'chef-solo',
  'puppet',
  'salt-call',
]);
const SYSTEM_FOLDERS = /^(\/usr(\/local)?)?\/s?bin\//;

/** Whether a command carries out what the Dockerfile does not show: a script, something piped into a shell, a variable. */
export function isOpaque(command: Command): boolean {
  const { program, path, subcommand } = command;
  if (!program.literal || PROVISIONERS.has(program.text) || SOURCING.has(program.text)) return true;
  if (SHELLS.has(program.text)) return !command.has('-c') && !command.has('--version');
  if (program.text === 'eval') return subcommand?.literal !== true;
  return program.text.endsWith('.sh') || (path.includes('/') && !SYSTEM_FOLDERS.test(path));
}

/** Whether the order in which a script's commands run is another than that of its text: it has functions or loops. */
export const jumps = ({ statements }: Script): boolean => statements.some(isJump);

function isJump(statement: Statement): boolean {
  switch (statement.kind) {
    case 'command':
    case 'assignment':
      return false;
    case 'pipeline':
      return statement.stages.some(isJump);
    case 'list':
      return isJump(statement.left) || isJump(statement.right);
    case 'compound':
      if (!STRAIGHT.has(statement.construct)) return true;
      return [...statement.conditions, ...statement.bodies].some((part) => part.some(isJump));
  }
}

const STRAIGHT: ReadonlySet<string> = new Set(['if', 'case', 'group', 'subshell', 'test', 'arithmetic']);
