import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { relative, isAbsolute, join } from 'node:path';

import type { Read } from '@plimsoll/rules';
import { Utils, type URI } from 'vscode-uri';

/** Larger files count as unreadable: nobody writes them by hand, and no rule needs them. */
const MOST_BYTES = 1024 * 1024;

/** Throws at what is no UTF-8. Editors leave the byte order mark out of what they show, and so does it. */
const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * Reads files below a folder for the linter: from the open editors first, then from disk.
 * A path that leads out of the folder, by itself or through a link, counts as absent; so does a binary file's text.
 */
export function readerOf(root: URI | undefined, openText: (uri: string) => string | undefined): Read {
  if (!root) return () => Promise.resolve(undefined);
  return async (path) => {
    const parts = path.split('/').filter((part) => part !== '' && part !== '.');
    if (parts.includes('..')) return undefined;
    try {
      if (path.endsWith('/') || parts.length === 0) return await namesIn(root.fsPath, join(root.fsPath, ...parts));
      return (
        openText(Utils.joinPath(root, ...parts).toString()) ?? (await textOf(root.fsPath, join(root.fsPath, ...parts)))
      );
    } catch {
      return undefined;
    }
  };
}

async function textOf(root: string, file: string): Promise<string | undefined> {
  if (!(await isInside(root, file))) return undefined;
  const about = await stat(file);
  if (!about.isFile() || about.size > MOST_BYTES) return undefined;
  const bytes = await readFile(file);
  return bytes.includes(0) ? undefined : utf8.decode(bytes);
}

async function namesIn(root: string, folder: string): Promise<string | undefined> {
  if (!(await isInside(root, folder))) return undefined;
  const entries = await readdir(folder, { withFileTypes: true });
  const names = await Promise.all(
    entries.map(async (entry) => {
      const isFolder = entry.isSymbolicLink() ? await leadsToFolder(join(folder, entry.name)) : entry.isDirectory();
      return isFolder ? `${entry.name}/` : entry.name;
    }),
  );
  return names.sort().join('\n');
}

async function isInside(root: string, file: string): Promise<boolean> {
  const way = relative(await realpath(root), await realpath(file));
  return way !== '..' && !/^\.\.[\\/]/.test(way) && !isAbsolute(way);
}

async function leadsToFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    return false;
  }
}
