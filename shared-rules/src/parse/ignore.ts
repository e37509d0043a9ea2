import type { Comment, Located, Problem, Span } from '../model/file.js';
import type { IgnoreFile, IgnorePattern } from '../model/ignore.js';
import { cleanPath, isWellFormed, matches, readGlob, type Glob } from './glob.js';
import { isBlank, lineEndingOf, linesOf } from './text.js';

interface Pattern extends IgnorePattern {
  readonly glob: Glob;
  readonly depth: number;
}

/** Reads a .dockerignore as moby's ignorefile and patternmatcher do. */
export function parseIgnoreFile(path: string, text: string): IgnoreFile {
  return new IgnoreFileNode(path, text);
}

class IgnoreFileNode implements IgnoreFile {
  readonly kind = 'dockerignore';
  readonly span: Span;
  readonly lineEnding: '\n' | '\r\n';
  readonly comments: readonly Comment[];
  readonly patterns: readonly Pattern[];
  readonly problems: readonly Problem[];

  constructor(
    readonly path: string,
    readonly text: string,
  ) {
    this.span = { start: 0, end: text.length };
    this.lineEnding = lineEndingOf(text);
    const lines = [...linesOf(text)];
    this.comments = lines
      .filter(({ start }) => text[start] === '#')
      .map(({ start, end }) => ({ span: { start, end }, text: text.slice(start + 1, end).trim() }));
    this.patterns = lines.flatMap((line) => readPattern(text, line));
    this.problems = lines.flatMap((line) => problemOf(text, line));
  }

  partAfter(comment: Comment): Located | undefined {
    return this.patterns.find(({ span }) => span.start > comment.span.start);
  }

  partAt(at: Located): Located | undefined {
    return this.patterns.find(({ span }) => span.start <= at.span.start && at.span.start <= span.end);
  }

  /** The last pattern that speaks of the path decides; one that matches a folder speaks of all that is in it. */
  ignoring(path: string): IgnorePattern | undefined {
    const clean = cleanPath(path.replace(/^\/+/, ''));
    const folders = clean.split('/');
    let decided: Pattern | undefined;
    for (const pattern of this.patterns) {
      if (pattern.negated !== (decided !== undefined)) continue;
      if (!speaksOf(pattern, clean, folders)) continue;
      decided = pattern.negated ? undefined : pattern;
    }
    return decided;
  }

  reopensBelow(path: string): boolean {
    const clean = cleanPath(path.replace(/^\/+/, ''));
    const folders = clean === '.' ? [] : clean.split('/');
    return this.patterns.some(({ negated, text }) => negated && mayReachBelow(text.split('/'), folders));
  }
}

/** Whether a pattern can match a path inside the folders; a part with wildcards counts as one that fits. */
function mayReachBelow(parts: readonly string[], folders: readonly string[]): boolean {
  for (const [index, folder] of folders.entries()) {
    const part = parts[index];
    if (part === undefined) return false;
    if (part.includes('**')) return true;
    if (part !== folder && !/[*?[\\]/.test(part)) return false;
  }
  return parts.length > folders.length;
}

function readPattern(text: string, { start, end }: Span): readonly Pattern[] {
  if (text[start] === '#') return [];
  const line = text.slice(start, end);
  const trimmed = line.trim();
  if (trimmed === '' || trimmed === '!') return [];
  const negated = trimmed.startsWith('!');
  const cleaned = cleanPath(negated ? trimmed.slice(1).trim() : trimmed).replace(/^\/(?=.)/, '');
  const from = start + line.indexOf(trimmed);
  return [
    {
      span: { start: from, end: from + trimmed.length },
      text: cleaned,
      negated,
      glob: readGlob(cleaned),
      depth: cleaned.split('/').length,
      remark: remarkIn(trimmed),
    },
  ];
}

function remarkIn(line: string): IgnorePattern['remark'] {
  for (let at = line.indexOf('#'); at >= 0; at = line.indexOf('#', at + 1)) {
    if (at === 0 || isBlank(line[at - 1])) return { text: line.slice(at), patternBefore: line.slice(0, at).trimEnd() };
  }
  return undefined;
}

function problemOf(text: string, { start, end }: Span): readonly Problem[] {
  const line = text.slice(start, end);
  const trimmed = line.trim();
  const from = start + line.indexOf(trimmed);
  const at = { span: { start: from, end: from + trimmed.length } };
  if (trimmed === '!') return [{ at, message: 'A pattern must follow the exclamation mark.' }];
  if (trimmed === '' || text[start] === '#' || isWellFormed(cleanPath(trimmed.replace(/^!/, '')))) return [];
  return [{ at, message: 'The builder refuses this pattern: a bracket is never closed, or a backslash ends it.' }];
}

/** A parent is compared at the pattern's own depth; at every depth where the pattern can match a slash. */
function speaksOf(pattern: Pattern, path: string, folders: readonly string[]): boolean {
  if (matches(pattern.glob, path)) return true;
  if (/\*\*|\[/.test(pattern.text)) {
    return folders.some((_, index) => index > 0 && matches(pattern.glob, folders.slice(0, index).join('/')));
  }
  return pattern.depth < folders.length && matches(pattern.glob, folders.slice(0, pattern.depth).join('/'));
}
