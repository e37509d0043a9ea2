import { PRACTICES, type Practice, type Rule } from '@plimsoll/rules';
import type { Format } from '../arguments.js';
import { wrap } from '../formats/markdown.js';
import { colorsFor, widthOf, type Colors, type Streams } from '../streams.js';

/** Lists the practices of the article, each with the rules that carry it: text for people, an array for programs. */
export function listPractices(
  format: Format,
  rules: readonly Rule[],
  { stdout, env }: Streams,
  color: boolean | undefined,
): number {
  const summaries = new Map(rules.map(({ id, summary }) => [id, summary]));
  if (format === 'json') {
    const numbered = PRACTICES.map((practice, index) => ({ number: index + 1, ...practice }));
    stdout.write(`${JSON.stringify(numbered, undefined, 2)}\n`);
  } else {
    const colors = colorsFor(stdout, env, color);
    const width = widthOf(stdout) ?? Infinity;
    const blocks = PRACTICES.map((practice, index) => block(practice, index + 1, summaries, colors, width));
    stdout.write(blocks.join('\n'));
  }
  return 0;
}

function block(
  { title, rules, features = [], since }: Practice,
  number: number,
  summaries: ReadonlyMap<string, string>,
  colors: Colors,
  width: number,
): string {
  const column = Math.max(0, ...rules.map(({ length }) => length)) + 2;
  const lines = [
    colors.bold(`${String(number).padStart(2)}. ${filled(`${title}.`, width, INDENT)}`),
    ...rules.map((id) => {
      const summary = filled(summaries.get(id) ?? '', width, INDENT + column);
      return `${' '.repeat(INDENT)}${id.padEnd(column)}${summary}`.trimEnd();
    }),
    ...features.map((feature) => `${' '.repeat(INDENT)}${filled(feature.replace(/[`*]/g, ''), width, INDENT)}`),
    ...(since === undefined ? [] : [`${' '.repeat(INDENT)}${colors.dim(filled(`Since: ${since}`, width, INDENT))}`]),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

const INDENT = 4;

/** Text in a column that starts behind the indent. */
const filled = (text: string, width: number, indent: number): string =>
  wrap(text, width - indent).replaceAll('\n', `\n${' '.repeat(indent)}`);
