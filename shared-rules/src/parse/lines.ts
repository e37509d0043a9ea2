import { whole, type Joined } from './place.js';
import { isBlank, lineEndingOf, skipBlanks, skipBlanksBack } from './text.js';
import { readWord } from './words.js';

export type Escape = '\\' | '`';

/** A comment line: from its `#` to the end of the line. */
export interface CommentLine {
  readonly start: number;
  readonly end: number;
  /** The index of the instruction whose continued lines it stands among. */
  readonly inside?: number;
}

/** `# name=value` at the top of the file, with the offsets of both. */
export interface DirectiveLine {
  readonly start: number;
  readonly end: number;
  readonly name: { readonly start: number; readonly end: number };
  readonly value: { readonly start: number; readonly end: number };
}

/** A heredoc of an instruction; offsets from the instruction's start. */
export interface HeredocSyntax {
  readonly name: string;
  /** The marker in the joined text. */
  readonly marker: { readonly start: number; readonly end: number };
  readonly body: { readonly start: number; readonly end: number };
  readonly expands: boolean;
  readonly stripsTabs: boolean;
  readonly terminated: boolean;
}

/**
 * One instruction with its continued lines and heredocs. A keystroke makes all of them anew, so it holds little more than
 * numbers; the text is joined only for one that is read.
 */
export class Segment {
  /** At the keyword's first character. */
  readonly start: number;
  /** Behind the last line that is not a heredoc's. */
  readonly headEnd: number;
  /** Behind the last character of its last line (a heredoc's terminator included), before the line break. */
  readonly end: number;
  /** Where the text goes on. */
  readonly next: number;
  /** Whether it ends in a continuation with nothing to continue to. */
  readonly isOpen: boolean;
  /** Where blank lines stand among continued lines. */
  readonly emptyLines: readonly number[];
  readonly heredocs: readonly HeredocSyntax[];
  private readonly pieces: readonly number[];

  constructor(
    text: string,
    lines: ContinuedLines,
    readonly hasCommentAbove: boolean,
    mayHoldHeredocs: boolean,
  ) {
    const read = mayHoldHeredocs ? heredocsOf(text, lines) : undefined;
    this.start = lines.start;
    this.headEnd = lines.headEnd;
    this.end = read?.end ?? lines.headEnd;
    this.next = read?.next ?? lines.next;
    this.isOpen = lines.isOpen;
    this.emptyLines = lines.emptyLines;
    this.heredocs = read?.heredocs ?? NONE;
    this.pieces = lines.pieces;
  }

  /** What the builder reads, heredoc bodies left out, from the instruction as it stands in the file. */
  joined(raw: string): Joined {
    return join(raw, this.start, this.headEnd, this.pieces, this.start);
  }
}

const NONE: readonly never[] = [];

export interface Segments {
  readonly escape: Escape;
  readonly directives: readonly DirectiveLine[];
  readonly comments: readonly CommentLine[];
  readonly instructions: readonly Segment[];
  readonly lineEnding: '\n' | '\r\n';
}

/**
 * Cuts a Dockerfile into directives, comments and instructions, in one walk over its lines.
 * Nothing below this knows what a continuation is: what it hands on is the text that the builder reads.
 */
export function segment(text: string): Segments {
  const { directives, next } = directivesOf(text);
  const escape = escapeOf(text, directives);
  const comments: CommentLine[] = [];
  const instructions: Segment[] = [];
  let hasCommentAbove = false;
  let at = next;
  let mark = text.indexOf('<<');
  while (at < text.length) {
    const line = lineAt(text, at);
    const start = skipSpaces(text, at, line.end);
    if (start === line.end) {
      at = line.next;
    } else if (text[start] === '#') {
      comments.push({ start, end: line.end });
      hasCommentAbove = true;
      at = line.next;
    } else {
      const lines = continuedLines(text, start, escape);
      for (const comment of lines.comments) comments.push({ ...comment, inside: instructions.length });
      while (mark >= 0 && mark < lines.start) mark = text.indexOf('<<', mark + 2);
      const mayHoldHeredocs = mark >= 0 && mark < lines.headEnd;
      const found = new Segment(text, lines, hasCommentAbove, mayHoldHeredocs);
      instructions.push(found);
      hasCommentAbove = false;
      at = found.next;
    }
  }
  return { escape, directives, comments, instructions, lineEnding: lineEndingOf(text) };
}

interface Line {
  /** Before the line break. */
  readonly end: number;
  readonly next: number;
}

function lineAt(text: string, at: number): Line {
  const feed = text.indexOf('\n', at);
  let end = feed < 0 ? text.length : feed;
  while (end > at && text[end - 1] === '\r') end -= 1;
  return { end, next: feed < 0 ? text.length : feed + 1 };
}

/** In front of a line the builder takes off every space that Unicode knows. */
function skipSpaces(text: string, at: number, end: number): number {
  let index = at;
  while (index < end && (isBlank(text[index]) || UNICODE_SPACE.test(text[index] ?? ''))) index += 1;
  return index;
}

const UNICODE_SPACE = /^[\u0085\p{Zs}\p{Zl}\p{Zp}]/u;

/** The directives are the first lines of the file; the first line that is none ends them. */
function directivesOf(text: string): { directives: readonly DirectiveLine[]; next: number } {
  const directives: DirectiveLine[] = [];
  let at = text.startsWith('\uFEFF') ? 1 : 0;
  while (at < text.length) {
    const line = lineAt(text, at);
    const start = skipSpaces(text, at, line.end);
    const directive = text[start] === '#' ? directiveAt(text, start, line.end) : undefined;
    if (!directive) break;
    directives.push(directive);
    at = line.next;
  }
  return { directives, next: at };
}

const DIRECTIVE_NAMES = ['syntax', 'escape', 'check'];

function directiveAt(text: string, start: number, end: number): DirectiveLine | undefined {
  const line = text.slice(start, end);
  const equals = start + line.indexOf('=');
  if (equals < start) return undefined;
  const nameStart = skipBlanks(text, start + 1, equals);
  const nameEnd = skipBlanksBack(text, equals, nameStart);
  if (!DIRECTIVE_NAMES.includes(text.slice(nameStart, nameEnd).toLowerCase())) return undefined;
  const valueEnd = skipBlanksBack(text, end, equals + 1);
  const valueStart = skipBlanks(text, equals + 1, valueEnd);
  if (valueStart === valueEnd) return undefined;
  return { start, end, name: { start: nameStart, end: nameEnd }, value: { start: valueStart, end: valueEnd } };
}

/** The first escape directive counts; the builder refuses a second one. */
function escapeOf(text: string, directives: readonly DirectiveLine[]): Escape {
  const found = directives.find(({ name }) => text.slice(name.start, name.end).toLowerCase() === 'escape');
  return found && text.slice(found.value.start, found.value.end) === '`' ? '`' : '\\';
}

/**
 * Where the escape character that continues the line stands; -1 if there is none.
 * A doubled one does not continue: the builder leaves it in the text.
 */
function continuationAt(text: string, start: number, end: number, escape: Escape): number {
  let last = end - 1;
  while (last >= start && (text[last] === ' ' || text[last] === '\t')) last -= 1;
  if (last < start || text[last] !== escape) return -1;
  return last > start && text[last - 1] === escape ? -1 : last;
}

interface ContinuedLines {
  readonly start: number;
  readonly headEnd: number;
  /** Where the pieces that the builder joins begin and end, by turns; none: all of it is one. */
  readonly pieces: readonly number[];
  readonly comments: readonly CommentLine[];
  readonly emptyLines: readonly number[];
  readonly isOpen: boolean;
  readonly next: number;
}

/** The lines of an instruction, and the pieces of them that the builder joins. */
function continuedLines(text: string, from: number, escape: Escape): ContinuedLines {
  const only = lineAt(text, from);
  if (continuationAt(text, from, only.end, escape) < 0) {
    const { end, next } = only;
    return { start: from, headEnd: end, pieces: NONE, comments: NONE, emptyLines: NONE, isOpen: false, next };
  }
  const pieces: number[] = [];
  let comments: CommentLine[] | undefined;
  let emptyLines: number[] | undefined;
  let headEnd = from;
  let at = from;
  let open = -1;
  do {
    const line = lineAt(text, at);
    const first = skipSpaces(text, at, line.end);
    if (first === line.end) {
      (emptyLines ??= []).push(at);
    } else if (text[first] === '#') {
      (comments ??= []).push({ start: first, end: line.end });
    } else {
      open = continuationAt(text, at, line.end, escape);
      const end = open < 0 ? line.end : open;
      // Lines that hold nothing but the escape character may stand before the keyword.
      if (pieces.length > 0) pieces.push(at, end);
      else if (first < end) pieces.push(first, end);
      headEnd = line.end;
    }
    at = line.next;
  } while (open >= 0 && at < text.length);
  if (pieces.length === 0) pieces.push(from, from);
  return {
    start: pieces[0] ?? from,
    headEnd,
    pieces,
    comments: comments ?? NONE,
    emptyLines: emptyLines ?? NONE,
    isOpen: open >= 0,
    next: at,
  };
}

/** Joins the pieces of a text that begins at the offset `base` of the file. */
function join(text: string, start: number, headEnd: number, pieces: readonly number[], base: number): Joined {
  if (pieces.length === 0) return whole(text.slice(start - base, headEnd - base));
  const parts: string[] = [];
  const starts: number[] = [];
  const sources: number[] = [];
  let length = 0;
  for (let index = 0; index < pieces.length; index += 2) {
    const from = (pieces[index] ?? 0) - base;
    const to = (pieces[index + 1] ?? 0) - base;
    starts.push(length);
    sources.push(from - start + base);
    parts.push(text.slice(from, to));
    length += to - from;
  }
  return { text: parts.join(''), starts, sources };
}

/** The heredocs of an instruction: their bodies follow its last line, one after the other. */
function heredocsOf(text: string, lines: ContinuedLines) {
  const { start, headEnd } = lines;
  const joined = join(text, start, headEnd, lines.pieces, 0);
  let end = headEnd;
  let next = lines.next;
  const heredocs: HeredocSyntax[] = [];
  for (const marker of heredocMarkers(joined.text)) {
    const body = bodyAt(text, next, marker);
    heredocs.push({
      name: marker.name,
      marker: { start: marker.start, end: marker.end },
      body: { start: next - start, end: body.end - start },
      expands: marker.expands,
      stripsTabs: marker.stripsTabs,
      terminated: body.terminated,
    });
    end = body.lastEnd;
    next = body.next;
  }
  return { heredocs, end, next };
}

interface Marker {
  readonly start: number;
  readonly end: number;
  readonly name: string;
  readonly expands: boolean;
  readonly stripsTabs: boolean;
}

const KEYWORDS_WITH_HEREDOCS = ['run', 'copy', 'add'];

/** The heredocs that the builder sees: whole words `[fd]<<[-]NAME` of a RUN, COPY or ADD that is no JSON form. */
function heredocMarkers(text: string): readonly Marker[] {
  if (!text.includes('<<')) return [];
  let keyword = wordFrom(text, 0);
  if (keyword.text.toLowerCase() === 'onbuild') keyword = wordFrom(text, keyword.end);
  if (!KEYWORDS_WITH_HEREDOCS.includes(keyword.text.toLowerCase())) return [];
  const words = quotedWords(text, keyword.end);
  const firstArgument = words.find(({ start }) => !text.startsWith('--', start));
  if (firstArgument && text[firstArgument.start] === '[' && isJsonArray(text.slice(firstArgument.start))) return [];
  return words.flatMap(({ start, end }) => {
    const marker = markerIn(text.slice(start, end));
    return marker ? [{ start, end, ...marker }] : [];
  });
}

function isJsonArray(text: string): boolean {
  try {
    return Array.isArray(JSON.parse(text));
  } catch {
    return false;
  }
}

function markerIn(word: string): Omit<Marker, 'start' | 'end'> | undefined {
  let at = 0;
  while (at < word.length && isDigit(word[at])) at += 1;
  if (!word.startsWith('<<', at)) return undefined;
  at += 2;
  const stripsTabs = word[at] === '-';
  const written = word.slice(stripsTabs ? at + 1 : at);
  if (written === '' || written.includes('<')) return undefined;
  const name = readWord(written, 0, written.length, '\\').text;
  return name === '' ? undefined : { name, expands: name === written, stripsTabs };
}

const isDigit = (char: string | undefined): boolean => char !== undefined && char >= '0' && char <= '9';

function wordFrom(text: string, at: number): { text: string; end: number } {
  const start = skipBlanks(text, at, text.length);
  let end = start;
  while (end < text.length && !isBlank(text[end])) end += 1;
  return { text: text.slice(start, end), end };
}

/**
 * Words set apart by blanks outside quotes and braces; none at all when one of these is never closed. Whatever the
 * escape directive says, the builder looks for heredocs with the backslash.
 */
function quotedWords(text: string, from: number): readonly { start: number; end: number }[] {
  const words: { start: number; end: number }[] = [];
  let quote = '';
  let braces = 0;
  let at = skipBlanks(text, from, text.length);
  while (at < text.length) {
    const start = at;
    while (at < text.length && (quote !== '' || braces > 0 || !isBlank(text[at]))) {
      const char = text[at] ?? '';
      if (char === '\\' && quote !== "'") at += 1;
      else if (char === '$' && text[at + 1] === '{' && quote !== "'") braces += 1;
      else if (char === '}' && braces > 0 && quote !== "'") braces -= 1;
      else if (quote === '' && (char === '"' || char === "'")) quote = char;
      else if (char === quote) quote = '';
      at += 1;
    }
    words.push({ start, end: Math.min(at, text.length) });
    at = skipBlanks(text, at, text.length);
  }
  return quote === '' && braces === 0 ? words : [];
}

/** The body of a heredoc and where the text goes on. A body that is never closed runs to the end of the file. */
function bodyAt(text: string, from: number, { name, stripsTabs }: Marker) {
  let at = from;
  while (at < text.length) {
    const line = lineAt(text, at);
    let start = at;
    while (stripsTabs && text[start] === '\t') start += 1;
    if (line.end - start === name.length && text.startsWith(name, start)) {
      return { end: at, lastEnd: line.end, next: line.next, terminated: true };
    }
    at = line.next;
  }
  // The last line break stays out, so that an instruction's text alone says where its bodies end.
  const end = Math.max(from, text.length - lineBreakLength(text));
  return { end, lastEnd: end, next: text.length, terminated: false };
}

const lineBreakLength = (text: string): number => (text.endsWith('\r\n') ? 2 : text.endsWith('\n') ? 1 : 0);
