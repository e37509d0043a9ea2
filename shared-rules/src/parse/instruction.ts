import type { ScriptSyntax, WordSyntax } from '../model/syntax.js';
import { readHead, type FlagSyntax, type HeadSyntax } from './head.js';
import { readJsonForm, type JsonForm } from './json-form.js';
import type { Escape, HeredocSyntax } from './lines.js';
import type { Joined } from './place.js';
import type { ShellReader } from './shell.js';
import { skipBlanks, withoutReturns } from './text.js';
import { readPairs, restAsWord, splitWords, type PairsSyntax } from './words.js';

const KEYWORDS = [
  'FROM',
  'RUN',
  'CMD',
  'ENTRYPOINT',
  'HEALTHCHECK',
  'SHELL',
  'COPY',
  'ADD',
  'ENV',
  'LABEL',
  'ARG',
  'USER',
  'WORKDIR',
  'EXPOSE',
  'VOLUME',
  'STOPSIGNAL',
  'MAINTAINER',
  'ONBUILD',
] as const;
export type KnownKeyword = (typeof KEYWORDS)[number];

const JSON_KEYWORDS: ReadonlySet<string> = new Set(['RUN', 'CMD', 'ENTRYPOINT', 'SHELL', 'ADD', 'COPY', 'VOLUME']);

/**
 * One instruction as pure syntax: offsets into the joined text, nothing known of the file around it.
 * Everything is read when it is first asked for and kept, so that an instruction that only moved costs nothing.
 */
export class InstructionSyntax {
  readonly head: HeadSyntax;
  readonly keyword: KnownKeyword | 'UNKNOWN';

  constructor(
    /** The instruction as it stands in the file, heredocs included. */
    readonly raw: string,
    readonly joined: Joined,
    readonly heredocs: readonly HeredocSyntax[],
    readonly escape: Escape,
    private readonly from = 0,
  ) {
    this.head = readHead(joined.text, from, escape);
    const keyword = this.head.keyword.text.toUpperCase();
    this.keyword = KEYWORDS.find((known) => known === keyword) ?? 'UNKNOWN';
  }

  get text(): string {
    return this.joined.text;
  }

  get flags(): readonly FlagSyntax[] {
    return this.head.flags;
  }

  /** Where the command of a HEALTHCHECK begins, else where the arguments do. */
  get commandStart(): number {
    if (this.keyword !== 'HEALTHCHECK') return this.head.bodyStart;
    const type = this.words[0];
    return type?.text.toUpperCase() === 'CMD' ? skipBlanks(this.text, type.end, this.text.length) : this.text.length;
  }

  readonly #body = lazy(() => restAsWord(this.text, this.head.bodyStart, this.escape));
  get body(): WordSyntax {
    return this.#body();
  }

  readonly #json = lazy((): JsonForm | undefined =>
    JSON_KEYWORDS.has(this.keyword) || this.keyword === 'HEALTHCHECK'
      ? readJsonForm(this.text, this.commandStart)
      : undefined,
  );
  get json(): JsonForm | undefined {
    return this.#json();
  }

  readonly #words = lazy((): readonly WordSyntax[] => {
    if (this.keyword !== 'HEALTHCHECK' && this.json?.kind === 'array') return this.json.items;
    return splitWords(this.text, this.head.bodyStart, this.escape);
  });
  get words(): readonly WordSyntax[] {
    return this.#words();
  }

  readonly #pairs = lazy((): PairsSyntax =>
    readPairs(this.text, this.head.bodyStart, this.escape, this.keyword !== 'ARG'),
  );
  get pairs(): PairsSyntax {
    return this.#pairs();
  }

  /** What ONBUILD holds. No builder takes an ONBUILD within another. */
  readonly #trigger = lazy((): InstructionSyntax | undefined =>
    this.keyword === 'ONBUILD' && this.from === 0 && this.head.bodyStart < this.text.length
      ? new InstructionSyntax(this.raw, this.joined, this.heredocs, this.escape, this.head.bodyStart)
      : undefined,
  );
  get trigger(): InstructionSyntax | undefined {
    return this.#trigger();
  }

  /**
   * The heredoc whose body is the script: `RUN <<EOF`, or one fed to a shell as in `RUN bash <<EOF`.
   * In every other case the heredoc is the input of a command.
   */
  readonly #scriptHeredoc = lazy((): HeredocSyntax | undefined => {
    const [heredoc] = this.heredocs;
    if (this.keyword !== 'RUN' || !heredoc || this.heredocs.length > 1) return undefined;
    const rest = [this.text.slice(this.head.bodyStart, heredoc.marker.start), this.text.slice(heredoc.marker.end)].join(
      ' ',
    );
    return rest
      .trim()
      .split(/\s+/)
      .every((word, index) => (index === 0 ? isShellOrNothing(word) : SHELL_FLAG.test(word)))
      ? heredoc
      : undefined;
  });
  get scriptHeredoc(): HeredocSyntax | undefined {
    return this.#scriptHeredoc();
  }

  /** The text that a shell reads, with the offsets of the instruction: the script of a heredoc, else the shell form with its heredocs. */
  readonly #shellText = lazy((): Joined => {
    const script = this.scriptHeredoc;
    if (script) {
      const { start, end } = script.body;
      return moved(withoutReturns(this.raw.slice(start, end)), start);
    }
    return withHeredocs(slice(this.joined, this.commandStart), this.heredocs, this.raw);
  });
  get shellText(): Joined {
    return this.#shellText();
  }

  /** The shell text as statements. The caller knows whether a POSIX shell reads it. */
  script(reader: ShellReader): ScriptSyntax {
    this.#script ??= reader.read(this.shellText.text);
    return this.#script;
  }
  #script: ScriptSyntax | undefined;
}

/** The joined text from the offset on. */
function slice(joined: Joined, from: number): Joined {
  if (from === 0) return joined;
  const starts: number[] = [];
  const sources: number[] = [];
  joined.starts.forEach((start, index) => {
    const next = joined.starts[index + 1] ?? joined.text.length;
    if (next <= from && index + 1 < joined.starts.length) return;
    const skipped = Math.max(0, from - start);
    starts.push(Math.max(0, start - from));
    sources.push((joined.sources[index] ?? 0) + skipped);
  });
  return { text: joined.text.slice(from), starts, sources };
}

/** The text with the bodies of its heredocs below, as the shell gets them. */
function withHeredocs(joined: Joined, heredocs: readonly HeredocSyntax[], raw: string): Joined {
  const first = heredocs[0];
  if (!first) return joined;
  const lineFeed = first.body.start - 1;
  if (raw[lineFeed] !== '\n') return joined;
  // The line feed in front comes along; a piece of its own keeps the line above apart from it.
  const below = moved(withoutReturns(raw.slice(lineFeed)), lineFeed);
  return {
    text: joined.text + below.text,
    starts: [...joined.starts, ...below.starts.map((start) => start + joined.text.length)],
    sources: [...joined.sources, ...below.sources],
  };
}

const moved = ({ text, starts, sources }: Joined, by: number): Joined => ({
  text,
  starts,
  sources: sources.map((source) => source + by),
});

const SHELL_FLAG = /^-[A-Za-z]+$|^pipefail$/;
const SHELLS = new Set(['', 'sh', 'bash', 'ash', 'dash', '/bin/sh', '/bin/bash', '/bin/ash', '/usr/bin/bash']);
const isShellOrNothing = (word: string): boolean => SHELLS.has(word);

function lazy<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
