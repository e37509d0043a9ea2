import { isKnownByText, kindOf, LOOKED_AT } from '@plimsoll/rules';
import { open, readdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { glob, isDynamicPattern } from 'tinyglobby';
import { GitIgnore } from './gitignore.js';
import { pathFrom, rootFor } from './roots.js';

/** A file to check. */
export interface Target {
  readonly absolute: string;
  /** The folder that its paths run from. */
  readonly root: string;
  /** The path from the root, as the engine wants it. */
  readonly path: string;
  /** The path as people see it, from the folder they are in. */
  readonly shown: string;
}

export interface Found {
  readonly targets: readonly Target[];
  /** What was asked for and is not there or cannot be read. */
  readonly problems: readonly string[];
}

/** The files that the paths stand for: files as named, folders searched, patterns matched; each once, in order. */
export async function findFiles(paths: readonly string[], cwd: string, root: string): Promise<Found> {
  const search = new Search(cwd, root);
  for (const path of paths) await search.add(path);
  return { targets: await withoutTwins(search.files, cwd, root), problems: search.problems };
}

/** The target at an absolute path. */
export function targetAt(absolute: string, cwd: string, ownRoot: string): Target {
  const root = rootFor(absolute, ownRoot);
  return { absolute, root, path: pathFrom(root, absolute), shown: pathFrom(cwd, absolute) };
}

/** Folders that no one keeps Dockerfiles of their own in. */
const SKIPPED = new Set(['.git', 'node_modules']);

class Search {
  readonly files: string[] = [];
  readonly problems: string[] = [];
  private readonly ignored = new Map<string, GitIgnore>();

  constructor(
    private readonly cwd: string,
    private readonly root: string,
  ) {}

  async add(path: string): Promise<void> {
    const absolute = resolve(this.cwd, path);
    const found = await stat(absolute).catch((error: unknown) => error as NodeJS.ErrnoException);
    if (!(found instanceof Error)) {
      if (found.isDirectory()) await this.walkNamed(absolute);
      else this.files.push(absolute);
    } else if (isDynamicPattern(path)) await this.match(path);
    else this.problems.push(`${path}: ${reason(found)}`);
  }

  /** A folder that git ignores is searched all the same if it is named; what its parents ignore no longer counts. */
  private async walkNamed(folder: string): Promise<void> {
    const ignored = this.ignoreFor(folder);
    const from = (await ignored.hides(folder, true)) ? folder : undefined;
    await this.walk(folder, ignored, from);
  }

  private async walk(folder: string, ignored: GitIgnore, from: string | undefined): Promise<void> {
    const entries = await readdir(folder, { withFileTypes: true }).catch(
      (error: unknown) => error as NodeJS.ErrnoException,
    );
    if (entries instanceof Error) {
      this.problems.push(`${pathFrom(this.cwd, folder)}: ${reason(entries)}`);
      return;
    }
    for (const entry of entries) {
      const path = join(folder, entry.name);
      if (SKIPPED.has(entry.name) || (await ignored.ignores(path, entry.isDirectory(), from))) continue;
      // A linked folder is not followed: its files are checked where they really are.
      if (entry.isDirectory()) await this.walk(path, ignored, from);
      else if ((entry.isFile() || (await isLinkToFile(path))) && (await this.isKnown(path))) this.files.push(path);
    }
  }

  private async match(pattern: string): Promise<void> {
    const ignoredFolders = [...SKIPPED].map((name) => `**/${name}/**`);
    const found = await glob(sep === '/' ? pattern : pattern.replaceAll(sep, '/'), {
      cwd: this.cwd,
      absolute: true,
      dot: true,
      expandDirectories: false,
      followSymbolicLinks: false,
      ignore: ignoredFolders,
    });
    if (found.length === 0) this.problems.push(`${pattern}: no file matches`);
    for (const path of found.map((name) => resolve(name))) {
      if (!(await this.ignoreFor(path).hides(path, false)) && (await this.isKnown(path))) this.files.push(path);
    }
  }

  private async isKnown(path: string): Promise<boolean> {
    const fromRoot = pathFrom(rootFor(path, this.root), path);
    return kindOf(fromRoot, isKnownByText(fromRoot) ? await headOf(path) : undefined) !== undefined;
  }

  private ignoreFor(path: string): GitIgnore {
    const root = rootFor(join(path, 'file'), this.root);
    const ignored = this.ignored.get(root) ?? new GitIgnore(root);
    this.ignored.set(root, ignored);
    return ignored;
  }
}

/** The beginning of a file, enough to tell what it is; undefined if it cannot be read. */
async function headOf(path: string): Promise<string | undefined> {
  const file = await open(path).catch(() => undefined);
  try {
    const { buffer, bytesRead } = (await file?.read(Buffer.alloc(LOOKED_AT), 0, LOOKED_AT, 0)) ?? {};
    return buffer?.toString('utf8', 0, bytesRead);
  } catch {
    return undefined;
  } finally {
    await file?.close();
  }
}

/** A broken link counts as a file, so that the reader says that it is broken. */
async function isLinkToFile(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found === undefined || found.isFile();
}

/** Each file once: not again under a link's name, nor because two paths lead to it. */
async function withoutTwins(files: readonly string[], cwd: string, root: string): Promise<readonly Target[]> {
  const byFile = new Map<string, Target>();
  for (const file of files) {
    const real = await realpath(file).catch(() => file);
    const target = targetAt(file, cwd, root);
    const twin = byFile.get(real);
    if (!twin || (real === join(await realpath(dirname(file)), basename(file)) && real !== twin.absolute))
      byFile.set(real, target);
  }
  return [...byFile.values()].sort((a, b) => (a.shown < b.shown ? -1 : a.shown > b.shown ? 1 : 0));
}

/** What went wrong with a path, without the path and the name of the system call. */
export function reason(error: NodeJS.ErrnoException): string {
  switch (error.code) {
    case 'ENOENT':
      return 'no such file or folder';
    case 'EACCES':
    case 'EPERM':
      return 'permission denied';
    case 'EISDIR':
      return 'is a folder';
    case 'ENOTDIR':
      return 'is not a folder';
    case 'ELOOP':
      return 'is a link that leads in a circle';
    default:
      return error.message;
  }
}
