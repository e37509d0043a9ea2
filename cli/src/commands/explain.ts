import { pageOf, type Linter, type Rule } from '@plimsoll/rules';
import type { Format } from '../arguments.js';
import { renderMarkdown } from '../formats/markdown.js';
import { openLinter } from '../linter.js';
import { didYouMean } from '../nearest.js';
import { colorsFor, widthOf, type Streams } from '../streams.js';
import { UsageError } from '../usage.js';

/** Shows the page of a rule, which may be named as another tool names it. */
export async function explain(
  name: string,
  format: Format,
  streams: Streams,
  color: boolean | undefined,
): Promise<number> {
  const linter = await openLinter();
  const rule = linter.find(name);
  if (!rule) throw new UsageError(`there is no rule ${name}${didYouMean(name, namesIn(linter))}`);
  const { stdout, env } = streams;
  stdout.write(
    format === 'json' ? jsonOf(rule) : renderMarkdown(pageOf(rule), colorsFor(stdout, env, color), pageWidth(streams)),
  );
  return 0;
}

/** Lines that run across a whole wide screen are hard to read. */
const pageWidth = ({ stdout }: Streams): number => Math.min(widthOf(stdout) ?? WIDEST, WIDEST);
const WIDEST = 100;

const namesIn = ({ rules }: Linter): readonly string[] =>
  rules.flatMap(({ id, peers = {} }) => [id, ...Object.values(peers).flat()]);

function jsonOf(rule: Rule): string {
  const { id, kinds, severity, profile, tags, since, summary, docs, sources = {}, peers = {}, options = {} } = rule;
  const about = { id, kinds, severity, profile, tags, since, summary, docs: docs.trim(), sources, peers, options };
  return `${JSON.stringify({ ...about, page: pageOf(rule) }, undefined, 2)}\n`;
}
