import { fixability, type Rule } from '@plimsoll/rules';
import type { Format } from '../arguments.js';
import { wrap } from '../formats/markdown.js';
import { colorsFor, widthOf, type Streams } from '../streams.js';

/** Lists the rules: a table for people, an array for programs. */
export function listRules(
  format: Format,
  rules: readonly Rule[],
  streams: Streams,
  color: boolean | undefined,
): number {
  const { stdout } = streams;
  const sorted = [...rules].sort((a, b) => (a.id < b.id ? -1 : 1));
  stdout.write(
    format === 'json' ? `${JSON.stringify(sorted.map(row), undefined, 2)}\n` : table(sorted, streams, color),
  );
  return 0;
}

/** Choices are left to a person, so --fix never takes them. */
const FIXES = { fix: 'yes', choice: 'choices', none: '' } as const;

const row = (rule: Rule): object => ({
  id: rule.id,
  severity: rule.severity,
  profile: rule.profile,
  fix: fixability(rule),
  kinds: rule.kinds,
  peers: rule.peers ?? {},
  summary: rule.summary,
});

function table(sorted: readonly Rule[], { stdout, env }: Streams, color: boolean | undefined): string {
  const colors = colorsFor(stdout, env, color);
  const width = widthOf(stdout);
  const cells = sorted.map((rule) => [rule.id, rule.severity, rule.profile, FIXES[fixability(rule)], rule.summary]);
  const all = [['rule', 'severity', 'profile', 'fix', 'summary'], ...cells];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...all.map((line) => line[column]?.length ?? 0)));
  const indent = widths.reduce((sum, one) => sum + one + 2, 0);
  return all
    .map((line, index) => {
      const left = widths.map((one, column) => (line[column] ?? '').padEnd(one)).join('  ');
      const summary = line[4] ?? '';
      // Where a narrow terminal leaves no room for a column, it may break the lines itself.
      const room = width === undefined ? 0 : width - indent;
      const right = room < 20 ? summary : wrap(summary, room, ' '.repeat(indent));
      return index === 0 ? colors.bold(`${left}  ${right}`) : `${left}  ${right}`;
    })
    .map((line) => `${line}\n`)
    .join('');
}
