import type { FileEdits, Fix } from '../edit.js';
import type { AnyFile, Kind, Located, Models, Source } from '../model/index.js';
import type { Finding, Profile, Rule, Severity } from '../rule.js';

/** The bytes of the shell grammar, read by the host: `web-tree-sitter.wasm` and `tree-sitter-bash.wasm`. */
export interface Grammar {
  readonly runtime: Uint8Array;
  readonly bash: Uint8Array;
}

/** A finding together with the rule that made it and the severity in force. */
export interface Diagnostic extends Omit<Finding, 'severity' | 'peers' | 'fix'> {
  /**
   * The rule's id; for what the engine itself reports, `syntax`, `unused-ignore`, `unknown-ignore`, `misplaced-ignore`, `mistyped-ignore`
   * or `internal-error`; for what ShellCheck found, its code.
   */
  readonly rule: string;
  readonly severity: Severity;
  readonly fix?: Fix | undefined;
  /** The other tools' codes that report this very thing, as `hadolint/DL3014`. */
  readonly peers: readonly string[];
}

/** All that is known about one text. Squiggles, hovers and fixes are read from it and from nothing else. */
export interface Analysis {
  readonly file: AnyFile;
  /** The folder of the build context from the root. */
  readonly context: string;
  /** In reading order. */
  readonly diagnostics: readonly Diagnostic[];
  /** The findings that a comment silences. */
  readonly suppressed: readonly Diagnostic[];
  /** Every path that was asked for, from the root (not from the build context): what the document depends on. */
  readonly asked: ReadonlySet<string>;
  /** What ShellCheck is still to be asked. */
  readonly shellQuestions: readonly ShellQuestion[];
}

/** A script to ask ShellCheck about, in a shell that it knows. */
export interface ShellQuestion {
  readonly dialect: 'bash' | 'sh' | 'dash' | 'ksh' | 'busybox';
  readonly script: string;
}

/** A place as ShellCheck counts it: from 1, in code points. */
export interface ShellPosition {
  readonly line: number;
  readonly column: number;
}

export interface ShellComment extends ShellPosition {
  readonly endLine: number;
  readonly endColumn: number;
  readonly level: 'error' | 'warning' | 'info' | 'style';
  readonly code: number;
  readonly message: string;
  readonly fix?: readonly ShellReplacement[];
}

export interface ShellReplacement extends ShellPosition {
  readonly endLine: number;
  readonly endColumn: number;
  readonly replacement: string;
  /** Where nothing is replaced: whether the text belongs to what stands before the place. */
  readonly insertsAfter: boolean;
}

/** What ShellCheck has answered, by the key of the question; undefined where it failed. */
export type ShellAnswers = ReadonlyMap<string, readonly ShellComment[] | undefined>;

/** The user's own ShellCheck. */
export interface ShellCheck {
  readonly answers: ShellAnswers;
  /** The only codes that count; absent: all. */
  readonly only?: readonly string[] | undefined;
  /** Puts the answers among `answers`. Absent where findings are not to wait for them. */
  readonly ask?: (questions: readonly ShellQuestion[]) => Promise<void>;
}

/** What a user has set for one rule: a severity, off, or nothing; and options. */
export interface RuleSetting {
  readonly severity?: Severity | 'off';
  readonly options?: Readonly<Record<string, unknown>>;
}

/** How one document is to be judged. */
export interface Settings {
  readonly profile: Profile;
  readonly rules: Readonly<Record<string, RuleSetting>>;
  /** The build context's folder from the root, without a final slash; undefined: the folder of the Dockerfile. */
  readonly context?: string;
  /** An ISO date. */
  readonly today: string;
  /** False: comments that ignore findings are not honoured. */
  readonly inlineIgnores?: boolean;
  /** The lowest severity that fails a run; undefined: the host's own. */
  readonly failOn?: Severity | 'never';
  /** Absent: scripts are not handed to ShellCheck. */
  readonly shellcheck?: ShellCheck;
}

/** A mistake in a config file or in the editor's settings, where it stands. */
export interface ConfigProblem extends Located {
  readonly message: string;
  /** `info` for what may be right and is only not known here; the settings are good all the same. */
  readonly severity: 'error' | 'info';
}

/** A config file as read. `settingsFor` takes the path of a document from the folder of the config file. */
export interface Config {
  readonly problems: readonly ConfigProblem[];
  settingsFor(path: string, today: string): Settings;
}

/** Reads a file, or a folder if the path ends in a slash (its names, one a line, folders with a slash). Paths run from the root. */
export type Read = (path: string) => Promise<string | undefined>;

/** Texts by path. Undefined says that somebody looked and the file is not there. */
export type KnownFiles = Map<string, string | undefined>;

/** What the passes of `fixAll` came to. */
export interface FixResult {
  readonly text: string;
  /** Other files that the fixes change, by path from the root. */
  readonly others: ReadonlyMap<string, string>;
  /** How many fixes were applied, by rule. */
  readonly applied: ReadonlyMap<string, number>;
  /** The analysis of the final text. */
  readonly analysis: Analysis;
  /** False when it stopped before the text was stable: a cycle, or the limit of passes. */
  readonly stable: boolean;
}

/** What a parse may keep for the next one: one a document, owned by the host. */
export interface ParseCache {
  /** Changes time, never results. */
  readonly size: number;
}

export interface Linter {
  readonly rules: readonly Rule[];
  /** Why the shell grammar could not be loaded; then every file gets one error that says so. */
  readonly grammarProblem: string | undefined;
  createCache(): ParseCache;
  /** Parses without judging. */
  parse<K extends Kind>(source: Source & { readonly kind: K }, cache?: ParseCache): Models[K];
  /** Lints one text with the files known so far. The same arguments give the same analysis; it never throws. */
  lint(source: Source, settings: Settings, known?: KnownFiles, cache?: ParseCache): Analysis;
  /** Lints, fetches what the rules asked for, and lints again until they ask for nothing new. `known` is filled. */
  analyse(source: Source, settings: Settings, read: Read, known?: KnownFiles, cache?: ParseCache): Promise<Analysis>;
  /** Applies the wanted fixes until nothing changes. Without `wanted`: the safe ones. */
  fixAll(
    source: Source,
    settings: Settings,
    read: Read,
    wanted?: (fix: Fix, diagnostic: Diagnostic) => boolean,
  ): Promise<FixResult>;
  /** Spells a fix out as text edits, by file. */
  spell(analysis: Analysis, fix: Fix, settings: Settings): readonly FileEdits[];
  /** The rule of that id or of a peer's code (`no-sudo`, `DL3004`, `hadolint/DL3004`, `JSONArgsRecommended`). */
  find(name: string): Rule | undefined;
}
