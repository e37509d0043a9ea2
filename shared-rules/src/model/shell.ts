import type { Comment, Located, Parsed, Word } from './file.js';
import type { Instruction } from './dockerfile.js';
import type { State } from './state.js';
import type { Construct, Terminator } from './syntax.js';

export type Shell = 'sh' | 'bash' | 'ash' | 'powershell' | 'cmd' | 'other';

/** The text that a shell is given, and where its characters stand in the file. */
export interface ShellText {
  readonly text: string;
  /** The program that reads it: `/bin/sh`, `bash`. */
  readonly interpreter: string;
  /** A stretch of the text as a place in the file. */
  part(start: number, end: number): Located;
}

/** A script in a file of its own, such as an entrypoint. */
export interface ShellScript extends Parsed<'shell'> {
  readonly shell: Shell;
  readonly script: Script;
  /** Absent where no POSIX shell reads it. */
  readonly shellText?: ShellText | undefined;
  /** Every command of the script, or only calls of the given programs. */
  commands(...programs: readonly string[]): Iterable<Command>;
}

/** A stretch of shell text: the script of a RUN, of a heredoc, of `sh -c`, of a file. */
export interface Script extends Located {
  readonly statements: readonly Statement[];
  /** The statements of its substitutions: what stands inside `$( )`, backticks or `<( )`, at any depth. */
  readonly substituted: readonly Statement[];
  /** Every command at any depth, wrapped ones included, in the order of the text. */
  readonly commands: readonly Command[];
  readonly comments: readonly Comment[];
  /** False when part of the text could not be read; rules about order and completeness keep silent then. */
  readonly readable: boolean;
}

interface StatementBase extends Located {
  readonly terminator: Terminator;
}

export type Statement =
  | (StatementBase & { readonly kind: 'command'; readonly command: Command })
  | (StatementBase & { readonly kind: 'assignment'; readonly assignments: readonly Assignment[] })
  | (StatementBase & { readonly kind: 'pipeline'; readonly negated: boolean; readonly stages: readonly Statement[] })
  | (StatementBase & {
      readonly kind: 'list';
      readonly operator: '&&' | '||';
      readonly left: Statement;
      readonly right: Statement;
    })
  | (StatementBase & {
      readonly kind: 'compound';
      readonly construct: Construct;
      readonly conditions: readonly (readonly Statement[])[];
      readonly bodies: readonly (readonly Statement[])[];
    });

export interface Assignment extends Located {
  readonly name: Word;
  readonly value?: Word | undefined;
}

export interface Redirection extends Located {
  readonly operator: string;
  readonly descriptor?: number | undefined;
  readonly target?: Word | undefined;
}

/** A flag as given: `-y` of `-qy` has the span of the cluster it stands in. */
export interface CommandFlag extends Located {
  /** With its dashes: `-y`, `--yes`. */
  readonly name: string;
  readonly word: Word;
  /** The value, if the program's table says that the flag takes one. In `--name=value` and `-nVALUE` it lies inside the word. */
  readonly value?: Word | undefined;
}

/** A call of one program, wherever it is written: RUN, CMD, a heredoc, a script, behind sudo or env. */
export interface Command extends Located {
  /** The program without its folder: /usr/bin/apt-get reads apt-get. */
  readonly program: Word;
  /** The program as it is written, its folder included. */
  readonly path: string;
  /** Every word after the program. */
  readonly args: readonly Word[];
  /** The first operand: the `install` of `apt-get -q install`. */
  readonly subcommand?: Word | undefined;
  /** The words that are neither flags nor their values, without the subcommand. */
  readonly operands: readonly Word[];
  readonly flags: readonly CommandFlag[];
  /** Whether any of the flags is given; -y is found in -qy as well. */
  has(...flags: readonly string[]): boolean;
  /** The last of the flags given by any of the names. */
  flag(...names: readonly string[]): CommandFlag | undefined;
  readonly assignments: readonly Assignment[];
  readonly redirections: readonly Redirection[];
  /** The commands this one is called through, outermost first: sudo, env, `sh -c`. */
  readonly wrappers: readonly Command[];
  /** Whether the command stands inside `$( )`, backticks or `<( )`. */
  readonly substituted: boolean;
  /** The instruction it stands in; absent in a script of its own. */
  readonly instruction?: Instruction | undefined;
  /** The script it stands in; absent for an exec form, which no shell reads. */
  readonly script?: Script | undefined;
  readonly state: State;
}
