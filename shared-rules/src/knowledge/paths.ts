import type { Command, Instruction, Instructions, State, Word } from '../model/index.js';
import { operandsOf } from './commands.js';
import { isWithin } from './mounts.js';
import { isRoot } from './users.js';

/** An absolute path without `.`, `..` and doubled slashes. */
function cleaned(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}

/** A path of the image from its root; undefined where it starts at a folder that nobody knows. */
export function inImage(path: string, { workdir }: State): string | undefined {
  if (path.startsWith('/')) return cleaned(path);
  if (/^[~$]/.test(path) || /^[A-Za-z]:/.test(path)) return undefined;
  return workdir.known && workdir.value.startsWith('/') ? cleaned(`${workdir.value}/${path}`) : undefined;
}

/** Home of the user that commands run as, where it is a matter of course. */
const homeOf = ({ user }: State): string | undefined => (user.known && isRoot(user.value) ? '/root' : undefined);

/** A path as a command names it, `~` and `$HOME` of root put in; undefined where it is not known. */
export function pathOf(word: Word, state: State): string | undefined {
  const rest = /^(?:~|\$HOME|\$\{HOME\})(\/.*)?$/.exec(word.text);
  if (rest) {
    const home = homeOf(state);
    return home === undefined ? undefined : cleaned(`${home}${rest[1] ?? ''}`);
  }
  return word.literal ? inImage(word.text, state) : undefined;
}

/** Where a COPY or ADD puts each of its sources, as far as it can be told. */
export function targetsOf(copy: Instructions['COPY' | 'ADD']): ReadonlyMap<Word, string> {
  const found = new Map<Word, string>();
  const written = copy.target && copy.valueOf(copy.target);
  const target = written === undefined ? undefined : inImage(written, copy.state);
  if (written === undefined || target === undefined) return found;
  const isFolder = /(^|\/)\.?$/.test(written) || copy.sources.length > 1;
  for (const source of copy.sources) {
    const text = copy.valueOf(source);
    if (text === undefined) continue;
    found.set(source, isFolder ? cleaned(`${target}/${baseName(text)}`) : target);
  }
  return found;
}

/** The last part of a path. */
export const baseName = (path: string): string => {
  const bare = path.replace(/\/+$/, '');
  return bare.slice(bare.lastIndexOf('/') + 1);
};

/** The paths that a call gives to somebody else, or opens to others: by chown, chgrp, chmod, setfacl or install. */
function givenAwayBy(command: Command): readonly Word[] {
  const { program } = command;
  switch (program.text) {
    case 'chown':
    case 'chgrp':
    case 'chmod':
      return command.has('--reference') ? operandsOf(command) : operandsOf(command).slice(1);
    case 'setfacl':
    case 'fix-permissions':
      return command.args;
    case 'install':
      return command.has('-o', '--owner', '-g', '--group', '-m', '--mode') ? operandsOf(command) : [];
    case 'mkdir':
      return command.has('-m', '--mode') ? operandsOf(command) : [];
    default:
      return [];
  }
}

/** Whether one of the two paths lies within the other. */
export const meet = (one: string, other: string): boolean => isWithin(one, other) || isWithin(other, one);

/** Whether an instruction hands the path, a folder around it or something in it over to a user other than root. */
export function givesAway(node: Instruction, path: string): boolean {
  if (node.keyword === 'COPY' || node.keyword === 'ADD') {
    if (!node.flag('chown') && !node.flag('chmod')) return false;
    const target = node.target && node.valueOf(node.target);
    const place = target === undefined ? undefined : inImage(target, node.state);
    return place === undefined || meet(path, place);
  }
  if (node.keyword !== 'RUN') return false;
  return node.commands.some((command) =>
    givenAwayBy(command).some((word) => {
      if (!word.literal || /[*?{~]/.test(word.text)) return true;
      // Where a script has gone by itself, nobody here knows.
      const hasMoved = !word.text.startsWith('/') && node.commands.some(({ program }) => program.text === 'cd');
      const place = hasMoved ? undefined : inImage(word.text, command.state);
      return place === undefined || meet(path, place);
    }),
  );
}

/** The folders that a VOLUME names, as far as they can be told. */
export function volumesOf(volume: Instructions['VOLUME']): ReadonlyMap<Word, string> {
  const found = new Map<Word, string>();
  for (const word of volume.words) {
    const value = volume.valueOf(word);
    const path = value === undefined || value === '' ? undefined : inImage(value, volume.state);
    if (path !== undefined) found.set(word, path);
  }
  return found;
}

/** Commands that make, change or remove what they name. */
const CHANGING: ReadonlySet<string> = new Set([
  'mkdir',
  'touch',
  'chown',
  'chgrp',
  'chmod',
  'rm',
  'rmdir',
  'tee',
  'truncate',
  'mv',
]);
/** Commands that write to the last thing they name. */
const WRITING: ReadonlySet<string> = new Set(['cp', 'ln', 'install', 'rsync']);

/** The words by which a command names what it writes to, its redirections included. */
export function writtenBy(command: Command): readonly Word[] {
  const { program } = command;
  const redirected = command.redirections.flatMap(({ operator, target }) =>
    target && /^(&>|>|>>|&>>|>\|)$/.test(operator) ? [target] : [],
  );
  if (CHANGING.has(program.text)) return [...redirected, ...givenAwayOrNamed(command)];
  if (WRITING.has(program.text)) {
    const folder = command.flag('-t', '--target-directory')?.value;
    const last =
      program.text === 'install' && command.has('-d', '--directory')
        ? operandsOf(command)
        : [operandsOf(command).at(-1)];
    return [...redirected, ...(folder ? [folder] : last).filter((word) => word !== undefined)];
  }
  if (program.text === 'tar' || program.text === 'unzip') {
    const folder = command.flag('-C', '--directory', '-d')?.value;
    return folder ? [...redirected, folder] : redirected;
  }
  return redirected;
}

/** Without the owner of `chown` and the mode of `chmod`. */
const givenAwayOrNamed = (command: Command): readonly Word[] =>
  /^ch(own|grp|mod)$/.test(command.program.text) ? givenAwayBy(command) : operandsOf(command);
