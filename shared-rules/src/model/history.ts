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
 * Visits what runs after the instruction on its files: the rest of its stage, then every stage that starts from there.
 * Where `visit` answers with true, the way ends: neither what follows it nor the stages that start from it are visited.
 */
export function visitAfter(file: Dockerfile, node: Instruction, visit: (node: Instruction) => boolean): void {
  for (let next = node.next; next && next.keyword !== 'FROM'; next = next.next) if (visit(next)) return;
  const heirs = heirsIn(file);
  const open = node.stage ? [...(heirs.get(node.stage) ?? [])] : [];
  for (let stage = open.pop(); stage; stage = open.pop()) {
    if (!stage.instructions.some(visit)) open.push(...(heirs.get(stage) ?? []));
  }
}

const HEIRS = new WeakMap<Dockerfile, ReadonlyMap<Stage, readonly Stage[]>>();

/** The stages that start from each stage. */
function heirsIn(file: Dockerfile): ReadonlyMap<Stage, readonly Stage[]> {
  const known = HEIRS.get(file);
  if (known) return known;
  const heirs = new Map<Stage, Stage[]>();
  for (const stage of file.stages) {
    if (!stage.base || 'kind' in stage.base) continue;
    const siblings = heirs.get(stage.base);
    if (siblings) siblings.push(stage);
    else heirs.set(stage.base, [stage]);
  }
  HEIRS.set(file, heirs);
  return heirs;
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
