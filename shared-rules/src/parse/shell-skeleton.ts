/**
 * The skeleton of a script is a text of the same length in which every simple command has become one word of `x`,
 * every `&&`, `||` and `|` a `;`, and everything the grammar does not know, or reads wrongly, blanks: heredocs,
 * redirections of compounds, `!`, `time`, heads of functions. The grammar then only decides which statements stand
 * in which; what they consist of and how they are joined is kept here, by the offset at which it stands.
 */
import type { Span } from '../model/file.js';
import type { AssignmentSyntax, RedirectionSyntax, WordSyntax } from '../model/syntax.js';
import type { Place } from './place.js';
import {
  arithmeticEnd,
  isProcessSubstitution,
  lineEndLength,
  MAXIMUM_DEPTH,
  WORD_END,
  WordReader,
  type ScriptSink,
} from './shell-words.js';

/** What one word of the skeleton stands for. */
export interface Piece {
  readonly kind: 'command' | 'test' | 'arithmetic' | 'unreadable';
  readonly span: Span;
  /** In the skeleton. */
  readonly length: number;
  readonly words: readonly WordSyntax[];
  readonly assignments: readonly AssignmentSyntax[];
  readonly redirections: RedirectionSyntax[];
}

export interface Skeleton {
  readonly text: string;
  /** Offset of the skeleton's first character in the text that `place` knows. */
  readonly start: number;
  readonly place: Place;
  readonly substituted: boolean;
  /** By the offset in the skeleton at which they begin. */
  readonly pieces: ReadonlyMap<number, Piece>;
  /** The `!` before the statement that begins at the offset. */
  readonly negations: ReadonlyMap<number, number>;
  /** The head of the function whose body begins at the offset. */
  readonly functions: ReadonlyMap<number, number>;
  /** The redirections of the compound that ends at the offset. */
  readonly redirections: ReadonlyMap<number, readonly RedirectionSyntax[]>;
  /** The operators in whose place a `;` stands. */
  readonly operators: ReadonlyMap<number, Operator>;
  /** Parentheses that stand one place too far to the left, so that no `((` is seen. */
  readonly shifted: ReadonlySet<number>;
  /** Where a `;` stands that only the grammar needs. */
  readonly separators: ReadonlySet<number>;
  /** Whether it is one piece and nothing else, so that no grammar need look at it. */
  readonly isSingle: boolean;
  /** Whether something in it makes the text no script: a quote left open, `fi` without `if`. */
  readonly isBroken: boolean;
}

export type Operator = '&&' | '||' | '|' | '|&';

export interface Skeletons {
  /** The script itself, then those of its substitutions. */
  readonly all: readonly Skeleton[];
  readonly comments: readonly (Span & { readonly text: string })[];
  readonly problems: readonly { readonly start: number; readonly end: number; readonly message: string }[];
}

/** Reads the text as a script and takes out the scripts of its substitutions; undefined when there is too much of it. */
export function skeletonsOf(text: string, place: Place): Skeletons | undefined {
  const findings = new Findings();
  new Sink(findings, 0).wholeScript(text, place);
  if (findings.isFull) return undefined;
  return { all: findings.skeletons, comments: findings.comments, problems: findings.problems };
}

/** A text with more problems is no shell script. */
const MAXIMUM_PROBLEMS = 100;
/** Commands, tests and substitutions each; a count, unlike a time limit, gives the same answer on every machine. */
const MAXIMUM_PIECES = 3000;

class Findings {
  readonly skeletons: Skeleton[] = [];

  readonly comments: (Span & { readonly text: string })[] = [];
  readonly problems: { start: number; end: number; message: string }[] = [];

  pieces = 0;

  /** Whether there is so much already that the text is given up. */
  get isFull(): boolean {
    return (
      this.problems.length > MAXIMUM_PROBLEMS || this.skeletons.length > MAXIMUM_PIECES || this.pieces > MAXIMUM_PIECES
    );
  }

  private lastText = '';
  private lastEnd = -1;

  /** Where the last line of the text begins; kept, because every substitution of a text asks for it. */
  lastLineEnd(text: string): number {
    if (text !== this.lastText) {
      this.lastText = text;
      this.lastEnd = text.lastIndexOf('\n');
    }
    return this.lastEnd;
  }

  problem(span: Span, message: string): void {
    const last = this.problems.at(-1);
    // What stands around an open quote is open as well: one problem is enough.
    if (last !== undefined && last.start >= span.start && last.end <= span.end) return;
    this.problems.push({ start: span.start, end: span.end, message });
  }
}

class Sink implements ScriptSink {
  constructor(
    private readonly findings: Findings,
    readonly depth: number,
  ) {}

  get isFull(): boolean {
    return this.findings.isFull;
  }

  problem(span: Span, message: string): void {
    this.findings.problem(span, message);
  }

  script(text: string, start: number, place: Place): number {
    return this.read(text, start, place, true);
  }

  wholeScript(text: string, place: Place): void {
    this.read(text, 0, place, false);
  }

  private read(text: string, start: number, place: Place, untilParenthesis: boolean): number {
    if (this.findings.isFull) return -1;
    const inner = new Sink(this.findings, this.depth + 1);
    const reader = new ScriptReader(text, start, place, inner, this.findings, untilParenthesis);
    // The place in the list is taken before what it contains takes its own.
    const index = this.findings.skeletons.length;
    this.findings.skeletons.push(EMPTY);
    const end = reader.read();
    this.findings.skeletons[index] = reader.skeleton(this.depth > 0);
    return end;
  }
}

const EMPTY: Skeleton = {
  text: '',
  start: 0,
  place: { span: (start, end) => ({ start, end }) },
  substituted: false,
  pieces: new Map(),
  negations: new Map(),
  functions: new Map(),
  redirections: new Map(),
  operators: new Map(),
  shifted: new Set(),
  separators: new Set(),
  isSingle: true,
  isBroken: false,
};

/** Something opened that a word or a sign must close. */
interface Frame {
  readonly opening: string;
  readonly closing: string;
  readonly start: number;
  /** Whether a pattern of `case` comes next. */
  atPattern: boolean;
}

interface PendingHeredoc {
  readonly delimiter: string;
  readonly stripsTabs: boolean;
  readonly expands: boolean;
}

class ScriptReader extends WordReader {
  private masked: string[] = [];
  private maskedTo: number;
  private readonly from: number;
  private readonly pieces = new Map<number, Piece>();
  private readonly negations = new Map<number, number>();
  private readonly functions = new Map<number, number>();
  private readonly compoundRedirections = new Map<number, readonly RedirectionSyntax[]>();
  private readonly operators = new Map<number, Operator>();
  private readonly shifted = new Set<number>();
  private readonly separators = new Set<number>();
  private readonly frames: Frame[] = [];
  private pending: PendingHeredoc[] = [];
  private marks = 0;
  private isBroken = false;
  /** Whether a statement may begin here; otherwise one has just ended. */
  private atStart = true;
  private negation: number | undefined;
  private functionHead: number | undefined;

  constructor(
    text: string,
    start: number,
    place: Place,
    sink: ScriptSink,
    private readonly findings: Findings,
    private readonly untilParenthesis: boolean,
  ) {
    super(text, start, place, sink);
    this.from = start;
    this.maskedTo = start;
  }

  /** Reads to the end, or to the `)` that nothing here opened; returns its offset, -1 without one. */
  read(): number {
    const { text } = this;
    let end = -1;
    while (end < 0 && !this.findings.isFull) {
      this.skipBlanks();
      const character = text[this.at];
      if (character === undefined) break;
      if (character === '\r' || character === '\n') this.readLineEnd();
      else if (character === '#') this.readComment();
      else if (character === ')' && this.untilParenthesis && !this.frames.some(closesWithParenthesis)) end = this.at;
      else if (this.frames.at(-1)?.atPattern === true) this.readPattern();
      else if (character === ';') this.readSemicolon();
      else if (character === '&' && text[this.at + 1] !== '>') {
        if (text[this.at + 1] === '&') this.readOperator('&&');
        else this.readTerminator();
      } else if (character === '|') this.readOperator(OPERATORS.find((sign) => text.startsWith(sign, this.at)) ?? '|');
      else if (character === ')') this.readClosingParenthesis();
      else if (character === '(') this.readOpeningParenthesis();
      else this.readStatement();
    }
    if (end < 0) this.at = text.length;
    this.blankTo(this.at);
    this.closeTo(0);
    return end;
  }

  skeleton(substituted: boolean): Skeleton {
    return {
      text: this.masked.join(''),
      start: this.from,
      place: this.place,
      substituted,
      pieces: this.pieces,
      negations: this.negations,
      functions: this.functions,
      redirections: this.compoundRedirections,
      operators: this.operators,
      shifted: this.shifted,
      separators: this.separators,
      isSingle: this.pieces.size === 1 && this.marks === 0 && this.negations.size === 0 && this.functions.size === 0,
      isBroken: this.isBroken,
    };
  }

  private readLineEnd(): void {
    const start = this.at;
    const length = lineEndLength(this.text, start);
    this.at += Math.max(length, 1);
    if (length === 0) return;
    // A line end counts only where a statement has just ended; grammars differ about all others.
    if (!this.atStart) {
      this.blankTo(start);
      this.write('\n');
      this.marks++;
    }
    this.blankTo(this.at);
    this.atStart = true;
    for (const heredoc of this.pending) this.readHeredoc(heredoc);
    this.pending = [];
  }

  private readHeredoc(heredoc: PendingHeredoc): void {
    const { text } = this;
    const start = this.at;
    let end = text.length;
    let next = text.length;
    for (let line = start; line < text.length;) {
      const newline = text.indexOf('\n', line);
      const lineEnd = newline < 0 ? text.length : newline;
      if (isDelimiter(text.slice(line, lineEnd), heredoc)) {
        end = line;
        next = newline < 0 ? text.length : newline + 1;
        break;
      }
      line = newline < 0 ? text.length : newline + 1;
    }
    if (heredoc.expands) {
      this.readExpansions(end);
      if (this.broken) this.isBroken = true;
      this.broken = false;
    }
    this.at = next;
    this.blankTo(next);
  }

  private readComment(): void {
    const start = this.at;
    // On the last line the `)` of a substitution must still come, so the comment cannot reach over it.
    if (this.untilParenthesis && start > this.findings.lastLineEnd(this.text)) this.at = commentEnd(this.text, start);
    else this.skipComment();
    const end = this.text[this.at - 1] === '\r' ? this.at - 1 : this.at;
    this.findings.comments.push({ ...this.span(start, end), text: this.text.slice(start + 1, end).trim() });
  }

  private readSemicolon(): void {
    const { text } = this;
    SEMICOLONS.lastIndex = this.at;
    const sign = SEMICOLONS.exec(text)?.[0] ?? ';';
    if (sign === ';') {
      this.readTerminator();
      return;
    }
    const index = this.frames.findLastIndex((frame) => frame.opening === 'case');
    this.closeTo(index < 0 ? this.frames.length : index + 1);
    const frame = this.frames[index];
    if (frame !== undefined) frame.atPattern = true;
    else this.breakAt(this.at, this.at + 2, `\`${sign}\` stands outside any \`case\`.`);
    this.blankTo(this.at);
    this.at += sign.length;
    this.write(';;');
    this.blankTo(this.at);
    this.marks++;
    this.atStart = true;
  }

  /** Reads `;` or `&`, which must have a statement before it. */
  private readTerminator(): void {
    if (this.atStart) this.readLonely(this.text.charAt(this.at));
    else this.readSign(1);
  }

  private readOperator(operator: Operator): void {
    if (this.atStart) {
      this.readLonely(operator);
      return;
    }
    this.blankTo(this.at);
    this.operators.set(this.at - this.from, operator);
    this.write(';');
    this.at += operator.length;
    this.blankTo(this.at);
    this.marks++;
    this.atStart = true;
  }

  private readLonely(sign: string): void {
    this.breakAt(this.at, this.at + sign.length, `\`${sign}\` has no command before it.`);
    this.at += sign.length;
  }

  private readSign(length: number): void {
    this.blankTo(this.at);
    this.write(this.text.slice(this.at, this.at + length));
    this.at += length;
    this.marks++;
    this.atStart = true;
  }

  private readOpeningParenthesis(): void {
    const start = this.at;
    const end = this.atStart && this.text[start + 1] === '(' ? arithmeticEnd(this.text, start + 2) : -1;
    if (end >= 0) {
      this.at = start + 2;
      this.readExpansions(end);
      this.at = this.broken ? this.text.length : end;
      this.piece('arithmetic', start, [], [], this.readRedirections());
      return;
    }
    // Where no statement may begin the grammar is left to find the parenthesis out of place.
    if (this.atStart) this.begin(start);
    this.open('(', ')', start);
    this.readSign(1);
    this.separateParentheses();
  }

  /** Moves the first of two adjacent parentheses to the left: together the grammar takes them for arithmetic. */
  private separateParentheses(): void {
    const count = this.masked.length;
    if (this.masked[count - 2] !== '(' || this.masked[count - 3]?.endsWith(' ') !== true) return;
    this.masked[count - 3] = (this.masked[count - 3] ?? '').slice(0, -1) + '(';
    this.masked[count - 2] = ' ';
    this.shifted.add(this.maskedTo - 3 - this.from);
  }

  private readClosingParenthesis(): void {
    const start = this.at;
    if (this.close(')')) {
      this.readSign(1);
      this.endCompound();
      return;
    }
    this.breakAt(start, start + 1, '`)` closes nothing.');
    this.at++;
    this.blankTo(this.at);
    if (!this.atStart) this.endStatement();
    this.atStart = true;
  }

  private readStatement(): void {
    const { text } = this;
    const start = this.at;
    RESERVED.lastIndex = start;
    const word = RESERVED.exec(text)?.[0] ?? '';
    const next = text[start + word.length];
    if (word !== '' && (next === undefined || WORD_END.has(next) || next === '\r') && this.readReserved(word)) return;
    this.readCommand();
  }

  /** Whether the word means something to the shell in this place; if so it has been read. */
  private readReserved(word: string): boolean {
    const start = this.at;
    if (!KEYWORDS.has(word) || (!this.atStart && !CLOSING.has(word))) return false;
    switch (word) {
      case '!':
        this.at++;
        this.negation ??= start;
        return true;
      case 'time':
        return this.readTime();
      case 'coproc':
        return this.readCoproc();
      case 'function':
        return this.readFunctionHead();
      case '[[':
        this.readTest();
        return true;
      case 'fi':
      case 'done':
      case 'esac':
      case '}':
        if (!this.close(word)) {
          this.at += word.length;
          this.breakAt(start, this.at, `\`${word}\` closes nothing.`);
          this.piece('unreadable', start, [], [], []);
          return true;
        }
        this.writeReserved(word);
        this.endCompound();
        return true;
      case 'then':
      case 'else':
      case 'elif':
        if (this.frames.at(-1)?.closing !== 'fi') {
          this.at += word.length;
          this.breakAt(start, this.at, `\`${word}\` belongs to no \`if\`.`);
          this.piece('unreadable', start, [], [], []);
          return true;
        }
        this.writeReserved(word);
        return true;
      case 'do':
        if (this.frames.at(-1)?.closing !== 'done') {
          this.at += word.length;
          this.breakAt(start, this.at, '`do` belongs to no loop.');
          this.piece('unreadable', start, [], [], []);
          return true;
        }
        this.writeReserved(word);
        return true;
      case '{':
        this.begin(start);
        this.open('{', '}', start);
        this.writeReserved(word);
        return true;
      case 'if':
        this.begin(start);
        this.open('if', 'fi', start);
        this.writeReserved(word);
        return true;
      case 'case':
        this.begin(start);
        this.writeReserved(word);
        this.readCaseHead(start);
        return true;
      case 'for':
      case 'select':
        this.begin(start);
        this.open(word, 'done', start);
        this.writeReserved(word);
        this.readForHead();
        return true;
      default:
        this.begin(start);
        this.open(word, 'done', start);
        this.writeReserved(word);
        return true;
    }
  }

  private writeReserved(word: string): void {
    this.blankTo(this.at);
    if (CLOSING.has(word) && !this.atStart) this.endStatement();
    this.write(word);
    this.at += word.length;
    this.marks++;
    this.atStart = true;
  }

  /** `( a ) }` and `for x do` need no `;` for the shell; for the grammar one takes the place of a blank. */
  private endStatement(): void {
    const last = this.masked.at(-1);
    if (last?.endsWith(' ') !== true) return;
    this.masked[this.masked.length - 1] = last.slice(0, -1) + ';';
    this.separators.add(this.maskedTo - 1 - this.from);
    this.marks++;
  }

  /** `time` before a compound is a word of the shell; before a simple command it reads like a program. */
  private readTime(): boolean {
    TIMED_COMPOUND.lastIndex = this.at;
    const head = TIMED_COMPOUND.exec(this.text)?.[0];
    if (head === undefined) return false;
    this.at += head.length;
    return true;
  }

  private readCoproc(): boolean {
    NAMED_COPROC.lastIndex = this.at;
    this.at += NAMED_COPROC.exec(this.text)?.[0].length ?? 'coproc'.length;
    return true;
  }

  private readFunctionHead(): boolean {
    FUNCTION_HEAD.lastIndex = this.at;
    const head = FUNCTION_HEAD.exec(this.text)?.[0];
    if (head === undefined) return false;
    this.functionHead ??= this.at;
    this.at += head.length;
    return true;
  }

  private readForHead(): void {
    const { text } = this;
    this.skipBlanks();
    const start = this.at;
    if (text.startsWith('((', start)) {
      const end = arithmeticEnd(text, start + 2);
      this.at = start + 2;
      this.readExpansions(end < 0 ? text.length : end);
      this.at = end < 0 || this.broken ? text.length : end;
      this.fill(start, this.at);
      if (end < 0) this.breakAt(start, this.at, '`((` is never closed by `))`.');
    } else {
      this.readWord();
      let end = this.at;
      this.skipLines();
      if (isWordAt(text, this.at, 'in')) {
        this.at += 2;
        end = this.at;
        for (;;) {
          this.skipBlanks();
          const character = text[this.at];
          if (character === undefined || (WORD_END.has(character) && !isProcessSubstitution(text, this.at))) break;
          if (character === '\r' || character === '#') break;
          this.readWord();
          end = this.at;
        }
      }
      this.at = end;
      if (end > start) this.fill(start, end);
    }
    this.noteBroken(start);
    this.atStart = false;
  }

  private readCaseHead(start: number): void {
    this.skipBlanks();
    const word = this.at;
    this.readWord();
    if (this.at > word) this.fill(word, this.at);
    this.noteBroken(word);
    this.skipLines();
    if (isWordAt(this.text, this.at, 'in')) this.writeReserved('in');
    this.open('case', 'esac', start);
    const frame = this.frames.at(-1);
    if (frame !== undefined) frame.atPattern = true;
  }

  private readPattern(): void {
    const { text } = this;
    const start = this.at;
    if (isWordAt(text, start, 'esac')) {
      this.close('esac');
      this.writeReserved('esac');
      this.endCompound();
      return;
    }
    if (text[start] === '(') this.at++;
    for (;;) {
      this.skipBlanks();
      const character = text[this.at];
      if (character === '|') this.at++;
      else if (character === undefined || WORD_END.has(character) || character === '\r') break;
      else this.readWord();
    }
    const frame = this.frames.at(-1);
    if (frame !== undefined) frame.atPattern = false;
    if (this.at > start) this.fill(start, this.at);
    this.noteBroken(start);
    if (text[this.at] === ')') this.readSign(1);
    this.atStart = true;
  }

  /** Reads `[[ … ]]`, whose `&&`, `||`, `<` and parentheses are operators of the test. */
  private readTest(): void {
    const { text } = this;
    const start = this.at;
    this.at += 2;
    for (;;) {
      this.skipLines();
      const character = text[this.at];
      if (character === undefined) {
        this.fail(start, '`[[` is never closed by `]]`.');
        break;
      }
      if (isWordAt(text, this.at, ']]')) {
        this.at += 2;
        break;
      }
      if (WORD_END.has(character) && !isProcessSubstitution(text, this.at)) this.at++;
      else this.readWord();
    }
    this.piece('test', start, [], [], this.broken ? [] : this.readRedirections());
  }

  private readCommand(): void {
    const { text } = this;
    const start = this.at;
    let end = start;
    const words: WordSyntax[] = [];
    const assignments: AssignmentSyntax[] = [];
    const redirections: RedirectionSyntax[] = [];
    while (!this.findings.isFull) {
      this.skipBlanks();
      const character = text[this.at];
      if (character === undefined || character === '\n' || character === ';' || character === '|' || character === ')')
        break;
      if (character === '#' || (character === '\r' && text[this.at + 1] === '\n')) break;
      if (character === '(') {
        if (words.length === 1 && assignments.length + redirections.length === 0 && this.readParentheses(start)) return;
        break;
      }
      if (character === '&' && text[this.at + 1] !== '>') break;
      const redirection = this.readRedirection();
      if (redirection !== undefined) redirections.push(redirection);
      else if (words.length > 0 || !this.readAssignment(assignments)) {
        const before = this.at;
        const word = this.readArrayWord() ?? this.readWord();
        if (this.at === before) break;
        words.push(word);
      }
      end = this.at;
    }
    this.at = end;
    const isTest = words[0]?.text === '[';
    this.piece(isTest ? 'test' : 'command', start, words, assignments, redirections);
  }

  /** The `()` that makes the word before it the name of a function. */
  private readParentheses(head: number): boolean {
    EMPTY_PARENTHESES.lastIndex = this.at;
    const parentheses = EMPTY_PARENTHESES.exec(this.text)?.[0];
    if (parentheses === undefined) return false;
    this.functionHead ??= head;
    this.at += parentheses.length;
    return true;
  }

  private readAssignment(assignments: AssignmentSyntax[]): boolean {
    const { text } = this;
    const start = this.at;
    ASSIGNMENT.lastIndex = start;
    const match = ASSIGNMENT.exec(text);
    if (match === null) return false;
    const name = match[1] ?? '';
    const nameSpan = this.span(start, start + name.length);
    this.at = start + match[0].length;
    const value = text[this.at] === '(' ? this.readArray(this.at) : this.readWord();
    assignments.push({
      ...this.span(start, this.at),
      name: { ...nameSpan, text: name, literal: true, parts: [{ kind: 'text', text: name }], form: 'plain' },
      value,
    });
    return true;
  }

  /** The `NAME=( … )` of `declare NAME=( … )`. */
  private readArrayWord(): WordSyntax | undefined {
    const start = this.at;
    ASSIGNMENT.lastIndex = start;
    const match = ASSIGNMENT.exec(this.text);
    if (match === null || this.text[start + match[0].length] !== '(') return undefined;
    this.at = start + match[0].length;
    return this.readArray(start);
  }

  private readRedirections(): RedirectionSyntax[] {
    const redirections: RedirectionSyntax[] = [];
    for (;;) {
      const end = this.at;
      this.skipBlanks();
      const redirection = this.readRedirection();
      if (redirection === undefined) {
        this.at = end;
        return redirections;
      }
      redirections.push(redirection);
    }
  }

  private readRedirection(): RedirectionSyntax | undefined {
    const { text } = this;
    const start = this.at;
    REDIRECTION.lastIndex = start;
    const match = REDIRECTION.exec(text);
    if (match === null) return undefined;
    const operator = match[2] ?? '';
    const descriptor = /^\d/.test(match[1] ?? '') ? { descriptor: Number(match[1]) } : {};
    this.at = start + match[0].length;
    if (isProcessSubstitution(text, this.at - 1) && match[0].length === 1) {
      this.at = start;
      return undefined;
    }
    const operatorEnd = this.at;
    this.skipBlanks();
    const targetStart = this.at;
    const target = this.readWord();
    if (this.at === targetStart) {
      this.at = operatorEnd;
      this.broken = true;
      this.findings.problem(this.span(start, operatorEnd), `\`${operator}\` needs a word behind it.`);
      return { ...this.span(start, operatorEnd), operator, ...descriptor };
    }
    if (operator !== '<<' && operator !== '<<-')
      return { ...this.span(start, this.at), operator, ...descriptor, target };
    this.pending.push({
      delimiter: target.text,
      stripsTabs: operator === '<<-',
      expands: !/['"\\]/.test(text.slice(targetStart, this.at)),
    });
    return { ...this.span(start, this.at), operator, ...descriptor };
  }

  private endCompound(): void {
    const end = this.at - this.from;
    const redirections = this.readRedirections();
    if (redirections.length > 0) this.compoundRedirections.set(end, redirections);
    this.noteBroken(end);
    this.atStart = false;
  }

  /** Blanks, line ends and comments, where a line end means nothing. */
  private skipLines(): void {
    for (;;) {
      this.skipBlanks();
      if (this.text[this.at] === '\n') this.at++;
      else if (this.text[this.at] === '#') this.readComment();
      else return;
    }
  }

  private piece(
    kind: Piece['kind'],
    start: number,
    words: readonly WordSyntax[],
    assignments: readonly AssignmentSyntax[],
    redirections: RedirectionSyntax[],
  ): void {
    this.begin(start);
    // Something must stand there even where nothing could be read, or reading would not go on.
    if (this.at === start) this.at++;
    this.findings.pieces++;
    this.pieces.set(start - this.from, {
      kind: this.broken ? 'unreadable' : kind,
      span: this.span(start, this.at),
      length: this.at - start,
      words,
      assignments,
      redirections,
    });
    this.noteBroken(start);
    this.fill(start, this.at);
    this.atStart = false;
  }

  private noteBroken(start: number): void {
    if (!this.broken) return;
    this.isBroken = true;
    this.broken = false;
    this.at = Math.max(this.at, start);
  }

  /** Hands what stood before the statement, `!` or the head of a function, to it. */
  private begin(start: number): void {
    const offset = start - this.from;
    if (this.negation !== undefined) this.negations.set(offset, this.negation);
    if (this.functionHead !== undefined) this.functions.set(offset, this.functionHead);
    this.negation = undefined;
    this.functionHead = undefined;
  }

  private open(opening: string, closing: string, start: number): void {
    if (this.frames.length < MAXIMUM_FRAMES) this.frames.push({ opening, closing, start, atPattern: false });
    else {
      this.fail(start, 'This is nested too deeply to be read.');
      this.noteBroken(start);
    }
  }

  private close(closing: string): boolean {
    const index = this.frames.findLastIndex((frame) => frame.closing === closing);
    if (index < 0) return false;
    this.closeTo(index + 1);
    this.frames.length = index;
    return true;
  }

  /** Gives up what was opened after the frames that are kept: up to here it is one piece that nobody can read. */
  private closeTo(kept: number): void {
    const outermost = this.frames[kept];
    const innermost = this.frames.at(-1);
    if (outermost === undefined || innermost === undefined) return;
    this.frames.length = kept;
    const { opening, closing, start } = innermost;
    this.breakAt(start, start + opening.length, `\`${opening}\` is never closed by \`${closing}\`.`);
    if (this.findings.isFull) return;
    this.masked = [this.masked.join('').slice(0, outermost.start - this.from)];
    this.maskedTo = outermost.start;
    for (const offset of this.pieces.keys()) if (offset >= outermost.start - this.from) this.pieces.delete(offset);
    const end = this.at;
    // The last character stays free for the `;` that the grammar may need before what closes the rest.
    if (kept > 0) this.at = Math.max(end - 1, outermost.start + 1);
    this.piece('unreadable', outermost.start, [], [], []);
    this.at = end;
    this.blankTo(end);
  }

  private breakAt(start: number, end: number, message: string): void {
    this.isBroken = true;
    this.findings.problem(this.span(start, end), message);
  }

  private fill(start: number, end: number): void {
    this.blankTo(start);
    this.write('x'.repeat(end - start));
  }

  private blankTo(end: number): void {
    if (end > this.maskedTo) this.write(' '.repeat(end - this.maskedTo));
  }

  private write(text: string): void {
    if (text === '') return;
    this.masked.push(text);
    this.maskedTo += text.length;
  }
}

/** Only what a person could still follow; it keeps the walk over the tree off the end of the stack. */
const MAXIMUM_FRAMES = 4 * MAXIMUM_DEPTH;

const OPERATORS: readonly Operator[] = ['||', '|&', '|'];
const SEMICOLONS = /;;&?|;&?/y;
const RESERVED = /[a-z]{2,8}|[{}!]|\[\[/y;
const KEYWORDS: ReadonlySet<string> = new Set(
  'if then else elif fi for select while until do done case esac function time coproc { } ! [['.split(' '),
);
const CLOSING: ReadonlySet<string> = new Set(['then', 'else', 'elif', 'fi', 'do', 'done', 'esac', '}']);
const TIMED_COMPOUND = /time[ \t]{1,99}(?:-p[ \t]{1,99})?(?=[({!]|(?:if|for|while|until|case|select)[ \t])/y;
const NAMED_COPROC = /coproc[ \t]{1,99}(?:[A-Za-z_]\w*[ \t]{1,99}(?=[({]))?/y;
const FUNCTION_HEAD = /function[ \t]{1,99}[^\s;&|()<>'"`$\\]{1,200}(?:[ \t]{0,99}\([ \t]{0,99}\))?/y;
const EMPTY_PARENTHESES = /\([ \t]{0,99}\)/y;
const ASSIGNMENT = /([A-Za-z_]\w*)(?:\[[^\]\n]{0,99}\])?\+?=/y;
const REDIRECTION = /(\d{1,9}|\{[A-Za-z_]\w*\})?(&>>|&>|<<<|<<-|<<|<>|<&|<|>>|>&|>\||>)/y;

const closesWithParenthesis = (frame: Frame): boolean => frame.closing === ')' || frame.atPattern;

function isWordAt(text: string, at: number, word: string): boolean {
  if (!text.startsWith(word, at)) return false;
  const next = text[at + word.length];
  return next === undefined || WORD_END.has(next) || next === '\r';
}

function isDelimiter(line: string, heredoc: PendingHeredoc): boolean {
  const ended = line.endsWith('\r') ? line.slice(0, -1) : line;
  return (heredoc.stripsTabs ? ended.replace(/^\t+/, '') : ended) === heredoc.delimiter;
}

/** The `)` that no parenthesis of the comment itself opened, or the end of the text. */
function commentEnd(text: string, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length; at++) {
    if (text[at] === '(') depth++;
    else if (text[at] === ')' && depth-- === 0) return at;
  }
  return text.length;
}
