import type { Comment, Located, Part, Problem, Span, Word } from '../model/file.js';
import type { NginxConfig, NginxDirective } from '../model/nginx.js';
import { placeAt, placeWord } from './place.js';
import { lineEndingOf } from './text.js';

/** Reads a configuration file as ngx_conf_file.c does, and goes on where nginx would give up. */
export const parseNginx = (path: string, text: string): NginxConfig => new NginxNode(path, text);

class NginxNode implements NginxConfig {
  readonly kind = 'nginx';
  readonly span: Span;
  readonly lineEnding: '\n' | '\r\n';
  readonly comments: readonly Comment[];
  readonly problems: readonly Problem[];
  readonly directives: readonly NginxDirective[];
  readonly isMain: boolean;
  private readonly flat: readonly NginxDirective[];

  constructor(
    readonly path: string,
    readonly text: string,
  ) {
    this.span = { start: 0, end: text.length };
    this.lineEnding = lineEndingOf(text);
    const reader = new Reader(text);
    reader.read();
    this.comments = reader.comments;
    const isLikely = reader.problems.length === 0 || reader.flat.some(isTypical);
    const isRead = MAIN_NAME.test(path) || (isLikely && !reader.flat.some(isForeign));
    // A tool makes the file of it, or another program reads it: nothing can be said of it then.
    const isOurs = isRead && !TEMPLATE.test(text);
    this.flat = isOurs ? reader.flat : [];
    this.directives = this.flat.filter(({ parent }) => !parent);
    this.problems = isOurs ? reader.problems : [];
    this.isMain = this.directives.some(({ name, block }) => name.text === 'events' && block !== undefined);
  }

  *all(...names: readonly string[]): Iterable<NginxDirective> {
    for (const directive of this.flat) {
      if (names.length === 0 || names.includes(directive.name.text)) yield directive;
    }
  }

  /** The directive that the comment stands behind in the same line, else the next one. */
  partAfter(comment: Comment): Located | undefined {
    const { start } = comment.span;
    const next = firstBehind(this.flat, start);
    const before = this.flat[next - 1];
    const end = before && (before.block ? before.name.span.end : before.span.end);
    const isBehind = end !== undefined && end <= start && !this.text.slice(end, start).includes('\n');
    return isBehind ? before : this.flat[next];
  }

  /** The innermost directive, which begins last. */
  partAt(at: Located): Located | undefined {
    const { start } = at.span;
    return this.flat.findLast(({ span }) => span.start <= start && start <= span.end);
  }
}

/** The index of the first that begins behind the offset. */
function firstBehind(sorted: readonly NginxDirective[], offset: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle]?.span.start ?? 0) <= offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

const MAIN_NAME = /(^|[/.])nginx\.conf$/i;
const TEMPLATE = /\{\{[^{}\n]*\}\}|\{%|<%/;

const BLOCKS: ReadonlySet<string> = new Set(['server', 'http', 'events', 'location', 'upstream', 'stream', 'map']);

/** Whether no other program with files of that name would have it. */
const isTypical = ({ name, block, parent }: NginxDirective): boolean =>
  block !== undefined && parent === undefined && BLOCKS.has(name.text);

/** Whether it sets a name to a value in a way that nginx does not know, as HOCON and Logstash do. */
const isForeign = ({ name: { text }, args: [first] }: NginxDirective): boolean =>
  /[:=]$/.test(text) || (first !== undefined && text !== 'location' && ASSIGNMENTS.has(first.text));

const ASSIGNMENTS: ReadonlySet<string> = new Set(['=', ':', '=>', '+=', ':=']);

class DirectiveNode implements NginxDirective {
  readonly span: { start: number; end: number };
  block: DirectiveNode[] | undefined;

  constructor(
    readonly name: Word,
    readonly args: readonly Word[],
    readonly parent: NginxDirective | undefined,
    end: number,
  ) {
    this.span = { start: name.span.start, end };
  }
}

/** One problem leads to the next: a person mends the first and looks again. */
const MOST_PROBLEMS = 10;

class Reader {
  readonly comments: Comment[] = [];
  readonly problems: Problem[] = [];
  readonly flat: NginxDirective[] = [];
  private readonly open: DirectiveNode[] = [];
  private words: Word[] = [];
  private at: number;
  /** Quotes that are known not to come again. */
  private readonly missing = new Set<string>();

  constructor(private readonly text: string) {
    this.at = text.startsWith('\uFEFF') ? 1 : 0;
  }

  read(): void {
    const { text } = this;
    while (this.at < text.length) {
      const char = text[this.at] ?? '';
      if (isSpace(char)) this.at += 1;
      else if (char === '#') this.comment();
      else if (char === ';') this.end(this.at + 1);
      else if (char === '{') this.openBlock();
      else if (char === '}') this.closeBlock();
      else this.words.push(this.word());
    }
    this.unfinished(text.length);
    for (const block of this.open) block.span.end = text.length;
    const last = this.open.at(-1);
    if (last) this.problem(last.name, 'This block is never closed.');
  }

  private comment(): void {
    const end = endOfLine(this.text, this.at);
    this.comments.push({ span: { start: this.at, end }, text: this.text.slice(this.at + 1, end).trim() });
    this.at = end;
  }

  /** Ends a directive, whose `;` ends at the offset. */
  private end(end: number): void {
    this.directive(end);
    this.at = Math.max(this.at, end);
  }

  private directive(end: number): DirectiveNode | undefined {
    const [name, ...args] = this.words;
    this.words = [];
    if (!name) return undefined;
    const parent = this.open.at(-1);
    const directive = new DirectiveNode(name, args, parent, end);
    parent?.block?.push(directive);
    this.flat.push(directive);
    return directive;
  }

  private openBlock(): void {
    const start = this.at;
    this.at += 1;
    const directive = this.directive(this.at);
    if (!directive) {
      this.problem({ span: { start, end: start + 1 } }, 'A name must stand before this brace.');
      return;
    }
    directive.block = [];
    if (directive.name.text.endsWith('_by_lua_block')) {
      this.at = endOfLua(this.text, this.at);
      directive.span.end = this.at;
      if (this.text[this.at - 1] !== '}') this.problem(directive.name, 'This block is never closed.');
    } else this.open.push(directive);
  }

  private closeBlock(): void {
    const start = this.at;
    this.unfinished(start);
    this.at += 1;
    const block = this.open.pop();
    if (block) block.span.end = this.at;
    else this.problem({ span: { start, end: this.at } }, 'This brace closes nothing.');
  }

  /** Takes what was written so far for a directive that lacks its semicolon. */
  private unfinished(limit: number): void {
    const last = this.words.at(-1);
    if (!last) return;
    this.problem(last, 'A semicolon must end this directive.');
    this.directive(Math.min(last.span.end, limit));
  }

  private problem(at: Located, message: string): void {
    if (this.problems.length < MOST_PROBLEMS) this.problems.push({ at: { span: at.span }, message });
  }

  private word(): Word {
    const quote = this.text[this.at] ?? '';
    return quote === '"' || quote === "'" ? this.quoted(quote) : this.bare();
  }

  private quoted(quote: '"' | "'"): Word {
    const start = this.at;
    const end = this.missing.has(quote) ? -1 : closingQuote(this.text, start + 1, quote);
    if (end < 0) {
      this.missing.add(quote);
      this.at = endOfLine(this.text, start);
      const word = wordOf(this.text, start, this.at, start + 1, this.at);
      this.problem({ span: { start, end: start + 1 } }, 'This quote is never closed.');
      return word;
    }
    this.at = end + 1;
    return wordOf(this.text, start, end + 1, start + 1, end);
  }

  private bare(): Word {
    const start = this.at;
    const { text } = this;
    let at = start;
    let isVariable = false;
    while (at < text.length) {
      const char = text[at] ?? '';
      if (char === '\\') at += 2;
      // The braces of a variable are no block.
      else if (char === '$' && text[at + 1] === '{') {
        isVariable = true;
        at += 2;
      } else if (char === '}' && isVariable) {
        isVariable = false;
        at += 1;
      } else if (isSpace(char) || char === ';' || char === '{' || char === '}') break;
      else at += 1;
    }
    this.at = Math.min(at, text.length);
    return wordOf(text, start, this.at, start, this.at);
  }
}

const isSpace = (char: string): boolean => char === ' ' || char === '\t' || char === '\r' || char === '\n';

/** The end of the line, before its line break. */
function endOfLine(text: string, at: number): number {
  const feed = text.indexOf('\n', at);
  const end = feed < 0 ? text.length : feed;
  return end > at && text[end - 1] === '\r' ? end - 1 : end;
}

function closingQuote(text: string, from: number, quote: string): number {
  for (let at = from; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1;
    else if (text[at] === quote) return at;
  }
  return -1;
}

const ESCAPES: Readonly<Record<string, string>> = { '"': '"', "'": "'", '\\': '\\', t: '\t', r: '\r', n: '\n' };

function wordOf(text: string, start: number, end: number, from: number, to: number): Word {
  const raw = text.slice(from, to);
  const value = raw.includes('\\') ? raw.replace(/\\(["'\\trn])/g, (_, char: string) => ESCAPES[char] ?? char) : raw;
  const parts = partsOf(value);
  return placeWord(
    {
      start,
      end,
      text: value,
      literal: parts.every(({ kind }) => kind === 'text'),
      parts,
      form: 'plain',
      ...(from > start && value === raw ? { quotedFrom: 0 } : {}),
    },
    placeAt(0),
  );
}

function partsOf(text: string): readonly Part[] {
  if (!text.includes('$')) return [{ kind: 'text', text }];
  const parts: Part[] = [];
  let done = 0;
  for (const found of text.matchAll(/\$(?:\{(\w+)\}|(\w+))/g)) {
    if (found.index > done) parts.push({ kind: 'text', text: text.slice(done, found.index) });
    parts.push({ kind: 'variable', name: found[1] ?? found[2] ?? '' });
    done = found.index + found[0].length;
  }
  if (done < text.length) parts.push({ kind: 'text', text: text.slice(done) });
  return parts;
}

/** The end of a block of Lua, behind its brace: braces in strings and comments do not count. */
function endOfLua(text: string, from: number): number {
  let depth = 1;
  let at = from;
  while (at < text.length) {
    const char = text[at];
    const isComment = text.startsWith('--', at);
    const long = longBracket(text, isComment ? at + 2 : at);
    if (long !== undefined) at = long;
    else if (isComment) at = endOfLine(text, at);
    else if (char === '"' || char === "'") at = endOfLuaString(text, at + 1, char);
    else {
      at += 1;
      if (char === '{') depth += 1;
      if (char === '}') depth -= 1;
      if (depth === 0) return at;
    }
  }
  return text.length;
}

/** The end of `[[ … ]]` or `[=[ … ]=]`, if one begins at the offset. */
function longBracket(text: string, at: number): number | undefined {
  if (text[at] !== '[') return undefined;
  let level = 0;
  while (text[at + 1 + level] === '=') level += 1;
  if (text[at + 1 + level] !== '[') return undefined;
  const end = text.indexOf(`]${'='.repeat(level)}]`, at);
  return end < 0 ? text.length : end + level + 2;
}

function endOfLuaString(text: string, from: number, quote: string): number {
  for (let at = from; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1;
    else if (text[at] === quote || text[at] === '\n') return at + 1;
  }
  return text.length;
}
