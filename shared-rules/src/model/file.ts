import type { Dockerfile } from './dockerfile.js';
import type { ComposeFile } from './compose.js';
import type { DevContainer } from './devcontainer.js';
import type { IgnoreFile } from './ignore.js';
import type { NginxConfig } from './nginx.js';
import type { ProjectFile } from './project.js';
import type { Manifest } from './kubernetes.js';
import type { PythonSettings } from './python.js';
import type { ShellScript } from './shell.js';

/** One row per kind of file. A rule's `kinds` decide which of these its check receives. */
export interface Models {
  dockerfile: Dockerfile;
  shell: ShellScript;
  dockerignore: IgnoreFile;
  python: PythonSettings;
  nginx: NginxConfig;
  devcontainer: DevContainer;
  project: ProjectFile;
  compose: ComposeFile;
  kubernetes: Manifest;
}
export type Kind = keyof Models;
export type AnyFile = Models[Kind];

/** A text on its way in. Its kind follows from its name and is settled by the host. */
export interface Source {
  readonly kind: Kind;
  /** Path with forward slashes, from the folder that the host treats as the root. */
  readonly path: string;
  readonly text: string;
}

/** Half-open range of UTF-16 offsets into the file's text, counted as the editor counts. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Anything a rule can point at. Rules hand nodes on and never look inside the span. */
export interface Located {
  readonly span: Span;
}

/** A piece of a word: text as it will be, a variable, or something only a shell can work out. */
export type Part =
  | { readonly kind: 'text'; readonly text: string }
  | {
      readonly kind: 'variable';
      readonly name: string;
      readonly operator?: string | undefined;
      readonly operand?: readonly Part[];
    }
  | { readonly kind: 'substitution' };

/** One word, read without its quotes and line continuations. */
export interface Word extends Located {
  /** The word's value; variables stand in it as they are written. */
  readonly text: string;
  /** False when the value is known only at build time or run time, because it holds a variable or a substitution. */
  readonly literal: boolean;
  readonly parts: readonly Part[];
  /** Where the word stands: the span of a word in a JSON array lies inside its quotes. */
  readonly form: 'plain' | 'json';
  /** The quotes around a word of a shell, where its value stands between them as it is. */
  readonly quote?: '"' | "'" | undefined;
  /**
   * A part of the text as a word of its own, by offsets into it: an option in the value of a variable. Undefined where
   * quotes and escapes hide where it stands.
   */
  part(start: number, end?: number): Word | undefined;
}

export interface Comment extends Located {
  /** What stands behind the `#`, without the blanks around it. */
  readonly text: string;
}

export interface Problem {
  readonly at: Located;
  readonly message: string;
  /** The rule that tells of it, with its reasons and fixes; where that does not run at all, the problem speaks for itself. */
  readonly rule?: string;
}

/** What every kind of file offers. */
export interface Parsed<K extends Kind> extends Located {
  readonly kind: K;
  readonly path: string;
  readonly text: string;
  readonly lineEnding: '\n' | '\r\n';
  readonly comments: readonly Comment[];
  /** What the parser could not read. Parsing itself never fails. */
  readonly problems: readonly Problem[];
  /** The smallest part a comment speaks for: the instruction it stands above or inside, the command below it. */
  partAfter(comment: Comment): Located | undefined;
  /** The part that a node lies in: what a comment above it speaks for. */
  partAt(at: Located): Located | undefined;
}
