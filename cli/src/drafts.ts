import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { decode, encode } from './encoding.js';
import { reason } from './files.js';
import { pathWithin } from './roots.js';
import { isUnchanged, replaceFile } from './write.js';

/** A text as it was on disk and as fixes leave it. */
export interface Draft {
  /** The real path. */
  readonly path: string;
  /** Undefined: the file is new. */
  readonly before?: string;
  readonly after: string;
}

/**
 * The files of a run as the fixes leave them. Everything is read through it, so that one fix sees what another did
 * before anything is written.
 */
export class Drafts {
  private readonly originals = new Map<string, Original>();
  private readonly texts = new Map<string, string>();
  /** Files that one fix changes together: they are written together or not at all. */
  private readonly groups: string[][] = [];

  /** How the engine asks for the files below a root. */
  reader(root: string): (path: string) => Promise<string | undefined> {
    return async (path) => {
      const real = await pathWithin(root, path.replace(/^\/+/, ''));
      if (real === undefined) return undefined;
      return path === '' || path.endsWith('/') ? listing(real) : this.neighbour(real);
    };
  }

  /** Takes over what a fix made of files; says which of them changed. */
  async put(root: string, texts: ReadonlyMap<string, string>): Promise<readonly string[]> {
    const group: string[] = [];
    for (const [path, text] of texts) {
      const real = await pathWithin(root, path);
      if (real === undefined) throw new Error(`a fix would write outside of ${root}: ${path}`);
      const original = await this.original(real);
      if ((this.texts.get(real) ?? original?.text) === text) continue;
      this.texts.set(real, text);
      group.push(real);
    }
    if (group.length > 1) this.groups.push(group);
    return group;
  }

  /** A document to check, as the fixes so far leave it. A link leads to its target. */
  async open(absolute: string): Promise<Opened | Unopened> {
    try {
      const real = await realpath(absolute);
      const known = this.originals.get(real);
      if (known) return { real, text: this.texts.get(real) ?? known.text, faithful: true };
      return await this.openFresh(real);
    } catch (error) {
      return { problem: reason(error as NodeJS.ErrnoException), fails: true };
    }
  }

  /** What changed, in order of paths. */
  get changed(): readonly Draft[] {
    return [...this.texts]
      .map(([path, after]) => {
        const before = this.originals.get(path)?.text;
        return before === undefined ? { path, after } : { path, before, after };
      })
      .filter(({ before, after }) => before !== after)
      .sort((a, b) => (a.path < b.path ? -1 : 1));
  }

  /** Writes what changed. Files that somebody else changed meanwhile are left alone, with those they belong to. */
  async write(): Promise<{ readonly written: readonly string[]; readonly problems: readonly WriteProblem[] }> {
    const problems: WriteProblem[] = [];
    const written: string[] = [];
    const stale = await this.stale();
    for (const { path, after } of this.changed) {
      const original = this.originals.get(path);
      const bytes = encode(after, original?.mark ?? false);
      try {
        const done = !stale.has(path) && (await replaceFile(path, original?.bytes, bytes));
        if (done) written.push(path);
        else problems.push({ path, message: 'was changed by someone else meanwhile; not fixed' });
      } catch (error) {
        problems.push({ path, message: `cannot be written: ${reason(error as NodeJS.ErrnoException)}` });
      }
    }
    for (const { path } of problems) this.forget(path);
    return { written, problems };
  }

  /** From here on the file counts as it is on disk. */
  private forget(path: string): void {
    this.texts.delete(path);
    this.originals.delete(path);
  }

  private async openFresh(real: string): Promise<Opened | Unopened> {
    const found = await stat(real);
    if (found.isDirectory()) return { problem: 'is a folder', fails: true };
    if (!found.isFile()) return { problem: 'is not a regular file', fails: true };
    if (found.size > LARGEST_DOCUMENT) return { problem: 'is over 16 MB; not checked', fails: true };
    const bytes = await readFile(real);
    const decoded = decode(bytes);
    if ('problem' in decoded) return { problem: decoded.problem, fails: false };
    const { text, mark, faithful } = decoded;
    if (faithful) this.originals.set(real, { bytes, text, mark });
    return { real, text, faithful };
  }

  private async stale(): Promise<ReadonlySet<string>> {
    const stale = new Set<string>();
    for (const { path } of this.changed) {
      const fresh = await isUnchanged(path, this.originals.get(path)?.bytes).catch(() => true);
      if (!fresh) stale.add(path);
    }
    for (let size = -1; size !== stale.size;) {
      size = stale.size;
      for (const group of this.groups)
        if (group.some((path) => stale.has(path))) group.forEach((path) => stale.add(path));
    }
    return stale;
  }

  private async neighbour(real: string): Promise<string | undefined> {
    return this.texts.get(real) ?? (await this.original(real))?.text;
  }

  private async original(real: string): Promise<Original | undefined> {
    const known = this.originals.get(real);
    if (known) return known;
    const size = await stat(real).catch(() => undefined);
    if (!size?.isFile() || size.size > LARGEST_NEIGHBOUR) return undefined;
    const bytes = await readFile(real).catch(() => undefined);
    const decoded = bytes && decode(bytes);
    if (!bytes || !decoded || 'problem' in decoded || !decoded.faithful) return undefined;
    const original = { bytes, text: decoded.text, mark: decoded.mark };
    this.originals.set(real, original);
    return original;
  }
}

export interface Opened {
  readonly real: string;
  readonly text: string;
  /** False: it is no clean UTF-8, so it may be checked but not written. */
  readonly faithful: boolean;
}

export interface Unopened {
  readonly problem: string;
  /** Whether that is an error, or only something to mention. */
  readonly fails: boolean;
}

export interface WriteProblem {
  readonly path: string;
  readonly message: string;
}

interface Original {
  readonly bytes: Uint8Array;
  readonly text: string;
  readonly mark: boolean;
}

/** Beyond this it is a mistake, and linting it would only look like a hang. */
const LARGEST_DOCUMENT = 16 * 1024 * 1024;

/** What is larger was not written by hand, and no rule has a use for it. */
const LARGEST_NEIGHBOUR = 1024 * 1024;

/** The names in a folder, one a line, folders with a slash. */
async function listing(folder: string): Promise<string | undefined> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => undefined);
  return entries
    ?.map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name))
    .sort()
    .join('\n');
}
