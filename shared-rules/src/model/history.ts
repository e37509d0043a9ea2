import type { Dockerfile, Instruction, Instructions, Stage } from './dockerfile.js';
import type { Command } from './shell.js';

/** The instruction that runs right before: in its stage, else the last of the stages that this one is based on. */
function predecessor(node: Instruction): Instruction | undefined {
  const { previous } = node;
  if (previous && previous.keyword !== 'FROM') return previous;
  let base = (previous?.stage ?? node.stage)?.base;
  while (base && !('kind' in base)) {
    const last = base.instructions.at(-1);
    if (last) return last;
    base = base.base;
  }
  return undefined;
}

/**
 * Makes a question out of a test: does anything that runs before an instruction pass it? Each instruction is tested
 * once, however often the question is asked.
 */
export function anyBefore(passes: (node: Instruction) => boolean): (node: Instruction) => boolean {
  /** Whether the instruction or anything before it passes. */
  const answers = new Map<Instruction, boolean>();
  return (node) => {
    const unknown: Instruction[] = [];
    let at = predecessor(node);
    while (at && !answers.has(at)) {
      unknown.push(at);
      at = predecessor(at);
    }
    let answer = at ? answers.get(at) === true : false;
    for (const step of unknown.reverse()) {
      answer ||= passes(step);
      answers.set(step, answer);
    }
    return answer;
  };
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

/** The stage, and every stage that starts from it, by way of others too. */
export function heirsOf(file: Dockerfile, first: Stage): readonly Stage[] {
  const heirs = heirsIn(file);
  const found = [first];
  for (const stage of found) found.push(...(heirs.get(stage) ?? []));
  return found;
}

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

/** The stage and those it is based on, the nearest first. */
export function ancestry(stage: Stage): readonly Stage[] {
  const stages = [stage];
  for (let at = stage.base; at && !('kind' in at); at = at.base) stages.push(at);
  return stages;
}

/** The instructions of the stage and of the stages it is based on, the latest first. */
export function* backFrom(stage: Stage): Iterable<Instruction> {
  for (const { instructions } of ancestry(stage)) yield* [...instructions].reverse();
}

/** What ran before an instruction of the stage on the same files, the latest first. */
export function earlierIn(stage: Stage, node: Instruction): readonly Instruction[] {
  const [, ...others] = ancestry(stage);
  const own = stage.instructions.slice(0, stage.instructions.indexOf(node)).reverse();
  return [...own, ...others.flatMap(({ instructions }) => [...instructions].reverse())];
}

/** The instructions of the stage and of those it is based on, in the order in which they run. */
export function chainOf(stage: Stage): readonly Instruction[] {
  return [...ancestry(stage)].reverse().flatMap(({ instructions }) => instructions);
}
