import { isPosix, interpreterOf, shellOf } from '../knowledge/shells.js';
import type {
  Base,
  CopySource,
  Heredoc,
  Image,
  Instruction,
  InstructionFlag,
  Keyword,
  Mount,
  NearJson,
  Pair,
  Stage,
} from '../model/dockerfile.js';
import type { Located, Problem, Span, Word } from '../model/file.js';
import type { Command, Script, ShellText } from '../model/shell.js';
import type { State } from '../model/state.js';
import type { WordSyntax } from '../model/syntax.js';
import { placeArgv, placeScript, programsOf } from './commands.js';
import { expand, type Lookup } from './expand.js';
import { maskBraces, partOfWord, readImage } from './image.js';
import type { InstructionSyntax } from './instruction.js';
import type { Segment } from './lines.js';
import { readMount } from './mount.js';
import { placeAt, placeJoined, placeShellText, placeWord, rangeOf, type Place } from './place.js';
import type { ShellReader } from './shell.js';
import { withoutReturns } from './text.js';
import { openQuoteIn } from './words.js';

/** What an instruction is handed by the file it stands in. */
export interface Surroundings {
  readonly segment: Segment;
  readonly stage: Stage | undefined;
  readonly state: State;
  readonly previous: Instruction | undefined;
  readonly isTrigger: boolean;
  readonly reader: ShellReader | undefined;
  /** The value of a name at this point. */
  lookup(...asked: Parameters<Lookup>): ReturnType<Lookup>;
  /** The stage that `--from` or a mount's `from` names here: one above, by its name or number. */
  stageNamed(name: string): Stage | undefined;
  /** The stage that a FROM starts from. */
  baseNamed(name: string): Stage | undefined;
  /** The same for the instruction that an ONBUILD holds. */
  forTrigger(): Surroundings;
}

/** Sets the instruction that comes next; only the parser does, while it builds the file. */
export const link = (node: Instruction, next: Instruction): void => {
  (node as { next?: Instruction | undefined }).next = next;
};

/** The programs that an instruction calls, without placing anything. */
export const programsIn = (node: Instruction): ReadonlySet<string> =>
  node instanceof RunsNode ? node.programs : NO_PROGRAMS;

const NO_PROGRAMS: ReadonlySet<string> = new Set();

export function makeInstruction(syntax: InstructionSyntax, around: Surroundings): Instruction {
  const make = MAKERS[syntax.keyword];
  return make(syntax, around);
}

const NO_FLAGS: readonly InstructionFlag[] = [];
const NO_WORDS: readonly Word[] = [];
const NO_HEREDOCS: readonly Heredoc[] = [];

class Node<K extends Keyword> implements Base<K> {
  next?: Instruction | undefined;

  constructor(
    readonly keyword: K,
    readonly syntax: InstructionSyntax,
    readonly around: Surroundings,
  ) {}

  #place: Place | undefined;
  get place(): Place {
    return (this.#place ??= placeJoined(this.syntax.joined, this.around.segment.start));
  }

  get span(): Span {
    const { start, end } = this.around.segment;
    return this.isTrigger ? { start: this.head.span.start, end } : { start, end };
  }
  get head(): Word {
    const { start, end, text } = this.syntax.head.keyword;
    return placeWord({ start, end, text, literal: true, parts: [{ kind: 'text', text }], form: 'plain' }, this.place);
  }
  #flags: readonly InstructionFlag[] | undefined;
  get flags(): readonly InstructionFlag[] {
    if (this.syntax.flags.length === 0) return NO_FLAGS;
    return (this.#flags ??= this.syntax.flags.map(({ start, end, name, value }) => ({
      span: this.place.span(start, end),
      name,
      label: this.located(start, Math.min(end, start + '--'.length + name.length)),
      ...(value ? { value: this.word(value) } : {}),
    })));
  }
  flag(name: string): InstructionFlag | undefined {
    return this.flags.find((flag) => flag.name === name);
  }
  get body(): Word {
    return this.word(this.syntax.body);
  }
  #words: readonly Word[] | undefined;
  get words(): readonly Word[] {
    return (this.#words ??= this.syntax.words.map((word) => this.word(word)));
  }
  #heredocs: readonly Heredoc[] | undefined;
  get heredocs(): readonly Heredoc[] {
    return this.syntax.heredocs.length === 0 ? NO_HEREDOCS : (this.#heredocs ??= this.readHeredocs());
  }
  private readHeredocs(): readonly Heredoc[] {
    const { start } = this.around.segment;
    const place = placeAt(start);
    return (this.#heredocs ??= this.syntax.heredocs.map(
      ({ name, marker, body, expands, stripsTabs, terminated }) =>
        new HeredocNode(
          {
            span: place.span(body.start, body.end),
            name,
            marker: { span: this.place.span(marker.start, marker.end) },
            body: this.syntax.raw.slice(body.start, body.end),
            expands,
            stripsTabs,
            terminated,
          },
          this as unknown as Instruction,
          this.around.reader,
        ),
    ));
  }
  get stage(): Stage | undefined {
    return this.around.stage;
  }
  get isTrigger(): boolean {
    return this.around.isTrigger;
  }
  get state(): State {
    return this.around.state;
  }
  get previous(): Instruction | undefined {
    return this.around.previous;
  }
  get hasCommentAbove(): boolean {
    return this.around.segment.hasCommentAbove;
  }
  get isContinued(): boolean {
    return this.syntax.joined.starts.length > 1;
  }
  get isOpen(): boolean {
    return this.around.segment.isOpen || this.syntax.heredocs.some(({ terminated }) => !terminated);
  }
  valueOf(word: Word): string | undefined {
    return word.literal ? word.text : expand(word.parts, (...asked) => this.around.lookup(...asked));
  }
  written(word: Word): string {
    const range = rangeOf(word);
    return range ? this.syntax.text.slice(range.start, range.end) : word.text;
  }

  get nearJson(): NearJson | undefined {
    const json = this.syntax.json;
    if (json?.kind !== 'broken') return undefined;
    return { ...this.located(json.at, json.end), reason: json.reason, meant: json.meant };
  }
  get badElement(): Located | undefined {
    const json = this.syntax.json;
    return json?.kind === 'mixed' ? this.located(json.at, json.at + 1) : undefined;
  }
  get emptyLines(): readonly Located[] {
    const { emptyLines, headEnd, start } = this.around.segment;
    const runs: { start: number; end: number }[] = [];
    for (const line of this.isTrigger ? [] : emptyLines) {
      if (line < start || line >= headEnd) continue;
      const end = start + this.syntax.raw.indexOf('\n', line - start) + 1;
      const last = runs.at(-1);
      if (last?.end === line) last.end = end;
      else runs.push({ start: line, end });
    }
    return runs.map((span) => ({ span }));
  }

  protected word(syntax: WordSyntax): Word {
    return placeWord(syntax, this.place);
  }
  protected located(start: number, end: number): Located {
    return { span: this.place.span(start, end) };
  }
  protected imageIn(word: WordSyntax): Image {
    const placed = this.word(word);
    const parts = readImage(word.text);
    const part = (at: { start: number; end: number } | undefined): Word | undefined =>
      at && this.word(partOfWord(word, at.start, at.end, this.syntax.escape));
    const tag = part(parts.tag);
    const digest = part(parts.digest);
    const value = this.valueOf(placed);
    const resolved = value === undefined || word.literal ? undefined : readImage(value);
    return {
      kind: 'image',
      span: placed.span,
      word: placed,
      value,
      name: parts.name,
      nameWord: this.word(partOfWord(word, 0, parts.name.length, this.syntax.escape)),
      repository: parts.repository,
      ...(parts.registry === undefined ? {} : { registry: parts.registry }),
      ...(tag ? { tag } : {}),
      ...(digest ? { digest } : {}),
      ...(resolved
        ? {
            resolved: {
              name: resolved.name,
              ...(resolved.tag ? { tag: resolved.tag.text } : {}),
              ...(resolved.digest ? { digest: resolved.digest.text } : {}),
            },
          }
        : {}),
    };
  }
  /** What a `from` names, by the word of a flag or a mount. */
  protected origin(word: WordSyntax): CopySource {
    const placed = this.word(word);
    const stage = word.literal ? this.around.stageNamed(word.text) : undefined;
    return { span: placed.span, word: placed, image: this.imageIn(word), ...(stage ? { stage } : {}) };
  }
  protected get jsonItems(): readonly WordSyntax[] | undefined {
    return this.syntax.json?.kind === 'array' ? this.syntax.json.items : undefined;
  }
}

class HeredocNode implements Heredoc {
  readonly span: Span;
  readonly name: string;
  readonly marker: Located;
  readonly body: string;
  readonly expands: boolean;
  readonly stripsTabs: boolean;
  readonly terminated: boolean;

  constructor(
    { span, name, marker, body, expands, stripsTabs, terminated }: Omit<Heredoc, 'script'>,
    private readonly instruction: Instruction,
    private readonly reader: ShellReader | undefined,
  ) {
    this.span = span;
    this.name = name;
    this.marker = marker;
    this.body = body;
    this.expands = expands;
    this.stripsTabs = stripsTabs;
    this.terminated = terminated;
  }

  #script: { readonly value: Script | undefined } | undefined;
  get script(): Script | undefined {
    this.#script ??= { value: this.readScript() };
    return this.#script.value;
  }
  private readScript(): Script | undefined {
    const { reader, body, instruction } = this;
    const { keyword, state } = instruction;
    if (!reader || (keyword !== 'COPY' && keyword !== 'ADD') || (this.expands && /[$\\]/.test(body))) return undefined;
    const content = withoutReturns(body);
    const interpreter = interpreterOf(content.text);
    if (interpreter === undefined || !isPosix(shellOf(interpreter))) return undefined;
    const home = { place: placeJoined(content, this.span.start), state, instruction, reader };
    return placeScript(reader.read(content.text), home);
  }
}

const NO_MOUNTS: readonly Mount[] = [];

type AnyRuns = 'RUN' | 'CMD' | 'ENTRYPOINT' | 'HEALTHCHECK';

class RunsNode<K extends AnyRuns> extends Node<K> {
  get form(): 'shell' | 'exec' | 'heredoc' {
    if (this.jsonItems) return 'exec';
    return this.syntax.scriptHeredoc ? 'heredoc' : 'shell';
  }
  get commandText(): Word | undefined {
    const { text, commandStart } = this.syntax;
    const end = text.trimEnd().length;
    return commandStart < end ? this.word(rawWord(text, commandStart, end)) : undefined;
  }
  #argv: readonly Word[] | undefined;
  get argv(): readonly Word[] {
    const items = this.jsonItems;
    return items ? (this.#argv ??= items.map((item) => this.word(item))) : NO_WORDS;
  }
  get type(): Word | undefined {
    return this.keyword === 'HEALTHCHECK' ? this.words[0] : undefined;
  }
  #script: { readonly value: Script | undefined } | undefined;
  get script(): Script | undefined {
    this.#script ??= { value: this.readScript() };
    return this.#script.value;
  }
  private readScript(): Script | undefined {
    const { reader, segment, state } = this.around;
    if (!reader || !this.isShellText) return undefined;
    const place = placeJoined(this.syntax.shellText, segment.start);
    return placeScript(this.syntax.script(reader), {
      place,
      state,
      instruction: this as unknown as Instruction,
      reader,
    });
  }

  get shellText(): ShellText | undefined {
    if (!this.isShellText && !this.isKornShellText) return undefined;
    const { heredocs, scriptHeredoc, shellText, text, commandStart } = this.syntax;
    const place = placeJoined(shellText, this.around.segment.start);
    const named = interpreterOf(shellText.text);
    if (named !== undefined) return placeShellText(shellText.text, named, place);
    const [heredoc] = heredocs;
    const fedTo = scriptHeredoc && heredoc ? text.slice(commandStart, heredoc.marker.start).trim() : '';
    if (fedTo !== '' && heredoc?.expands && /[$`\\]/.test(shellText.text)) return undefined;
    const [program = ''] = fedTo === '' ? this.state.shellWords : fedTo.split(/[ \t]/);
    return placeShellText(shellText.text, program, place);
  }

  /** Whether a Korn shell reads it, whose language the shell rules do not know. */
  private get isKornShellText(): boolean {
    const { json, scriptHeredoc, shellText } = this.syntax;
    const [program = ''] = this.state.shellWords;
    return json === undefined && !scriptHeredoc && /(?:^|\/)ksh$/.test(program) && shellText.text.trim() !== '';
  }

  /** Whether a POSIX shell reads what stands here. */
  private get isShellText(): boolean {
    // Neither an array is one, nor what the builder refuses.
    if (this.syntax.json?.kind === 'array' || this.syntax.json?.kind === 'mixed') return false;
    const { heredocs, scriptHeredoc, shellText } = this.syntax;
    if (scriptHeredoc) {
      const interpreter = interpreterOf(shellText.text);
      if (interpreter !== undefined) return isPosix(shellOf(interpreter));
      const [heredoc] = heredocs;
      if (heredoc && this.syntax.body.start < heredoc.marker.start) return true;
    }
    const { shell } = this.state;
    return shell.known && isPosix(shell.value) && shellText.text.trim() !== '';
  }

  #commands: readonly Command[] | undefined;
  get commands(): readonly Command[] {
    return (this.#commands ??= this.readCommands());
  }
  private readCommands(): readonly Command[] {
    const { reader, state } = this.around;
    const items = this.jsonItems;
    if (!items) return this.script?.commands ?? [];
    if (!reader || items.length === 0) return [];
    return placeArgv(items, { place: this.place, state, instruction: this as unknown as Instruction, reader });
  }

  /** The names of the programs called, as far as they can be told without placing a node. */
  get programs(): ReadonlySet<string> {
    const { reader } = this.around;
    if (reader && this.isShellText) return programsOf(this.syntax.script(reader), reader);
    return new Set(this.commands.map(({ program }) => program.text));
  }

  #mounts: readonly Mount[] | undefined;
  get mounts(): readonly Mount[] {
    return this.syntax.flags.length === 0 ? NO_MOUNTS : (this.#mounts ??= this.readMounts());
  }
  private readMounts(): readonly Mount[] {
    return this.syntax.flags
      .filter(({ name }) => name === 'mount')
      .map(({ start, end, value }) => {
        const raw = value ? this.syntax.text.slice(value.start, value.end) : '';
        const { type, options, from, fields } = readMount(value, raw, this.syntax.escape);
        const base = value?.start ?? start;
        return {
          ...this.located(start, end),
          type,
          options,
          fields: fields.map((field) => ({ ...field, ...this.located(base + field.start, base + field.end) })),
          target: options.get('target'),
          ...(from ? { from: this.word(from), origin: this.origin(from) } : {}),
        };
      });
  }
}

class FromNode extends Node<'FROM'> {
  #image: Image | undefined;
  get image(): Image {
    return (this.#image ??= this.imageIn(this.syntax.words[0] ?? this.syntax.body));
  }
  #base: Image | Stage | undefined;
  get base(): Image | Stage {
    return (this.#base ??= this.readBase());
  }
  private readBase(): Image | Stage {
    const { value } = this.image;
    return (value === undefined ? undefined : this.around.baseNamed(value)) ?? this.image;
  }
  get alias(): Word | undefined {
    if (this.syntax.words.length < 3) return undefined;
    const [, as, alias] = this.words;
    return as?.text.toLowerCase() === 'as' ? alias : undefined;
  }
}

class CopyNode<K extends 'COPY' | 'ADD'> extends Node<K> {
  #sources: readonly Word[] | undefined;
  get sources(): readonly Word[] {
    return (this.#sources ??= this.readSources());
  }
  private readSources(): readonly Word[] {
    const markers = this.syntax.heredocs.map(({ marker }) => marker);
    let next = 0;
    // Both are in order; a marker in quotes may hold several words.
    const isMarker = (start: number): boolean => {
      while (next < markers.length && (markers[next]?.end ?? 0) <= start) next += 1;
      return (markers[next]?.start ?? Infinity) <= start;
    };
    return this.syntax.words
      .slice(0, -1)
      .flatMap((word, index) => (isMarker(word.start) ? [] : (this.words[index] ?? [])));
  }
  get target(): Word | undefined {
    return this.words.length > 1 ? this.words.at(-1) : undefined;
  }
  get isJson(): boolean {
    return this.jsonItems !== undefined;
  }
  #from: CopySource | undefined;
  get from(): CopySource | undefined {
    if (this.keyword === 'ADD' || this.syntax.flags.length === 0) return undefined;
    return (this.#from ??= this.readFrom());
  }
  private readFrom(): CopySource | undefined {
    const value = this.syntax.flags.find(({ name }) => name === 'from')?.value;
    return value && this.origin(value);
  }
}

class PairsNode<K extends 'ENV' | 'LABEL' | 'ARG'> extends Node<K> {
  #pairs: readonly Pair[] | undefined;
  get pairs(): readonly Pair[] {
    return (this.#pairs ??= this.syntax.pairs.pairs.map(({ start, end, name, value }) => ({
      ...this.located(start, end),
      name: this.word(name),
      ...(value ? { value: this.word(value) } : {}),
      openQuote: this.isLegacy ? undefined : openQuoteIn(this.syntax.text, start, end, this.syntax.escape),
    })));
  }
  get isLegacy(): boolean {
    return this.syntax.pairs.isLegacy;
  }
}

class UserNode extends Node<'USER'> {
  get name(): Word {
    return this.word(this.userParts.name);
  }
  get group(): Word | undefined {
    const { group } = this.userParts;
    return group && this.word(group);
  }
  private get userParts(): { name: WordSyntax; group?: WordSyntax } {
    const { body, escape } = this.syntax;
    const colon = maskBraces(body.text).indexOf(':');
    if (colon < 0) return { name: body };
    return { name: partOfWord(body, 0, colon, escape), group: partOfWord(body, colon + 1, body.text.length, escape) };
  }
}

class WorkdirNode extends Node<'WORKDIR'> {
  get path(): Word {
    return this.body;
  }
}

class ShellNode extends Node<'SHELL'> {
  get argv(): readonly Word[] {
    return (this.jsonItems ?? []).map((item) => this.word(item));
  }
}

class OnbuildNode extends Node<'ONBUILD'> {
  #trigger: { readonly value: Instruction | undefined } | undefined;
  get trigger(): Instruction | undefined {
    this.#trigger ??= {
      value: this.syntax.trigger && makeInstruction(this.syntax.trigger, this.around.forTrigger()),
    };
    return this.#trigger.value;
  }
}

type Maker = (syntax: InstructionSyntax, around: Surroundings) => Instruction;

const runs =
  (keyword: AnyRuns): Maker =>
  (syntax, around) =>
    new RunsNode(keyword, syntax, around);
const plain =
  (keyword: Keyword): Maker =>
  (syntax, around) =>
    new Node(keyword, syntax, around) as unknown as Instruction;

const MAKERS: Readonly<Record<Keyword, Maker>> = {
  FROM: (syntax, around) => new FromNode('FROM', syntax, around),
  RUN: runs('RUN'),
  CMD: runs('CMD'),
  ENTRYPOINT: runs('ENTRYPOINT'),
  HEALTHCHECK: runs('HEALTHCHECK'),
  SHELL: (syntax, around) => new ShellNode('SHELL', syntax, around),
  COPY: (syntax, around) => new CopyNode('COPY', syntax, around),
  ADD: (syntax, around) => new CopyNode('ADD', syntax, around),
  ENV: (syntax, around) => new PairsNode('ENV', syntax, around),
  LABEL: (syntax, around) => new PairsNode('LABEL', syntax, around),
  ARG: (syntax, around) => new PairsNode('ARG', syntax, around),
  USER: (syntax, around) => new UserNode('USER', syntax, around),
  WORKDIR: (syntax, around) => new WorkdirNode('WORKDIR', syntax, around),
  EXPOSE: plain('EXPOSE'),
  VOLUME: plain('VOLUME'),
  STOPSIGNAL: plain('STOPSIGNAL'),
  MAINTAINER: plain('MAINTAINER'),
  ONBUILD: (syntax, around) => new OnbuildNode('ONBUILD', syntax, around),
  UNKNOWN: plain('UNKNOWN'),
};

/** Text as it is written, quotes and variables included: what a shell gets to read. */
function rawWord(text: string, start: number, end: number): WordSyntax {
  const written = text.slice(start, end);
  return { start, end, text: written, literal: true, parts: [{ kind: 'text', text: written }], form: 'plain' };
}

/** Adds the problems of an instruction: what every builder refuses. Most have a rule of their own. */
export function addProblems(node: Instruction, problems: Problem[]): void {
  const { syntax, around } = node as unknown as Node<Keyword>;
  const found = (rule: string, at: Located, message: string): void => {
    problems.push({ at, message, rule });
  };
  const { keyword } = syntax.head;
  if (keyword.text === '') problems.push({ at: node, message: 'There is nothing that this line continues to.' });
  else if (syntax.keyword === 'UNKNOWN')
    found('unknown-instruction', node.head, `${keyword.text} is no instruction of a Dockerfile.`);
  else if (syntax.head.bodyStart >= syntax.text.length && syntax.heredocs.length === 0) {
    found('argument-count', node.head, `${keyword.text.toUpperCase()} needs at least one argument.`);
  }
  if (node.badElement)
    found('json-array-strings', node.badElement, 'Every element of the array must be a string in double quotes.');
  if (!around.isTrigger) {
    for (const { name, marker, terminated } of node.heredocs) {
      if (!terminated) found('heredoc-terminated', marker, `The line ${name} that ends this heredoc is missing.`);
    }
  }
  if (syntax.trigger && node.keyword === 'ONBUILD' && node.trigger) addProblems(node.trigger, problems);
}
