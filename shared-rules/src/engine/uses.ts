import { isOfficial } from '../knowledge/images.js';
import { isPublicVendor } from '../knowledge/vendors.js';
import {
  type ComposeFile,
  type Container,
  folderOf,
  type Kind,
  type Manifest,
  type Models,
  type Service,
} from '../model/index.js';
import type { Built, Use } from '../workspace.js';
import { isKnownByText, kindOf } from './kinds.js';

/** How the files are looked at; every path runs from the root. */
export interface Files {
  list(folder: string): readonly string[] | undefined;
  text(path: string): string | undefined;
  open<K extends Kind>(path: string, kind: K): Models[K] | undefined;
}

/** Folders that manifests lie in, beside the sources of an image. */
const MANIFEST_FOLDERS: ReadonlySet<string> = new Set([
  'k8s',
  'kubernetes',
  'kube',
  'deploy',
  'deployment',
  'deployments',
  'manifests',
  'charts',
  'chart',
  'helm',
]);
const MANIFEST = /^(?:deployment|statefulset|daemonset|pod|cronjob|job|k8s|kubernetes|kube|manifest)s?[.-]/;

/** Bounds, so that a large repository is not searched for the sake of one file. */
const MOST_LEVELS = 6;
const MOST_COMPOSE_FILES = 12;
const MOST_FOLDERS = 24;
const MOST_MANIFESTS = 40;
const MOST_NEIGHBOURS = 40;
const LONGEST = 512 * 1024;

/** The Compose services that build a Dockerfile, with the build context each names. */
export function* composeUses(dockerfile: string, files: Files): Iterable<Use & { readonly context: string }> {
  for (const file of composeFiles(folderOf(dockerfile), files)) {
    for (const service of file.services()) {
      const context = contextOf(file, service);
      const path = context === undefined ? undefined : dockerfileOf(context, service);
      if (context !== undefined && path === dockerfile)
        yield { file, container: service, target: service.build?.target, context };
    }
  }
}

/** What runs the image of a Dockerfile. Nothing where that is in doubt. */
export function usesOf(dockerfile: string, files: Files): readonly Use[] {
  const composed = [...composeUses(dockerfile, files)];
  const images = new Set(composed.flatMap(({ container }) => container.image?.name ?? []));
  const found = [...manifests(folderOf(dockerfile), files)];
  const named = found.flatMap(({ file }) =>
    file.containers().flatMap((container) => (images.has(container.image?.name ?? '') ? [{ file, container }] : [])),
  );
  return [...composed, ...(named.length > 0 ? named : images.size > 0 ? [] : onlyOne(dockerfile, found, files))];
}

/** The one workload of a workspace with one Dockerfile: its containers that no public image is for. */
function onlyOne(dockerfile: string, found: readonly Found[], files: Files): readonly Use[] {
  const [base] = new Set(found.map((manifest) => manifest.base));
  if (base === undefined || !isOnlyDockerfile(dockerfile, base, files)) return [];
  const candidates = found.flatMap(({ file }) =>
    file.containers().flatMap((container) => (container.isInit || isPublic(container) ? [] : [{ file, container }])),
  );
  return candidates.length === 1 ? candidates : [];
}

/** Whether anybody may run the image, so that it is none of this workspace's own. */
function isPublic({ image }: Container): boolean {
  return image !== undefined && (isOfficial(image.name) || isPublicVendor(image.name));
}

function isOnlyDockerfile(dockerfile: string, base: string, files: Files): boolean {
  const own = folderOf(dockerfile);
  const top = files.list(base);
  if (!top || (own !== base && folderOf(own) !== base)) return false;
  const folders = top.filter((name) => name.endsWith('/') && !name.startsWith('.') && name !== 'node_modules/');
  if (folders.length > MOST_NEIGHBOURS) return false;
  const paths = ['', ...folders].flatMap((folder) => {
    const full = join(base, folder.replace(/\/$/, ''));
    return (files.list(full) ?? []).filter((name) => kindOf(name) === 'dockerfile').map((name) => join(full, name));
  });
  return paths.length === 1 && paths[0] === dockerfile;
}

/** The Dockerfile that goes with a script or another file: the only one in the nearest folder that has any. */
export function dockerfileFor(path: string, files: Files): string | undefined {
  for (const folder of foldersAbove(folderOf(path)).slice(0, 3)) {
    const found = (files.list(folder) ?? []).filter((name) => kindOf(name) === 'dockerfile');
    if (found.length > 0) return found.length === 1 ? join(folder, found[0] ?? '') : undefined;
  }
  return undefined;
}

/** The Dockerfile that a service is built by, and whether it is there. */
export function builtBy(file: ComposeFile, service: Service, files: Files): Built | undefined {
  const context = contextOf(file, service);
  const path = context === undefined ? undefined : dockerfileOf(context, service);
  if (context === undefined || path === undefined) return undefined;
  const names = files.list(folderOf(path));
  const isThere = names?.includes(path.slice(path.lastIndexOf('/') + 1));
  // A folder that cannot be listed lies perhaps outside of what the host shows.
  return {
    path,
    isMissing: isThere === false,
    dockerfile: isThere ? files.open(path, 'dockerfile') : undefined,
  };
}

function* composeFiles(from: string, files: Files): Iterable<ComposeFile> {
  let left = MOST_COMPOSE_FILES;
  for (const folder of foldersAbove(from)) {
    for (const name of (files.list(folder) ?? []).filter((entry) => kindOf(entry) === 'compose').sort()) {
      left -= 1;
      if (left < 0) return;
      const file = openBounded(join(folder, name), 'compose', files);
      if (file) yield file;
    }
  }
}

interface Found {
  readonly file: Manifest;
  /** The folder beside whose sources the manifest lies. */
  readonly base: string;
}

function* manifests(from: string, files: Files): Iterable<Found> {
  const budget = { folders: MOST_FOLDERS, files: MOST_MANIFESTS };
  for (const base of foldersAbove(from)) {
    const names = files.list(base) ?? [];
    yield* manifestsIn(
      base,
      names.filter((name) => MANIFEST.test(name)),
      base,
      files,
      budget,
    );
    for (const name of names) {
      const folder = name.replace(/\/$/, '');
      if (folder !== name && MANIFEST_FOLDERS.has(folder.toLowerCase()))
        yield* manifestsBelow(join(base, folder), base, files, budget, 3);
    }
  }
}

interface Budget {
  folders: number;
  files: number;
}

function* manifestsBelow(folder: string, base: string, files: Files, budget: Budget, depth: number): Iterable<Found> {
  budget.folders -= 1;
  if (budget.folders < 0 || depth < 0) return;
  const names = files.list(folder) ?? [];
  yield* manifestsIn(folder, names, base, files, budget);
  for (const name of names) {
    if (name.endsWith('/')) yield* manifestsBelow(join(folder, name.slice(0, -1)), base, files, budget, depth - 1);
  }
}

function* manifestsIn(
  folder: string,
  names: readonly string[],
  base: string,
  files: Files,
  budget: Budget,
): Iterable<Found> {
  for (const name of names) {
    const path = join(folder, name);
    if (!isKnownByText(path)) continue;
    budget.files -= 1;
    if (budget.files < 0) return;
    const text = files.text(path);
    if (text === undefined || kindOf(path, text) !== 'kubernetes') continue;
    const file = openBounded(path, 'kubernetes', files);
    if (file) yield { file, base };
  }
}

function openBounded<K extends Kind>(path: string, kind: K, files: Files): Models[K] | undefined {
  const text = files.text(path);
  return text === undefined || text.length > LONGEST ? undefined : files.open(path, kind);
}

/** The folder of a service's build context from the root; undefined where it is not known or lies outside. */
function contextOf({ path }: ComposeFile, { build }: Service): string | undefined {
  return build?.context === undefined ? undefined : resolve(folderOf(path), build.context);
}

function dockerfileOf(context: string, { build }: Service): string | undefined {
  return build?.dockerfile === undefined ? undefined : resolve(context, build.dockerfile);
}

/** A path from a folder as one from the root, which it may not leave. */
export function resolve(folder: string, path: string): string | undefined {
  if (path.startsWith('/') || path.startsWith('~')) return undefined;
  const parts = folder === '' ? [] : folder.split('/');
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.pop() === undefined) return undefined;
  }
  return parts.join('/');
}

/** The folder and those above it, up to the root. */
function foldersAbove(folder: string): readonly string[] {
  const folders = [folder];
  for (let at = folder; at !== '' && folders.length < MOST_LEVELS;) {
    at = folderOf(at);
    folders.push(at);
  }
  return folders;
}

const join = (folder: string, name: string): string =>
  folder === '' ? name : name === '' ? folder : `${folder}/${name}`;
