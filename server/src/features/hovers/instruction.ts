import {
  imageOf,
  INSTRUCTIONS,
  rebuildsAfter,
  type Dockerfile,
  type Fact,
  type Instruction,
  type LineIndex,
  type Located,
  type Stage,
  type State,
  type Variable,
} from '@plimsoll/rules';

import { rangeOf } from '../../ranges.js';
import { isOverridden, startLines } from './start.js';
import { listed, type Writer } from './writer.js';

/** What stands around the instruction that the mouse is over. */
interface Setting {
  readonly file: Dockerfile;
  readonly lines: LineIndex;
  readonly writer: Writer;
}

/** What the instruction does, what is in force there, and what a change of it costs. */
export function instructionBlocks(instruction: Instruction, setting: Setting): readonly string[] | undefined {
  const { keyword, stage } = instruction;
  if (keyword === 'UNKNOWN') return undefined;
  const { writer } = setting;
  const { reference, summary } = INSTRUCTIONS[keyword];
  return [
    `${writer.strong(keyword)}: ${writer.prose(summary)}`,
    ...(stage ? blocksIn(instruction, stage, setting) : []),
    writer.link('Reference', reference),
  ];
}

function blocksIn(instruction: Instruction, stage: Stage, setting: Setting): readonly string[] {
  const { keyword } = instruction;
  if (keyword === 'FROM') {
    const card = stage.isFinal ? [cardBlock(stage, setting)] : [];
    return [stateBlock('The stage starts with:', stage.start, stage, setting), ...card];
  }
  const isStart = (keyword === 'CMD' || keyword === 'ENTRYPOINT') && !instruction.isTrigger;
  return [
    ...(isStart ? [startBlock(instruction, stage, setting)] : []),
    stateBlock('In force before it:', instruction.state, stage, setting),
    ...rebuildBlock(instruction, setting),
  ];
}

function startBlock(node: Instruction, stage: Stage, { lines, writer }: Setting): string {
  if (isOverridden(node, stage)) {
    const winner = stage.effective(node.keyword);
    return winner ? `Line ${lineOf(winner, lines)} takes its place: only the last ${node.keyword} counts.` : '';
  }
  return ['A container of this stage:', '', ...startLines(stage, writer)].join('\n');
}

function stateBlock(title: string, state: State, stage: Stage, { file, lines, writer }: Setting): string {
  const where = (setBy: Located | undefined, otherwise: string): string =>
    setBy ? `set on line ${lineOf(setBy, lines)}` : otherwise;
  const say = (fact: Fact<string>, otherwise = 'from base image'): string =>
    fact.known
      ? `${writer.code(fact.value)} (${where(fact.setBy, otherwise)})`
      : fact.setBy
        ? `unknown (${where(fact.setBy, '')}, from something that only the build knows)`
        : `unknown (${otherwise})`;
  const shell = state.shell.known
    ? `${writer.code(state.shellWords.join(' '))} (${where(state.shell.setBy, 'the default')})`
    : say(state.shell);
  const name = stage.name ? `${writer.code(stage.name.text)}, ` : '';
  const ships = stage.isFinal ? 'the final image' : stage.ships ? 'part of the final image' : 'not in the final image';
  const variables = [...state.env.all()];
  const inScope = (kind: Variable['kind'], title: string): readonly string[] => {
    const found = variables.filter((variable) => variable.kind === kind);
    return found.length === 0
      ? []
      : [
          `- ${title}: ${listed(
            found.map((variable) => variableText(variable, lines, writer)),
            MOST_VARIABLES,
          )}`,
        ];
  };
  return [
    title,
    '',
    `- user: ${say(state.user)}`,
    `- working directory: ${say(state.workdir)}`,
    `- shell: ${shell}`,
    `- stage: ${name}${String(stage.index + 1)} of ${String(file.stages.length)}, ${ships}`,
    `- platform: ${say(state.platform, 'the builder decides')}`,
    ...inScope('env', 'ENV'),
    ...inScope('arg', 'ARG'),
  ].join('\n');
}

const MOST_VARIABLES = 4;
const LONGEST_VALUE = 40;

const variableText = ({ name, setBy, value }: Variable, lines: LineIndex, writer: Writer): string => {
  const shown =
    value === undefined
      ? name
      : `${name}=${value.length > LONGEST_VALUE ? `${value.slice(0, LONGEST_VALUE)}…` : value}`;
  return `${writer.code(shown)} (line ${lineOf(setBy, lines)})`;
};

/** The image that a build of the stage makes. */
function cardBlock(stage: Stage, { writer }: Setting): string {
  const image = imageOf(stage);
  const fact = (value: Fact<string>): string => (value.known ? writer.code(value.value) : 'from base image');
  const names = (texts: readonly string[]): string =>
    listed(
      texts.map((text) => writer.code(text)),
      MOST_NAMES,
    );
  const row = (title: string, texts: readonly string[]): readonly string[] =>
    texts.length === 0 ? [] : [`- ${title}: ${names(texts)}`];
  const { healthcheck } = image;
  const start = startLines(stage, writer);
  return [
    'The image it makes:',
    '',
    `- base: ${image.base ? writer.code(image.base.value ?? image.base.word.text) : 'unknown'}, with ${String(image.layers)} more ${image.layers === 1 ? 'layer' : 'layers'}`,
    `- user: ${fact(image.user)}, working directory: ${fact(image.workdir)}`,
    ...(start.length > 0 ? start : ['- runs: what the base image says']),
    ...row('ports', image.ports),
    ...row('volumes', image.volumes),
    ...row(
      'variables',
      image.variables.map(({ name }) => name),
    ),
    ...row(
      'labels',
      image.labels.map(({ name }) => name),
    ),
    `- health check: ${healthcheck === undefined ? 'none here' : healthcheck === 'none' ? 'switched off' : 'yes'}`,
    ...row('takes files from', image.copiedFrom),
  ].join('\n');
}

const MOST_NAMES = 6;

function rebuildBlock(node: Instruction, { file, writer }: Setting): readonly string[] {
  if (!CACHED.has(node.keyword) || node.isTrigger) return [];
  const { behind, stages } = rebuildsAfter(file, node);
  if (behind.length === 0 && stages.length === 0) return [];
  const parts = [
    ...(behind.length > 0 ? [`${String(behind.length)} ${behind.length === 1 ? 'step' : 'steps'} below`] : []),
    ...(stages.length > 0
      ? [
          `stage ${listed(
            stages.map(({ index, name }) => writer.code(name?.text ?? String(index))),
            MOST_NAMES,
          )}`,
        ]
      : []),
  ];
  return [`A change here builds again: ${parts.join(', and ')}.`];
}

/** Instructions whose change makes the layers behind them anew. */
const CACHED: ReadonlySet<string> = new Set(['RUN', 'COPY', 'ADD', 'ENV', 'ARG', 'WORKDIR', 'USER', 'SHELL']);

const lineOf = ({ span }: Located, lines: LineIndex): string => String(rangeOf(lines, span).start.line + 1);
