import type { Script, Statement } from './shell.js';

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
