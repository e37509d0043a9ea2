import {
  addressOf,
  didYouMean,
  isShellCheckCode,
  pageOf,
  RETIRED_CODES,
  RuleNames,
  SYNTAX_CODES,
  type Rule,
} from '@plimsoll/rules';
import type { Format } from '../arguments.js';
import { renderMarkdown } from '../formats/markdown.js';
import { colorsFor, widthOf, type Streams } from '../streams.js';
import { spellings } from '../spellings.js';
import { UsageError } from '../usage.js';

/** Shows the page of a rule, which may be named as another tool names it; such a name may stand for several rules. */
export function explain(
  name: string,
  format: Format,
  rules: readonly Rule[],
  streams: Streams,
  color: boolean | undefined,
): number {
  const { stdout, env } = streams;
  if (isShellCheckCode(name)) {
    const id = name.slice(name.lastIndexOf('/') + 1).toUpperCase();
    const page = `${id} is a code of ShellCheck, whose wiki explains it: ${addressOf(id)}`;
    stdout.write(format === 'json' ? `${JSON.stringify([{ id, page }], undefined, 2)}\n` : `${page}\n`);
    return 0;
  }
  const found = new RuleNames(rules).find(name);
  if (found.length === 0) {
    const code = name.slice(name.indexOf('/') + 1).toUpperCase();
    if (SYNTAX_CODES.some((known) => known.endsWith(`/${code}`)))
      throw new UsageError(`${code} is a text that cannot be read; here that is a finding called syntax, of no rule`);
    if (RETIRED_CODES.includes(code)) throw new UsageError(`hadolint has given ${code} up; no rule stands for it`);
    throw new UsageError(`there is no rule ${name}${didYouMean(name, spellings(rules))}`);
  }
  if (format === 'json') stdout.write(`${JSON.stringify(found.map(jsonOf), undefined, 2)}\n`);
  else {
    const colors = colorsFor(stdout, env, color);
    const width = Math.min(widthOf(stdout) ?? WIDEST, WIDEST);
    stdout.write(found.map((rule) => renderMarkdown(pageOf(rule), colors, width)).join('\n\n'));
  }
  return 0;
}

/** Lines that run across a whole wide screen are hard to read. */
const WIDEST = 100;

function jsonOf(rule: Rule): object {
  const { id, kinds, severity, profile, tags, since, summary, docs, sources = {}, peers = {}, options = {} } = rule;
  const about = { id, kinds, severity, profile, tags, since, summary, docs: docs.trim(), sources, peers, options };
  return { ...about, page: pageOf(rule) };
}
