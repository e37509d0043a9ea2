import type { Kind } from '../model/index.js';

/** Which names make a file of which kind. One table for the CLI, the server and the extension's document selector. */
export const FILE_PATTERNS: Readonly<
  Record<'dockerfile' | 'shell' | 'dockerignore' | 'compose' | 'nginx' | 'devcontainer', readonly string[]>
> = {
  dockerfile: ['Dockerfile', 'Dockerfile.*', '*.dockerfile', 'Containerfile', 'Containerfile.*', '*.containerfile'],
  shell: ['*entrypoint*.sh', '*entrypoint*.bash', '*entrypoint'],
  dockerignore: ['.dockerignore', '.containerignore', '*.dockerignore'],
  compose: ['compose.{yaml,yml}', 'compose.*.{yaml,yml}', 'docker-compose*.{yaml,yml}'],
  nginx: ['nginx.conf', '*.nginx.conf', 'nginx/**/*.conf', 'conf.d/*.conf', 'sites-{available,enabled}/*'],
  devcontainer: ['devcontainer.json', '.devcontainer.json'],
};

/** Endings that make a `Dockerfile.*` something else: source code about Dockerfiles, or notes. */
const FOREIGN_ENDINGS: ReadonlySet<string> = new Set([
  'go',
  'ts',
  'js',
  'mjs',
  'py',
  'rb',
  'rs',
  'java',
  'md',
  'txt',
  'json',
  'yaml',
  'yml',
  'html',
  'bak',
  'orig',
  'swp',
  'j2',
  'tmpl',
  'tpl',
  'template',
  'in',
  'erb',
  'lock',
  'sh',
  'diff',
  'patch',
  'sig',
  'asc',
]);

const YAML = /\.ya?ml$/;
const COMPOSE = /^(?:compose(?:\.[^/]+)?|docker-compose[^/]*)\.ya?ml$/;

/** Whether only its text can tell what the file is: Kubernetes says nothing of names. */
export const isKnownByText = (path: string): boolean => YAML.test(path.toLowerCase()) && kindByName(path) === undefined;

/** How much of a text is looked at: an object begins with what it is. */
export const LOOKED_AT = 64 * 1024;

/**
 * The kind of a file by its name and, where that says nothing and the text is there, by a look at it; undefined for a
 * file that is none of ours.
 */
export function kindOf(path: string, text?: string): Kind | undefined {
  const byName = kindByName(path);
  return byName ?? (text !== undefined && YAML.test(path.toLowerCase()) && isManifest(text) ? 'kubernetes' : undefined);
}

/** The APIs that hold what runs containers, and what such things refer to. */
const API = /^\uFEFF?["']?apiVersion["']?:[ \t]*["']?(?:v1\b|apps\/|batch\/|extensions\/|\{\{)/m;
const OBJECT = /^\uFEFF?["']?kind["']?:/m;

/** Whether a document names its API and its kind of object at the top. */
function isManifest(text: string): boolean {
  const head = text.slice(0, LOOKED_AT);
  return API.test(head) && OBJECT.test(head);
}

/** Other programs keep files in such folders as well: the parser tells by what it reads. */
const NGINX =
  /(^|[/.])nginx\.conf$|(^|\/)(nginx\/([^/]+\/){0,9}|conf\.d\/)[^/]+\.conf$|(^|\/)sites-(available|enabled)\/[^/.]+(\.[\w.-]+)?$/;

function kindByName(path: string): Kind | undefined {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const lower = name.toLowerCase();
  if (lower.endsWith('.dockerignore') || lower === '.dockerignore' || lower === '.containerignore')
    return 'dockerignore';
  if (COMPOSE.test(lower)) return 'compose';
  if (lower === 'devcontainer.json' || lower === '.devcontainer.json') return 'devcontainer';
  if (lower.endsWith('.dockerfile') || lower.endsWith('.containerfile')) return 'dockerfile';
  for (const stem of ['dockerfile', 'containerfile']) {
    if (lower === stem) return 'dockerfile';
    if (lower.startsWith(`${stem}.`)) {
      return FOREIGN_ENDINGS.has(lower.slice(lower.lastIndexOf('.') + 1)) ? undefined : 'dockerfile';
    }
  }
  if (NGINX.test(path.toLowerCase())) return 'nginx';
  if (lower.includes('entrypoint') && /^[^.]*(\.sh|\.bash)?$/.test(lower)) return 'shell';
  return undefined;
}
