import { addLineAfter, addLineBefore, insertAfter, remove, removeLines, suggestion, type Fix } from '../edit.js';
import type { AnyFile, Comment, Kind, Located, Span } from '../model/index.js';
import { nearestNames } from '../knowledge/nearest.js';
import { say, type Finding, type Rule } from '../rule.js';
import type { Diagnostic } from './api.js';
import type { RuleNames } from './names.js';

/** A comment that silences rules, and how far it reaches. */
interface Ignore {
  readonly comment: Located;
  /** Ours: only for these it is said when a name is unknown or silences nothing. */
  readonly isOurs: boolean;
  readonly names: readonly IgnoredName[];
  /** One part of the file, as an instruction; else a stretch of it. */
  readonly reach: { readonly part: Located | undefined } | { readonly span: Span };
}

interface IgnoredName extends Located {
  readonly text: string;
  /** Undefined for `all`. */
  readonly rules: readonly Rule[] | undefined;
}

/** The comments of a file that silence findings, and which of their names did. */
export class Suppressions {
  readonly #ignores: readonly Ignore[];
  readonly #byPart = new Map<Located, Ignore[]>();
  readonly #wide: readonly { readonly ignore: Ignore; readonly span: Span }[];
  readonly #used = new Set<IgnoredName>();

  constructor(
    private readonly file: AnyFile,
    private readonly names: RuleNames,
  ) {
    this.#ignores = [...readIgnores(file, names)];
    this.#wide = this.#ignores.flatMap((ignore) =>
      'span' in ignore.reach ? [{ ignore, span: ignore.reach.span }] : [],
    );
    for (const ignore of this.#ignores) {
      if (!('part' in ignore.reach) || !ignore.reach.part) continue;
      const found = this.#byPart.get(ignore.reach.part);
      if (found) found.push(ignore);
      else this.#byPart.set(ignore.reach.part, [ignore]);
    }
  }

  /** Whether a comment silences the finding; the comment counts as used then. */
  cover(rule: Rule, { at }: Finding): boolean {
    if (this.#ignores.length === 0) return false;
    const part = this.#byPart.size > 0 ? this.file.partAt(at) : undefined;
    const { start } = at.span;
    let isCovered = false;
    for (const ignore of part ? (this.#byPart.get(part) ?? []) : []) isCovered = this.#use(ignore, rule) || isCovered;
    for (const { ignore, span } of this.#wide) {
      if (span.start <= start && start < span.end) isCovered = this.#use(ignore, rule) || isCovered;
    }
    return isCovered;
  }

  #use({ names }: Ignore, rule: Rule): boolean {
    const name = names.find(({ rules }) => rules === undefined || rules.includes(rule));
    if (name) this.#used.add(name);
    return name !== undefined;
  }

  /** What is to be said of our own comments: unknown names, and names of running rules that silenced nothing. */
  *findings(isRunning: (rule: Rule) => boolean): Iterable<Diagnostic> {
    for (const { isOurs, comment, names } of this.#ignores) {
      if (!isOurs) continue;
      for (const name of names) {
        const fix = suggestion(
          `Remove ${name.text}`,
          names.length === 1 ? removeComment(this.file, comment) : removeName(this.file, name),
        );
        if (name.rules?.length === 0) {
          const message = say`${name.text} is no rule; ${nearest(name.text, this.names)}`;
          yield { rule: 'unknown-ignore', severity: 'warning', at: name, message, fix, peers: [] };
        } else if (!this.#used.has(name) && (name.rules ?? []).every(isRunning)) {
          const message = say`This comment silences nothing: ${name.text} finds nothing here.`;
          yield { rule: 'unused-ignore', severity: 'warning', at: name, message, fix, peers: [] };
        }
      }
    }
  }
}

/** Takes a comment out, with its lines where nothing else stands on them. */
function removeComment({ text }: AnyFile, comment: Located): ReturnType<typeof remove> {
  const before = text.slice(text.lastIndexOf('\n', comment.span.start - 1) + 1, comment.span.start);
  const behind = /[^\r\n]*/.exec(text.slice(comment.span.end))?.[0] ?? '';
  return before.trim() === '' && behind.trim() === '' ? removeLines(comment) : remove(comment);
}

/** Takes a name out of a list, with the comma that sets it off. */
function removeName({ text }: AnyFile, { span }: Located): ReturnType<typeof remove> {
  const { start, end } = span;
  return remove({ span: text[end] === ',' ? { start, end: end + 1 } : { start: start - 1, end } });
}

function nearest(name: string, names: RuleNames): string {
  const [close] = nearestNames(
    name,
    names.rules.map(({ id }) => id),
    1,
  );
  return close === undefined ? '`plimsoll rules` lists them.' : `did you mean ${close}?`;
}

function* readIgnores(file: AnyFile, names: RuleNames): Iterable<Ignore> {
  const everywhere = { span: { start: 0, end: Infinity } };
  for (const comment of file.comments) {
    const pragma = readPragma(comment, file.text);
    if (!pragma) continue;
    const { tool, scope, listStart, list } = pragma;
    const ignored = readNames(list, listStart, tool, names);
    const reach =
      scope === 'file' ? everywhere : scope === 'stage' ? stageBelow(file, comment) : partBelow(file, comment);
    yield { comment, isOurs: tool === 'plimsoll', names: ignored, reach };
  }
  if (file.kind !== 'dockerfile') return;
  for (const { name, value } of file.directives) {
    if (name.text.toLowerCase() !== 'check') continue;
    const list = skipList(value.text);
    const ignored = readNames(list, value.span.start + value.text.indexOf(list), 'buildkit', names);
    yield { comment: value, isOurs: false, names: ignored, reach: everywhere };
  }
}

type Tool = 'plimsoll' | 'hadolint' | 'buildkit' | 'tally';

interface Pragma {
  readonly tool: Tool;
  readonly scope: 'part' | 'stage' | 'file';
  readonly list: string;
  readonly listStart: number;
}

const OURS = /^plimsoll[ \t]+(ignore|ignore-file)[ \t]*=[ \t]*/;
const HADOLINT = /^hadolint[ \t]+(?:(global|stage)[ \t]+)?ignore[ \t]*=[ \t]*/;
const TALLY = /^tally[ \t]+(?:(global)[ \t]+)?ignore[ \t]*=[ \t]*/;
const CHECK = /^check[ \t]*=[ \t]*/;

function readPragma({ text, span }: Comment, source: string): Pragma | undefined {
  const base = source.indexOf(text, span.start + 1);
  const make = (tool: Tool, scope: Pragma['scope'], head: string, list: string): Pragma => ({
    tool,
    scope,
    list,
    listStart: base + head.length,
  });
  const ours = OURS.exec(text);
  if (ours)
    return make('plimsoll', ours[1] === 'ignore' ? 'part' : 'file', ours[0], listIn(text.slice(ours[0].length)));
  const hadolint = HADOLINT.exec(text);
  if (hadolint) {
    const scope = hadolint[1] === 'global' ? 'file' : hadolint[1] === 'stage' ? 'stage' : 'part';
    return make('hadolint', scope, hadolint[0], listIn(text.slice(hadolint[0].length)));
  }
  const tally = TALLY.exec(text);
  if (tally) return make('tally', tally[1] ? 'file' : 'part', tally[0], listIn(text.slice(tally[0].length)));
  const check = CHECK.exec(text);
  if (!check) return undefined;
  const value = text.slice(check[0].length).split(/\s/, 1)[0] ?? '';
  const list = skipList(value);
  return list === '' ? undefined : make('buildkit', 'part', check[0] + value.slice(0, value.indexOf(list)), list);
}

/** The names at the head of the text: words joined by commas. What follows is a reason. */
const listIn = (text: string): string => /^[\w./-]+(?:[ \t]*,[ \t]*[\w./-]+)*/.exec(text)?.[0] ?? '';

/** The rules of `skip=` in BuildKit's `skip=A,B;error=true`. */
function skipList(value: string): string {
  const part = value.split(';').find((piece) => piece.trim().startsWith('skip='));
  return part === undefined ? '' : part.trim().slice('skip='.length).trim();
}

function readNames(list: string, start: number, tool: Tool, names: RuleNames): readonly IgnoredName[] {
  const found: IgnoredName[] = [];
  let at = start;
  for (const piece of list.split(',')) {
    const text = piece.trim();
    const from = at + piece.indexOf(text);
    at += piece.length + 1;
    if (text === '') continue;
    const span = { start: from, end: from + text.length };
    found.push({ span, text, rules: rulesOf(text, tool, names) });
  }
  return found;
}

function rulesOf(name: string, tool: Tool, names: RuleNames): readonly Rule[] | undefined {
  if (name.toLowerCase() === 'all' && tool !== 'hadolint') return undefined;
  if (tool === 'hadolint' || tool === 'buildkit') {
    const ofPeer = names.ofPeer(tool, name);
    return ofPeer.length > 0 ? ofPeer : names.find(name).filter(({ id }) => id === name);
  }
  return names.find(name);
}

/** Kinds whose parts hold one another. */
const BY_SPAN: ReadonlySet<Kind> = new Set(['compose', 'kubernetes', 'devcontainer']);

/** The part below the comment; in YAML and JSON with all the parts that it holds. */
function partBelow(file: AnyFile, comment: Comment): Ignore['reach'] {
  const part = file.partAfter(comment);
  return part && BY_SPAN.has(file.kind) ? { span: part.span } : { part };
}

/** From the comment to the next FROM that is not the one right below it, and that FROM itself left out. */
function stageBelow(file: AnyFile, comment: Comment): { readonly span: Span } {
  if (file.kind !== 'dockerfile') return { span: { start: 0, end: 0 } };
  const below = file.partAfter(comment);
  const next = [...file.all('FROM')].find((from) => from.span.start > comment.span.start && from !== below);
  const start = below && 'keyword' in below && below.keyword === 'FROM' ? below.span.end : comment.span.end;
  return { span: { start, end: next?.span.start ?? Infinity } };
}

/** What begins a comment that ends with its line. */
export const commentMark = (kind: Kind): '#' | '//' => (kind === 'devcontainer' ? '//' : '#');

/** The edit that silences a finding where it stands; undefined for one that no comment above can reach. */
export function ignoreHere(file: AnyFile, { rule, at }: Pick<Diagnostic, 'rule' | 'at'>): Fix | undefined {
  const part = file.partAt(at);
  if (!part) return undefined;
  const existing = file.comments.find(
    (comment) =>
      file.partAfter(comment) === part &&
      comment.span.end <= part.span.start &&
      /^plimsoll[ \t]+ignore[ \t]*=/.test(comment.text),
  );
  const title = `Ignore ${rule} here`;
  return existing
    ? suggestion(title, addName(file, existing, rule))
    : suggestion(title, addLineBefore(part, `${commentMark(file.kind)} plimsoll ignore=${rule}`));
}

/** The edit that silences a rule in the whole file. It goes below the parser directives, which it would disable. */
export function ignoreInFile(file: AnyFile, { rule }: Pick<Diagnostic, 'rule'>): Fix {
  const title = `Ignore ${rule} in this file`;
  const existing = file.comments.find(({ text }) => /^plimsoll[ \t]+ignore-file[ \t]*=/.test(text));
  if (existing) return suggestion(title, addName(file, existing, rule));
  const line = `${commentMark(file.kind)} plimsoll ignore-file=${rule}`;
  const directive = file.kind === 'dockerfile' ? file.directives.at(-1) : undefined;
  if (directive) return suggestion(title, addLineAfter(directive, line));
  const hashBang = file.kind === 'shell' && file.text.startsWith('#!');
  const top = { span: { start: 0, end: 0 } };
  return suggestion(title, hashBang ? addLineAfter(top, line) : addLineBefore(top, line));
}

function addName(file: AnyFile, { span, text }: Comment, rule: string) {
  const pragma = OURS.exec(text);
  const head = pragma?.[0] ?? '';
  const list = listIn(text.slice(head.length));
  const end = file.text.indexOf(text, span.start + 1) + head.length + list.length;
  return insertAfter({ span: { start: end, end } }, `,${rule}`);
}
