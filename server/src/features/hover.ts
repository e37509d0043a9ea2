import {
  LineIndex,
  SEVERITIES,
  variableAt,
  type Diagnostic,
  type Instruction,
  type Linter,
  type Span,
} from '@plimsoll/rules';
import { MarkupKind, type Hover, type Position } from 'vscode-languageserver';

import type { Reading } from '../analyses.js';
import { rangeOf } from '../ranges.js';
import { podBlocks, podsIn } from './hovers/containers.js';
import { findingBlocks } from './hovers/finding.js';
import { instructionBlocks } from './hovers/instruction.js';
import { variableBlocks } from './hovers/variable.js';
import { markdown, plaintext, type Writer } from './hovers/writer.js';

/** What the mouse asks about: a finding, else a variable, else the keyword of an instruction or the containers of a pod. */
export function hoverAt(reading: Reading, position: Position, linter: Linter, isMarkdown: boolean): Hover | undefined {
  const lines = new LineIndex(reading.source.text);
  const offset = lines.offsetAt(position);
  const writer = isMarkdown ? markdown : plaintext;
  const found = findingHover(reading, offset, linter, writer) ?? modelHover(reading, offset, lines, writer);
  return (
    found && {
      contents: { kind: isMarkdown ? MarkupKind.Markdown : MarkupKind.PlainText, value: found.blocks.join('\n\n') },
      range: rangeOf(lines, found.span),
    }
  );
}

interface Found {
  readonly span: Span;
  readonly blocks: readonly string[];
}

function findingHover(reading: Reading, offset: number, linter: Linter, writer: Writer): Found | undefined {
  const under = findingsAt(reading, offset);
  // Over the character before a finding, editors show its message already, and the explanation belongs with it.
  const isElsewhere = under.length > 0 || instructionAt(reading, offset) !== undefined;
  const [first, ...others] = isElsewhere ? under : findingsAt(reading, offset + 1);
  return first && { span: first.at.span, blocks: findingBlocks(first, others, reading, linter, writer) };
}

/** The narrowest first, and of these the gravest. */
const findingsAt = ({ analysis: { diagnostics } }: Reading, offset: number): readonly Diagnostic[] =>
  diagnostics
    .filter(({ at }) => holds(at.span, offset))
    .sort(
      (a, b) =>
        lengthOf(a.at.span) - lengthOf(b.at.span) || SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity),
    );

function modelHover(reading: Reading, offset: number, lines: LineIndex, writer: Writer): Found | undefined {
  const { file } = reading.analysis;
  if (file.kind === 'kubernetes') {
    const pod = podsIn(file).find(({ entry }) => holds(entry.key.span, offset));
    return pod && { span: pod.entry.key.span, blocks: podBlocks(pod, writer) };
  }
  if (file.kind !== 'dockerfile') return undefined;
  const instruction = instructionAt(reading, offset);
  if (instruction) {
    const blocks = instructionBlocks(instruction, { file, lines, writer });
    return blocks && { span: instruction.head.span, blocks };
  }
  const variable = variableAt(file, offset);
  return variable && { span: variable.at.span, blocks: variableBlocks(variable, lines, writer) };
}

function instructionAt({ analysis: { file } }: Reading, offset: number): Instruction | undefined {
  if (file.kind !== 'dockerfile') return undefined;
  for (const instruction of file.all()) {
    if (holds(instruction.head.span, offset)) return instruction;
    if (instruction.keyword !== 'ONBUILD') continue;
    if (instruction.trigger && holds(instruction.trigger.head.span, offset)) return instruction.trigger;
  }
  return undefined;
}

const holds = ({ start, end }: Span, offset: number): boolean => start <= offset && offset <= end;
const lengthOf = ({ start, end }: Span): number => end - start;
