import { lastOf } from '../model/paths.js';
import type { Heredoc, Instruction, Instructions, Stage } from '../model/dockerfile.js';
import type { State } from '../model/state.js';
import { cleanPath, matches, readGlob } from './glob.js';

/**
 * Where in the build context a path of the image may come from. A name without a slash is looked for on the PATH, that is
 * under whatever folder a COPY put a file of that name; any other relative path starts at the stage's working directory.
 * With `until`, only what is there when that instruction of the stage runs.
 */
export function contextPathsOf(path: string, stage: Stage, until?: Instruction): readonly string[] {
  const found: string[] = [];
  const wanted = path.includes('/') ? absolute(path, folderOf(stage.result)) : path;
  for (let at: Stage | undefined = stage; at; at = at.base && !('kind' in at.base) ? at.base : undefined) {
    for (const node of [...at.instructions].reverse()) {
      if (at === stage && until && node.span.start > until.span.start) continue;
      if ((node.keyword === 'COPY' && !node.from) || node.keyword === 'ADD') found.push(...sourcesOf(wanted, node));
      if (node === until && node.keyword === 'RUN') found.push(...mountedSourcesOf(wanted, node));
    }
  }
  return [...new Set(found)];
}

/** The heredoc that is written to a path of the image; see `contextPathsOf` for what a path is. */
export function heredocAt(path: string, stage: Stage): Heredoc | undefined {
  const wanted = path.includes('/') ? absolute(path, folderOf(stage.result)) : path;
  for (let at: Stage | undefined = stage; at; at = at.base && !('kind' in at.base) ? at.base : undefined) {
    for (const node of [...at.instructions].reverse()) {
      if (node.keyword !== 'COPY' && node.keyword !== 'ADD') continue;
      const target = node.target && node.valueOf(node.target);
      if (target === undefined) continue;
      const place = absolute(target, folderOf(node.state));
      const isFolder = target.endsWith('/') || node.heredocs.length + node.sources.length > 1;
      const found = node.heredocs.find(({ name }) => {
        const full = isFolder ? cleanPath(`${place}/${name}`) : place;
        return full === wanted || (!wanted.includes('/') && lastOf(full) === wanted);
      });
      if (found) return found;
    }
  }
  return undefined;
}

function sourcesOf(path: string, copy: Instructions['COPY'] | Instructions['ADD']): readonly string[] {
  const target = copy.target && copy.valueOf(copy.target);
  if (target === undefined) return [];
  const folder = absolute(target, folderOf(copy.state));
  const isFolder = target.endsWith('/') || target === '.' || copy.sources.length > 1;
  return copy.sources.flatMap((word) => {
    const text = copy.valueOf(word);
    const source = sourceIn(text) ?? (text === undefined ? undefined : chosenBy(text, lastOf(path)));
    if (source === undefined) return [];
    return path.includes('/') ? placesOf(path, source, folder, isFolder) : placesOnPath(path, source, folder, isFolder);
  });
}

/** What a RUN mounts from the build context for as long as it takes. */
const mountedSourcesOf = (path: string, { mounts, state }: Instructions['RUN']): readonly string[] =>
  mounts.flatMap(({ type, target, from, options }) => {
    const source = sourceIn(options.get('source') ?? '.');
    if (type !== 'bind' || from || target === undefined || source === undefined || !path.includes('/')) return [];
    return placesOf(path, source, absolute(target, folderOf(state)), false);
  });

/** The one file of a name that a pattern such as `package*.json` takes in. */
function chosenBy(pattern: string, name: string): string | undefined {
  const folder = pattern.slice(0, pattern.lastIndexOf('/') + 1);
  return pattern.includes('://') || /[*?[]/.test(folder) || !matches(readGlob(lastOf(pattern)), name)
    ? undefined
    : cleanPath(folder + name).replace(/^\/+/, '');
}

/** The path in the build context; undefined for what is none, or may be many. */
function sourceIn(text: string | undefined): string | undefined {
  if (text === undefined || /[*?[]/.test(text) || text.includes('://')) return undefined;
  return cleanPath(text).replace(/^\/+/, '') || '.';
}

function placesOf(path: string, source: string, target: string, isFolder: boolean): readonly string[] {
  const name = lastOf(source);
  // The file itself, copied into a folder.
  if (source !== '.' && cleanPath(`${target}/${name}`) === path) return [source];
  const found = !isFolder && source !== '.' && target === path ? [source] : [];
  const inside = below(target, path);
  if (inside !== undefined) found.push(source === '.' ? inside : `${source}/${inside}`);
  return found;
}

function placesOnPath(name: string, source: string, target: string, isFolder: boolean): readonly string[] {
  if (source === '.') return [name];
  return lastOf(source) === name || (!isFolder && lastOf(target) === name) ? [source] : [];
}

/** The rest of a path below a folder. */
function below(folder: string, path: string): string | undefined {
  const prefix = folder === '/' ? '/' : `${folder}/`;
  return path.startsWith(prefix) && path.length > prefix.length ? path.slice(prefix.length) : undefined;
}

/** The working directory; where it is unknown, paths that start there are compared with one another. */
const folderOf = ({ workdir }: State): string => (workdir.known ? workdir.value : '');

const absolute = (path: string, folder: string): string => cleanPath(path.startsWith('/') ? path : `${folder}/${path}`);
