import type { Located, Parsed, Word } from './file.js';
import type { Command, Script, ShellText } from './shell.js';
import type { State } from './state.js';

export interface Dockerfile extends Parsed<'dockerfile'> {
  /** The character that continues a line: a backslash, or a backtick by directive. */
  readonly escape: '\\' | '`';
  readonly directives: readonly Directive[];
  readonly stages: readonly Stage[];
  /** ARG before the first FROM. */
  readonly globalArgs: readonly Instructions['ARG'][];
  /** Every instruction in order, or only those with the given keywords; what ONBUILD holds is not among them. */
  all(): Iterable<Instruction>;
  all<K extends Keyword>(...keywords: readonly K[]): Iterable<Instructions[K]>;
  /** Like `all`, with the instructions that ONBUILD holds. */
  allWithTriggers(): Iterable<Instruction>;
  allWithTriggers<K extends Keyword>(...keywords: readonly K[]): Iterable<Instructions[K]>;
  /** Every command of the file (RUN, CMD, ENTRYPOINT, HEALTHCHECK, ONBUILD of them), or only calls of the given programs. */
  commands(...programs: readonly string[]): Iterable<Command>;
  /** The commands of RUN, ONBUILD RUN included: what the build itself does. */
  runCommands(...programs: readonly string[]): Iterable<Command>;
  /** The RUN instructions, those that ONBUILD holds included, that call one of the programs. */
  runs(...programs: readonly string[]): Iterable<Instructions['RUN']>;
  /**
   * Where in the build context a path of the image may come from, by the stage's COPY and ADD instructions and those of
   * the stages it is based on: the likeliest first. Which of them is there, the workspace knows. With `until`, only what
   * has come when that instruction of the stage runs, the bind mounts of a RUN included.
   */
  contextPathsOf(path: string, stage: Stage, until?: Instruction): readonly string[];
  /** The heredoc that a COPY or ADD of the stage, or of those it is based on, writes to a path of the image. */
  heredocAt(path: string, stage: Stage): Heredoc | undefined;
  /** The last stage: what a build makes when it is told nothing else. */
  readonly finalStage: Stage | undefined;
}

/** A parser directive at the top of the file: `# syntax=…`, `# escape=…`, `# check=…`. */
export interface Directive extends Located {
  readonly name: Word;
  readonly value: Word;
}

export interface Stage {
  /** The FROM; absent in a text that starts without one. */
  readonly from?: Instructions['FROM'] | undefined;
  /** Counted from 0 over the FROMs; -1 for instructions before the first. */
  readonly index: number;
  readonly name?: Word | undefined;
  /** The image or the earlier stage this one starts from. */
  readonly base: Image | Stage | undefined;
  /** The external image at the root of the chain of FROMs; absent when it is unknown. */
  readonly rootImage?: Image | undefined;
  readonly isFinal: boolean;
  /** Whether its layers are in the image of the final stage: the final stage and what it is based on. */
  readonly ships: boolean;
  /** Whether no other stage refers to it, by FROM, `--from` or a mount. The final stage is always one. */
  readonly isOutput: boolean;
  /** Whether some later stage starts from it. */
  readonly isBase: boolean;
  /** Without the FROM. */
  readonly instructions: readonly Instruction[];
  /** What holds before its first instruction. */
  readonly start: State;
  /** What holds once the stage's last instruction has run. */
  readonly result: State;
  /** The last instruction of the kind in the stage, or in the stages it is based on. */
  effective<K extends Keyword>(keyword: K): Instructions[K] | undefined;
}

/** An image reference: `registry:5000/team/app:1.2@sha256:…`. */
export interface Image extends Located {
  readonly kind: 'image';
  readonly word: Word;
  /** The reference with the build arguments' defaults put in; undefined when one has none. */
  readonly value: string | undefined;
  /** Everything before tag and digest, as written. */
  readonly name: string;
  readonly nameWord: Word;
  /** The last part of the name: `app`. */
  readonly repository: string;
  readonly registry?: string | undefined;
  readonly tag?: Word | undefined;
  readonly digest?: Word | undefined;
  /** The same reference with the defaults put in, where that makes a difference. */
  readonly resolved?: {
    readonly name: string;
    readonly tag?: string | undefined;
    readonly digest?: string | undefined;
  };
}

/** A flag of an instruction: `--from=build`. */
export interface InstructionFlag extends Located {
  readonly name: string;
  /** The dashes and the name. */
  readonly label: Located;
  /** Absent in `--link`. */
  readonly value?: Word | undefined;
}

/** `--mount=type=cache,target=/root/.cache`. */
export interface Mount extends Located {
  readonly type: string;
  /** The options by their canonical names (`target`, `source`, `readonly`), an empty text where a key has no value. */
  readonly options: ReadonlyMap<string, string>;
  readonly target: string | undefined;
  readonly from?: Word | undefined;
  /** What `from` names. */
  readonly origin?: CopySource | undefined;
  /** The options as they are written, in their order. */
  readonly fields: readonly MountField[];
}

/** One option of a mount. */
export interface MountField extends Located {
  /** The canonical name, in lower case. */
  readonly key: string;
  /** As it is written. */
  readonly name: string;
  /** Absent in `readonly` and the like. */
  readonly value?: string | undefined;
}

export interface Heredoc extends Located {
  readonly name: string;
  /** The marker in the instruction: `<<EOF`. The node itself is the body, without the terminator. */
  readonly marker: Located;
  readonly body: string;
  /** False when the delimiter is quoted: variables stay as they are. */
  readonly expands: boolean;
  readonly stripsTabs: boolean;
  readonly terminated: boolean;
  /** The body as a script, where COPY or ADD writes one: it begins with the `#!` of a shell, and nothing in it is the builder's. */
  readonly script?: Script | undefined;
}

export interface Base<K extends string> extends Located {
  readonly keyword: K;
  /** The keyword as it is written. */
  readonly head: Word;
  readonly flags: readonly InstructionFlag[];
  flag(name: string): InstructionFlag | undefined;
  /** What follows the keyword and the flags, heredoc bodies not included. */
  readonly body: Word;
  readonly words: readonly Word[];
  readonly heredocs: readonly Heredoc[];
  readonly stage?: Stage | undefined;
  /** Whether it stands in an ONBUILD. */
  readonly isTrigger: boolean;
  /** What holds before it runs. */
  readonly state: State;
  /** The instruction before it in the file, and whether a comment or nothing but blanks stands between. */
  readonly previous?: Instruction | undefined;
  readonly next?: Instruction | undefined;
  /** Whether a comment stands between this instruction and the one before it. */
  readonly hasCommentAbove: boolean;
  /** Blank lines among its continued lines, neighbours together: from the start of the first to that of the next line. */
  readonly emptyLines: readonly Located[];
  /** Why what stands behind the flags, and starts like a JSON array, is none. */
  readonly nearJson?: NearJson | undefined;
  /** An element of a JSON array that is no string, which the builder refuses. */
  readonly badElement?: Located | undefined;
  /** Whether its text runs over more than one line, heredocs not counted. */
  readonly isContinued: boolean;
  /** Whether what is written below would become part of it: a heredoc without its end, a last line that continues. */
  readonly isOpen: boolean;
  /** The word with the variables of this point put in; undefined when one of them is unknown. */
  valueOf(word: Word): string | undefined;
  /** One of its words as it is written, with quotes and escapes; only continuations and what stands between them are gone. */
  written(word: Word): string;
}

/** Why a text that starts like a JSON array is none. */
export interface NearJson extends Located {
  readonly reason: string;
  /** The elements that were meant, where quotes and commas leave no doubt. */
  readonly meant?: readonly string[] | undefined;
}

/** What RUN, CMD, ENTRYPOINT and the command of HEALTHCHECK share. */
export interface Runs {
  readonly form: 'shell' | 'exec' | 'heredoc';
  /** What is run, as written: the arguments, for a HEALTHCHECK those behind CMD. Absent where there is nothing. */
  readonly commandText?: Word | undefined;
  /** The elements of an exec form. */
  readonly argv: readonly Word[];
  /** The text given to a shell, if a POSIX shell reads it. Absent for an exec form, Windows shells and foreign interpreters. */
  readonly script?: Script | undefined;
  /** What that shell is given, as it stands; absent as well where another shell puts in its variables before. */
  readonly shellText?: ShellText | undefined;
  /** Every command, wrapped ones and those of an exec form included. */
  readonly commands: readonly Command[];
}

export interface Pair extends Located {
  readonly name: Word;
  readonly value?: Word | undefined;
  /** The quote that is opened in it and never closed. */
  readonly openQuote?: '"' | "'" | undefined;
}

/** One row per keyword, so that `all('COPY')` knows it yields COPY instructions. */
export interface Instructions {
  FROM: Base<'FROM'> & { readonly image: Image; readonly base: Image | Stage; readonly alias?: Word | undefined };
  RUN: Base<'RUN'> & Runs & { readonly mounts: readonly Mount[] };
  CMD: Base<'CMD'> & Runs;
  ENTRYPOINT: Base<'ENTRYPOINT'> & Runs;
  /** `type` is the word CMD or NONE. */
  HEALTHCHECK: Base<'HEALTHCHECK'> & Runs & { readonly type?: Word | undefined };
  SHELL: Base<'SHELL'> & { readonly argv: readonly Word[] };
  COPY: Base<'COPY'> & Copies & { readonly from?: CopySource | undefined };
  ADD: Base<'ADD'> & Copies;
  ENV: Base<'ENV'> & { readonly pairs: readonly Pair[]; readonly isLegacy: boolean };
  LABEL: Base<'LABEL'> & { readonly pairs: readonly Pair[]; readonly isLegacy: boolean };
  ARG: Base<'ARG'> & { readonly pairs: readonly Pair[] };
  USER: Base<'USER'> & { readonly name: Word; readonly group?: Word | undefined };
  WORKDIR: Base<'WORKDIR'> & { readonly path: Word };
  EXPOSE: Base<'EXPOSE'>;
  VOLUME: Base<'VOLUME'>;
  STOPSIGNAL: Base<'STOPSIGNAL'>;
  MAINTAINER: Base<'MAINTAINER'>;
  ONBUILD: Base<'ONBUILD'> & { readonly trigger?: Instruction | undefined };
  /** A keyword that no builder knows. */
  UNKNOWN: Base<'UNKNOWN'>;
}

export interface Copies {
  /** Paths and addresses; a heredoc's marker is none. */
  readonly sources: readonly Word[];
  readonly target?: Word | undefined;
  readonly isJson: boolean;
}

/** What `--from` names. `stage` is the stage it finds, `image` the image it would be otherwise. */
export interface CopySource extends Located {
  readonly word: Word;
  readonly stage?: Stage | undefined;
  readonly image: Image;
}

export type Keyword = keyof Instructions;
export type Instruction = Instructions[Keyword];
