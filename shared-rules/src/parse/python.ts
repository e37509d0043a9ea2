import type { Comment, Located, Problem, Span } from '../model/file.js';
import type { PythonSettings, Setting } from '../model/python.js';
import type { WordSyntax } from '../model/syntax.js';
import { placeAt, placeWord } from './place.js';
import { lineEndingOf, linesOf } from './text.js';

/** Reads the assignments at the top level of a Python file, one a line; everything else is passed over. */
export const parsePythonSettings = (path: string, text: string): PythonSettings => new PythonNode(path, text);

class PythonNode implements PythonSettings {
  readonly kind = 'python';
  readonly span: Span;
  readonly lineEnding: '\n' | '\r\n';
  readonly problems: readonly Problem[] = [];
  readonly comments: readonly Comment[];
  private readonly settings: readonly Setting[];

  constructor(
    readonly path: string,
    readonly text: string,
  ) {
    this.span = { start: 0, end: text.length };
    this.lineEnding = lineEndingOf(text);
    const lines = [...linesOf(text)];
    this.comments = lines
      .filter(({ start, end }) => text.slice(start, end).trimStart().startsWith('#'))
      .map(({ start, end }) => ({ span: { start, end }, text: text.slice(start, end).trim().slice(1).trim() }));
    this.settings = topLevel(text, lines).flatMap((line) => readSetting(text, line));
  }

  partAfter(comment: Comment): Located | undefined {
    return this.settings.find(({ span }) => span.start > comment.span.start);
  }

  partAt(at: Located): Located | undefined {
    return this.settings.find(({ span }) => span.start <= at.span.start && at.span.start <= span.end);
  }

  setting(name: string): Setting | undefined {
    return this.settings.findLast((setting) => setting.name.text === name);
  }

  imports(module: string): boolean {
    return this.lines().some((line) => {
      const found = IMPORT.exec(line);
      return (found?.[1] ?? found?.[2])?.split('.')[0] === module;
    });
  }

  calls(name: string): boolean {
    return this.lines().some((line) => line.trimStart().startsWith(`${name}(`));
  }

  private lines(): readonly string[] {
    return [...linesOf(this.text)].map(({ start, end }) => this.text.slice(start, end));
  }
}

const IMPORT = /^[ \t]*(?:from[ \t]+([\w.]+)[ \t]+import\b|import[ \t]+([\w.]+))/;

/** The lines that begin a statement: not those inside a string in triple quotes, or in brackets that are still open. */
function topLevel(text: string, lines: readonly Span[]): readonly Span[] {
  const found: Span[] = [];
  let open: Open = { quote: '', depth: 0 };
  for (const line of lines) {
    if (open.quote === '' && open.depth === 0) found.push(line);
    open = readOn(text.slice(line.start, line.end), open);
  }
  return found;
}

/** What is still open at the end of a line. */
interface Open {
  readonly quote: string;
  readonly depth: number;
}

const QUOTES = ['"""', "'''", '"', "'"];

function readOn(line: string, before: Open): Open {
  let { quote, depth } = before;
  for (let at = 0; at < line.length; at += 1) {
    const char = line[at] ?? '';
    if (quote !== '') {
      if (char === '\\') at += 1;
      else if (line.startsWith(quote, at)) {
        at += quote.length - 1;
        quote = '';
      }
      continue;
    }
    if (char === '#') break;
    quote = QUOTES.find((mark) => line.startsWith(mark, at)) ?? '';
    if (quote !== '') at += quote.length - 1;
    else if ('([{'.includes(char)) depth += 1;
    else if (')]}'.includes(char)) depth = Math.max(0, depth - 1);
  }
  // A string in single quotes ends with its line.
  return { quote: quote.length === 3 ? quote : '', depth };
}

const ASSIGNMENT = /^([A-Za-z_]\w*)[ \t]*(?::[^=]*)?=(?!=)[ \t]*/;
const PLAIN_STRING = /^(?:"([^"\\]*)"|'([^'\\]*)')[ \t]*(?:#|$)/;

function readSetting(text: string, { start, end }: Span): readonly Setting[] {
  const line = text.slice(start, end);
  const found = ASSIGNMENT.exec(line);
  const name = found?.[1];
  if (!found || name === undefined) return [];
  const at = start + found[0].length;
  const string = PLAIN_STRING.exec(line.slice(found[0].length));
  const value = string?.[1] ?? string?.[2];
  return [
    {
      span: { start, end },
      name: word(start, name),
      ...(value === undefined ? {} : { value: word(at + 1, value) }),
    },
  ];
}

function word(start: number, text: string) {
  const syntax: WordSyntax = {
    start,
    end: start + text.length,
    text,
    literal: true,
    parts: [{ kind: 'text', text }],
    form: 'plain',
  };
  return placeWord(syntax, placeAt(0));
}
