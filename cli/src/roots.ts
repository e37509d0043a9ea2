import { existsSync } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';

/** The folder that a file's paths run from: the nearest ancestor under version control, else the folder itself. */
export function rootOf(folder: string): string {
  for (let at = folder; ; at = dirname(at)) {
    if (existsSync(join(at, '.git'))) return at;
    if (at === dirname(at)) return folder;
  }
}

/** The root for a file: the run's own if the file lies in it, else the root of the file's folder. */
export function rootFor(file: string, ownRoot: string): string {
  return isInside(file, ownRoot) ? ownRoot : rootOf(dirname(file));
}

/** Whether the path is the folder or lies below it. Both are absolute. */
export function isInside(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way));
}

/** The path with forward slashes from a folder, as shown to people and given to the engine. */
export const pathFrom = (folder: string, path: string): string => relative(folder, path).split(sep).join('/');

/**
 * The absolute path behind one that runs from the root; undefined where it leaves the root, by dots or by a link.
 * What is not there yet is judged by the nearest folder that is.
 */
export async function pathWithin(root: string, path: string): Promise<string | undefined> {
  const wanted = resolve(root, path);
  if (!isInside(wanted, root)) return undefined;
  for (let at = wanted; ; at = dirname(at)) {
    const real = await realpath(at).catch(() => undefined);
    if (real !== undefined) return isInside(real, await realpath(root)) ? join(real, relative(at, wanted)) : undefined;
    if (at === root) return undefined;
  }
}
