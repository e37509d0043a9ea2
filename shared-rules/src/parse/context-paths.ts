import type { Instructions, Stage } from '../model/dockerfile.js';
import type { Word } from '../model/file.js';
import { cleanPath } from './glob.js';

/**
 * Where in the build context a path of the image may come from. A name without a slash is looked for on the PATH, that is
 * under whatever folder a COPY put a file of that name.
 */
export function contextPathsOf(path: string, stage: Stage): readonly string[] {
  const found: string[] = [];
  for (let at: Stage | undefined = stage; at; at = at.base && !('kind' in at.base) ? at.base : undefined) {
    for (const node of [...at.instructions].reverse()) {
      if ((node.keyword === 'COPY' && !node.from) || node.keyword === 'ADD') found.push(...sourcesOf(path, node));
    }
  }
  return [...new Set(found)];
}

function sourcesOf(path: string, copy: Instructions['COPY'] | Instructions['ADD']): readonly string[] {
  const target = copy.target && copy.valueOf(copy.target);
  if (target === undefined) return [];
  const { workdir } = copy.state;
  const folder = absolute(target, workdir.known ? workdir.value : '');
  const isFolder = target.endsWith('/') || target === '.' || copy.sources.length > 1;
  return copy.sources.flatMap((word) => sourceOf(path, word, folder, isFolder));
}

function sourceOf(path: string, { text, literal }: Word, target: string, isFolder: boolean): readonly string[] {
  if (!literal || /[*?[]/.test(text) || text.includes('://')) return [];
  const source = cleanPath(text).replace(/^\/+/, '');
  const name = source.slice(source.lastIndexOf('/') + 1);
  const isName = !path.includes('/');
  const found: string[] = [];
  if (name === (isName ? path : path.slice(path.lastIndexOf('/') + 1)) && source !== '.') {
    // The file itself, copied into a folder or under this very name.
    if (isName || cleanPath(`${target}/${name}`) === cleanPath(path)) found.push(source);
  }
  if (!isName && !isFolder && cleanPath(target) === cleanPath(path) && source !== '.') found.push(source);
  const inside = isName ? undefined : below(cleanPath(target), cleanPath(path));
  if (inside !== undefined) found.push(source === '.' ? inside : `${source}/${inside}`);
  if (isName && source === '.') found.push(path);
  return found;
}

/** The rest of a path below a folder. */
function below(folder: string, path: string): string | undefined {
  const prefix = folder === '/' ? '/' : `${folder}/`;
  return path.startsWith(prefix) && path.length > prefix.length ? path.slice(prefix.length) : undefined;
}

const absolute = (path: string, workdir: string): string =>
  path.startsWith('/') ? path : `${workdir.replace(/\/$/, '')}/${path.replace(/^\.\/?/, '')}`;
