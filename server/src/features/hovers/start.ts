import {
  startOfContainer,
  type ContainerStart,
  type FirstProcess,
  type Instruction,
  type Stage,
} from '@plimsoll/rules';

import type { Writer } from './writer.js';

/** What a container starts, who is process 1 in it, and whether the signal to stop gets there. */
export function startLines(stage: Stage, writer: Writer): readonly string[] {
  const start = startOfContainer(stage);
  if (start.words.length === 0) return [];
  return [
    `- runs: ${writer.code(JSON.stringify(start.words).replaceAll('","', '", "'))}${
      start.mayHaveEntrypoint ? ', behind the ENTRYPOINT of the base image if it has one' : ''
    }`,
    ...(start.process ? [`- process 1: ${processText(start.process, start, writer)}`] : []),
    ...(start.nearJson === undefined
      ? []
      : [`- no JSON array, so a shell reads it: ${writer.literal(start.nearJson)}`]),
    ...(start.ignoredCmd ? ['- CMD is thrown away: an ENTRYPOINT in the shell form takes no arguments'] : []),
  ];
}

/** Whether another instruction of the stage takes the place of this one. */
export const isOverridden = (node: Instruction, stage: Stage): boolean => stage.effective(node.keyword) !== node;

function processText({ kind, program, runs }: FirstProcess, { signal }: ContainerStart, writer: Writer): string {
  const name = writer.code(program);
  const inner = runs === undefined ? 'what it runs' : writer.code(runs);
  switch (kind) {
    case 'program':
      return `${name}; ${signal} arrives there`;
    case 'init':
      return `${name}, which hands ${signal} on to ${inner}`;
    case 'replaced':
      return `${runs === undefined ? 'what exec starts' : writer.code(runs)}, in the place of ${name}; ${signal} arrives there`;
    case 'lone-command':
      return `${name}, or ${inner} where the shell gives its place to a lone command; only then does ${signal} arrive`;
    case 'shell':
      return `${name}, which keeps ${signal} from ${inner}: \`docker stop\` waits 10 s, then kills`;
  }
}
