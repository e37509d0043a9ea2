import type { Dockerfile, Instruction, Instructions, Stage } from './dockerfile.js';
import type { Command } from './shell.js';

/** What has run before the instruction, latest first: its stage up to there, then the stages that it is based on. */
export function* instructionsBefore(node: Instruction): Iterable<Instruction> {
  let before = node.previous;
  while (before && before.keyword !== 'FROM') {
    yield before;
    before = before.previous;
  }
  let base = before?.stage?.base;
  while (base && !('kind' in base)) {
    yield* [...base.instructions].reverse();
    base = base.base;
  }
}

/**
 * What runs after the instruction on its files: for every way from there to the end of a stage that starts from its own,
 * the instructions in order.
 */
export function* waysAfter(file: Dockerfile, node: Instruction): Iterable<readonly Instruction[]> {
  const { stage } = node;
  if (!stage) return;
  const rest: Instruction[] = [];
  for (let next = node.next; next && next.keyword !== 'FROM'; next = next.next) rest.push(next);
  yield* waysOf(file, stage, rest);
}

function* waysOf(file: Dockerfile, stage: Stage, way: readonly Instruction[]): Iterable<readonly Instruction[]> {
  const heirs = file.stages.filter(({ base }) => base === stage);
  if (heirs.length === 0) yield way;
  for (const heir of heirs) yield* waysOf(file, heir, [...way, ...heir.instructions]);
}

/** The RUN that the command stands in, or the one in ONBUILD. */
export const runOf = ({ instruction }: Command): Instructions['RUN'] | undefined =>
  instruction?.keyword === 'RUN' ? instruction : undefined;

/** The commands of the same instruction that come before and after the command in the text. */
export function around(command: Command): { readonly before: readonly Command[]; readonly after: readonly Command[] } {
  const commands = runOf(command)?.commands ?? [];
  const index = commands.indexOf(command);
  return index < 0 ? { before: [], after: [] } : { before: commands.slice(0, index), after: commands.slice(index + 1) };
}
