import { readdirSync, readFileSync, statSync, type Stats } from 'node:fs';
import { join } from 'node:path';
import { isKnownByText, kindOf, type Read, type Source } from '@plimsoll/rules';

const root = join(import.meta.dirname, 'corpus');

/** A folder of the corpus: its documents, and how the files beside them are read. */
export interface Case {
  readonly name: string;
  readonly sources: readonly Source[];
  readonly read: Read;
}

/** What lies at a path: a path below a file is as good as none. */
function statsOf(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}

const isFolder = (path: string): boolean => statsOf(path)?.isDirectory() ?? false;

/** A text as a host hands it on: without its byte order mark. */
function sourceOf(folder: string, path: string): readonly Source[] {
  if (!kindOf(path) && !isKnownByText(path)) return [];
  const text = readFileSync(join(folder, path), 'utf8').replace(/^\uFEFF/, '');
  const kind = kindOf(path, text);
  if (!kind) return [];
  return [{ kind, path, text }];
}

const readerOf =
  (folder: string): Read =>
  (path) => {
    const full = join(folder, path);
    if (path.endsWith('/')) {
      if (!isFolder(full)) return Promise.resolve(undefined);
      const names = readdirSync(full, { withFileTypes: true }).map(
        (entry) => entry.name + (entry.isDirectory() ? '/' : ''),
      );
      return Promise.resolve(names.join('\n'));
    }
    return Promise.resolve(statsOf(full)?.isFile() ? readFileSync(full, 'utf8') : undefined);
  };

/** Every case of the corpus, in the order of their names. */
export const cases: readonly Case[] = readdirSync(root)
  .filter((name) => isFolder(join(root, name)))
  .map((name) => {
    const folder = join(root, name);
    const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
      (path) => !isFolder(join(folder, path)),
    );
    return { name, sources: paths.sort().flatMap((path) => sourceOf(folder, path)), read: readerOf(folder) };
  });
