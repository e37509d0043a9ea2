import type { Severity } from '@plimsoll/rules';
import type { Finding, PlaceIn, ShownFix } from '../findings.js';
import type { Colors } from '../streams.js';
import type { Tally } from '../tally.js';
import { frame, type FrameStyle } from './frame.js';
import { printable } from './printable.js';

export interface TextStyle {
  readonly colors: Colors;
  /** Columns of the terminal; absent: nobody looks, and lines may be longer. */
  readonly width?: number | undefined;
}

/** Findings for people: place, message, source lines, ways to mend. */
export const textReport = (findings: readonly Finding[], style: TextStyle): string =>
  findings.map((finding) => `${findingLines(finding, style).join('\n')}\n\n`).join('');

/** How many there are, and how many can be fixed. */
export function summary(tally: Tally, files: number, { colors }: TextStyle): string {
  if (tally.findings === 0) return colors.green(`No findings in ${count(files, 'file')}`);
  const total = `${count(tally.findings, 'finding')} (${severities(tally)}) in ${count(tally.files.size, 'file')}`;
  return [colors.bold(total), ...fixable(tally)].join('; ');
}

/** `1 file`, `2 files`. */
export const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? '' : 's'}`;

function findingLines(finding: Finding, style: TextStyle): readonly string[] {
  const { colors } = style;
  const colored = colorOf(finding.severity, colors);
  const head = [
    colors.bold(placeOf(finding.at)),
    colored(finding.severity),
    colors.dim(finding.rule),
    colors.bold(printable(finding.message)),
  ];
  return [
    head.join(' '),
    ...frame(finding.at, frameStyle(style, '^', colored)),
    ...finding.related.flatMap(({ message, at }) => relatedLines(message, at, style)),
    ...(finding.fix ? [helpLine(finding.fix, style)] : []),
    ...finding.choices.map((choice) => helpLine(choice, style)),
  ];
}

function relatedLines(message: string, at: Finding['related'][number]['at'], style: TextStyle): readonly string[] {
  const { colors } = style;
  const head = (place: string): string => `  ${colors.blue('note:')} ${printable(message)} ${colors.dim(`(${place})`)}`;
  if (!('document' in at)) return [head(printable(at.shown))];
  return [head(placeOf(at)), ...frame(at, frameStyle(style, '-', colors.blue))];
}

const helpLine = ({ title, safety }: ShownFix, { colors }: TextStyle): string =>
  `  ${colors.cyan('help:')} ${printable(title)} ${colors.dim(`(${safety})`)}`;

const frameStyle = ({ colors, width }: TextStyle, mark: string, underline: (text: string) => string): FrameStyle => ({
  mark,
  width: Math.max(NARROWEST, (width ?? UNSEEN_WIDTH) - GUTTER),
  gutter: colors.dim,
  underline,
});

/** Columns for a source line where the terminal is tiny, and where there is none. */
const NARROWEST = 40;
const UNSEEN_WIDTH = 200;
/** Columns that the line numbers take. */
const GUTTER = 9;

function placeOf({ document, span }: PlaceIn): string {
  const { line, column } = document.at(span.start);
  return `${printable(document.shown)}:${line + 1}:${column + 1}`;
}

function colorOf(severity: Severity, colors: Colors): (text: string) => string {
  return { error: colors.red, warning: colors.yellow, info: colors.blue, hint: colors.cyan }[severity];
}

/** One says "3 info", not "3 infos". */
const severities = ({ bySeverity }: Tally): string =>
  [...bySeverity]
    .filter(([, number]) => number > 0)
    .map(([severity, number]) => (severity === 'info' ? `${number} info` : count(number, severity)))
    .join(', ');

function fixable({ safe, suggested }: Tally): readonly string[] {
  if (safe === 0 && suggested === 0) return [];
  if (safe === 0) return [`${suggested} can be fixed with --fix --unsafe`];
  return [`${safe} can be fixed with --fix${suggested === 0 ? '' : `, ${suggested} more with --fix --unsafe`}`];
}
