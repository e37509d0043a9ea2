import {
  addLineAfter,
  addLineBefore,
  insertAfter,
  remove,
  removeLines,
  replace,
  suggestion,
  type Fix,
} from '../edit.js';
import type { AnyFile, Comment, Directive, Kind, Located, Span } from '../model/index.js';
import { didYouMean, nearestNames } from '../knowledge/nearest.js';
import { EXPERIMENTAL_CHECKS, PEER_CODES, RETIRED_CODES, SYNTAX_CODES } from '../knowledge/peer-codes.js';
import { say, type Finding, type Message, type Profile, type Rule } from '../rule.js';
import type { Diagnostic } from './api.js';
import { misplacedComments, mistypedComment } from './ignore-mistakes.js';
import { isShellCheckCode, peerCodes, type RuleNames } from './names.js';

/** A comment that silences rules, and how far it reaches. */
interface Ignore {
  readonly comment: Located;
  readonly tool: Tool;
  readonly names: readonly IgnoredName[];
  /** One part of the file, as an instruction; else a stretch of it. */
  readonly reach: { readonly part: Located | undefined } | { readonly span: Span };
}

interface IgnoredName extends Located {
  readonly text: string;
  /** Undefined for `all`. */
  readonly rules: readonly Rule[] | undefined;
  /** Whether it speaks of a finding with these codes of other tools. */
  readonly covers: (rule: Rule, codes: readonly string[]) => boolean;
  /** Whether it stands for a code of ShellCheck. */
  readonly coversShell: (code: string) => boolean;
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
  cover(rule: Rule, { at, peers }: Finding): boolean {
    if (this.#ignores.length === 0) return false;
    const codes = peers ?? peerCodes(rule);
    return this.#coverAt(at, ({ covers }) => covers(rule, codes));
  }

  /** The same for a finding of ShellCheck. */
  coverShell(code: string, at: Located): boolean {
    return this.#ignores.length > 0 && this.#coverAt(at, ({ coversShell }) => coversShell(code));
  }

  #coverAt(at: Located, isMeant: (name: IgnoredName) => boolean): boolean {
    const part = this.#byPart.size > 0 ? this.file.partAt(at) : undefined;
    const { start } = at.span;
    let isCovered = false;
    for (const ignore of part ? (this.#byPart.get(part) ?? []) : [])
      isCovered = this.#use(ignore, isMeant) || isCovered;
    for (const { ignore, span } of this.#wide) {
      if (span.start <= start && start < span.end) isCovered = this.#use(ignore, isMeant) || isCovered;
    }
    return isCovered;
  }

  #use({ names }: Ignore, isMeant: (name: IgnoredName) => boolean): boolean {
    const name = names.find(isMeant);
    if (name) this.#used.add(name);
    return name !== undefined;
  }

  /** What is to be said of the comments: unknown names, names that silence nothing, and comments that cannot work. */
  *findings(isRunning: (rule: Rule) => boolean, isShellChecked: boolean, profile: Profile): Iterable<Diagnostic> {
    for (const ignore of this.#ignores) {
      const { comment, names, reach } = ignore;
      if ('part' in reach && !reach.part) {
        const message = say`This comment silences nothing: no instruction stands below it.`;
        yield mistake('misplaced-ignore', 'warning', comment, message, [
          suggestion('Remove the comment', removeComment(this.file, comment)),
        ]);
        continue;
      }
      for (const name of names) {
        const removal = suggestion(
          `Remove ${name.text}`,
          names.length === 1 ? removeComment(this.file, comment) : removeName(this.file, name),
        );
        const unknown = whatIsUnknown(name, ignore, this.names);
        if (unknown) {
          const { message, instead } = unknown;
          const renaming = instead === undefined ? [] : [suggestion(`Write ${instead}`, replace(name, instead))];
          yield mistake('unknown-ignore', severityFor(ignore, 'info'), name, message, [...renaming, removal]);
        } else if (
          !this.#used.has(name) &&
          (isShellCheckCode(name.text)
            ? isShellChecked && ignore.tool === 'plimsoll'
            : isTold(name, ignore, isRunning, profile))
        ) {
          const message = say`This comment silences nothing: ${name.text} finds nothing here.`;
          yield mistake('unused-ignore', severityFor(ignore, 'hint'), name, message, [removal]);
        }
      }
    }
    for (const { at, message, fix } of misplacedComments(this.file)) {
      yield mistake('misplaced-ignore', 'warning', at, message, fix ? [fix] : []);
    }
    for (const comment of this.file.comments) {
      if (this.#ignores.some((ignore) => ignore.comment === comment)) continue;
      const meant = mistypedComment(comment.text, (name) => isName(name, this.names));
      if (meant === undefined) continue;
      const message = say`This comment silences nothing as it is spelled; did you mean ${meant}?`;
      yield mistake('mistyped-ignore', 'warning', comment, message, [
        suggestion(`Write ${meant}`, replace(comment, `${commentMark(this.file.kind)} ${meant}`)),
      ]);
    }
  }
}

/** The comments of other tools are written for these, too, so what they do not do here weighs less. */
const severityFor = ({ tool }: Ignore, others: 'info' | 'hint'): Diagnostic['severity'] =>
  tool === 'plimsoll' ? 'warning' : others;

function mistake(
  rule: string,
  severity: Diagnostic['severity'],
  at: Located,
  message: Message,
  [fix, ...choices]: readonly Fix[],
): Diagnostic {
  return {
    rule,
    severity,
    at,
    message,
    ...(fix ? { fix } : {}),
    ...(choices.length > 0 ? { choices } : {}),
    peers: [],
  };
}

/** What is wrong with a name that stands for nothing, and what was meant, if that can be told. */
function whatIsUnknown(
  { text, rules }: IgnoredName,
  { tool }: Ignore,
  names: RuleNames,
): { readonly message: Message; readonly instead?: string | undefined } | undefined {
  if (rules === undefined) return undefined;
  if (tool === 'buildkit') {
    // BuildKit tells its names apart by case; what it does not know it passes over.
    if (rules.some(({ peers }) => peers?.buildkit?.includes(text)) || PEER_CODES.buildkit.includes(text))
      return undefined;
    const [instead] = nearestNames(text, PEER_CODES.buildkit, 1);
    return { message: say`${text} is no check of BuildKit’s${didYouMean(text, PEER_CODES.buildkit) || '.'}`, instead };
  }
  if (rules.length > 0 || isCode(text)) return undefined;
  if (RETIRED_CODES.includes(text)) return { message: say`${text} silences nothing: hadolint has given it up.` };
  if (tool === 'hadolint') {
    // Two codes differ in a digit or two, so only what is spelled like none gets a better one.
    const [instead] = /^DL\d{4}$/.test(text) ? [] : nearestNames(text, [...PEER_CODES.hadolint, ...idsOf(names)], 1);
    return { message: say`${text} is no code of hadolint’s${instead ? `; did you mean ${instead}?` : '.'}`, instead };
  }
  // tally has rules of its own that are not known here.
  if (tool !== 'plimsoll') return undefined;
  const [instead] = nearestNames(text, idsOf(names), 1);
  const near = instead === undefined ? '`plimsoll rules` lists them.' : `did you mean ${instead}?`;
  return { message: say`${text} is no rule; ${near}`, instead };
}

const idsOf = ({ rules }: RuleNames): readonly string[] => rules.map(({ id }) => id);

/** Whether it is a code that means something, though no rule goes by it: one of ShellCheck's, or of a broken text. */
const isCode = (text: string): boolean =>
  /^(?:shellcheck\/)?SC\d{4}$/i.test(text) ||
  SYNTAX_CODES.some((code) => code === text || code.endsWith(`/${text}`)) ||
  Object.values(PEER_CODES).some((codes) => codes.includes(text));

const isName = (text: string, names: RuleNames): boolean =>
  names.find(text).length > 0 || isCode(text) || text.toLowerCase() === 'all';

/** Whether it can be told that a name silences nothing: its rules run, and judge as the tool does that it is written for. */
function isTold(
  { text, rules }: IgnoredName,
  { tool }: Ignore,
  isRunning: (rule: Rule) => boolean,
  profile: Profile,
): boolean {
  if (tool === 'plimsoll') return (rules ?? []).every(isRunning) && !isCodeOnly(text, rules);
  if (rules === undefined || rules.length === 0) return false;
  const differs = ({ differs: differences = [] }: Rule): boolean =>
    profile !== 'all' && differences.some(({ from }) => from === text || from === `${tool}/${text}`);
  return rules.every((rule) => isRunning(rule) && !differs(rule) && (profile === 'all' || !hasOtherVerdict(rule)));
}

/** Whether an option of the rule gives another verdict under `all`, which is that of the other tools. */
const hasOtherVerdict = ({ options = {} }: Rule): boolean =>
  Object.values(options).some(
    ({ default: value }) => typeof value === 'object' && 'all' in value && value.all !== value.recommended,
  );

const isCodeOnly = (text: string, rules: readonly Rule[] | undefined): boolean => rules?.length === 0 && isCode(text);

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

function* readIgnores(file: AnyFile, names: RuleNames): Iterable<Ignore> {
  const everywhere = { span: { start: 0, end: Infinity } };
  for (const comment of file.comments) {
    const pragma = readPragma(comment, file.text);
    if (!pragma) continue;
    const { tool, scope, listStart, list } = pragma;
    const ignored = readNames(list, listStart, tool, names);
    const reach =
      scope === 'file' ? everywhere : scope === 'stage' ? stageBelow(file, comment) : partBelow(file, comment);
    yield { comment, tool, names: ignored, reach };
  }
  if (file.kind !== 'dockerfile') return;
  // The builder refuses a second one.
  const directive = checkDirective(file);
  if (!directive) return;
  const { value } = directive;
  const list = optionOf(value.text, 'skip');
  const ignored = readNames(list, value.span.start + value.text.indexOf(list), 'buildkit', names);
  yield { comment: value, tool: 'buildkit', names: ignored, reach: everywhere };
}

const checkDirective = (file: AnyFile): Directive | undefined =>
  file.kind === 'dockerfile' ? file.directives.find(({ name }) => name.text.toLowerCase() === 'check') : undefined;

/** What BuildKit's directive asks for beside `skip`: checks that are off by default, and whether any finding fails. */
export function askedOfBuildKit(file: AnyFile): { readonly experimental: readonly string[]; readonly fails: boolean } {
  const value = checkDirective(file)?.value.text ?? '';
  const experimental = optionOf(value, 'experimental')
    .split(',')
    .map((name) => name.trim());
  return {
    experimental: experimental.includes('all') ? EXPERIMENTAL_CHECKS : experimental,
    fails: ['1', 't', 'true'].includes(optionOf(value, 'error').toLowerCase()),
  };
}

type Tool = 'plimsoll' | 'hadolint' | 'buildkit' | 'tally' | 'dockerfile-utils' | 'shellcheck';

interface Pragma {
  readonly tool: Tool;
  readonly scope: 'part' | 'stage' | 'file';
  readonly list: string;
  readonly listStart: number;
}

const OURS = /^plimsoll[ \t]+(ignore|ignore-file)[ \t]*=[ \t]*/;
const HADOLINT = /^hadolint[ \t]+(?:(global|stage)[ \t]+)?ignore[ \t]*=[ \t]*/;
const TALLY = /^tally[ \t]+(?:(global)[ \t]+)?ignore[ \t]*=[ \t]*/;
const DOCKERFILE_UTILS = 'dockerfile-utils: ignore';
const SHELLCHECK = /^shellcheck[ \t]+(?:[a-z-]+=[^ \t]*[ \t]+)*disable[ \t]*=[ \t]*/;
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
  if (text === DOCKERFILE_UTILS) return make('dockerfile-utils', 'part', 'dockerfile-utils: ', 'ignore');
  const shellcheck = SHELLCHECK.exec(text);
  if (shellcheck) return make('shellcheck', 'part', shellcheck[0], listIn(text.slice(shellcheck[0].length)));
  const check = CHECK.exec(text);
  if (!check) return undefined;
  const value = text.slice(check[0].length).split(/\s/, 1)[0] ?? '';
  const list = optionOf(value, 'skip');
  return list === '' ? undefined : make('buildkit', 'part', check[0] + value.slice(0, value.indexOf(list)), list);
}

/** The names at the head of the text: words joined by commas. What follows is a reason. */
const listIn = (text: string): string => /^[\w./-]+(?:[ \t]*,[ \t]*[\w./-]+)*/.exec(text)?.[0] ?? '';

/** What an option says in BuildKit's `skip=A,B;error=true`. */
function optionOf(value: string, name: string): string {
  for (const part of value.split(';')) {
    const equals = part.indexOf('=');
    if (equals >= 0 && part.slice(0, equals).trim() === name) return part.slice(equals + 1).trim();
  }
  return '';
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
    const rules = rulesOf(text, tool, names);
    found.push({ span, text, rules, covers: coverOf(tool, rules), coversShell: shellCoverOf(text, tool) });
  }
  return found;
}

/** What a name speaks of: its rules, or with `all` what the tool finds that it is written for. */
function coverOf(tool: Tool, rules: readonly Rule[] | undefined): IgnoredName['covers'] {
  if (rules) return (rule) => rules.includes(rule);
  if (tool === 'shellcheck') return () => false;
  if (tool === 'buildkit') return (_, codes) => codes.some((code) => SKIPPED_BY_ALL.has(code));
  if (tool === 'dockerfile-utils') return (_, codes) => codes.some((code) => IGNORED_IN_PLACE.has(code));
  return () => true;
}

/** The codes of ShellCheck that a name stands for: one, `SC2000-SC2100`, or `all`. */
function shellCoverOf(name: string, tool: Tool): IgnoredName['coversShell'] {
  if (tool === 'buildkit' || tool === 'dockerfile-utils') return () => false;
  if (name.toLowerCase() === 'all') return () => tool !== 'hadolint';
  const [first = NaN, last = first] = name.split('-').map(numberOf);
  return (code) => first <= numberOf(code) && numberOf(code) <= last;
}

const numberOf = (code: string): number => Number(/^(?:shellcheck\/)?SC(\d{4})$/i.exec(code)?.[1] ?? NaN);

/** No `skip` hides an experimental check. */
const SKIPPED_BY_ALL: ReadonlySet<string> = new Set(
  PEER_CODES.buildkit.filter((code) => !EXPERIMENTAL_CHECKS.includes(code)).map((code) => `buildkit/${code}`),
);

/** What dockerfile-utils finds in an instruction, and so can ignore there. */
const IGNORED_IN_PLACE: ReadonlySet<string> = new Set(
  PEER_CODES['dockerfile-utils']
    .filter((code) => code !== 'EMPTY_CONTINUATION_LINE' && code !== 'NO_SOURCE_IMAGE' && !code.includes('DIRECTIVE'))
    .map((code) => `dockerfile-utils/${code}`),
);

function rulesOf(name: string, tool: Tool, names: RuleNames): readonly Rule[] | undefined {
  if (tool === 'shellcheck') return name.toLowerCase() === 'all' ? undefined : [];
  if (tool === 'dockerfile-utils' || (name.toLowerCase() === 'all' && tool !== 'hadolint')) return undefined;
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
