/**
 * What parsers make of one instruction or script: plain data, with offsets from the start of that text.
 * Syntax knows nothing of the file around it, so it can be kept and used again when the text has only moved.
 */
import type { Part } from './file.js';

export interface WordSyntax {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  readonly literal: boolean;
  readonly parts: readonly Part[];
  readonly form: 'plain' | 'json';
  /** The quotes around the word, if its value stands between them as it is. */
  readonly quote?: '"' | "'";
  /** Where in the text the quotes begin that hold the rest of it as it is: 5 in `NAME="value"`. */
  readonly quotedFrom?: number;
}

export interface AssignmentSyntax {
  readonly start: number;
  readonly end: number;
  readonly name: WordSyntax;
  /** Absent in `export NAME`. */
  readonly value?: WordSyntax;
}

export interface RedirectionSyntax {
  readonly start: number;
  readonly end: number;
  /** As written, without the descriptor: `>`, `>>`, `<`, `>&`, `&>`, `<<`, `<<<`. */
  readonly operator: string;
  readonly descriptor?: number;
  /** Absent for a heredoc. */
  readonly target?: WordSyntax;
}

/** A simple command: assignments, words, redirections. Wrappers are seen through later, by the tables of programs. */
export interface CommandSyntax {
  readonly start: number;
  readonly end: number;
  /** The program and all that follows it. Never empty. */
  readonly words: readonly WordSyntax[];
  readonly assignments: readonly AssignmentSyntax[];
  readonly redirections: readonly RedirectionSyntax[];
  /** Whether the command stands inside `$( )`, backticks or `<( )`. */
  readonly substituted: boolean;
}

/** What ends a statement: nothing (the end of the text or of its part of a list), or the mark as written. */
export type Terminator = '' | ';' | '&' | '\n';

interface StatementSyntaxBase {
  readonly start: number;
  readonly end: number;
  readonly terminator: Terminator;
}

export type Construct =
  | 'if'
  | 'for'
  | 'while'
  | 'until'
  | 'case'
  | 'select'
  | 'group'
  | 'subshell'
  | 'function'
  | 'test'
  | 'arithmetic'
  | 'unreadable';

export type StatementSyntax =
  | (StatementSyntaxBase & { readonly kind: 'command'; readonly command: CommandSyntax })
  /** Nothing but assignments: no program is called (their substitutions are). */
  | (StatementSyntaxBase & { readonly kind: 'assignment'; readonly assignments: readonly AssignmentSyntax[] })
  | (StatementSyntaxBase & {
      readonly kind: 'pipeline';
      readonly negated: boolean;
      readonly stages: readonly StatementSyntax[];
    })
  | (StatementSyntaxBase & {
      readonly kind: 'list';
      readonly operator: '&&' | '||';
      readonly left: StatementSyntax;
      readonly right: StatementSyntax;
    })
  | (StatementSyntaxBase & {
      readonly kind: 'compound';
      readonly construct: Construct;
      /** What decides: the condition of `if`, `while`, `until` (one per `if` and `elif`). */
      readonly conditions: readonly (readonly StatementSyntax[])[];
      /** What is done: each branch of `if` and `case`, the body of a loop, group, subshell or function. */
      readonly bodies: readonly (readonly StatementSyntax[])[];
      readonly redirections: readonly RedirectionSyntax[];
    });

/** A stretch of shell text read as statements. */
export interface ScriptSyntax {
  readonly start: number;
  readonly end: number;
  readonly statements: readonly StatementSyntax[];
  /** The statements of its substitutions: what stands inside `$( )`, backticks or `<( )`, at any depth. */
  readonly substituted: readonly StatementSyntax[];
  /** Every simple command at any depth, substitutions included, in the order of the text. */
  readonly commands: readonly CommandSyntax[];
  /** The shell's own comments; the text is what stands behind the `#`, without the blanks around it. */
  readonly comments: readonly { readonly start: number; readonly end: number; readonly text: string }[];
  readonly problems: readonly { readonly start: number; readonly end: number; readonly message: string }[];
}
