import type { Command, Script, Statement } from './shell.js';

/** Commands that change the shell they run in, so that what comes after them would see it. Source: POSIX, bash(1). */
const STATEFUL: ReadonlySet<string> = new Set([
  'cd',
  'pushd',
  'popd',
  'export',
  'set',
  'unset',
  'shopt',
  'umask',
  'trap',
  'alias',
  'unalias',
  'source',
  '.',
  'exec',
  'exit',
  'return',
  'eval',
  'declare',
  'typeset',
  'readonly',
  'local',
  'ulimit',
  'hash',
  'shift',
  'wait',
  'enable',
  // These set variables.
  'read',
  'readarray',
  'mapfile',
  'getopts',
  'let',
  // These run one of the others, or leave a loop.
  'command',
  'builtin',
  'break',
  'continue',
]);

/** Whether the shell is as it was once the script has run: no folder, variable, option or function is left behind. */
export const leavesNothingBehind = ({ statements, readable }: Script): boolean => readable && statements.every(isClean);

function isClean(statement: Statement): boolean {
  if (statement.terminator === '&') return false;
  switch (statement.kind) {
    case 'command':
      return !STATEFUL.has(statement.command.program.text) && statement.command.program.literal;
    case 'assignment':
      return false;
    case 'pipeline': {
      // Each part runs in a shell of its own, but not the only one behind a `!`.
      const [only, ...more] = statement.stages;
      return only === undefined || more.length > 0 || isClean(only);
    }
    case 'list':
      return isClean(statement.left) && isClean(statement.right);
    case 'compound':
      if (statement.construct === 'subshell' || statement.construct === 'test') return true;
      if (statement.construct === 'function' || statement.construct === 'unreadable') return false;
      // A loop leaves its variable behind, and arithmetic may set one.
      if (statement.construct === 'for' || statement.construct === 'select') return false;
      if (statement.construct === 'arithmetic') return false;
      return [...statement.conditions, ...statement.bodies].every((part) => part.every(isClean));
  }
}

/** Whether `x && script` does the script exactly if x succeeds: one statement, joined by nothing but `&&`. */
export function canFollow({ statements, readable }: Script): boolean {
  const [only, ...more] = statements;
  return readable && only !== undefined && more.length === 0 && only.terminator !== '&' && isAndChain(only);
}

const isAndChain = (statement: Statement): boolean =>
  statement.kind !== 'list' ||
  (statement.operator === '&&' && isAndChain(statement.left) && isAndChain(statement.right));

/** The command that a script ends with, if it is plain which one that is. */
export function lastCommand({ statements }: Script): Command | undefined {
  let last = statements.at(-1);
  while (last?.kind === 'list') last = last.right;
  return last?.kind === 'command' ? last.command : undefined;
}

/** The script's only command; undefined when it does anything else besides. */
export function onlyCommand({ statements, readable }: Script): Command | undefined {
  const [only, ...more] = statements;
  return readable && more.length === 0 && only?.kind === 'command' && only.terminator !== '&'
    ? only.command
    : undefined;
}

/**
 * Whether the command runs however the others turn out: it stands in no branch, loop, function or substitution, on no
 * side of a `||`, and behind no test that is joined to it by `&&`.
 */
export function runsAnyway(command: Command): boolean {
  const chain = [...command.wrappers, command];
  return chain.every((link, index) => {
    const { script } = link;
    // What a command wraps within its own script stands or falls with it.
    return !script || chain[index - 1]?.script === script || plainCommands(script).has(link);
  });
}

const PLAIN = new WeakMap<Script, ReadonlySet<Command>>();

function plainCommands(script: Script): ReadonlySet<Command> {
  let plain = PLAIN.get(script);
  if (!plain) {
    const found = new Set<Command>();
    for (const statement of script.statements) addPlain(statement, found);
    plain = found;
    PLAIN.set(script, plain);
  }
  return plain;
}

function addPlain(statement: Statement, found: Set<Command>): void {
  switch (statement.kind) {
    case 'command':
      found.add(statement.command);
      return;
    case 'assignment':
      return;
    case 'pipeline':
      for (const stage of statement.stages) addPlain(stage, found);
      return;
    case 'list':
      if (statement.operator === '||') return;
      addPlain(statement.left, found);
      if (!endsInTest(statement.left)) addPlain(statement.right, found);
      return;
    case 'compound':
      if (statement.construct !== 'group' && statement.construct !== 'subshell') return;
      for (const body of statement.bodies) for (const part of body) addPlain(part, found);
  }
}

/** Commands that say yes or no and do nothing else. */
const TESTS: ReadonlySet<string> = new Set(['test', '[', '[[', 'command', 'which', 'type', 'hash', 'grep']);

/** Whether any part of an `&&` chain asks something, so that what follows depends on the answer. */
function endsInTest(statement: Statement): boolean {
  switch (statement.kind) {
    case 'command':
      return TESTS.has(statement.command.program.text);
    case 'list':
      return endsInTest(statement.left) || endsInTest(statement.right);
    case 'pipeline':
      return statement.stages.some(endsInTest);
    case 'assignment':
      return false;
    case 'compound':
      return statement.construct === 'test' || statement.construct === 'arithmetic';
  }
}
