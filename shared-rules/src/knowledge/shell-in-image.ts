import { anyBefore, type Dockerfile, type Instruction, type Instructions, type Stage } from '../model/index.js';
import { hasNoShell } from './images.js';
import { isArchiveName } from './sources.js';

/** Whether the image at the root of the stage is known to hold no shell. */
export function startsWithoutShell({ rootImage, start }: Stage): boolean {
  if (rootImage?.value === undefined || start.family === 'windows') return false;
  return hasNoShell(rootImage.resolved?.name ?? rootImage.name, rootImage.resolved?.tag ?? rootImage.tag?.text);
}

/** Makes the question whether a shell may have come into an image that had none: by a SHELL of its own, by files. */
export function shellMayCome(file: Dockerfile): (node: Instruction) => boolean {
  const started = new Set<string>();
  for (const node of file.all('CMD', 'ENTRYPOINT', 'HEALTHCHECK'))
    for (const { program, args } of node.commands)
      for (const word of [program, ...args]) started.add(lastOf(word.text));
  return anyBefore(
    (node) =>
      node.keyword === 'SHELL' || ((node.keyword === 'COPY' || node.keyword === 'ADD') && mayHoldShell(node, started)),
  );
}

/** Names of shells, and of folders that hold them. */
const SHELL_NAMES = /^(sh|bash|ash|dash|zsh|busybox|busybox\..*|toybox|s?bin|usr|rootfs.*|root|image|fs)$/;

function mayHoldShell(copy: Instructions['COPY' | 'ADD'], started: ReadonlySet<string>): boolean {
  const { sources, target, heredocs } = copy;
  if (!target) return false;
  const to = target.text.replace(/(?<=.)\/$/, '');
  if (sources.some(({ text }) => text === '/' || SHELL_NAMES.test(lastOf(text)))) return true;
  if (copy.keyword === 'ADD' && sources.some(({ text, literal }) => !literal || isArchiveName(text))) return true;
  if (SHELL_NAMES.test(lastOf(to))) return true;
  // What is put at the root may be a whole file system, unless it is plainly a file.
  return to === '/' && heredocs.length === 0 && !sources.every(({ text }) => isFile(text, started));
}

/** Whether a source is a file by all appearances: by its ending, or since a container starts it. */
function isFile(source: string, started: ReadonlySet<string>): boolean {
  const name = lastOf(source);
  if (source.endsWith('/') || /[*?[$]/.test(name) || name === '.' || name === '') return false;
  return /\.\w+$/.test(name) || started.has(name);
}

function lastOf(path: string): string {
  const bare = path.replace(/\/+$/, '');
  return bare.slice(bare.lastIndexOf('/') + 1);
}

/** Whether a RUN may take a shell from a mount. */
export const mountsTools = ({ mounts }: Instructions['RUN']): boolean =>
  mounts.some(({ type, from }) => type === 'bind' && from !== undefined);
