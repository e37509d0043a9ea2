import {
  type AnyFile,
  type ComposeFile,
  folderOf,
  type IgnoreFile,
  type Kind,
  type Models,
  type Service,
  type Source,
} from '../model/index.js';
import type { Built, Use, Workspace } from '../workspace.js';
import type { KnownFiles } from './api.js';
import { kindOf } from './kinds.js';
import { builtBy, composeUses, dockerfileFor, resolve, usesOf, type Files } from './uses.js';

/** Reads a text into its model; the linter's, so that the snapshot needs no parser of its own. */
export type ParseSource = (source: Source) => AnyFile;

/** Models made from the files of one `KnownFiles`, by kind and path, so that ten rules reading a file parse it once. */
const opened = new WeakMap<KnownFiles, Map<string, { readonly text: string; readonly file: AnyFile }>>();

/** A workspace over the files known so far. It remembers what it was asked, so its host can fetch the rest. */
export class Snapshot implements Workspace {
  /** Every path asked for, from the root: what the document depends on, and so what to watch. */
  readonly asked = new Set<string>();

  constructor(
    private readonly known: KnownFiles,
    private readonly document: string,
    /** The folder of the build context from the root, if it has been told; empty for the root itself. */
    private readonly toldContext: string | undefined,
    private readonly parse: ParseSource,
  ) {}

  /** What the settings say, else the Compose files that build this Dockerfile, else the document's own folder. */
  get context(): string {
    return this.toldContext ?? this.composeContext ?? folderOf(this.document);
  }

  /** The context as far as anybody has asked for it. */
  get contextInUse(): string {
    return this.toldContext ?? this.#composed?.context ?? folderOf(this.document);
  }

  get isContextSure(): boolean {
    return (this.toldContext ?? this.composeContext) !== undefined;
  }

  #composed: { readonly context: string | undefined } | undefined;
  private get composeContext(): string | undefined {
    return (this.#composed ??= { context: this.findContext() }).context;
  }

  /** The context that all services agree on. */
  private findContext(): string | undefined {
    if (!this.isDockerfile) return undefined;
    const [context, ...others] = new Set([...composeUses(this.document, this.files)].map((use) => use.context));
    return others.length === 0 ? context : undefined;
  }

  private get isDockerfile(): boolean {
    return [undefined, 'dockerfile'].includes(kindOf(this.document));
  }

  #uses: readonly Use[] | undefined;
  uses(): readonly Use[] {
    return (this.#uses ??= this.findUses());
  }

  private findUses(): readonly Use[] {
    const kind = kindOf(this.document);
    if (kind === 'compose' || this.document.endsWith('.yaml') || this.document.endsWith('.yml')) return [];
    const dockerfile = this.isDockerfile ? this.document : dockerfileFor(this.document, this.files);
    return dockerfile === undefined ? [] : usesOf(dockerfile, this.files);
  }

  builtBy(file: ComposeFile, service: Service): Built | undefined {
    return builtBy(file, service, this.files);
  }

  /** The files by their paths from the root. */
  private readonly files: Files = {
    list: (folder) => this.namesOf(folder),
    text: (path) => this.fetch(path),
    open: (path, kind) => this.openFull(path, kind) as Models[typeof kind] | undefined,
  };

  read(path: string): string | undefined {
    const full = within(this.context, path);
    return full === undefined ? undefined : this.fetch(full);
  }

  open<K extends Kind>(path: string, kind: K): Models[K] | undefined {
    const full = within(this.context, path);
    return full === undefined ? undefined : (this.openFull(full, kind) as Models[K] | undefined);
  }

  nearest<K extends Kind>(name: string, kind: K): Models[K] | undefined {
    for (let folder = folderOf(this.document); ; folder = folderOf(folder)) {
      const full = joinPath(folder, name);
      const found = full === this.document ? undefined : this.openFull(full, kind);
      if (found) return found as Models[K];
      if (folder === '') return undefined;
    }
  }

  beside<K extends Kind>(path: string, kind: K): Models[K] | undefined {
    const full = resolve(folderOf(this.document), path);
    return full === undefined ? undefined : (this.openFull(full, kind) as Models[K] | undefined);
  }

  list(folder: string): readonly string[] | undefined {
    const full = isContext(folder) ? this.context : within(this.context, folder);
    return full === undefined ? undefined : this.namesOf(full);
  }

  has(path: string): boolean | undefined {
    if (isContext(path)) return this.namesIn(this.context) !== undefined;
    const full = within(this.context, path);
    return full === undefined ? undefined : this.hasFull(full, this.context);
  }

  hasAbove(path: string): boolean {
    for (let folder = this.context; folder !== '';) {
      folder = folderOf(folder);
      const full = within(folder, path);
      if (full !== undefined && this.hasFull(full, folder) === true) return true;
    }
    return false;
  }

  ignoreFile(): IgnoreFile | undefined {
    const own = this.openFull(`${this.document}.dockerignore`, 'dockerignore');
    const found = own ?? this.openFull(joinPath(this.context, '.dockerignore'), 'dockerignore');
    return found as IgnoreFile | undefined;
  }

  /** Paths nobody has looked up yet. Once there are none, the findings are final. */
  get missing(): readonly string[] {
    return [...this.asked].filter((path) => !this.known.has(path));
  }

  /** Folders are listed from the top, so that nothing is looked for in one that is not there. */
  private hasFull(full: string, top: string): boolean | undefined {
    const folder = folderOf(full);
    const isTop = folder === top || folder === '';
    const isThere = isTop ? this.namesIn(folder) !== undefined : this.hasFull(folder, top);
    if (isThere !== true) return isTop ? undefined : isThere;
    const name = full.slice(folder === '' ? 0 : folder.length + 1);
    const names = this.namesIn(folder);
    return names && (names.has(name) || names.has(`${name}/`));
  }

  private namesOf(full: string): readonly string[] | undefined {
    const names = this.namesIn(full);
    return names && [...names];
  }

  readonly #names = new Map<string, ReadonlySet<string>>();
  private namesIn(full: string): ReadonlySet<string> | undefined {
    const known = this.#names.get(full);
    const text = known ? undefined : this.fetch(full === '' ? './' : `${full}/`);
    if (text === undefined) return known;
    const names = new Set(text.split('\n').filter((name) => name !== ''));
    this.#names.set(full, names);
    return names;
  }

  private fetch(path: string): string | undefined {
    this.asked.add(path);
    return this.known.get(path);
  }

  private openFull(path: string, kind: Kind): AnyFile | undefined {
    const text = this.fetch(path);
    if (text === undefined) return undefined;
    const models = opened.get(this.known) ?? new Map<string, { text: string; file: AnyFile }>();
    opened.set(this.known, models);
    const key = `${kind} ${path}`;
    const found = models.get(key);
    if (found?.text === text) return found.file;
    const file = this.parse({ kind, path, text });
    models.set(key, { text, file });
    return file;
  }
}

/** A path of the build context as one from the root; undefined when it leads out of the context. */
export function within(context: string, path: string): string | undefined {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.pop() === undefined) return undefined;
  }
  return parts.length === 0 ? undefined : joinPath(context, parts.join('/'));
}

const isContext = (path: string): boolean => path === '' || path === '.' || path === './';

const joinPath = (folder: string, path: string): string => (folder === '' ? path : `${folder}/${path}`);
