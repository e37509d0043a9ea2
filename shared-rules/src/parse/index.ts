import type { Kind, Models, Source } from '../model/file.js';
import { SyntaxCache } from './cache.js';
import { parseCompose } from './compose.js';
import { parseDevContainer } from './devcontainer.js';
import { parseDockerfile } from './dockerfile.js';
import { parseIgnoreFile } from './ignore.js';
import { parseNginx } from './nginx.js';
import { parseProjectFile } from './project.js';
import { parseManifest } from './kubernetes.js';
import { parsePythonSettings } from './python.js';
import { parseShellScript } from './script.js';
import type { ShellReader } from './shell.js';

export { SyntaxCache } from './cache.js';
export { loadShellReader, type ShellReader } from './shell.js';

type Parse<K extends Kind> = (source: Source, reader: ShellReader | undefined, cache: SyntaxCache) => Models[K];

/** One row per kind of file. */
const PARSERS: { readonly [K in Kind]: Parse<K> } = {
  dockerfile: ({ path, text }, reader, cache) => parseDockerfile(path, text, reader, cache),
  shell: ({ path, text }, reader) => parseShellScript(path, text, reader),
  dockerignore: ({ path, text }) => parseIgnoreFile(path, text),
  nginx: ({ path, text }) => parseNginx(path, text),
  devcontainer: ({ path, text }) => parseDevContainer(path, text),
  python: ({ path, text }) => parsePythonSettings(path, text),
  project: ({ path, text }) => parseProjectFile(path, text),
  compose: ({ path, text }) => parseCompose(path, text),
  kubernetes: ({ path, text }) => parseManifest(path, text),
};

/** Reads a text into the model of its kind. It never throws: what cannot be read is among the model's problems. */
export const parse = <K extends Kind>(
  source: Source & { readonly kind: K },
  reader: ShellReader | undefined,
  cache: SyntaxCache = new SyntaxCache(),
): Models[K] => PARSERS[source.kind](source, reader, cache);
