import type { Command, Script, Statement } from './shell.js';

const PIPELINES = new WeakMap<Script, readonly (readonly Statement[])[]>();

/** The parts of every pipeline in the script, at any depth. */
export function pipelinesIn(script: Script): readonly (readonly Statement[])[] {
  let found = PIPELINES.get(script);
  if (!found) {
    const pipelines: (readonly Statement[])[] = [];
    for (const statement of script.statements) addPipelines(statement, pipelines);
    PIPELINES.set(script, (found = pipelines));
  }
  return found;
}

/** The parts of every pipeline in the substitutions of the script, at any depth. */
export function pipelinesInSubstitutions({ substituted }: Script): readonly (readonly Statement[])[] {
  const pipelines: (readonly Statement[])[] = [];
  for (const statement of substituted) addPipelines(statement, pipelines);
  return pipelines;
}

function addPipelines(statement: Statement, found: (readonly Statement[])[]): void {
  switch (statement.kind) {
    case 'command':
    case 'assignment':
      return;
    case 'pipeline':
      if (statement.stages.length > 1) found.push(statement.stages);
      for (const stage of statement.stages) addPipelines(stage, found);
      return;
    case 'list':
      addPipelines(statement.left, found);
      addPipelines(statement.right, found);
      return;
    case 'compound':
      for (const part of [...statement.conditions, ...statement.bodies])
        for (const inner of part) addPipelines(inner, found);
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
