import type { Kind } from '../model/index.js';

/** Which names make a file of which kind. One table for the CLI, the server and the extension's document selector. */
export const FILE_PATTERNS: Readonly<Record<'dockerfile' | 'shell' | 'dockerignore', readonly string[]>> = {
  dockerfile: ['Dockerfile', 'Dockerfile.*', '*.dockerfile', 'Containerfile', 'Containerfile.*', '*.containerfile'],
  shell: ['*entrypoint*.sh', '*entrypoint*.bash', '*entrypoint'],
  dockerignore: ['.dockerignore', '.containerignore', '*.dockerignore'],
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

/** The kind of a file by its name; undefined for a file that is none of ours. */
export function kindOf(path: string): Kind | undefined {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const lower = name.toLowerCase();
  if (lower.endsWith('.dockerignore') || lower === '.dockerignore' || lower === '.containerignore')
    return 'dockerignore';
  if (lower.endsWith('.dockerfile') || lower.endsWith('.containerfile')) return 'dockerfile';
  for (const stem of ['dockerfile', 'containerfile']) {
    if (lower === stem) return 'dockerfile';
    if (lower.startsWith(`${stem}.`)) {
      return FOREIGN_ENDINGS.has(lower.slice(lower.lastIndexOf('.') + 1)) ? undefined : 'dockerfile';
    }
  }
  if (lower.includes('entrypoint') && /^[^.]*(\.sh|\.bash)?$/.test(lower)) return 'shell';
  return undefined;
}
