import { within, type Fix } from './edit.js';
import type { AnyFile, Kind, Located, Models } from './model/index.js';
import type { Workspace } from './workspace.js';

export type Severity = 'error' | 'warning' | 'info' | 'hint';

/** The lowest profile that a rule belongs to: for nearly everyone, for teams with a policy, or only on request. */
export type Profile = 'recommended' | 'strict' | 'all';

/** The other tools whose codes are understood. */
export type Peer =
  | 'hadolint'
  | 'buildkit'
  | 'parfum'
  | 'dockerfile-utils'
  | 'tally'
  | 'sonar'
  | 'trivy'
  | 'checkov'
  | 'kics'
  | 'dockle'
  | 'semgrep'
  | 'shellcheck';

/** Made by say`…`: template and values apart, so that it can be said in another language. */
export interface Message {
  /** The sentence with `{0}`, `{1}` … where the values go. */
  readonly template: string;
  readonly values: readonly string[];
}

/** A message with the user's own words in it, which are cut to a length that fits a sentence. */
export function say(strings: TemplateStringsArray, ...values: readonly (string | number)[]): Message {
  let template = templates.get(strings);
  if (template === undefined) {
    template = strings.map((text, index) => (index === 0 ? text : `{${index - 1}}${text}`)).join('');
    templates.set(strings, template);
  }
  return { template, values: values.map((value) => shortened(String(value))) };
}

/** Each place that says something says it many times, with the same array of pieces. */
const templates = new WeakMap<TemplateStringsArray, string>();

/** The message as text. */
export const textOf = ({ template, values }: Message): string =>
  template.replace(/\{(\d+)\}/g, (_, index: string) => values[Number(index)] ?? '');

const LONGEST_VALUE = 60;

function shortened(value: string): string {
  if (value.length <= LONGEST_VALUE && !/\s/.test(value)) return value;
  const line = value.replace(/\s+/g, ' ').trim();
  return line.length <= LONGEST_VALUE ? line : `${line.slice(0, LONGEST_VALUE - 1)}…`;
}

/** What a check found: where, what is wrong there, and how to put it right. */
export interface Finding {
  readonly at: Located;
  readonly message: Message;
  /** A function is asked only when somebody wants the fix: for one that takes a walk through the file. */
  readonly fix?: Fix | (() => Fix | undefined) | undefined;
  /** Where the severity depends on the case; what the user has set wins. */
  readonly severity?: Severity;
  /** Further ways out that only a person can choose between. */
  readonly choices?: readonly Fix[] | undefined;
  /** Other places that help to understand; `path` when they lie in another file. */
  readonly related?: readonly { readonly at: Located; readonly path?: string; readonly message: Message }[] | undefined;
  /** The other tools' codes that report this very thing, as `hadolint/DL3000`; absent: all of the rule's peers. */
  readonly peers?: readonly string[];
}

/** Findings in another file, told at the word that names it. */
export function* toldAt(word: Located, file: AnyFile, findings: Iterable<Finding>): Iterable<Finding> {
  for (const { at, message, fix, ...rest } of findings) {
    const mended = typeof fix === 'function' ? fix() : fix;
    yield {
      ...rest,
      at: word,
      message: inFile(file, message),
      fix: mended && {
        ...mended,
        title: `${mended.title} in ${file.path}`,
        edits: mended.edits.map((edit) => within(file, edit)),
      },
      related: [{ at, path: file.path, message }],
    };
  }
}

const inFile = ({ path }: AnyFile, { template, values }: Message): Message => ({
  template: `{${values.length}}: ${template}`,
  values: [...values, shortened(path)],
});

/** One example is one test and one part of the rule's page. «Quotes» mark what is underlined. */
export interface Example {
  readonly title: string;
  /** Reported exactly where marked. */
  readonly bad?: string;
  /** Never reported. Beside a `bad` with fixes, it is what the fixes make of it. */
  readonly good?: string;
  readonly options?: Readonly<Record<string, unknown>>;
  /** The profile whose defaults the options take; absent: the rule's own. */
  readonly profile?: Profile;
  /** What each of the finding's choices makes of `bad`, by title. */
  readonly choices?: Readonly<Record<string, string>>;
  /** The text as it stands: no dedent. */
  readonly raw?: boolean;
  /** Disguises in which the example means something else, by name. */
  readonly except?: readonly string[];
  /** The kind of the document, where it is not the rule's first. */
  readonly kind?: Kind;
  /** The document's name, where it is not the usual one for its kind. */
  readonly path?: string;
  /** Files beside the document, by path. */
  readonly files?: Readonly<Record<string, string>>;
  /** What the fix makes of the files beside the document, by path. */
  readonly fixedFiles?: Readonly<Record<string, string>>;
}

/** A verdict that is another than a peer's on purpose; under profile `all` the peer's holds. */
export interface Difference {
  /** The peer's code, as `hadolint/DL3008`. */
  readonly from: string;
  /** What the peer does, as a clause: `flags a package pinned by a variable`. */
  readonly they: string;
  /** What happens here instead, as a clause. */
  readonly we: string;
  /** Why, as a sentence. */
  readonly why: string;
}

/** A default that is the same under every profile, or one that differs: a profile that is not named takes `recommended`. */
export type ByProfile<T> = T | { readonly recommended: T; readonly strict?: T; readonly all?: T };

export type Option = {
  readonly about: string;
  /** The rule whose option of the same name holds where this one is not set. */
  readonly from?: string;
} & (
  | { readonly type: 'boolean'; readonly default: ByProfile<boolean> }
  | { readonly type: 'integer'; readonly default: ByProfile<number>; readonly min?: number; readonly max?: number }
  | { readonly type: 'text'; readonly default: ByProfile<string> }
  | { readonly type: 'strings'; readonly default: ByProfile<readonly string[]> }
  | { readonly type: 'choice'; readonly default: ByProfile<string>; readonly of: readonly string[] }
  /** Names, each with one of the given values. */
  | { readonly type: 'map'; readonly default: Readonly<Record<string, string>>; readonly of: readonly string[] }
);
export type Options = Readonly<Record<string, Option>>;

interface ValueOf {
  boolean: boolean;
  integer: number;
  text: string;
  strings: readonly string[];
  choice: string;
  map: Readonly<Record<string, string>>;
}
export type Values<O extends Options> = { readonly [Name in keyof O]: ValueOf[O[Name]['type']] };

export interface Context<O extends Options> {
  readonly options: Values<O>;
  readonly workspace: Workspace;
  /** The profile in force. Rules whose verdict differs by profile do it through options, not through this. */
  readonly profile: Profile;
  /** Today, as an ISO date: hosts set it, tests fix it. */
  readonly today: string;
}

export interface Rule<K extends Kind = Kind, O extends Options = Options> {
  /** The rule's name for ever, and its file's name. */
  readonly id: string;
  readonly kinds: readonly K[];
  readonly severity: Severity;
  readonly profile: Profile;
  readonly tags: readonly string[];
  readonly since: string;
  /** One sentence: the README's table, the setting's description, the hover's first line. */
  readonly summary: string;
  /** Markdown: the harm first, then the remedy, then when to leave the rule off. */
  readonly docs: string;
  /** Where to read on, by title. */
  readonly sources?: Readonly<Record<string, string>>;
  /** What other tools call it, by tool: aliases in config and in comments that ignore it. */
  readonly peers?: Readonly<Partial<Record<Peer, readonly string[]>>>;
  /** Where its verdict is not a peer's, on purpose: the rows of `docs/differences.md`. */
  readonly differs?: readonly Difference[];
  readonly options?: O;
  readonly examples: readonly Example[];
  check(file: Models[K], context: Context<O>): Iterable<Finding>;
}

/** Declares a rule. It returns its argument; the call is there for the types. */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type -- a rule without options has none to name
export const rule = <const K extends Kind, const O extends Options = {}>(definition: Rule<K, O>): Rule => definition;
