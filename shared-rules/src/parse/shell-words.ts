import type { Part, Span } from '../model/file.js';
import type { WordSyntax } from '../model/syntax.js';
import { placeJoined, placeWithin, type Joined, type Place } from './place.js';
import { quotesOf } from './text.js';

/** What a word reader needs from the reader of whole scripts. */
export interface ScriptSink {
  /** How many expansions stand around the text. */
  readonly depth: number;
  /** Whether so much has been read that the whole text is given up. */
  readonly isFull: boolean;
  problem(span: Span, message: string): void;
  /** Reads the script that begins at the offset, up to the `)` nobody opened, and returns where that stands; -1 without one. */
  script(text: string, start: number, place: Place): number;
  /** Reads a text that is a script as a whole: what stands between backticks. */
  wholeScript(text: string, place: Place): void;
}

/** Deeper nesting is no shell anyone wrote; the limit keeps reading linear and off the end of the stack. */
export const MAXIMUM_DEPTH = 30;

/** Reads the words of shell text the way a shell does: quotes, escapes, expansions. Never throws. */
export class WordReader {
  /** Where reading goes on. */
  at: number;
  /** Set when a quote or an expansion was never closed. */
  broken = false;
  private braces = 0;

  constructor(
    readonly text: string,
    start: number,
    readonly place: Place,
    protected readonly sink: ScriptSink,
  ) {
    this.at = start;
  }

  /** Skips blanks and continued lines, no line ends. */
  skipBlanks(): void {
    const { text } = this;
    for (;;) {
      const code = text.charCodeAt(this.at);
      if (code === SPACE || code === TAB) this.at++;
      else if (code === BACKSLASH && lineEndLength(text, this.at + 1) > 0)
        this.at += 1 + lineEndLength(text, this.at + 1);
      else if (code === CARRIAGE_RETURN && text.charCodeAt(this.at + 1) === NEWLINE) this.at++;
      else return;
    }
  }

  /** Reads the word that begins here; empty where none does. */
  readWord(): WordSyntax {
    const start = this.at;
    const plain = plainWord(this.text, start);
    if (plain !== undefined) {
      this.at += plain.length;
      return this.word(start, [{ kind: 'text', text: plain }], plain);
    }
    const value = new Value();
    this.readUnquoted(value, WORD_END);
    return this.word(start, value.parts, value.text);
  }

  /** Reads `( … )`, the value of an array, as the rest of the word that began at `start`. */
  readArray(start: number): WordSyntax {
    this.at++;
    const value = new Value();
    for (;;) {
      this.skipBlanks();
      const character = this.text[this.at];
      if (character === undefined) {
        this.fail(start, 'The array is never closed by `)`.');
        break;
      }
      if (character === ')') {
        this.at++;
        break;
      }
      if (character === '#') this.skipComment();
      else if (isProcessSubstitution(this.text, this.at)) this.readUnquoted(value, WORD_END);
      else if (WORD_END.has(character)) this.at++;
      else this.readUnquoted(value, WORD_END);
    }
    const text = this.text.slice(start, this.at);
    return this.word(start, value.isLiteral ? [{ kind: 'text', text }] : value.parts, text);
  }

  /** Collects what a text expands in which quotes mean nothing: heredoc bodies and arithmetic. */
  readExpansions(end: number): void {
    const value = new Value();
    while (this.at < end) {
      const character = this.text[this.at];
      if (character === '\\') this.at += 2;
      else if (character === '$') this.readDollar(value, true);
      else if (character === '`') this.readBackticks(value, false);
      else this.at++;
    }
  }

  skipComment(): void {
    const end = this.text.indexOf('\n', this.at);
    this.at = end < 0 ? this.text.length : end;
  }

  protected word(start: number, parts: readonly Part[], text: string): WordSyntax {
    const span = this.span(start, this.at);
    const literal = parts.every((part) => part.kind === 'text');
    const word: WordSyntax = { start: span.start, end: span.end, text, literal, parts, form: 'plain' };
    const quote = this.text[start];
    const isQuoted = (quote === '"' || quote === "'") && this.at - start === text.length + 2;
    const raw = this.text.slice(start, this.at);
    return isQuoted && this.text.startsWith(text, start + 1)
      ? { ...word, quote, quotedFrom: 0 }
      : { ...word, ...quotesOf(raw, text) };
  }

  protected span(start: number, end: number): Span {
    return this.place.span(start, end);
  }

  protected fail(start: number, message: string): void {
    this.broken = true;
    this.at = this.text.length;
    this.sink.problem(this.span(start, this.at), message);
  }

  /** Reads up to the first unquoted character of `ends`. */
  private readUnquoted(value: Value, ends: ReadonlySet<string>): void {
    const { text } = this;
    const start = this.at;
    while (this.at < text.length) {
      const character = text[this.at] ?? '';
      if (character === '\\') this.readEscape(value);
      else if (character === "'") this.readSingleQuoted(value);
      else if (character === '"') this.readDoubleQuoted(value);
      else if (character === '`') this.readBackticks(value, false);
      else if (character === '$') this.readDollar(value, false);
      else if (ends === WORD_END && isProcessSubstitution(text, this.at)) this.readSubstitution(value, 2);
      else if (character === '(' && this.at > start && EXTENDED_GLOB.has(text[this.at - 1] ?? ''))
        this.readExtendedGlob(value);
      else if (character === '\r' && text[this.at + 1] === '\n' && ends === WORD_END) return;
      else if (ends.has(character)) return;
      else this.readRun(value, ends);
    }
  }

  /** Takes over a run of characters that mean themselves. */
  private readRun(value: Value, ends: ReadonlySet<string>): void {
    const start = this.at++;
    for (; this.at < this.text.length; this.at++) {
      const character = this.text[this.at] ?? '';
      if (SPECIAL.has(character) || ends.has(character)) break;
    }
    value.add(this.text.slice(start, this.at));
  }

  private readEscape(value: Value): void {
    const lineEnd = lineEndLength(this.text, this.at + 1);
    if (lineEnd > 0) this.at += 1 + lineEnd;
    else {
      // A backslash at the very end escapes nothing and stays.
      value.add(this.text[this.at + 1] ?? '\\');
      this.at = Math.min(this.at + 2, this.text.length);
    }
  }

  private readSingleQuoted(value: Value): void {
    const start = this.at;
    const end = this.text.indexOf("'", start + 1);
    if (end < 0) {
      this.fail(start, 'This single quote is never closed.');
      return;
    }
    value.add(this.text.slice(start + 1, end));
    this.at = end + 1;
  }

  private readDoubleQuoted(value: Value): void {
    const { text } = this;
    const start = this.at++;
    value.add('');
    while (this.at < text.length) {
      const character = text[this.at] ?? '';
      if (character === '"') {
        this.at++;
        return;
      }
      if (character === '\\') this.readQuotedEscape(value);
      else if (character === '`') this.readBackticks(value, true);
      else if (character === '$') this.readDollar(value, true);
      else this.readRun(value, QUOTE_END);
    }
    if (!this.broken) this.fail(start, 'This double quote is never closed.');
  }

  /** In double quotes a backslash protects only what would mean something there. */
  private readQuotedEscape(value: Value): void {
    const next = this.text[this.at + 1] ?? '';
    const lineEnd = lineEndLength(this.text, this.at + 1);
    if (lineEnd > 0) this.at += 1 + lineEnd;
    else {
      value.add(next !== '' && '$`"\\'.includes(next) ? next : '\\' + next);
      this.at += 1 + next.length;
    }
  }

  /** Reads `$'…'`, whose escapes are those of C. */
  private readAnsiQuoted(value: Value): void {
    const { text } = this;
    const start = this.at;
    this.at += 2;
    while (this.at < text.length) {
      const character = text[this.at] ?? '';
      if (character === "'") {
        this.at++;
        value.add('');
        return;
      }
      if (character === '\\') {
        ANSI_ESCAPE.lastIndex = this.at + 1;
        const escape = ANSI_ESCAPE.exec(text)?.[0];
        value.add(escape === undefined ? '\\' : ansiCharacter(escape));
        this.at += 1 + (escape?.length ?? 0);
      } else {
        const from = this.at;
        while (this.at < text.length && text[this.at] !== "'" && text[this.at] !== '\\') this.at++;
        value.add(text.slice(from, this.at));
      }
    }
    this.fail(start, 'This single quote is never closed.');
  }

  private readExtendedGlob(value: Value): void {
    const end = closingParenthesis(this.text, this.at + 1);
    const start = this.at;
    if (end < 0) {
      this.fail(start, 'This parenthesis is never closed.');
      return;
    }
    this.at = end + 1;
    value.add(this.text.slice(start, this.at));
  }

  private readDollar(value: Value, quoted: boolean): void {
    const { text } = this;
    const start = this.at;
    const next = text[start + 1] ?? '';
    if (next === '(') {
      const end = text[start + 2] === '(' ? arithmeticEnd(text, start + 3) : -1;
      if (end < 0) this.readSubstitution(value, 2);
      else this.readArithmetic(value, start + 3, end);
    } else if (next === '{') this.readBraces(value, quoted);
    else if (next === '[') {
      const end = text.indexOf(']', start + 2);
      if (end < 0) this.fail(start, '`$[` is never closed by `]`.');
      else this.readArithmetic(value, start + 2, end + 1);
    } else if (next === "'" && !quoted) this.readAnsiQuoted(value);
    else if (next === '"' && !quoted) {
      this.at++;
      this.readDoubleQuoted(value);
    } else {
      VARIABLE_NAME.lastIndex = start + 1;
      const name = VARIABLE_NAME.exec(text)?.[0];
      if (name === undefined) {
        this.at++;
        value.add('$');
      } else {
        this.at = start + 1 + name.length;
        value.expand({ kind: 'variable', name }, '$' + name);
      }
    }
  }

  private readArithmetic(value: Value, start: number, end: number): void {
    const from = this.at;
    if (this.enter(from)) {
      this.at = start;
      this.readExpansions(end);
      this.braces--;
    }
    if (this.broken) return;
    this.at = end;
    value.expand({ kind: 'substitution' }, this.text.slice(from, end));
  }

  /** Reads `$( … )`, `<( … )` and `>( … )`; `opening` is the length of the mark. */
  private readSubstitution(value: Value, opening: number): void {
    const start = this.at;
    if (!this.enter(start)) return;
    const end = this.sink.script(this.text, start + opening, this.place);
    this.braces--;
    if (end < 0) {
      const mark = this.text.slice(start, start + opening);
      this.fail(start, `\`${mark}\` is never closed by \`)\`.`);
      return;
    }
    this.at = end + 1;
    value.expand({ kind: 'substitution' }, this.text.slice(start, this.at));
  }

  private readBackticks(value: Value, quoted: boolean): void {
    const { text } = this;
    const start = this.at;
    if (!this.enter(start)) return;
    let end = start + 1;
    while (end < text.length && text[end] !== '`') end += text[end] === '\\' ? 2 : 1;
    this.braces--;
    if (end >= text.length) {
      this.fail(start, 'This backtick is never closed.');
      return;
    }
    const inner = withoutBacktickEscapes(text, start + 1, end, quoted);
    const place = placeJoined(inner, 0);
    this.sink.wholeScript(
      inner.text,
      inner.starts.length > 1 ? chain(place, this.place) : placeWithin(this.place, start + 1),
    );
    this.at = end + 1;
    value.expand({ kind: 'substitution' }, text.slice(start, this.at));
  }

  /** Reads `${name}`, `${name:-operand}` and their kin. */
  private readBraces(value: Value, quoted: boolean): void {
    const { text } = this;
    const start = this.at;
    if (!this.enter(start)) return;
    BRACED_NAME.lastIndex = start + 2;
    const match = BRACED_NAME.exec(text);
    const name = match?.[2] ?? '';
    this.at = start + 2 + (match?.[0].length ?? 0);
    const prefix = match?.[1] ?? '';
    OPERATOR.lastIndex = this.at;
    const operator = prefix === '' ? (OPERATOR.exec(text)?.[0] ?? '') : '';
    this.at += operator.length;
    const operand = new Value();
    const isPattern = operator !== '' && '#%/^,'.includes(operator.charAt(0));
    this.readOperand(operand, quoted && !isPattern);
    this.braces--;
    if (this.broken) return;
    if (text[this.at] !== '}') {
      this.fail(start, '`${` is never closed by `}`.');
      return;
    }
    this.at++;
    const written = text.slice(start, this.at);
    if (name === '') value.expand({ kind: 'substitution' }, written);
    else if (prefix !== '') value.expand({ kind: 'variable', name, operator: prefix }, written);
    else if (operator === '') value.expand({ kind: 'variable', name }, written);
    else value.expand({ kind: 'variable', name, operator, operand: operand.parts }, written);
  }

  /** Reads up to the `}` of `${…}`; between double quotes a single quote is a character like any other. */
  private readOperand(value: Value, quoted: boolean): void {
    const { text } = this;
    if (!quoted) {
      this.readUnquoted(value, BRACE_END);
      return;
    }
    while (this.at < text.length && text[this.at] !== '}') {
      const character = text[this.at] ?? '';
      if (character === '\\') this.readQuotedEscape(value);
      else if (character === '"') this.readDoubleQuoted(value);
      else if (character === '`') this.readBackticks(value, true);
      else if (character === '$') this.readDollar(value, true);
      else this.readRun(value, BRACE_END);
    }
  }

  private enter(start: number): boolean {
    if (this.sink.depth + this.braces < MAXIMUM_DEPTH && !this.sink.isFull) {
      this.braces++;
      return true;
    }
    this.fail(start, 'This is nested too deeply to be read.');
    return false;
  }
}

/** Where the `((` whose inside begins at the offset ends, behind its `))`; -1 if it is two parentheses instead. */
export function arithmeticEnd(text: string, start: number): number {
  const end = closingParenthesis(text, start);
  return end >= 0 && text[end + 1] === ')' ? end + 2 : -1;
}

/** The length of the line end at the offset; 0 where none stands. */
export function lineEndLength(text: string, at: number): number {
  const code = text.charCodeAt(at);
  if (code === NEWLINE) return 1;
  return code === CARRIAGE_RETURN && text.charCodeAt(at + 1) === NEWLINE ? 2 : 0;
}

export const isProcessSubstitution = (text: string, at: number): boolean =>
  (text[at] === '<' || text[at] === '>') && text[at + 1] === '(';

const SPACE = 32;
const TAB = 9;
const NEWLINE = 10;
const CARRIAGE_RETURN = 13;
const BACKSLASH = 92;

/** The characters that end a word where no quote protects them. */
export const WORD_END: ReadonlySet<string> = new Set(' \t\n;&|()<>');
const BRACE_END: ReadonlySet<string> = new Set('}');
const QUOTE_END: ReadonlySet<string> = new Set('"');
/** The characters at which a run of plain text stops. */
const SPECIAL: ReadonlySet<string> = new Set('\\\'"`$<>(\r');
const EXTENDED_GLOB: ReadonlySet<string> = new Set('?*+@!');

const PLAIN = /[\w./:=,+@%~-]+/y;
const VARIABLE_NAME = /[A-Za-z_]\w*|[0-9@*#?$!-]/y;
const BRACED_NAME = /([#!]?)((?:[A-Za-z_]\w*|\d+|[@*#?$!-])(?:\[[^\]\n]{0,99}\])?)/y;
const OPERATOR = /:[-=?+]|##|%%|\/[/#%]?|\^\^?|,,?|[-=?+#%:@]/y;
const ANSI_ESCAPE = /x[0-9A-Fa-f]{1,2}|u[0-9A-Fa-f]{1,4}|U[0-9A-Fa-f]{1,8}|[0-7]{1,3}|c[^]|[^]/y;
const ANSI_CHARACTERS: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  e: '\x1b',
  E: '\x1b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

/** The word that begins here when nothing in it needs a closer look, as in nearly all words. */
function plainWord(text: string, start: number): string | undefined {
  PLAIN.lastIndex = start;
  const match = PLAIN.exec(text)?.[0];
  if (match === undefined) return undefined;
  const next = text[start + match.length];
  return next === undefined || PLAIN_END.has(next) ? match : undefined;
}
/** `<` and `(` do not count: they may begin a process substitution or an extended glob. */
const PLAIN_END: ReadonlySet<string> = new Set(' \t\n;&|)');

function ansiCharacter(escape: string): string {
  const kind = escape.charAt(0);
  const known = ANSI_CHARACTERS[kind];
  if (known !== undefined) return known;
  if (escape.length > 1 && 'xuU'.includes(kind)) return characterOf(Number.parseInt(escape.slice(1), 16));
  if (kind >= '0' && kind <= '7') return characterOf(Number.parseInt(escape, 8) & 255);
  if (kind === 'c' && escape.length > 1) return characterOf(escape.charCodeAt(1) & 31);
  return '\\\'"?'.includes(kind) ? kind : '\\' + escape;
}

const characterOf = (code: number): string => (code <= 0x10ffff ? String.fromCodePoint(code) : '\ufffd');

/** The `)` that closes what is open at the offset; parentheses in quotes do not count. -1 without one. */
function closingParenthesis(text: string, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length; at++) {
    const character = text[at];
    if (character === '\\') at++;
    else if (character === '(') depth++;
    else if (character === ')') {
      if (depth === 0) return at;
      depth--;
    } else if (character === "'" || character === '"') {
      at = closingQuote(text, at, character);
      if (at < 0) return -1;
    }
  }
  return -1;
}

function closingQuote(text: string, start: number, quote: string): number {
  if (quote === "'") return text.indexOf(quote, start + 1);
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === quote) return at;
  }
  return -1;
}

/** What the shell between backticks reads: one layer of backslashes is gone. */
function withoutBacktickEscapes(text: string, start: number, end: number, quoted: boolean): Joined {
  const pieces: string[] = [];
  const starts = [0];
  const sources = [start];
  let from = start;
  let length = 0;
  for (let at = start; at < end; at++) {
    if (text[at] !== '\\') continue;
    const next = text[at + 1] ?? '';
    if ('$`\\'.includes(next) || (quoted && next === '"')) {
      pieces.push(text.slice(from, at));
      length += at - from;
      starts.push(length);
      sources.push(at + 1);
      from = at + 1;
    }
    at++;
  }
  pieces.push(text.slice(from, end));
  return { text: pieces.join(''), starts, sources };
}

const chain = (inner: Place, outer: Place): Place => ({
  span(start, end) {
    const span = inner.span(start, end);
    return outer.span(span.start, span.end);
  },
});

/** Collects the parts of a word. */
class Value {
  readonly parts: Part[] = [];
  text = '';
  isLiteral = true;

  add(text: string): void {
    this.text += text;
    const last = this.parts.at(-1);
    if (last?.kind === 'text') this.parts[this.parts.length - 1] = { kind: 'text', text: last.text + text };
    else this.parts.push({ kind: 'text', text });
  }

  expand(part: Part, written: string): void {
    this.text += written;
    this.isLiteral = false;
    if (this.parts.length === 1 && this.text === written) this.parts.length = 0;
    this.parts.push(part);
  }
}
