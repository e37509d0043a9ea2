import { PLATFORM_ARGUMENTS } from '../knowledge/arguments.js';
import { defaultUserOf, familyOf } from '../knowledge/images.js';
import { shellOf } from '../knowledge/shells.js';
import type {
  Directive,
  Dockerfile,
  Heredoc,
  Image,
  Instruction,
  Instructions,
  Keyword,
  Stage,
} from '../model/dockerfile.js';
import type { Comment, Located, Problem, Span, Word } from '../model/file.js';
import type { Command, Shell } from '../model/shell.js';
import type { Fact, Family, State } from '../model/state.js';
import { SyntaxCache } from './cache.js';
import { contextPathsOf, heredocAt } from './context-paths.js';
import { Scope, type PointInScope, type Setting } from './environment.js';
import { expand, type Lookup } from './expand.js';
import { cleanPath } from './glob.js';
import { segment, type Segment, type Segments } from './lines.js';
import { addProblems, link, makeInstruction, programsIn, type Surroundings } from './nodes.js';
import { placeAt, placeWord } from './place.js';
import type { ShellReader } from './shell.js';
import { readWord } from './words.js';

/** Reads a Dockerfile. It never throws and never gives up: one bad instruction is one problem. */
export function parseDockerfile(
  path: string,
  text: string,
  reader: ShellReader | undefined,
  cache: SyntaxCache = new SyntaxCache(),
): Dockerfile {
  const segments = segment(text);
  const builder = new Builder(text, segments, reader, cache);
  builder.build();
  cache.settle();
  return new DockerfileFile(path, text, segments, builder);
}

/** The state as it is built: its environment tells more. */
interface BuildState extends State {
  readonly env: PointInScope;
}

class StageNode implements Stage {
  readonly instructions: Instruction[] = [];
  readonly name: Stage['name'];
  readonly rootImage: Image | undefined;
  isFinal = false;
  ships = false;
  isOutput = true;
  isBase = false;
  result: BuildState;

  constructor(
    readonly index: number,
    /** Its place in the list of stages. */
    readonly position: number,
    readonly base: Image | Stage | undefined,
    public start: BuildState,
    readonly scope: Scope,
    readonly from?: Instructions['FROM'],
  ) {
    this.result = start;
    this.name = from?.alias;
    this.rootImage = base && !('kind' in base) ? base.rootImage : base;
  }

  get parent(): StageNode | undefined {
    return this.base instanceof StageNode ? this.base : undefined;
  }

  /** What `effective` has found already. */
  readonly lasts = new Map<Keyword, Instruction | undefined>();
  effective<K extends Keyword>(keyword: K): Instructions[K] | undefined {
    // The stages that do not know yet ask from the root upwards, and each keeps its answer: no chain is too long.
    for (const stage of [...chainFrom(this, ({ lasts }) => lasts.has(keyword))].reverse()) {
      const own = stage.instructions.findLast((node) => node.keyword === keyword);
      stage.lasts.set(keyword, own ?? stage.parent?.lasts.get(keyword));
    }
    return this.lasts.get(keyword) as Instructions[K] | undefined;
  }
}

/** The stage and what it is based on, up to the first that answers. */
function* chainFrom(from: StageNode, until: (stage: StageNode) => boolean): Iterable<StageNode> {
  for (let stage: StageNode | undefined = from; stage && !until(stage); stage = stage.parent) yield stage;
}

/** Where one instruction stands in the build. One small object an instruction, since a keystroke makes all of them anew. */
class BuildPoint implements Surroundings {
  readonly isTrigger: boolean = false;

  constructor(
    private readonly builder: Builder,
    readonly segment: Segment,
    private readonly within: StageNode | undefined,
    readonly state: BuildState,
    readonly previous: Instruction | undefined,
    private readonly env: PointInScope,
    /** How many stages stand above. */
    private readonly count: number,
  ) {}

  /** The stage that a FROM starts, which says nothing of the variables in the FROM itself. */
  #started: StageNode | undefined;
  start(stage: StageNode): void {
    this.#started = stage;
  }
  get stage(): StageNode | undefined {
    return this.#started ?? this.within;
  }
  get reader(): ShellReader | undefined {
    return this.builder.reader;
  }
  lookup(...[name, hasFallback]: Parameters<Lookup>): ReturnType<Lookup> {
    return lookup(name, hasFallback, this.env, this.within);
  }
  stageNamed(name: string): Stage | undefined {
    return this.builder.stageNamed(name, this.count);
  }
  baseNamed(name: string): Stage | undefined {
    return this.builder.baseNamed(name, this.count);
  }
  forTrigger(): Surroundings {
    return new TriggerPoint(this.builder, this.segment, this.within, this.state, this.previous, this.env, this.count);
  }
}

class TriggerPoint extends BuildPoint {
  override readonly isTrigger = true;
}

/** `# hadolint shell=bash`: what reads the commands below it, where the text does not say so, such as in a base image. */
function shellComments(text: string, { comments }: Segments): { readonly start: number; readonly shell: Shell }[] {
  if (!text.includes('hadolint')) return [];
  return comments.flatMap(({ start, end, inside }) => {
    const found = /^#[ \t]*hadolint[ \t]+shell[ \t]*=[ \t]*(\S+)/.exec(text.slice(start, end));
    return found && inside === undefined ? [{ start, shell: shellOf(found[1] ?? '') }] : [];
  });
}

class Builder {
  readonly instructions: Instruction[] = [];
  readonly stages: StageNode[] = [];
  readonly globalArgs: Instructions['ARG'][] = [];
  private readonly byName = new Map<string, StageNode[]>();
  private readonly globals = new Scope(undefined);
  private froms = 0;
  /** The shell that a comment names before the first FROM: for every stage that names none. */
  private defaultShell: Fact<Shell> | undefined;

  constructor(
    private readonly text: string,
    private readonly segments: Segments,
    readonly reader: ShellReader | undefined,
    private readonly cache: SyntaxCache,
  ) {}

  build(): void {
    this.cache.begin(this.segments.escape);
    let stage: StageNode | undefined;
    let state = this.initialState(undefined, undefined);
    let previous: Instruction | undefined;
    const shells = shellComments(this.text, this.segments);
    for (const part of this.segments.instructions) {
      for (; shells[0] && shells[0].start < part.start; shells.shift()) {
        const shell: Fact<Shell> = { known: true, value: shells[0].shell };
        if (!stage) this.defaultShell = shell;
        state = { ...state, shell };
        if (stage) stage.result = state;
      }
      const syntax = this.cache.take(this.text, part);
      const isGlobal = syntax.keyword === 'FROM' || (stage === undefined && syntax.keyword === 'ARG');
      if (!isGlobal && !stage) {
        stage = new StageNode(-1, 0, undefined, state, new Scope(undefined));
        this.stages.push(stage);
      }
      const own = isGlobal ? undefined : stage;
      const env = own ? state.env : this.globals.now();
      const around = new BuildPoint(this, part, own, state, previous, env, this.stages.length);
      const node = makeInstruction(syntax, around);
      if (previous) link(previous, node);
      previous = node;
      this.instructions.push(node);
      if (node.keyword === 'FROM') {
        stage = this.startStage(node);
        state = stage.start;
        around.start(stage);
      } else if (stage) {
        stage.instructions.push(node);
        state = this.after(node, state, stage.scope);
        stage.result = state;
      } else if (node.keyword === 'ARG') {
        this.globalArgs.push(node);
        this.declare(node, this.globals);
      }
    }
    this.connect();
  }

  /** A stage by its name or number, among the first `count` of the file. */
  stageNamed(name: string, count: number): Stage | undefined {
    // Where two stages share a name, it stands for the later one.
    const found = this.byName.get(name.toLowerCase())?.findLast(({ position }) => position < count);
    if (found) return found;
    if (!/^\d+$/.test(name)) return undefined;
    // Instructions before the first FROM make a stage that has no number.
    const position = Number(name) + this.stages.length - this.froms;
    return position < count ? this.stages[position] : undefined;
  }

  /** FROM knows no numbers. An alias in another case is found all the same: that it had to be in lower case, a rule says. */
  baseNamed(name: string, count: number): Stage | undefined {
    return /^\d+$/.test(name) ? undefined : this.stageNamed(name, count);
  }

  private startStage(from: Instructions['FROM']): StageNode {
    const base = from.base;
    const parent = base instanceof StageNode ? base : undefined;
    const scope = new Scope(parent?.result.env);
    const start = parent ? { ...parent.result, env: scope.now() } : this.initialState(base as Image, from, scope.now());
    const stage = new StageNode(this.froms, this.stages.length, base, start, scope, from);
    this.froms += 1;
    this.stages.push(stage);
    const name = stage.name?.text.toLowerCase();
    if (name !== undefined) {
      const sameName = this.byName.get(name);
      if (sameName) sameName.push(stage);
      else this.byName.set(name, [stage]);
    }
    if (parent) {
      parent.isBase = true;
      parent.isOutput = false;
      stage.start = this.afterTriggers(parent, start, scope);
      stage.result = stage.start;
    }
    return stage;
  }

  /** What ONBUILD holds runs in the stage that is based on the one it stands in, before anything of its own. */
  private afterTriggers({ instructions }: StageNode, start: BuildState, scope: Scope): BuildState {
    let state = start;
    for (const node of instructions) {
      if (node.keyword === 'ONBUILD' && node.trigger) state = this.after(node.trigger, state, scope);
    }
    return state;
  }

  private initialState(
    image: Image | undefined,
    from: Instructions['FROM'] | undefined,
    env?: PointInScope,
  ): BuildState {
    const name = image?.resolved?.name ?? image?.name;
    const tag = image?.resolved?.tag ?? image?.tag?.text;
    const platformWord = from?.flag('platform')?.value;
    const platform = platformWord && from.valueOf(platformWord);
    let family: Family = name === undefined ? 'unknown' : familyOf(name, tag);
    if (family === 'unknown' && platform?.startsWith('windows')) family = 'windows';
    const user = name === undefined ? undefined : defaultUserOf(name, tag);
    const isWindows = family === 'windows' || (this.segments.escape === '`' && family === 'unknown');
    const shell: Shell = isWindows ? 'cmd' : family === 'alpine' ? 'ash' : 'sh';
    return {
      shell: this.defaultShell ?? { known: true, value: shell },
      shellWords: isWindows ? ['cmd', '/S', '/C'] : ['/bin/sh', '-c'],
      user: user === undefined ? { known: false } : { known: true, value: user },
      workdir: isScratch(image) ? { known: true, value: '/' } : { known: false },
      env: env ?? new Scope(undefined).now(),
      platform: platform === undefined ? { known: false } : { known: true, value: platform },
      family: isWindows ? 'windows' : family,
    };
  }

  /** What holds after the instruction. */
  private after(node: Instruction, state: BuildState, scope: Scope): BuildState {
    switch (node.keyword) {
      case 'ENV':
      case 'ARG':
        this.declare(node, scope);
        return { ...state, env: scope.now() };
      case 'USER':
        return { ...state, user: factOf(node.valueOf(node.body), node) };
      case 'WORKDIR':
        return { ...state, workdir: workdirAfter(node, state) };
      case 'SHELL': {
        const words = node.argv.map(({ text }) => text);
        const [program] = words;
        if (program === undefined) return { ...state, shell: { known: false, setBy: node } };
        return { ...state, shell: { known: true, value: shellOf(program), setBy: node }, shellWords: words };
      }
      default:
        return state;
    }
  }

  private declare(node: Instructions['ENV'] | Instructions['ARG'], scope: Scope): void {
    for (const { name, value, span } of node.pairs) {
      if (value) {
        const kind = node.keyword === 'ENV' ? 'env' : 'arg';
        const text = scope === this.globals ? this.globalValue(value) : node.valueOf(value);
        scope.add({ name: name.text, kind, value: text, setBy: { span }, isUnset: false });
      } else if (node.keyword === 'ARG') {
        scope.add({ name: name.text, kind: 'arg', setBy: { span }, ...this.inherited(name.text, scope) });
      }
    }
  }

  /** Before the first FROM, an ARG sees even what stands before in its own line. */
  private globalValue({ parts }: Word): string | undefined {
    const env = this.globals.now();
    return expand(parts, (name, hasFallback) => lookup(name, hasFallback, env, undefined));
  }

  /** `ARG NAME` in a stage takes the default that the file's head gives, else keeps what the stage has already. */
  private inherited(name: string, scope: Scope): Pick<Setting, 'value' | 'isUnset'> {
    if (PLATFORM_ARGUMENTS.has(name)) return { value: undefined, isUnset: false };
    const before = scope.now().lookup(name);
    const found = this.globals.now().lookup(name) ?? (before?.kind === 'arg' ? before : undefined);
    return { value: found?.value, isUnset: found?.isUnset ?? true };
  }

  private connect(): void {
    const final = this.stages.at(-1);
    if (!final) return;
    final.isFinal = true;
    for (let stage: StageNode | undefined = final; stage; stage = stage.parent) stage.ships = true;
    for (const node of this.instructions) {
      if (node.keyword === 'ONBUILD' || (node.flags.length > 0 && node.keyword !== 'FROM')) this.noteReferences(node);
    }
    final.isOutput = true;
  }

  private noteReferences(node: Instruction): void {
    if (node.keyword === 'ONBUILD' && node.trigger) this.noteReferences(node.trigger);
    const own = node.stage instanceof StageNode ? node.stage : undefined;
    const refersTo = (stage: Stage | undefined): void => {
      if (stage instanceof StageNode && stage !== own) stage.isOutput = false;
    };
    if (node.keyword === 'COPY') refersTo(node.from?.stage);
    if (node.keyword !== 'RUN' || node.flags.length === 0) return;
    for (const { from } of node.mounts) {
      if (from?.literal) refersTo(this.stageNamed(from.text, own ? own.position + 1 : 0));
    }
  }
}

/**
 * What a name stands for. In a stage on an external image, the image may set what the file does not. An argument
 * without a default counts as unset only for a word that says what to do then.
 */
function lookup(
  name: string,
  hasFallback: boolean,
  env: PointInScope,
  stage: StageNode | undefined,
): string | null | undefined {
  const variable = env.lookup(name);
  if (variable) return variable.isUnset && hasFallback ? null : variable.value;
  if (PLATFORM_ARGUMENTS.has(name)) return undefined;
  if (!stage) return null;
  // The builder gives a PATH even to an empty image.
  return isScratch(stage.rootImage) && name !== 'PATH' ? null : undefined;
}

const isScratch = (image: Image | undefined): boolean => image?.value === 'scratch';

const factOf = <T>(value: T | undefined, setBy: Located): Fact<T> =>
  value === undefined ? { known: false, setBy } : { known: true, value, setBy };

function workdirAfter(node: Instructions['WORKDIR'], { workdir: before, family }: State): Fact<string> {
  const path = node.valueOf(node.path);
  if (path === undefined) return { known: false, setBy: node };
  const isWindows = family === 'windows';
  if (/^[A-Za-z]:/.test(path) || (isWindows && /^[\\/]/.test(path))) return { known: true, value: path, setBy: node };
  if (path.startsWith('/')) return { known: true, value: cleanPath(path), setBy: node };
  if (!before.known) return { known: false, setBy: node };
  const value = isWindows
    ? `${before.value.replace(/[\\/]$/, '')}\\${path.replace(/^\.[\\/]/, '')}`
    : cleanPath(`${before.value}/${path}`);
  return { known: true, value, setBy: node };
}

class DockerfileFile implements Dockerfile {
  readonly kind = 'dockerfile';
  readonly span: Span;
  readonly escape: '\\' | '`';
  readonly lineEnding: '\n' | '\r\n';
  readonly stages: readonly Stage[];
  readonly globalArgs: readonly Instructions['ARG'][];
  private readonly instructions: readonly Instruction[];

  constructor(
    readonly path: string,
    readonly text: string,
    private readonly segments: Segments,
    { instructions, stages, globalArgs }: Builder,
  ) {
    this.span = { start: 0, end: text.length };
    this.escape = segments.escape;
    this.lineEnding = segments.lineEnding;
    this.instructions = instructions;
    this.stages = stages;
    this.globalArgs = globalArgs;
  }

  contextPathsOf(path: string, stage: Stage, until?: Instruction): readonly string[] {
    return contextPathsOf(path, stage, until);
  }

  heredocAt(path: string, stage: Stage): Heredoc | undefined {
    return heredocAt(path, stage);
  }

  get finalStage(): Stage | undefined {
    return this.stages.at(-1);
  }

  #comments: readonly Comment[] | undefined;
  get comments(): readonly Comment[] {
    return (this.#comments ??= this.segments.comments.map(({ start, end }) => ({
      span: { start, end },
      text: this.text.slice(start + 1, end).trim(),
    })));
  }

  get directives(): readonly Directive[] {
    const { text, escape } = this;
    const place = placeAt(0);
    return this.segments.directives.map(({ start, end, name, value }) => ({
      span: { start, end },
      name: placeWord(readWord(text, name.start, name.end, escape), place),
      value: placeWord(plainWord(text, value), place),
    }));
  }

  #problems: readonly Problem[] | undefined;
  get problems(): readonly Problem[] {
    if (this.#problems) return this.#problems;
    const problems: Problem[] = [];
    for (const node of this.instructions) addProblems(node, problems);
    return (this.#problems = problems);
  }

  /** A comment among continued lines speaks for the instruction around it, any other for the next one. */
  partAfter(comment: Comment): Located | undefined {
    const found = this.segments.comments[firstBehind(this.segments.comments, comment.span.start)];
    if (found?.start === comment.span.start && found.inside !== undefined) return this.instructions[found.inside];
    const next = firstBehind(this.segments.instructions, comment.span.end);
    return this.instructions[next];
  }

  partAt(at: Located): Located | undefined {
    const index = firstBehind(this.segments.instructions, at.span.start + 1) - 1;
    const found = this.segments.instructions[index];
    return found && at.span.start <= found.end ? this.instructions[index] : undefined;
  }

  #byKeyword: ReadonlyMap<string, readonly Instruction[]> | undefined;
  all<K extends Keyword>(...keywords: readonly K[]): Iterable<Instructions[K]> {
    if (keywords.length === 0) return this.instructions as readonly Instructions[K][];
    this.#byKeyword ??= grouped(this.instructions);
    if (keywords.length === 1) {
      return (this.#byKeyword.get(keywords[0] as string) ?? []) as readonly Instructions[K][];
    }
    return this.selected(keywords, '', this.instructions) as readonly Instructions[K][];
  }

  allWithTriggers<K extends Keyword>(...keywords: readonly K[]): Iterable<Instructions[K]> {
    const every = this.withTriggers as readonly Instructions[K][];
    return keywords.length === 0 ? every : (this.selected(keywords, '+', every) as readonly Instructions[K][]);
  }

  #withTriggers: readonly Instruction[] | undefined;
  private get withTriggers(): readonly Instruction[] {
    return (this.#withTriggers ??= withTriggers(this.instructions));
  }

  readonly #selections = new Map<string, readonly Instruction[]>();
  /** The answer to a question is kept, since many rules ask the same. */
  private selected(keywords: readonly string[], mark: string, among: readonly Instruction[]): readonly Instruction[] {
    const question = mark + keywords.join(' ');
    const known = this.#selections.get(question);
    if (known) return known;
    const wanted = new Set(keywords);
    const found = among.filter(({ keyword }) => wanted.has(keyword));
    this.#selections.set(question, found);
    return found;
  }

  #running: readonly Runs[] | undefined;
  private get running(): readonly Runs[] {
    return (this.#running ??= this.selected(RUNNING, '+', this.withTriggers) as readonly Runs[]);
  }

  #callers: ReadonlyMap<string, readonly number[]> | undefined;
  /** By program, where in `running` stand those that call it; it is made of syntax alone, and places nothing. */
  private get callers(): ReadonlyMap<string, readonly number[]> {
    if (this.#callers) return this.#callers;
    const callers = new Map<string, number[]>();
    this.running.forEach((node, index) => {
      for (const program of programsIn(node)) {
        const found = callers.get(program);
        if (found) found.push(index);
        else callers.set(program, [index]);
      }
    });
    return (this.#callers = callers);
  }

  /** Those that call one of the programs, in the order of the text. */
  private callersOf(programs: readonly string[]): readonly Runs[] {
    const [first, second] = programs;
    const { running, callers } = this;
    const at = (index: number): readonly Runs[] => {
      const node = running[index];
      return node ? [node] : [];
    };
    if (first !== undefined && second === undefined) return (callers.get(first) ?? []).flatMap(at);
    const found = new Set<number>();
    for (const program of programs) for (const index of callers.get(program) ?? []) found.add(index);
    return [...found].sort((a, b) => a - b).flatMap(at);
  }

  readonly #runs = new Map<string, readonly Instructions['RUN'][]>();
  runs(...programs: readonly string[]): readonly Instructions['RUN'][] {
    const question = programs.join(' ');
    const known = this.#runs.get(question);
    if (known) return known;
    const found = this.callersOf(programs).filter((node) => node.keyword === 'RUN');
    this.#runs.set(question, found);
    return found;
  }

  commands(...programs: readonly string[]): Iterable<Command> {
    return this.commandsOf('RUN CMD ENTRYPOINT HEALTHCHECK', programs);
  }

  runCommands(...programs: readonly string[]): Iterable<Command> {
    return this.commandsOf('RUN', programs);
  }

  readonly #calls = new Map<string, readonly Command[]>();
  /** The answer to a question is kept, since many rules ask the same. */
  private commandsOf(keywords: string, programs: readonly string[]): readonly Command[] {
    const question = `${keywords}: ${programs.join(' ')}`;
    const known = this.#calls.get(question);
    if (known) return known;
    const found: Command[] = [];
    for (const node of programs.length === 0 ? this.running : this.callersOf(programs)) {
      if (!keywords.includes(node.keyword)) continue;
      for (const command of node.commands)
        if (programs.length === 0 || programs.includes(command.program.text)) found.push(command);
    }
    this.#calls.set(question, found);
    return found;
  }
}

const RUNNING = ['RUN', 'CMD', 'ENTRYPOINT', 'HEALTHCHECK'];
type Runs = Instructions['RUN' | 'CMD' | 'ENTRYPOINT' | 'HEALTHCHECK'];

/** Every instruction, each ONBUILD followed by what it holds. */
function withTriggers(instructions: readonly Instruction[]): readonly Instruction[] {
  const all: Instruction[] = [];
  for (const node of instructions) {
    all.push(node);
    if (node.keyword === 'ONBUILD' && node.trigger) all.push(node.trigger);
  }
  return all;
}

function grouped(instructions: readonly Instruction[]): ReadonlyMap<string, readonly Instruction[]> {
  const groups = new Map<string, Instruction[]>();
  for (const node of instructions) {
    const group = groups.get(node.keyword);
    if (group) group.push(node);
    else groups.set(node.keyword, [node]);
  }
  return groups;
}

/** The index of the first part that starts at the offset or behind it. */
function firstBehind(parts: readonly { readonly start: number }[], offset: number): number {
  let low = 0;
  let high = parts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((parts[middle]?.start ?? 0) < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

function plainWord(text: string, { start, end }: { start: number; end: number }) {
  const value = text.slice(start, end);
  return { start, end, text: value, literal: true, parts: [{ kind: 'text', text: value }], form: 'plain' } as const;
}
