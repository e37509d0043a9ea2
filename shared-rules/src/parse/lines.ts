import type { Joined } from './place.js';
import { lineEndingOf } from './text.js';

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

/** One instruction with its continued lines and heredocs. */
export interface Segment {
  /** At the keyword's first character. */
  readonly start: number;
  /** Behind the last character of its last line (a heredoc's terminator included), before the line break. */
  readonly end: number;
  /** Behind the last line that is not a heredoc's. */
  readonly headEnd: number;
  /** What the builder reads, heredoc bodies left out; offsets from `start`. */
  readonly joined: Joined;
  readonly heredocs: readonly HeredocSyntax[];
  /** Where blank lines stand among continued lines. */
  readonly emptyLines: readonly number[];
  readonly hasCommentAbove: boolean;
  /** Whether it ends in a continuation with nothing to continue to. */
  readonly isOpen: boolean;
}

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
  const directives: DirectiveLine[] = [];
  const comments: CommentLine[] = [];
  const instructions: Segment[] = [];
  let escape: Escape = '\\';
  let inDirectives = true;
  let commentAbove = false;
  let at = text.startsWith('\uFEFF') ? 1 : 0;

  while (at < text.length) {
    const line = lineAt(text, at);
    const start = skipBlanks(text, at, line.end);
    if (start === line.end) {
      inDirectives = false;
      at = line.next;
      continue;
    }
    if (text[start] === '#') {
      const directive: DirectiveLine | undefined = inDirectives ? directiveAt(text, start, line.end) : undefined;
      if (directive) {
        directives.push(directive);
        if (text.slice(directive.name.start, directive.name.end).toLowerCase() === 'escape') {
          const value = text.slice(directive.value.start, directive.value.end);
          if (value === '`' || value === '\\') escape = value;
        }
      } else {
        inDirectives = false;
        comments.push({ start, end: line.end });
        commentAbove = true;
      }
      at = line.next;
      continue;
    }
    inDirectives = false;
    const { segment: found, next, inside } = instructionAt(text, start, escape, commentAbove);
    for (const comment of inside) comments.push({ ...comment, inside: instructions.length });
    instructions.push(found);
    commentAbove = false;
    at = next;
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
  if (feed < 0) return { end: text.length, next: text.length };
  return { end: feed > at && text[feed - 1] === '\r' ? feed - 1 : feed, next: feed + 1 };
}

export const isBlank = (char: string | undefined): boolean => char === ' ' || char === '\t';

export function skipBlanks(text: string, at: number, end: number): number {
  let index = at;
  while (index < end && isBlank(text[index])) index += 1;
  return index;
}

function skipBlanksBack(text: string, at: number, start: number): number {
  let index = at;
  while (index > start && isBlank(text[index - 1])) index -= 1;
  return index;
}

const DIRECTIVE_NAMES = ['syntax', 'escape', 'check'];

function directiveAt(text: string, start: number, end: number): DirectiveLine | undefined {
  const nameStart = skipBlanks(text, start + 1, end);
  const equals = text.indexOf('=', nameStart);
  if (equals < 0 || equals >= end) return undefined;
  const nameEnd = skipBlanksBack(text, equals, nameStart);
  if (!DIRECTIVE_NAMES.includes(text.slice(nameStart, nameEnd).toLowerCase())) return undefined;
  const valueEnd = skipBlanksBack(text, end, equals + 1);
  const valueStart = skipBlanks(text, equals + 1, valueEnd);
  return { start, end, name: { start: nameStart, end: nameEnd }, value: { start: valueStart, end: valueEnd } };
}

/**
 * Where the escape character that continues the line stands; -1 if there is none.
 * A doubled one does not continue: the builder leaves it in the text.
 */
function continuationAt(text: string, start: number, end: number, escape: Escape): number {
  const last = skipBlanksBack(text, end, start) - 1;
  if (last < start || text[last] !== escape) return -1;
  return last > start && text[last - 1] === escape ? -1 : last;
}

function instructionAt(text: string, start: number, escape: Escape, hasCommentAbove: boolean) {
  const starts: number[] = [];
  const sources: number[] = [];
  const pieces: string[] = [];
  const inside: CommentLine[] = [];
  const emptyLines: number[] = [];
  let length = 0;
  const take = (from: number, to: number): void => {
    starts.push(length);
    sources.push(from - start);
    pieces.push(text.slice(from, to));
    length += to - from;
  };

  let line = lineAt(text, start);
  let headEnd = line.end;
  let open = continuationAt(text, start, line.end, escape);
  take(start, open < 0 ? line.end : open);
  let at = line.next;
  while (open >= 0 && at < text.length) {
    line = lineAt(text, at);
    const first = skipBlanks(text, at, line.end);
    if (first === line.end) {
      emptyLines.push(at);
    } else if (text[first] === '#') {
      inside.push({ start: first, end: line.end });
    } else {
      open = continuationAt(text, at, line.end, escape);
      take(at, open < 0 ? line.end : open);
      headEnd = line.end;
    }
    at = line.next;
  }
  // Comments and blank lines behind a continuation that nothing follows belong to no instruction.
  const isOpen = open >= 0;

  const joined: Joined = { text: pieces.join(''), starts, sources };
  let end = headEnd;
  let next = at;
  const heredocs: HeredocSyntax[] = [];
  for (const marker of heredocMarkers(joined.text, escape)) {
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
  return {
    segment: { start, end, headEnd, joined, heredocs, emptyLines, hasCommentAbove, isOpen } satisfies Segment,
    next,
    inside,
  };
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
function heredocMarkers(text: string, escape: Escape): readonly Marker[] {
  if (!text.includes('<<')) return [];
  let keyword = wordFrom(text, 0);
  if (keyword.text.toLowerCase() === 'onbuild') keyword = wordFrom(text, keyword.end);
  if (!KEYWORDS_WITH_HEREDOCS.includes(keyword.text.toLowerCase())) return [];
  const words = quotedWords(text, keyword.end, escape);
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
  const name = written.replace(/["'\\]/g, '');
  return name === '' ? undefined : { name, expands: name === written, stripsTabs };
}

const isDigit = (char: string | undefined): boolean => char !== undefined && char >= '0' && char <= '9';

function wordFrom(text: string, at: number): { text: string; end: number } {
  const start = skipBlanks(text, at, text.length);
  let end = start;
  while (end < text.length && !isBlank(text[end])) end += 1;
  return { text: text.slice(start, end), end };
}

/** Words set apart by blanks outside quotes. */
function quotedWords(text: string, from: number, escape: Escape): readonly { start: number; end: number }[] {
  const words: { start: number; end: number }[] = [];
  let at = skipBlanks(text, from, text.length);
  while (at < text.length) {
    const start = at;
    let quote = '';
    while (at < text.length && (quote !== '' || !isBlank(text[at]))) {
      const char = text[at] ?? '';
      if (char === escape && quote !== "'") at += 1;
      else if (quote === '' && (char === '"' || char === "'")) quote = char;
      else if (char === quote) quote = '';
      at += 1;
    }
    words.push({ start, end: Math.min(at, text.length) });
    at = skipBlanks(text, at, text.length);
  }
  return words;
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
  const last = text.endsWith('\n') && from < text.length ? text.length - (text.endsWith('\r\n') ? 2 : 1) : text.length;
  return {
    end: text.length,
    lastEnd: Math.max(last, Math.min(from, text.length)),
    next: text.length,
    terminated: false,
  };
}
