import { Composer, isAlias, isMap, isPair, isScalar, isSeq, Lexer, Parser, type Document } from 'yaml';
import type { Comment, Located, Part, Problem, Span, Word } from '../model/file.js';
import type { YamlEntry, YamlItem, YamlList, YamlMap, YamlNode, YamlScalar, YamlStep } from '../model/yaml.js';
import { maskTemplates, PLACEHOLDER, type TemplateOutput } from './template.js';

/** A YAML text: its documents, and what stands between them. */
export interface YamlText {
  readonly documents: readonly YamlNode[];
  readonly comments: readonly Comment[];
  readonly problems: readonly Problem[];
  readonly isTemplate: boolean;
}

/** Reads a YAML text. It never fails: what cannot be read is a problem at its place, the rest is there. */
export function readYaml(text: string): YamlText {
  const masked = maskTemplates(text);
  try {
    return readMasked(text, masked.text, masked.isTemplate, masked.outputs);
  } catch {
    // The parser goes down into what is nested, and so do we: the stack ends before the text does.
    const problem = { at: { span: { start: 0, end: 0 } }, message: 'This YAML is nested too deeply to be read.' };
    return { documents: [], comments: [], problems: [problem], isTemplate: masked.isTemplate };
  }
}

/** Deeper than any manifest goes; further down the parser takes ever longer, and the stack ends at some point. */
const DEEPEST = 500;

/** How deep brackets, and dashes on one line, are nested, and which brackets and quotes are never closed. */
class Nesting {
  readonly problems: Problem[] = [];
  /** Where the brackets begin that are not closed yet. */
  #open: number[] = [];
  #dashes = 0;

  note(lexeme: string, offset: number): void {
    if (lexeme === '[' || lexeme === '{') this.#open.push(offset);
    else if (lexeme === ']' || lexeme === '}') this.#open.pop();
    else if (lexeme === '-' || lexeme === '?') this.#dashes += 1;
    else if (lexeme === '\n' || lexeme === '\r\n') this.#dashes = 0;
    else if (lexeme === FLOW_BROKEN_OFF) this.end();
    else if (isUnclosed(lexeme)) this.#add(offset, 'This quote is never closed.');
    if (this.#open.length > DEEPEST || this.#dashes > DEEPEST) throw new RangeError('nested too deeply');
  }

  /** Nothing closes what is open still. */
  end(): void {
    for (const offset of this.#open) this.#add(offset, 'This bracket is not closed before its indentation ends.');
    this.#open = [];
  }

  #add(start: number, message: string): void {
    this.problems.push({ at: { span: { start, end: start + 1 } }, message });
  }
}

/** The lexer's mark for a line that cannot belong to the brackets that are open. */
const FLOW_BROKEN_OFF = '\u0018';

const isUnclosed = (lexeme: string): boolean =>
  (lexeme.startsWith('"') || lexeme.startsWith("'")) && (lexeme.length === 1 || !lexeme.endsWith(lexeme.charAt(0)));

/** What the parser says of the same, at the place where it gave up. */
const SAYS_UNCLOSED = /\bend with a [\]}]$|^Missing closing ['"]quote$/;

/**
 * The lexer takes a quote that nothing closes for the start of all the rest. With a quote of either kind behind the
 * text, it sees that the lines below cannot belong to the value, and reads on there.
 */
const LAST_QUOTES = `#"'`;

function lexemesOf(text: string): readonly string[] {
  const lexemes = [...new Lexer().lex(text)];
  if (lexemes.at(-2) === CONTENT || !isUnclosed(lexemes.at(-1) ?? '')) return lexemes;
  const fenced = [...new Lexer().lex(`${text}\n${LAST_QUOTES}`)];
  return fenced.pop() === LAST_QUOTES && fenced.pop() === '\n' ? fenced : lexemes;
}

/** The lexer's mark for a value: that is what the next lexeme is, whatever it starts with. */
const CONTENT = '\u001F';

/** What the YAML library makes of a node; its own types say less than its nodes hold. */
type Raw = unknown;

const SETTINGS = {
  schema: 'failsafe',
  uniqueKeys: false,
  prettyErrors: false,
  strict: false,
  logLevel: 'silent',
} as const;

function readMasked(source: string, masked: string, isTemplate: boolean, outputs: readonly TemplateOutput[]): YamlText {
  const comments: Comment[] = [];
  const composer = new Composer(SETTINGS);
  const parser = new Parser();
  const read: Document.Parsed[] = [];
  let offset = 0;
  let isContent = false;
  const nesting = new Nesting();
  for (const lexeme of lexemesOf(masked)) {
    const isMark = lexeme === CONTENT || lexeme === '\u0002' || lexeme === FLOW_BROKEN_OFF;
    if (lexeme.startsWith('#') && !isContent) {
      const span = { start: offset, end: offset + lexeme.length };
      comments.push({ span, text: source.slice(span.start + 1, span.end).trim() });
    }
    if (!isContent) nesting.note(lexeme, offset);
    isContent = lexeme === CONTENT;
    if (!isMark) offset += lexeme.length;
    for (const token of parser.next(lexeme)) read.push(...composer.next(token));
  }
  for (const token of parser.end()) read.push(...composer.next(token));
  read.push(...composer.end(false, source.length));

  nesting.end();
  const problems: Problem[] = [...nesting.problems];
  const documents: YamlNode[] = [];
  for (const { contents, errors } of read) {
    for (const { pos, message } of errors) {
      if (nesting.problems.length > 0 && SAYS_UNCLOSED.test(message)) continue;
      problems.push({
        at: { span: { start: Math.min(pos[0], source.length), end: Math.min(pos[1], source.length) } },
        message: `${message}.`,
      });
    }
    const tree = new Tree(source, problems);
    const node = tree.read(contents);
    if (!node) continue;
    tree.open(node, outputs);
    documents.push(node);
  }
  // What a template will be, nobody knows: it may well be YAML in the end.
  return { documents, comments, problems: isTemplate ? [] : problems, isTemplate };
}

type OwnNode = ScalarNode | ListNode | MapNode;

/** Builds the nodes of one document, in the order of the text, so that an alias finds the last anchor of its name. */
class Tree {
  readonly #anchors = new Map<string, OwnNode>();

  constructor(
    private readonly source: string,
    private readonly problems: Problem[],
  ) {}

  read(raw: Raw): OwnNode | undefined {
    return raw === null || raw === undefined ? undefined : this.#node(raw, undefined, false, undefined).node;
  }

  /** The node, and where it is written: for an alias that is elsewhere. */
  #node(
    raw: Raw,
    parent: OwnNode | undefined,
    isFlow: boolean,
    entry: EntryNode | undefined,
    after = 0,
  ): { node: OwnNode; span: Span; isAlias: boolean } {
    if (isAlias(raw)) {
      const [start = after, end = start] = raw.range ?? [];
      const node = this.#anchors.get(raw.source);
      node?.share();
      return { node: node ?? this.#unknown(start, parent, isFlow), span: { start, end }, isAlias: true };
    }
    const node = this.#built(raw, parent, isFlow, entry, after);
    return { node, span: node.span, isAlias: false };
  }

  #built(raw: Raw, parent: OwnNode | undefined, isFlow: boolean, entry: EntryNode | undefined, after: number): OwnNode {
    if (isMap(raw)) {
      const map = new MapNode(parent, raw.flow === true, rangeOf(raw.range), entry);
      this.#name(raw.anchor, map);
      const seen = new Set<string>();
      for (const pair of raw.items) {
        if (!isPair(pair)) continue;
        const key = this.#key(pair.key, map, map.isFlow);
        if (!key) continue;
        const own = new EntryNode(key, map, entry);
        const value =
          pair.value === null || pair.value === undefined
            ? { node: this.#nothing(key.span.end, map, map.isFlow), span: key.span, isAlias: false }
            : this.#node(pair.value, map, map.isFlow, own, key.span.end);
        own.settle(value.node, value.span, value.isAlias);
        map.add(own);
        if (seen.has(key.text) && key.text !== '<<' && key.literal)
          this.problems.push({ at: key, message: `The key ${key.text} is here twice.` });
        seen.add(key.text);
      }
      map.settle();
      return map;
    }
    if (isSeq(raw)) {
      const list = new ListNode(parent, raw.flow === true, rangeOf(raw.range));
      this.#name(raw.anchor, list);
      let at = list.span.start;
      for (const item of raw.items) {
        // `[a: 1]` holds a map of one pair, which has no node of its own.
        if (isPair(item)) continue;
        const { node, span } = this.#node(item, list, list.isFlow, undefined, at);
        const start = list.isFlow ? span.start : this.#dashBefore(span.start, at);
        list.items.push(new ItemNode({ start, end: Math.max(span.end, start) }, node, list));
        at = span.end;
      }
      list.settle();
      return list;
    }
    const scalar = this.#scalar(raw, parent, isFlow, after);
    if (isScalar(raw)) this.#name(raw.anchor, scalar);
    return scalar;
  }

  #key(raw: Raw, map: MapNode, isFlow: boolean): ScalarNode | undefined {
    if (!isScalar(raw)) return undefined;
    return this.#scalar(raw, map, isFlow, 0);
  }

  #scalar(raw: Raw, parent: OwnNode | undefined, isFlow: boolean, after: number): ScalarNode {
    if (!isScalar(raw) || !raw.range) return this.#nothing(after, parent, isFlow);
    const [start, end] = raw.range;
    const style = STYLES[raw.type ?? 'PLAIN'] ?? 'plain';
    let span = { start, end };
    if (style === 'block') span = { start, end: start + this.source.slice(start, end).trimEnd().length };
    const value = typeof raw.value === 'string' ? raw.value : '';
    const text = value.includes(PLACEHOLDER) ? unquoted(this.source.slice(span.start, span.end), style) : value;
    return new ScalarNode(parent, span, text, style, value.includes(PLACEHOLDER), isFlow, this.source);
  }

  #nothing(at: number, parent: OwnNode | undefined, isFlow: boolean): ScalarNode {
    return new ScalarNode(parent, { start: at, end: at }, '', 'plain', false, isFlow, this.source);
  }

  #unknown(at: number, parent: OwnNode | undefined, isFlow: boolean): ScalarNode {
    const node = this.#nothing(at, parent, isFlow);
    node.isOpen = true;
    return node;
  }

  #name(anchor: string | undefined, node: OwnNode): void {
    if (anchor !== undefined) this.#anchors.set(anchor, node);
  }

  /** The dash that an item begins with. */
  #dashBefore(start: number, from: number): number {
    const dash = this.source.lastIndexOf('-', start - 1);
    const first = this.source.indexOf('-', from);
    // An anchor or a tag between the dash and the value may hold dashes of its own.
    return first >= from && first < start && /^-\s/.test(this.source.slice(first, first + 2))
      ? first
      : Math.max(dash, from);
  }

  /** Notes which of the nodes a template adds to. */
  open(root: YamlNode, outputs: readonly TemplateOutput[]): void {
    for (const output of outputs) {
      const chain: { readonly node: OwnNode; readonly column: number }[] = [];
      let node = root as OwnNode;
      if (node.span.start > output.start) continue;
      for (;;) {
        if (node instanceof ScalarNode) {
          if (node.text === '' && node.style === 'plain') chain.splice(0, chain.length, { node, column: -1 });
          break;
        }
        chain.push({ node, column: columnOf(this.source, node.span.start) });
        const next: OwnNode | undefined = node.childBefore(output.start);
        if (!next) break;
        node = next;
      }
      const column = output.indent ?? output.column;
      const exact = chain.filter((link) => link.column === column);
      for (const link of exact.length > 0 && output.indent !== undefined ? exact : chain) link.node.isOpen = true;
    }
  }
}

const STYLES: Readonly<Record<string, YamlScalar['style']>> = {
  PLAIN: 'plain',
  QUOTE_SINGLE: 'single',
  QUOTE_DOUBLE: 'double',
  BLOCK_LITERAL: 'block',
  BLOCK_FOLDED: 'block',
};

const rangeOf = (range: readonly number[] | null | undefined): Span => ({
  start: range?.[0] ?? 0,
  end: range?.[1] ?? 0,
});
const unquoted = (written: string, style: YamlScalar['style']): string =>
  style === 'single' || style === 'double' ? written.slice(1, -1) : written;
/** Whether the node is written there: what an alias stands for is not. */
const isWithin = (node: Located, part: Located): boolean =>
  part.span.start <= node.span.start && node.span.end <= part.span.end;
function columnOf(text: string, at: number): number {
  const start = text.lastIndexOf('\n', at - 1) + 1;
  // A byte order mark takes no column.
  return at - start - (start === 0 && text.startsWith('\uFEFF') ? 1 : 0);
}

abstract class BaseNode {
  isOpen = false;
  #hasAlias = false;

  constructor(private readonly parent: OwnNode | undefined) {}

  share(): void {
    this.#hasAlias = true;
  }

  get isShared(): boolean {
    return this.#hasAlias || (this.parent?.isShared ?? false);
  }
}

class ScalarNode extends BaseNode implements YamlScalar {
  readonly type = 'scalar';
  readonly form = 'plain';

  constructor(
    parent: OwnNode | undefined,
    readonly span: Span,
    readonly text: string,
    readonly style: YamlScalar['style'],
    readonly isTemplate: boolean,
    readonly isFlow: boolean,
    private readonly source: string,
  ) {
    super(parent);
  }

  /** Where the text begins in the file; undefined when it is written otherwise than it reads. */
  get #textFrom(): number | undefined {
    const shift = this.style === 'single' || this.style === 'double' ? 1 : 0;
    const { start, end } = this.span;
    return this.source.slice(start + shift, end - shift) === this.text ? start + shift : undefined;
  }

  part(start: number, end = this.text.length): Word | undefined {
    const from = this.#textFrom;
    if (from === undefined) return undefined;
    return new PartOfScalar({ start: from + start, end: from + end }, this.text.slice(start, end), this.isTemplate);
  }

  /** Like `part`, but one that stands where the whole value does if its own place cannot be told. */
  piece(start: number, end: number): Word {
    return this.part(start, end) ?? new PartOfScalar(this.span, this.text.slice(start, end), this.isTemplate);
  }

  child(): undefined {
    return undefined;
  }

  get isNull(): boolean {
    return this.style === 'plain' && NULLS.has(this.text) && !this.isOpen;
  }

  get literal(): boolean {
    return !this.isTemplate && !this.isOpen && !VARIABLE.test(this.text.replaceAll('$$', ''));
  }

  get parts(): readonly Part[] {
    return this.literal || this.isTemplate || this.isOpen
      ? [this.literal ? { kind: 'text', text: this.text } : { kind: 'substitution' }]
      : partsOf(this.text);
  }
}

/** A part of a single value: a word of a command, the value in `NAME=value`. */
class PartOfScalar implements Word {
  readonly form = 'plain';
  readonly parts: readonly Part[];

  constructor(
    readonly span: Span,
    readonly text: string,
    private readonly isTemplate: boolean,
  ) {
    this.parts = isTemplate ? [{ kind: 'substitution' }] : partsOf(text);
  }

  get literal(): boolean {
    return this.parts.every(({ kind }) => kind === 'text');
  }

  part(start: number, end = this.text.length): Word | undefined {
    const { start: from, end: to } = this.span;
    if (to - from !== this.text.length) return undefined;
    return new PartOfScalar({ start: from + start, end: from + end }, this.text.slice(start, end), this.isTemplate);
  }
}

const NULLS: ReadonlySet<string> = new Set(['', '~', 'null', 'Null', 'NULL']);
const VARIABLE = /\$(?:\{|\(?[A-Za-z_])/;
const PIECES = /\$\$|\$\{([A-Za-z_]\w*)(?:(:?[-?+])([^}]*))?\}|\$([A-Za-z_]\w*)|\$\(([A-Za-z_][\w.-]*)\)/g;

/** The variables of a value, as Compose (`$NAME`, `${NAME:-default}`) and Kubernetes (`$(NAME)`) write them. */
function partsOf(text: string): readonly Part[] {
  const parts: Part[] = [];
  let done = 0;
  for (const found of text.matchAll(PIECES)) {
    if (found.index > done) parts.push({ kind: 'text', text: text.slice(done, found.index) });
    done = found.index + found[0].length;
    const name = found[1] ?? found[4] ?? found[5];
    if (name === undefined) parts.push({ kind: 'text', text: '$' });
    else if (found[2] === undefined) parts.push({ kind: 'variable', name });
    else parts.push({ kind: 'variable', name, operator: found[2], operand: [{ kind: 'text', text: found[3] ?? '' }] });
  }
  if (done < text.length) parts.push({ kind: 'text', text: text.slice(done) });
  return parts;
}

class ItemNode implements YamlItem {
  constructor(
    readonly span: Span,
    readonly value: OwnNode,
    readonly list: ListNode,
  ) {}
}

class ListNode extends BaseNode implements YamlList {
  readonly type = 'list';
  readonly items: ItemNode[] = [];

  constructor(
    parent: OwnNode | undefined,
    readonly isFlow: boolean,
    public span: Span,
  ) {
    super(parent);
  }

  settle(): void {
    const [first] = this.items;
    const last = this.items.at(-1);
    if (!this.isFlow && first && last) this.span = { start: first.span.start, end: last.span.end };
  }

  child(step: YamlStep): OwnNode | undefined {
    return typeof step === 'number' ? this.items[step]?.value : undefined;
  }

  childBefore(offset: number): OwnNode | undefined {
    const item = lastBefore(this.items, offset);
    return item && isWithin(item.value, item) ? item.value : undefined;
  }
}

class EntryNode implements YamlEntry {
  span: Span;
  isAlias = false;
  value: OwnNode;

  constructor(
    readonly key: ScalarNode,
    readonly map: MapNode,
    readonly parent: EntryNode | undefined,
  ) {
    this.span = key.span;
    this.value = key;
  }

  settle(value: OwnNode, span: Span, isAlias: boolean): void {
    this.value = value;
    this.isAlias = isAlias;
    this.span = { start: this.key.span.start, end: Math.max(this.key.span.end, span.end) };
  }
}

/** How deep merges are followed, and how many keys they may bring in: more is a bomb. */
const MOST_MERGED = 10_000;

class MapNode extends BaseNode implements YamlMap {
  readonly type = 'map';
  readonly entries: EntryNode[] = [];
  #all: ReadonlyMap<string, EntryNode> | undefined;
  #isMerging = false;

  constructor(
    parent: OwnNode | undefined,
    readonly isFlow: boolean,
    public span: Span,
    readonly home: EntryNode | undefined,
  ) {
    super(parent);
  }

  add(entry: EntryNode): void {
    this.entries.push(entry);
  }

  settle(): void {
    const [first] = this.entries;
    const last = this.entries.at(-1);
    if (!this.isFlow && first && last) this.span = { start: first.span.start, end: last.span.end };
  }

  all(): Iterable<EntryNode> {
    return this.#known.values();
  }

  entry(...path: readonly YamlStep[]): EntryNode | undefined {
    const last = path.at(-1);
    if (last === undefined) return undefined;
    const map = path.length === 1 ? this : this.node(...path.slice(0, -1));
    return map instanceof MapNode ? map.#known.get(String(last)) : undefined;
  }

  node(...path: readonly YamlStep[]): OwnNode | undefined {
    return path.reduce<OwnNode | undefined>((node, step) => node?.child(step), this);
  }

  get(...path: readonly YamlStep[]): ScalarNode | undefined {
    const node = this.node(...path);
    return node instanceof ScalarNode ? node : undefined;
  }

  map(...path: readonly YamlStep[]): MapNode | undefined {
    const node = this.node(...path);
    return node instanceof MapNode ? node : undefined;
  }

  list(...path: readonly YamlStep[]): ListNode | undefined {
    const node = this.node(...path);
    return node instanceof ListNode ? node : undefined;
  }

  lacks(...path: readonly YamlStep[]): boolean {
    const [step, ...rest] = path;
    if (step === undefined) return false;
    const next = this.child(step);
    if (!next) return !this.#mayHoldMore;
    if (next instanceof ScalarNode) return next.isNull;
    if (rest.length === 0) return false;
    if (next instanceof MapNode) return next.lacks(...rest);
    const [index, ...below] = rest;
    const item = next.child(index ?? 0);
    if (!item) return !next.isOpen;
    return item instanceof MapNode && below.length > 0 ? item.lacks(...below) : false;
  }

  child(step: YamlStep): OwnNode | undefined {
    return this.#known.get(String(step))?.value;
  }

  childBefore(offset: number): OwnNode | undefined {
    const entry = lastBefore(this.entries, offset);
    return entry?.isAlias ? undefined : entry?.value;
  }

  /** Whether keys may come from a template, or from an alias without an anchor. */
  get #mayHoldMore(): boolean {
    if (this.isOpen) return true;
    return this.entries.some(({ key, value }) => key.text === '<<' && value instanceof ScalarNode);
  }

  /** The keys written here and, behind them, those that merges bring in. */
  get #known(): ReadonlyMap<string, EntryNode> {
    if (this.#all) return this.#all;
    const all = new Map<string, EntryNode>();
    for (const entry of this.entries) if (entry.key.text !== '<<') all.set(entry.key.text, entry);
    // A map that merges itself has nothing more to give.
    if (this.#isMerging) return all;
    this.#isMerging = true;
    for (const { key, value } of this.entries) {
      if (key.text !== '<<') continue;
      const sources = value instanceof ListNode ? value.items.map((item) => item.value) : [value];
      for (const source of new Set(sources)) {
        if (!(source instanceof MapNode) || all.size > MOST_MERGED) continue;
        for (const entry of source.all()) if (!all.has(entry.key.text)) all.set(entry.key.text, entry);
      }
    }
    this.#isMerging = false;
    this.#all = all;
    return all;
  }
}

/** A part of a single value, where it is written if that can be told. */
export const pieceOf = (node: YamlScalar, start: number, end: number): Word =>
  node instanceof ScalarNode ? node.piece(start, end) : node;

/** What comments above speak for: the entries and items that begin a line, with all that is below them. */
export class YamlParts {
  readonly #parts: readonly Located[];

  constructor(
    private readonly text: string,
    { documents }: YamlText,
    withDocuments: boolean,
  ) {
    const parts: Located[] = [];
    const visit = (node: YamlNode): void => {
      if (node.type === 'scalar' || node.isFlow) return;
      for (const part of node.type === 'map' ? node.entries : node.items) {
        parts.push(part);
        if (isWithin(part.value, part)) visit(part.value);
      }
    };
    for (const document of documents) {
      if (withDocuments) parts.push(document);
      visit(document);
    }
    this.#parts = parts;
  }

  /** The widest part that begins on the line below the comment, or on the comment's own. */
  after({ span }: Comment): Located | undefined {
    const from = lineStart(this.text, span.start);
    const isAlone =
      this.text
        .slice(from, span.start)
        .replace(/^\uFEFF/, '')
        .trim() === '';
    const part = this.#firstFrom(isAlone ? span.end : from);
    return isAlone || (part && part.span.start < span.start) ? part : undefined;
  }

  /** The widest of the parts that begin on the line where the smallest part around the node begins. */
  at({ span }: Located): Located | undefined {
    const inner = this.#parts.findLast((part) => part.span.start <= span.start && span.start <= part.span.end);
    return inner && this.#firstFrom(lineStart(this.text, inner.span.start));
  }

  #firstFrom(offset: number): Located | undefined {
    return this.#parts[countBefore(this.#parts, offset)];
  }
}

/** How many of the parts, which stand in the order of the text, begin before the offset. */
function countBefore(parts: readonly Located[], offset: number): number {
  let low = 0;
  let high = parts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((parts[middle]?.span.start ?? 0) < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

const lastBefore = <T extends Located>(parts: readonly T[], offset: number): T | undefined =>
  parts[countBefore(parts, offset) - 1];

const lineStart = (text: string, at: number): number => (at === 0 ? 0 : text.lastIndexOf('\n', at - 1) + 1);

/** The blanks that one step of nesting takes, as the text first takes one. */
export function indentOf(text: string, { documents }: YamlText): number {
  for (const document of documents) {
    if (document.type !== 'map') continue;
    for (const { key, value } of document.entries) {
      if (value.type !== 'map' || value.isFlow) continue;
      const step = columnOf(text, value.span.start) - columnOf(text, key.span.start);
      if (step > 0) return step;
    }
  }
  return 2;
}
