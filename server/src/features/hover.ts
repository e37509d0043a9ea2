import {
  apply,
  hoverOf,
  INSTRUCTIONS,
  LineIndex,
  SEVERITIES,
  textOf,
  type Diagnostic,
  type Fact,
  type Instruction,
  type Linter,
  type Located,
  type Span,
  type Stage,
  type State,
} from '@plimsoll/rules';
import { diffLines } from 'diff';
import { MarkupKind, type Hover, type Position } from 'vscode-languageserver';

import type { Reading } from '../analyses.js';
import { rangeOf } from '../ranges.js';

/** What the mouse asks about: a finding, else the keyword of an instruction. */
export function hoverAt(reading: Reading, position: Position, linter: Linter, isMarkdown: boolean): Hover | undefined {
  const lines = new LineIndex(reading.source.text);
  const offset = lines.offsetAt(position);
  const writer = isMarkdown ? markdown : plaintext;
  const instruction = instructionAt(reading, offset);
  const under = findingsAt(reading, offset);
  // Over the character before a finding, editors show its message already, and the explanation belongs with it.
  const [first, ...others] = under.length > 0 || instruction ? under : findingsAt(reading, offset + 1);
  const blocks = first
    ? findingBlocks(first, others, reading, linter, writer)
    : instruction && instructionBlocks(instruction, reading, writer);
  if (!blocks) return undefined;
  const at = first?.at ?? instruction?.head;
  return {
    contents: { kind: isMarkdown ? MarkupKind.Markdown : MarkupKind.PlainText, value: blocks.join('\n\n') },
    ...(at && { range: rangeOf(lines, at.span) }),
  };
}

/** The narrowest first, and of these the gravest. */
const findingsAt = ({ analysis: { diagnostics } }: Reading, offset: number): readonly Diagnostic[] =>
  diagnostics
    .filter(({ at }) => holds(at.span, offset))
    .sort(
      (a, b) =>
        lengthOf(a.at.span) - lengthOf(b.at.span) || SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity),
    );

/** Says the same in Markdown and in plain text. */
interface Writer {
  readonly lineBreak: string;
  strong(text: string): string;
  code(text: string): string;
  link(text: string, address: string): string;
  /** What we wrote, in Markdown. */
  prose(markdown: string): string;
  /** What a user wrote, which may look like markup. */
  literal(text: string): string;
  diff(lines: readonly string[]): string;
}

const markdown: Writer = {
  lineBreak: '  \n',
  strong: (text) => `**${text}**`,
  code: (text) => `\`${text.replaceAll('`', "'")}\``,
  link: (text, address) => `[${text}](${address})`,
  prose: (text) => text,
  literal: (text) => text.replace(/[\\*_{}[\]<>#|]/g, '\\$&'),
  diff: (lines) => ['```diff', ...lines, '```'].join('\n'),
};

const plaintext: Writer = {
  lineBreak: '\n',
  strong: (text) => text,
  code: (text) => text,
  link: (text, address) => `${text}: ${address}`,
  literal: (text) => text,
  prose: (text) => text.replace(/\[([^\]]*)\]\(([^)]*)\)/g, '$1 ($2)').replace(/[`*]/g, ''),
  diff: (lines) => lines.join('\n'),
};

/** Together these keep a hover under 25 lines. */
const MOST_PROSE_LINES = 4;
const MOST_DIFF_LINES = 6;
const MOST_OTHERS = 2;

function findingBlocks(
  diagnostic: Diagnostic,
  others: readonly Diagnostic[],
  reading: Reading,
  linter: Linter,
  writer: Writer,
): readonly string[] {
  const rule = linter.find(diagnostic.rule);
  const message = writer.literal(textOf(diagnostic.message));
  if (!rule) return [message];
  const { links, summary, why } = hoverOf(rule);
  const peers = diagnostic.peers.map((peer) => writer.code(peer)).join(', ');
  const also = others.slice(0, MOST_OTHERS).map((other) => `${other.rule}: ${textOf(other.message)}`);
  return [
    writer.strong(writer.prose(summary)) + writer.lineBreak + message,
    writer.prose(why.split('\n').slice(0, MOST_PROSE_LINES).join('\n')),
    ...fixBlocks(diagnostic, reading, linter, writer),
    ...(also.length > 0 ? [also.map((line) => writer.literal(`Also here: ${line}`)).join(writer.lineBreak)] : []),
    [...links.map((link) => writer.prose(link)), ...(peers === '' ? [] : [`also known as ${peers}`])].join(' · '),
  ];
}

function fixBlocks(diagnostic: Diagnostic, reading: Reading, linter: Linter, writer: Writer): readonly string[] {
  const fix = diagnostic.fix ?? diagnostic.choices?.[0];
  if (!fix) return [];
  const label =
    fix.safety === 'safe' ? 'safe: the build does what it did' : 'needs a look: it may change the image or the build';
  const lines = changedLines(
    reading,
    linter.spell(reading.analysis, fix, reading.settings).find(({ path }) => path === undefined)?.edits,
  );
  return [`Fix: ${writer.strong(fix.title)} (${label})`, ...(lines.length > 0 ? [writer.diff(lines)] : [])];
}

/** The lines that the edits touch, before and after. */
function changedLines({ source: { text } }: Reading, edits: Parameters<typeof apply>[1] = []): readonly string[] {
  const [first] = edits;
  if (!first) return [];
  const last = Math.max(...edits.map(({ span }) => span.end));
  const start = text.lastIndexOf('\n', first.span.start - 1) + 1;
  const feed = text.indexOf('\n', last);
  const end = feed < 0 ? text.length : feed + 1;
  const shifted = edits.map(({ span, text }) => ({
    span: { start: span.start - start, end: span.end - start },
    text,
  }));
  const before = text.slice(start, end).replaceAll('\r', '');
  const after = apply(text.slice(start, end), shifted).replaceAll('\r', '');
  const lines = diffLines(before, after).flatMap(({ added, removed, value }) =>
    added || removed ? linesOf(value).map((line) => (added ? '+' : '-') + line) : [],
  );
  const shown = lines.slice(0, MOST_DIFF_LINES);
  return lines.length > shown.length ? [...shown, '…'] : shown;
}

const linesOf = (text: string): readonly string[] => text.replace(/\n$/, '').split('\n');

function instructionAt({ analysis: { file } }: Reading, offset: number): Instruction | undefined {
  if (file.kind !== 'dockerfile') return undefined;
  for (const instruction of file.all()) {
    if (holds(instruction.head.span, offset)) return instruction;
    if (instruction.keyword !== 'ONBUILD') continue;
    if (instruction.trigger && holds(instruction.trigger.head.span, offset)) return instruction.trigger;
  }
  return undefined;
}

function instructionBlocks(instruction: Instruction, reading: Reading, writer: Writer): readonly string[] | undefined {
  if (instruction.keyword === 'UNKNOWN') return undefined;
  const { reference, summary } = INSTRUCTIONS[instruction.keyword];
  const { file } = reading.analysis;
  const stages = file.kind === 'dockerfile' ? file.stages : [];
  const startsStage = instruction.keyword === 'FROM';
  const state = startsStage ? instruction.stage?.start : instruction.state;
  return [
    `${writer.strong(instruction.keyword)}: ${writer.prose(summary)}`,
    ...(state && instruction.stage ? [stateBlock(state, instruction.stage, stages, startsStage, reading, writer)] : []),
    writer.link('Reference', reference),
  ];
}

function stateBlock(
  state: State,
  stage: Stage,
  stages: readonly Stage[],
  startsStage: boolean,
  reading: Reading,
  writer: Writer,
): string {
  const lines = new LineIndex(reading.source.text);
  const where = (setBy: Located | undefined, otherwise: string): string =>
    setBy ? `set on line ${String(rangeOf(lines, setBy.span).start.line + 1)}` : otherwise;
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
  return [
    startsStage ? 'The stage starts with:' : 'In force before it:',
    '',
    `- user: ${say(state.user)}`,
    `- working directory: ${say(state.workdir)}`,
    `- shell: ${shell}`,
    `- stage: ${name}${String(stage.index + 1)} of ${String(stages.length)}, ${ships}`,
    `- platform: ${say(state.platform, 'the builder decides')}`,
  ].join('\n');
}

const holds = ({ start, end }: Span, offset: number): boolean => start <= offset && offset <= end;
const lengthOf = ({ start, end }: Span): number => end - start;
