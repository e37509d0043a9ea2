import { Language, Parser, type TreeCursor } from 'web-tree-sitter';
import type {
  CommandSyntax,
  Construct,
  RedirectionSyntax,
  ScriptSyntax,
  StatementSyntax,
  Terminator,
} from '../model/syntax.js';
import { placeAt } from './place.js';
import { skeletonsOf, type Operator, type Piece, type Skeleton } from './shell-skeleton.js';

export interface ShellReader {
  /** Reads the text as a POSIX shell or bash would. Never throws; what cannot be read becomes problems. */
  read(text: string): ScriptSyntax;
}

/** Makes a reader from the bytes of the parser's runtime and of the grammar. */
export async function loadShellReader(grammar: { runtime: Uint8Array; bash: Uint8Array }): Promise<ShellReader> {
  await Parser.init({ wasmBinary: grammar.runtime });
  const language = await Language.load(grammar.bash);
  const parser = new Parser();
  parser.setLanguage(language);
  return { read: (text) => read(text, parser) };
}

/** More than anyone writes by hand, and more than a keystroke may cost. */
const MAXIMUM_LENGTH = 256 * 1024;
/**
 * How often the grammar may report its progress, which it does about every thousand characters: some 50 ms in all.
 * A limit in time would read the same text today and not tomorrow.
 */
const MAXIMUM_STEPS = 600;
const TOO_LONG = 'This is too long or too broken to be read as a shell script.';
/** Links of one list; rules walk lists by recursion. */
const MAXIMUM_LINKS = 1000;

function read(text: string, parser: Parser): ScriptSyntax {
  if (text.length > MAXIMUM_LENGTH) return unread(text, TOO_LONG);
  const skeletons = skeletonsOf(text, placeAt(0));
  if (skeletons === undefined) return unread(text, TOO_LONG);
  const builder = new Builder(parser, skeletons.problems);
  let statements: readonly StatementSyntax[] = [];
  const substituted: StatementSyntax[] = [];
  for (const [index, skeleton] of skeletons.all.entries()) {
    if (index > 0 && builder.isUnreadable(skeleton)) continue;
    const built = builder.build(skeleton);
    if (built === undefined) return unread(text, TOO_LONG);
    if (index === 0) statements = built;
    else substituted.push(...built);
  }
  const { problems } = builder;
  const commands = builder.trustworthyCommands();
  if (skeletons.all.length > 1) commands.sort((one, other) => one.start - other.start);
  return { start: 0, end: text.length, statements, substituted, commands, comments: skeletons.comments, problems };
}

const unread = (text: string, message: string): ScriptSyntax => ({
  start: 0,
  end: text.length,
  statements: [],
  substituted: [],
  commands: [],
  comments: [],
  problems: [{ start: 0, end: text.length, message }],
});

/** Builds statements from the trees of skeletons. */
class Builder {
  readonly problems: { start: number; end: number; message: string }[];
  private steps = 0;
  private readonly commands: CommandSyntax[] = [];
  /** Where nothing is listed, because nothing there is certain. */
  private readonly unreadable: { start: number; end: number }[] = [];

  constructor(
    private readonly parser: Parser,
    problems: readonly { start: number; end: number; message: string }[],
  ) {
    this.problems = [...problems];
  }

  isUnreadable(skeleton: Skeleton): boolean {
    return this.covers(skeleton.place.span(skeleton.start, skeleton.start).start);
  }

  /** Every command but those in a stretch that could not be read. */
  trustworthyCommands(): CommandSyntax[] {
    return this.unreadable.length === 0
      ? this.commands
      : this.commands.filter((command) => !this.covers(command.start));
  }

  private covers(offset: number): boolean {
    return this.unreadable.some((range) => range.start <= offset && offset < range.end);
  }

  /** The statements of the skeleton; undefined when finding them takes too long. */
  build(skeleton: Skeleton): readonly StatementSyntax[] | undefined {
    if (skeleton.isSingle) {
      const statements: StatementSyntax[] = [];
      for (const piece of skeleton.pieces.values()) statements.push(this.pieceStatement(piece, skeleton));
      return statements;
    }
    const tree = this.parser.parse(skeleton.text, null, {
      // The parser stops when the answer is true, although its types leave that out.
      progressCallback: () => ++this.steps > MAXIMUM_STEPS,
    });
    if (tree === null) {
      this.parser.reset();
      return undefined;
    }
    const known = this.problems.length;
    const cursor = tree.walk();
    const statements = new Walk(cursor, skeleton, this).program();
    if (tree.rootNode.hasError && this.problems.length === known) {
      const { start, end } = skeleton.place.span(skeleton.start, skeleton.start + skeleton.text.length);
      this.unreadableAt(start, end, skeleton, '');
    }
    cursor.delete();
    tree.delete();
    return statements;
  }

  pieceStatement(piece: Piece, skeleton: Skeleton): StatementSyntax {
    const { span, words, assignments, redirections } = piece;
    const base = { start: span.start, end: span.end, terminator: '' as const };
    switch (piece.kind) {
      case 'unreadable':
        this.unreadable.push(span);
        return compound(base, 'unreadable', [], [], []);
      case 'command':
        if (words.length > 0) {
          const { substituted } = skeleton;
          const command = { start: span.start, end: span.end, words, assignments, redirections, substituted };
          this.commands.push(command);
          return { ...base, kind: 'command', command };
        }
        if (redirections.length === 0) return { ...base, kind: 'assignment', assignments };
        // Redirections without a program make or empty files, as a group of nothing would.
        return compound(base, 'group', [], [[]], redirections);
      default:
        return compound(base, piece.kind, [], [], redirections);
    }
  }

  /** Notes a stretch that the grammar could not read. What the skeleton found before says it better. */
  unreadableAt(start: number, end: number, skeleton: Skeleton, missing?: string): void {
    if (missing === undefined) this.unreadable.push({ start, end });
    if (skeleton.isBroken) return;
    const message =
      missing === undefined ? 'The shell cannot read this.' : 'Something is missing here: the shell expects more.';
    this.problems.push({ start, end, message });
  }
}

type Compound = Extract<StatementSyntax, { kind: 'compound' }>;

const compound = (
  base: { start: number; end: number; terminator: Terminator },
  construct: Construct,
  conditions: Compound['conditions'],
  bodies: Compound['bodies'],
  redirections: readonly RedirectionSyntax[],
): StatementSyntax => ({ ...base, kind: 'compound', construct, conditions, bodies, redirections });

/** Statements as they are read, and the list that has not ended yet. */
class Sequence {
  readonly statements: StatementSyntax[] = [];
  operands: Operand[] = [];
  operators: Operator[] = [];
}

/** Something between the operators of a list. */
interface Operand {
  readonly statement: StatementSyntax;
  /** Offset in the skeleton. */
  readonly offset: number;
}

class Walk {
  constructor(
    private readonly cursor: TreeCursor,
    private readonly skeleton: Skeleton,
    private readonly builder: Builder,
  ) {}

  program(): readonly StatementSyntax[] {
    if (this.cursor.nodeType === 'ERROR') return [this.error()];
    return this.cursor.gotoFirstChild() ? this.statements() : [];
  }

  /** The statements from the node at the cursor to its last sibling. Leaves the cursor at the parent. */
  private statements(): readonly StatementSyntax[] {
    const sequence = new Sequence();
    do this.addTo(sequence);
    while (this.cursor.gotoNextSibling());
    this.cursor.gotoParent();
    return this.finish(sequence);
  }

  /** Adds the statement at the cursor; marks and keywords are none. */
  private addTo(sequence: Sequence): void {
    const { cursor } = this;
    if (cursor.nodeIsNamed) {
      const sign = this.signAt(cursor.endIndex);
      sequence.operands.push(this.operand());
      if (sign === '' || sign === ';' || sign === '&' || sign === '\n') this.close(sequence, sign);
      else sequence.operators.push(sign);
    } else if (cursor.nodeIsMissing) this.missing();
  }

  /** Makes one statement of the operands and operators since the last. */
  private close(sequence: Sequence, terminator: Terminator): void {
    const statement = this.nest(sequence.operands, sequence.operators);
    sequence.statements.push(terminator === '' ? statement : { ...statement, terminator });
    sequence.operands = [];
    sequence.operators = [];
  }

  private finish(sequence: Sequence): readonly StatementSyntax[] {
    const last = sequence.operands.at(-1);
    if (last !== undefined) {
      const { end } = last.statement;
      const operator = sequence.operators.at(-1) ?? '';
      this.builder.problems.push({ start: end, end, message: `The command behind \`${operator}\` is missing.` });
      const nothing = compound({ start: end, end, terminator: '' }, 'unreadable', [], [], []);
      sequence.operands.push({ statement: nothing, offset: -1 });
      this.close(sequence, '');
    }
    return sequence.statements;
  }

  /** What stands behind the statement that ends at the offset. */
  private signAt(offset: number): Terminator | Operator {
    const { text, separators, operators } = this.skeleton;
    let at = offset;
    while (text[at] === ' ') at++;
    const sign = text[at];
    if (sign === '\n' || sign === '&') return sign;
    if (sign !== ';' || text[at + 1] === ';' || separators.has(at)) return '';
    return operators.get(at) ?? ';';
  }

  private nest(operands: readonly Operand[], operators: readonly Operator[]): StatementSyntax {
    const first = operands[0];
    const last = operands.at(-1);
    if (
      first === undefined ||
      last === undefined ||
      operators.length !== operands.length - 1 ||
      operators.length > MAXIMUM_LINKS
    )
      return this.unreadable(first?.statement.start ?? 0, last?.statement.end ?? 0);
    let stages: Operand[] = [first];
    let left: StatementSyntax | undefined;
    let operator: '&&' | '||' = '&&';
    const close = (): StatementSyntax => {
      const right = this.negated(stages, stages[0] ?? first);
      return left === undefined
        ? right
        : { kind: 'list', start: left.start, end: right.end, terminator: '', operator, left, right };
    };
    for (const [index, sign] of operators.entries()) {
      const operand = operands[index + 1] ?? last;
      if (sign === '|' || sign === '|&') stages.push(operand);
      else {
        left = close();
        operator = sign;
        stages = [operand];
      }
    }
    return close();
  }

  /** One pipeline, with the `!` that may stand before its first stage. */
  private negated(stages: readonly Operand[], first: Operand): StatementSyntax {
    const { statement } = first;
    const negation = this.skeleton.negations.get(first.offset);
    const end = stages.at(-1)?.statement.end ?? statement.end;
    if (negation === undefined && stages.length === 1) return statement;
    const start = negation === undefined ? statement.start : this.place(negation, negation + 1).start;
    return {
      kind: 'pipeline',
      start,
      end,
      terminator: '',
      negated: negation !== undefined,
      stages: stages.map((stage) => stage.statement),
    };
  }

  private operand(): Operand {
    const offset = this.startHere();
    const head = this.skeleton.functions.get(offset);
    const statement = this.bare();
    if (head === undefined) return { statement, offset };
    const { start } = this.place(head, head + 1);
    const bodies = statement.kind === 'compound' && statement.construct === 'group' ? statement.bodies : [[statement]];
    const redirections = statement.kind === 'compound' ? statement.redirections : [];
    const base = { start, end: statement.end, terminator: '' as const };
    return { statement: compound(base, 'function', [], bodies, redirections), offset };
  }

  /** The statement at the cursor without what stands before it. Leaves the cursor where it was. */
  private bare(): StatementSyntax {
    const { cursor } = this;
    switch (cursor.nodeType) {
      case 'command':
        return this.command();
      case 'if_statement':
        return this.branches();
      case 'while_statement':
      case 'for_statement':
        return this.loop();
      case 'case_statement':
        return this.cases();
      case 'compound_statement':
        return this.block('group');
      case 'subshell':
        return this.block('subshell');
      default:
        return this.error();
    }
  }

  private command(): StatementSyntax {
    const { cursor, skeleton } = this;
    const offset = cursor.startIndex;
    const piece = skeleton.pieces.get(offset);
    if (piece === undefined) {
      const { start, end } = this.spanHere();
      // A word the grammar made up where an operator has nothing behind it.
      if (end === start) {
        this.builder.unreadableAt(start, end, skeleton, 'word');
        return this.compoundHere('unreadable', [], []);
      }
      return this.error();
    }
    const pieceEnd = offset + piece.length;
    // Whatever else the grammar puts into a command is what it could not read.
    if (cursor.endIndex > pieceEnd) {
      const { start, end } = this.place(skeleton.start + pieceEnd, skeleton.start + cursor.endIndex);
      this.builder.unreadableAt(start, end, skeleton);
    }
    return this.builder.pieceStatement(piece, skeleton);
  }

  private block(construct: 'group' | 'subshell'): StatementSyntax {
    const statements = this.cursor.gotoFirstChild() ? this.statements() : [];
    return this.compoundHere(construct, [], [statements]);
  }

  private branches(): StatementSyntax {
    const conditions: (readonly StatementSyntax[])[] = [];
    const bodies: (readonly StatementSyntax[])[] = [];
    this.addBranches(conditions, bodies);
    return this.compoundHere('if', conditions, bodies);
  }

  /** Reads `if`, `elif` and `else`: what stands before `then` decides, what stands behind it is done. */
  private addBranches(conditions: (readonly StatementSyntax[])[], bodies: (readonly StatementSyntax[])[]): void {
    const { cursor } = this;
    if (!cursor.gotoFirstChild()) return;
    let sequence = new Sequence();
    let target: (readonly StatementSyntax[])[] | undefined;
    const begin = (next: (readonly StatementSyntax[])[] | undefined): void => {
      target?.push(this.finish(sequence));
      target = next;
      sequence = new Sequence();
    };
    do {
      const type = cursor.nodeType;
      if (type === 'if' || type === 'elif') begin(conditions);
      else if (type === 'then' || type === 'else') begin(bodies);
      else if (type === 'elif_clause' || type === 'else_clause') {
        begin(undefined);
        this.addBranches(conditions, bodies);
      } else this.addTo(sequence);
      if (cursor.nodeIsMissing && target !== undefined) this.missing();
    } while (cursor.gotoNextSibling());
    begin(undefined);
    cursor.gotoParent();
  }

  private loop(): StatementSyntax {
    const { cursor } = this;
    let construct: Construct = 'for';
    const condition = new Sequence();
    let body: readonly StatementSyntax[] = [];
    if (cursor.gotoFirstChild()) {
      do {
        const type = cursor.nodeType;
        if (type === 'for' || type === 'select' || type === 'while' || type === 'until') construct = type;
        else if (type === 'do_group') body = cursor.gotoFirstChild() ? this.statements() : [];
        else if (type !== 'variable_name') this.addTo(condition);
      } while (cursor.gotoNextSibling());
      cursor.gotoParent();
    }
    return this.compoundHere(
      construct,
      construct === 'while' || construct === 'until' ? [this.finish(condition)] : [],
      [body],
    );
  }

  private cases(): StatementSyntax {
    const { cursor } = this;
    const bodies: (readonly StatementSyntax[])[] = [];
    if (cursor.gotoFirstChild()) {
      do {
        const type = cursor.nodeType;
        if (type === 'case_item') bodies.push(this.caseBody());
        else if (type === 'ERROR') bodies.push([this.error()]);
        else if (cursor.nodeIsMissing) this.missing();
      } while (cursor.gotoNextSibling());
      cursor.gotoParent();
    }
    return this.compoundHere('case', [], bodies);
  }

  private caseBody(): readonly StatementSyntax[] {
    const { cursor } = this;
    const sequence = new Sequence();
    if (!cursor.gotoFirstChild()) return [];
    let inBody = false;
    do {
      if (inBody) this.addTo(sequence);
      else if (cursor.nodeType === ')') inBody = true;
    } while (cursor.gotoNextSibling());
    cursor.gotoParent();
    return this.finish(sequence);
  }

  private error(): StatementSyntax {
    const { start, end } = this.spanHere();
    this.builder.unreadableAt(start, end, this.skeleton);
    return this.compoundHere('unreadable', [], []);
  }

  private missing(): void {
    const { start, end } = this.spanHere();
    this.builder.unreadableAt(start, end, this.skeleton, this.cursor.nodeType);
  }

  private unreadable(start: number, end: number): StatementSyntax {
    this.builder.unreadableAt(start, end, this.skeleton);
    return compound({ start, end, terminator: '' }, 'unreadable', [], [], []);
  }

  /** A compound over the node at the cursor, with the redirections that follow it. */
  private compoundHere(
    construct: Construct,
    conditions: Compound['conditions'],
    bodies: Compound['bodies'],
  ): StatementSyntax {
    const { start, end } = this.spanHere();
    const redirections = this.skeleton.redirections.get(this.cursor.endIndex) ?? [];
    return compound(
      { start, end: redirections.at(-1)?.end ?? end, terminator: '' },
      construct,
      conditions,
      bodies,
      redirections,
    );
  }

  private startHere(): number {
    const { startIndex } = this.cursor;
    return this.skeleton.shifted.has(startIndex) ? startIndex + 1 : startIndex;
  }

  private spanHere(): { start: number; end: number } {
    const { skeleton, cursor } = this;
    return this.place(skeleton.start + this.startHere(), skeleton.start + cursor.endIndex);
  }

  private place(start: number, end: number): { start: number; end: number } {
    return this.skeleton.place.span(start, end);
  }
}
