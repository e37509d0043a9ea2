import { flagTable, isPython, wrapperOf, type FlagTable, type Wrapper } from '../knowledge/programs.js';
import type { Instruction } from '../model/dockerfile.js';
import type { Comment, Part, Span, Word } from '../model/file.js';
import type { Assignment, Command, CommandFlag, Redirection, Script, Statement } from '../model/shell.js';
import type { State } from '../model/state.js';
import type {
  AssignmentSyntax,
  CommandSyntax,
  RedirectionSyntax,
  ScriptSyntax,
  StatementSyntax,
  WordSyntax,
} from '../model/syntax.js';
import { placeWithin, placeWord, type Place } from './place.js';
import type { ShellReader } from './shell.js';

/** Where commands stand, and what holds there. */
export interface CommandHome {
  readonly place: Place;
  readonly state: State;
  readonly instruction?: Instruction;
  readonly reader: ShellReader;
}

/** The script placed in its file: statements, commands (each followed by those it wraps), comments. */
export const placeScript = (syntax: ScriptSyntax, home: CommandHome): Script => new ScriptNode(syntax, home, [], true);

/** An exec form: one command, and what it wraps. */
export function placeArgv(words: readonly WordSyntax[], home: CommandHome): readonly Command[] {
  const call = ARGV.get(words) ?? callOf(words);
  // The array is kept across keystrokes, and what is known of its call hangs on the call.
  if (call !== undefined) ARGV.set(words, call);
  const commands: Command[] = [];
  if (call !== undefined) placeCall(call, home, undefined, [], commands);
  return commands;
}

/** Names of the programs a script calls (basenames, wrapped ones included), told from syntax alone. */
export function programsOf(syntax: ScriptSyntax, reader: ShellReader): ReadonlySet<string> {
  let programs = PROGRAMS.get(syntax);
  if (programs === undefined) {
    const found = new Set<string>();
    for (const command of syntax.commands) addPrograms(command, reader, found);
    programs = found;
    PROGRAMS.set(syntax, programs);
  }
  return programs;
}

const ARGV = new WeakMap<readonly WordSyntax[], CommandSyntax>();
const PROGRAMS = new WeakMap<ScriptSyntax, ReadonlySet<string>>();

/** A chain of wrappers longer than this was not written by a person. */
const MAXIMUM_WRAPPERS = 10;

function addPrograms(command: CommandSyntax, reader: ShellReader, programs: Set<string>): void {
  let call: CommandSyntax | undefined = command;
  for (let depth = 0; call !== undefined && depth <= MAXIMUM_WRAPPERS; depth++) {
    const [program] = call.words;
    if (program !== undefined) programs.add(programName(program));
    const inner: Inner | undefined = innerOf(call, reader);
    if (inner?.kind === 'script') for (const name of programsOf(inner.syntax, reader)) programs.add(name);
    call = inner?.kind === 'call' ? inner.call : undefined;
  }
}

/** Adds the command and, behind it, the commands it wraps. */
function placeCall(
  call: CommandSyntax,
  home: CommandHome,
  script: Script | undefined,
  wrappers: readonly Command[],
  commands: Command[],
): void {
  const command = new CommandNode(call, home, script, wrappers) as Command;
  commands.push(command);
  const inner = wrappers.length < MAXIMUM_WRAPPERS ? innerOf(call, home.reader) : undefined;
  if (inner === undefined) return;
  const chain = [...wrappers, command];
  if (inner.kind === 'call') {
    placeCall(inner.call, home, script, chain, commands);
  } else {
    const place = placeWithin(home.place, inner.offset);
    commands.push(...new ScriptNode(inner.syntax, { ...home, place }, chain, !inner.expanded).commands);
  }
}

class ScriptNode implements Script {
  constructor(
    private readonly syntax: ScriptSyntax,
    private readonly home: CommandHome,
    private readonly wrappers: readonly Command[],
    /** False where the shell around it has run the substitutions already and lists them itself. */
    private readonly listsSubstitutions: boolean,
  ) {}

  get span(): Span {
    return this.home.place.span(this.syntax.start, this.syntax.end);
  }

  get readable(): boolean {
    return this.syntax.problems.length === 0;
  }

  #statements: readonly Statement[] | undefined;
  get statements(): readonly Statement[] {
    return (this.#statements ??= this.placeStatements(this.syntax.statements));
  }

  #substituted: readonly Statement[] | undefined;
  get substituted(): readonly Statement[] {
    return (this.#substituted ??= this.listsSubstitutions ? this.placeStatements(this.syntax.substituted) : []);
  }

  #commands: readonly Command[] | undefined;
  get commands(): readonly Command[] {
    return (this.#commands ??= this.placeCommands());
  }
  private placeCommands(): readonly Command[] {
    const commands: Command[] = [];
    for (const command of this.syntax.commands) {
      if (!this.listsSubstitutions && command.substituted) continue;
      this.#heads.set(command, commands.length);
      placeCall(command, this.home, this, this.wrappers, commands);
    }
    return commands;
  }

  /** Where the node of each command of the syntax stands among `commands`; behind it come those it wraps. */
  readonly #heads = new Map<CommandSyntax, number>();
  private nodeOf(command: CommandSyntax): Command | undefined {
    const { commands } = this;
    const head = this.#heads.get(command);
    return head === undefined ? undefined : commands[head];
  }

  #comments: readonly Comment[] | undefined;
  get comments(): readonly Comment[] {
    return (this.#comments ??= this.syntax.comments.map(({ start, end, text }) => ({
      span: this.home.place.span(start, end),
      text,
    })));
  }

  private placeStatements(statements: readonly StatementSyntax[]): readonly Statement[] {
    return statements.map((statement) => this.placeStatement(statement));
  }

  private placeStatement(statement: StatementSyntax): Statement {
    const { kind, terminator } = statement;
    const span = this.home.place.span(statement.start, statement.end);
    switch (kind) {
      case 'command': {
        const command = this.nodeOf(statement.command);
        return command === undefined
          ? { kind: 'compound', span, terminator, construct: 'unreadable', conditions: [], bodies: [] }
          : { kind, span, terminator, command };
      }
      case 'assignment': {
        const assignments = statement.assignments.map((item) => placeAssignment(item, this.home.place));
        return { kind, span, terminator, assignments };
      }
      case 'pipeline':
        return { kind, span, terminator, negated: statement.negated, stages: this.placeStatements(statement.stages) };
      case 'list': {
        const left = this.placeStatement(statement.left);
        return {
          kind,
          span,
          terminator,
          operator: statement.operator,
          left,
          right: this.placeStatement(statement.right),
        };
      }
      case 'compound': {
        const conditions = statement.conditions.map((part) => this.placeStatements(part));
        const bodies = statement.bodies.map((part) => this.placeStatements(part));
        return { kind, span, terminator, construct: statement.construct, conditions, bodies };
      }
    }
  }
}

/** All of `Command`; its type alone cannot say that a getter may answer with undefined. */
class CommandNode implements Omit<Command, 'subcommand'> {
  readonly state: State;
  declare readonly instruction?: Instruction;
  declare readonly script?: Script;

  constructor(
    private readonly syntax: CommandSyntax,
    private readonly home: CommandHome,
    script: Script | undefined,
    readonly wrappers: readonly Command[],
  ) {
    this.state = home.state;
    if (home.instruction !== undefined) this.instruction = home.instruction;
    if (script !== undefined) this.script = script;
  }

  get span(): Span {
    return this.home.place.span(this.syntax.start, this.syntax.end);
  }

  get substituted(): boolean {
    return this.syntax.substituted || this.wrappers.at(-1)?.substituted === true;
  }

  #program: Word | undefined;
  get program(): Word {
    return (this.#program ??= placeWord(programWord(this.programSyntax), this.home.place));
  }

  get path(): string {
    return this.programSyntax.text;
  }

  #args: readonly Word[] | undefined;
  get args(): readonly Word[] {
    return (this.#args ??= this.syntax.words.slice(1).map((word) => placeWord(word, this.home.place)));
  }

  get subcommand(): Word | undefined {
    const [first] = this.reading.operands;
    return first && this.word(first);
  }

  #operands: readonly Word[] | undefined;
  get operands(): readonly Word[] {
    return (this.#operands ??= this.reading.operands.slice(1).map((word) => this.word(word)));
  }

  #flags: readonly CommandFlag[] | undefined;
  get flags(): readonly CommandFlag[] {
    return (this.#flags ??= this.reading.flags.map((flag) => this.placeFlag(flag)));
  }

  has(...flags: readonly string[]): boolean {
    return findFlag(this.reading, flags) !== undefined;
  }

  flag(...names: readonly string[]): CommandFlag | undefined {
    const flag = findFlag(this.reading, names);
    return flag && (this.flags[this.reading.flags.indexOf(flag)] ?? this.placeFlag(flag));
  }

  #assignments: readonly Assignment[] | undefined;
  get assignments(): readonly Assignment[] {
    return (this.#assignments ??= this.syntax.assignments.map((item) => placeAssignment(item, this.home.place)));
  }

  #redirections: readonly Redirection[] | undefined;
  get redirections(): readonly Redirection[] {
    return (this.#redirections ??= this.syntax.redirections.map((item) => placeRedirection(item, this.home.place)));
  }

  private get programSyntax(): WordSyntax {
    return this.syntax.words[0] ?? NO_WORD;
  }

  #reading: Reading | undefined;
  private get reading(): Reading {
    return (this.#reading ??= readingOf(this.syntax));
  }

  /** One node a word, so that rules may compare them. */
  private word(syntax: WordSyntax): Word {
    const index = this.syntax.words.indexOf(syntax);
    return this.args[index - 1] ?? placeWord(syntax, this.home.place);
  }

  private placeFlag(flag: FlagSyntax): CommandFlag {
    const word = this.word(flag.word);
    const value = flag.value && this.word(flag.value);
    return { name: flag.name, span: word.span, word, ...(value === undefined ? {} : { value }) };
  }
}

const placeAssignment = (item: AssignmentSyntax, place: Place): Assignment => ({
  span: place.span(item.start, item.end),
  name: placeWord(item.name, place),
  ...(item.value === undefined ? {} : { value: placeWord(item.value, place) }),
});

const placeRedirection = (item: RedirectionSyntax, place: Place): Redirection => ({
  span: place.span(item.start, item.end),
  operator: item.operator,
  ...(item.descriptor === undefined ? {} : { descriptor: item.descriptor }),
  ...(item.target === undefined ? {} : { target: placeWord(item.target, place) }),
});

const NO_WORD: WordSyntax = { start: 0, end: 0, text: '', literal: false, parts: [], form: 'plain' };

/** The program without its folder. What a variable may change is left as it is, so that no rule takes it for a name. */
function programName(word: WordSyntax): string {
  return word.literal ? word.text.slice(word.text.lastIndexOf('/') + 1) : word.text;
}

function programWord(word: WordSyntax): WordSyntax {
  const name = programName(word);
  return name.length === word.text.length ? word : restOf(word, word.text.length - name.length);
}

/** The word without its first characters, which are text. */
function restOf(word: WordSyntax, count: number): WordSyntax {
  const [first, ...others] = word.parts;
  const parts: readonly Part[] =
    first?.kind === 'text' ? [{ kind: 'text', text: first.text.slice(count) }, ...others] : word.parts;
  const inQuotes = word.quote === undefined ? 0 : 1;
  return {
    start: Math.min(word.start + inQuotes + count, word.end),
    end: word.end - inQuotes,
    text: word.text.slice(count),
    literal: word.literal,
    parts: parts.filter((part) => part.kind !== 'text' || part.text !== ''),
    form: word.form,
  };
}

function callOf(words: readonly WordSyntax[]): CommandSyntax | undefined {
  const first = words[0];
  const last = words.at(-1);
  if (first === undefined || last === undefined) return undefined;
  return { start: first.start, end: last.end, words, assignments: [], redirections: [], substituted: false };
}

interface FlagSyntax {
  readonly name: string;
  readonly word: WordSyntax;
  readonly value?: WordSyntax;
}

/** The words of a command told apart. */
interface Reading {
  readonly flags: readonly FlagSyntax[];
  /** Words with one dash: they may be clusters of letters or one long flag, as in `java -jar`. */
  readonly clusters: readonly WordSyntax[];
  readonly operands: readonly WordSyntax[];
  /** Words of the form NAME=VALUE that a wrapper sets for the command it runs. */
  readonly settings: readonly WordSyntax[];
  /** Index of the first word of the command that is run; that of the end if there is none. */
  readonly innerAt: number;
}

const READINGS = new WeakMap<CommandSyntax, Reading>();

function readingOf(call: CommandSyntax): Reading {
  let reading = READINGS.get(call);
  if (reading === undefined) {
    reading = new Reader(call.words).read();
    READINGS.set(call, reading);
  }
  return reading;
}

class Reader {
  private readonly flags: FlagSyntax[] = [];
  private readonly clusters: WordSyntax[] = [];
  private readonly operands: WordSyntax[] = [];
  private readonly settings: WordSyntax[] = [];
  private readonly table: FlagTable;
  private readonly wrapper: Wrapper | undefined;
  private readonly isPython: boolean;
  private at = 1;

  constructor(private readonly words: readonly WordSyntax[]) {
    const program = programName(words[0] ?? NO_WORD);
    this.wrapper = wrapperOf(program);
    this.table = this.wrapper ?? flagTable(program);
    this.isPython = isPython(program);
  }

  read(): Reading {
    const { words, wrapper } = this;
    const innerAt = this.readWords();
    // Behind the command that is run every word is its own affair.
    for (const word of words.slice(innerAt)) this.operands.push(word);
    const { flags, clusters, operands, settings } = this;
    return { flags, clusters, operands, settings, innerAt: wrapper === undefined ? words.length : innerAt };
  }

  /** Reads up to the command that is run; returns where that begins. */
  private readWords(): number {
    const { words, table, wrapper } = this;
    if (table.oldStyle) this.readOldStyle();
    const stops = this.isPython || (wrapper !== undefined && !takesScriptAsValue(wrapper));
    let ended = false;
    while (this.at < words.length) {
      const word = words[this.at] ?? NO_WORD;
      const isFlag = !ended && word.text.length > 1 && (word.text.startsWith('-') || table.values.has(word.text));
      if (isFlag && word.text === '--') {
        ended = true;
        this.at++;
      } else if (isFlag) {
        this.at++;
        this.readFlag(word);
        // What follows `-m module` or `-c text` belongs to the module or the text.
        if (this.isPython && this.flags.some(({ name }) => name === '-m' || name === '-c')) break;
      } else if (wrapper !== undefined && !ended && word.text === '-') this.at++;
      else if (wrapper?.assigns === true && SETTING.test(word.text)) {
        this.settings.push(word);
        this.at++;
      } else if (stops && this.operands.length >= (wrapper?.operands ?? 0)) break;
      else {
        this.operands.push(word);
        this.at++;
      }
    }
    return this.at;
  }

  private readFlag(word: WordSyntax): void {
    const { text } = word;
    const { table } = this;
    if (text.startsWith('--') || table.singleDash || text.startsWith('+')) {
      const equals = text.indexOf('=');
      if (equals > 0) this.add(text.slice(0, equals), word, restOf(word, equals + 1));
      else this.add(text, word, table.values.has(text) ? this.words[this.at++] : undefined);
      return;
    }
    this.clusters.push(word);
    this.readCluster(word, 1);
  }

  private readCluster(word: WordSyntax, from: number): void {
    const { text } = word;
    for (let index = from; index < text.length; index++) {
      const letter = text.charAt(index);
      if (!/^[A-Za-z0-9?/]$/.test(letter)) return;
      const name = '-' + letter;
      const rest = index + 1 < text.length;
      if (this.table.values.has(name)) {
        this.add(name, word, rest ? restOf(word, index + 1) : this.words[this.at++]);
        return;
      }
      // A letter behind it is more likely the next flag of the cluster: `-qy`.
      if (this.table.optional.has(name) && rest && !/^[A-Za-z]$/.test(text.charAt(index + 1))) {
        this.add(name, word, restOf(word, text[index + 1] === '=' ? index + 2 : index + 1));
        return;
      }
      this.add(name, word, undefined);
    }
  }

  /** `tar xzf FILE -C DIR`: the values of the letters follow in their order. */
  private readOldStyle(): void {
    const word = this.words[this.at];
    if (word === undefined || !/^[A-Za-z]{1,20}$/.test(word.text)) return;
    this.at++;
    for (const letter of word.text) {
      const name = '-' + letter;
      this.add(name, word, this.table.values.has(name) ? this.words[this.at++] : undefined);
    }
  }

  private add(name: string, word: WordSyntax, value: WordSyntax | undefined): void {
    this.flags.push(value === undefined ? { name, word } : { name, word, value });
  }
}

const SETTING = /^[A-Za-z_]\w*=/;

/** The last flag by one of the names. `-jar` is looked for as a whole word too. */
function findFlag(reading: Reading, names: readonly string[]): FlagSyntax | undefined {
  const flag = reading.flags.findLast(({ name }) => names.includes(name));
  if (flag !== undefined) return flag;
  for (const word of reading.clusters) {
    const name = names.find((name) => name.length > 2 && (word.text === name || word.text.startsWith(name + '=')));
    if (name !== undefined)
      return word.text === name ? { name, word } : { name, word, value: restOf(word, name.length + 1) };
  }
  return undefined;
}

/** What a command runs. */
type Inner =
  | { readonly kind: 'call'; readonly call: CommandSyntax }
  | {
      readonly kind: 'script';
      readonly syntax: ScriptSyntax;
      /** Where the script begins in the text of the command. */
      readonly offset: number;
      /** Whether another shell has run the substitutions before. */
      readonly expanded: boolean;
    };

const INNER = new WeakMap<CommandSyntax, { readonly inner: Inner | undefined }>();

function innerOf(call: CommandSyntax, reader: ShellReader): Inner | undefined {
  let known = INNER.get(call);
  if (known === undefined) {
    known = { inner: readInner(call, reader) };
    INNER.set(call, known);
  }
  return known.inner;
}

function readInner(call: CommandSyntax, reader: ShellReader): Inner | undefined {
  const program = call.words[0];
  if (program?.literal !== true) return undefined;
  const name = programName(program);
  if (isPython(name)) return moduleOf(call);
  const wrapper = wrapperOf(name);
  if (wrapper === undefined) return undefined;
  const { flags, operands, settings, innerAt } = readingOf(call);
  if (flags.some((flag) => wrapper.idle.has(flag.name))) return undefined;
  if (wrapper.evaluates) {
    const [only, ...others] = operands;
    return only?.literal === true && others.length === 0 ? scriptOf(only, reader) : undefined;
  }
  if (wrapper.scriptFlags.size > 0) {
    const flag = flags.findLast((flag) => wrapper.scriptFlags.has(flag.name));
    if (flag === undefined) return undefined;
    return scriptOf(takesScriptAsValue(wrapper) ? flag.value : operands[0], reader);
  }
  return restCall(call, innerAt, settings.map(assignmentOf));
}

/** The module of `python -m pip install` is a program of its own. */
function moduleOf(call: CommandSyntax): Inner | undefined {
  const flag = readingOf(call).flags.find(({ name }) => name === '-m');
  const at = flag?.value === undefined ? -1 : call.words.indexOf(flag.value);
  return at < 0 ? undefined : restCall(call, at, []);
}

function restCall(call: CommandSyntax, from: number, assignments: readonly AssignmentSyntax[]): Inner | undefined {
  const rest = callOf(call.words.slice(from));
  if (rest === undefined) return undefined;
  const { redirections, substituted } = call;
  return { kind: 'call', call: { ...rest, assignments, redirections, substituted } };
}

/** The script a word holds, if its characters stand in the text as the inner shell reads them. */
function scriptOf(word: WordSyntax | undefined, reader: ShellReader): Inner | undefined {
  if (word === undefined) return undefined;
  const isVerbatim = word.end - word.start === word.text.length;
  if (word.quote === undefined && !isVerbatim) return undefined;
  return {
    kind: 'script',
    syntax: reader.read(word.text),
    offset: word.quote === undefined ? word.start : word.start + 1,
    expanded: word.form === 'plain' && word.quote !== "'",
  };
}

const takesScriptAsValue = (wrapper: Wrapper): boolean =>
  [...wrapper.scriptFlags].some((flag) => wrapper.values.has(flag));

function assignmentOf(word: WordSyntax): AssignmentSyntax {
  const equals = word.text.indexOf('=');
  const name = word.text.slice(0, equals);
  const start = word.start + (word.quote === undefined ? 0 : 1);
  return {
    start: word.start,
    end: word.end,
    name: {
      start,
      end: start + equals,
      text: name,
      literal: true,
      parts: [{ kind: 'text', text: name }],
      form: word.form,
    },
    value: restOf(word, equals + 1),
  };
}
