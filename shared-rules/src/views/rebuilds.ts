import { referencesIn } from '../knowledge/stage-graph.js';
import type { Dockerfile, Instruction, Stage } from '../model/index.js';

/** What a change of an instruction, or of what it takes in, makes a builder do again. */
export interface Rebuilds {
  /** The RUN, COPY and ADD instructions behind it in its stage. */
  readonly behind: readonly Instruction[];
  /** Other stages, which are built on the stage or take files from it, by way of others too. */
  readonly stages: readonly Stage[];
}

/** Source: "Build cache invalidation": a layer that is built anew takes everything behind it along. */
export function rebuildsAfter(file: Dockerfile, node: Instruction): Rebuilds {
  const { stage } = node;
  if (!stage) return { behind: [], stages: [] };
  const index = stage.instructions.indexOf(node);
  const behind = stage.instructions.slice(index + 1).filter(({ keyword }) => WORK.has(keyword));
  const users = new Map<Stage, Stage[]>();
  for (const { from, to } of referencesIn(file)) users.set(to, [...(users.get(to) ?? []), from]);
  const reached = new Set([stage]);
  for (const one of reached) for (const user of users.get(one) ?? []) reached.add(user);
  reached.delete(stage);
  return { behind, stages: [...reached] };
}

const WORK: ReadonlySet<string> = new Set(['RUN', 'COPY', 'ADD']);
