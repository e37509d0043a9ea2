import type { Command, Script, Statement } from './shell.js';

/** The parts of every pipeline in the script, at any depth. */
export function* pipelinesIn({ statements }: Script): Iterable<readonly Statement[]> {
  for (const statement of statements) yield* within(statement);
}

function* within(statement: Statement): Iterable<readonly Statement[]> {
  switch (statement.kind) {
    case 'command':
    case 'assignment':
      return;
    case 'pipeline':
      if (statement.stages.length > 1) yield statement.stages;
      for (const stage of statement.stages) yield* within(stage);
      return;
    case 'list':
      yield* within(statement.left);
      yield* within(statement.right);
      return;
    case 'compound':
      for (const part of [...statement.conditions, ...statement.bodies]) for (const inner of part) yield* within(inner);
  }
}

const SOURCES = new WeakMap<Script, ReadonlyMap<Command, Command>>();

/** The command whose output this one reads through a pipe, if that is one command. */
export function pipedFrom(command: Command): Command | undefined {
  // What is wrapped stands in the statement of its outermost wrapper.
  const outermost = command.wrappers[0] ?? command;
  const { script } = outermost;
  if (!script) return undefined;
  let sources = SOURCES.get(script);
  if (!sources) {
    sources = sourcesIn(script);
    SOURCES.set(script, sources);
  }
  return sources.get(outermost);
}

function sourcesIn(script: Script): ReadonlyMap<Command, Command> {
  const found = new Map<Command, Command>();
  for (const stages of pipelinesIn(script)) {
    stages.forEach((stage, index) => {
      const before = stages[index - 1];
      if (stage.kind === 'command' && before?.kind === 'command') found.set(stage.command, before.command);
    });
  }
  return found;
}
