import { addressOf, apply, hoverOf, isShellCheckCode, textOf, type Diagnostic, type Linter } from '@plimsoll/rules';
import { diffLines } from 'diff';

import type { Reading } from '../../analyses.js';
import type { Writer } from './writer.js';

/** Together these keep a hover under 25 lines. */
const MOST_PROSE_LINES = 4;
const MOST_DIFF_LINES = 6;
const MOST_OTHERS = 2;

/** Why the finding matters, and what the fix makes of the lines. */
export function findingBlocks(
  diagnostic: Diagnostic,
  others: readonly Diagnostic[],
  reading: Reading,
  linter: Linter,
  writer: Writer,
): readonly string[] {
  const rule = linter.find(diagnostic.rule);
  const message = writer.literal(textOf(diagnostic.message));
  if (!rule) {
    if (!isShellCheckCode(diagnostic.rule)) return [message];
    const link = writer.prose(`[${diagnostic.rule}](${addressOf(diagnostic.rule)})`);
    return [message, ...fixBlocks(diagnostic, reading, linter, writer), link];
  }
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
