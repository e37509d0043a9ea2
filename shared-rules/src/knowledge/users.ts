import { chainOf, type Command, type Family, type Instruction, type Stage, type Word } from '../model/index.js';
import { operandsOf } from './commands.js';

/** Programs that give up root before they start the real program. Source: their manuals. */
export const PRIVILEGE_DROPS: readonly string[] = ['gosu', 'su-exec', 'suexec', 'setpriv', 'runuser', 'chpst'];

/** How a distribution makes a system user and its group; undefined where nothing is known to be installed for it. */
export function userCreation(family: Family, name: string): string | undefined {
  switch (family) {
    case 'debian':
      return `groupadd -r ${name} && useradd --no-log-init -r -g ${name} ${name}`;
    case 'redhat':
    case 'suse':
      return `groupadd -r ${name} && useradd -r -g ${name} ${name}`;
    case 'alpine':
      return `addgroup -S ${name} && adduser -S -G ${name} ${name}`;
    case 'none':
    case 'windows':
    case 'unknown':
      return undefined;
  }
}

/** Whether a USER value is root: by name or number, with or without a group. */
export const isRoot = (user: string): boolean => /^(root|0+)(:|$)/.test(user.trim());

/** A user or group that a command makes. */
export interface NewAccount {
  readonly name: Word;
  /** Its number, where it is given. */
  readonly id?: Word | undefined;
  /** The groups a user is in besides its own. */
  readonly groups: readonly string[];
}

const listed = (word: Word | undefined): readonly string[] =>
  word?.literal ? word.text.split(',').filter((name) => name !== '') : [];

/** The user that a call makes. Sources: useradd(8), adduser(8) of Debian, adduser of BusyBox. */
export function newUser(command: Command): NewAccount | undefined {
  const program = command.program.text;
  if (program !== 'useradd' && program !== 'adduser') return undefined;
  const operands = operandsOf(command);
  const id = command.flag('-u', '--uid')?.value;
  if (program === 'useradd') {
    const name = operands.at(-1);
    return name && !command.has('-D', '--defaults')
      ? { name, id, groups: listed(command.flag('-G', '--groups')?.value) }
      : undefined;
  }
  // With a second operand, adduser takes a user into a group; with --group alone it makes one.
  const [name, group] = operands;
  if (!name || group) return undefined;
  if (command.has('--group') && !command.has('--system')) return undefined;
  return { name, id, groups: [] };
}

/** The group that a call makes. Sources: groupadd(8), addgroup(8) of Debian, addgroup of BusyBox. */
export function newGroup(command: Command): NewAccount | undefined {
  const program = command.program.text;
  if (program !== 'groupadd' && program !== 'addgroup') return undefined;
  const [name, group] = operandsOf(command);
  if (!name || group) return undefined;
  return { name, id: command.flag('-g', '--gid')?.value, groups: [] };
}

const GROUPING: ReadonlySet<string> = new Set(['useradd', 'usermod', 'adduser', 'addgroup', 'gpasswd']);

/** Groups that a call takes a user into, besides the user's own. Sources: those, usermod(8), gpasswd(1). */
export function membershipsIn(command: Command): readonly { readonly user: string; readonly group: string }[] {
  if (!GROUPING.has(command.program.text)) return [];
  const [first, second] = operandsOf(command);
  const of = (user: Word | undefined, groups: readonly string[]) =>
    user?.literal ? groups.map((group) => ({ user: user.text, group })) : [];
  switch (command.program.text) {
    case 'useradd':
      return of(operandsOf(command).at(-1), listed(command.flag('-G', '--groups')?.value));
    case 'usermod':
      return of(operandsOf(command).at(-1), listed(command.flag('-G', '--groups')?.value));
    case 'adduser':
    case 'addgroup':
      return of(first, listed(second));
    case 'gpasswd':
      return of(command.flag('-a', '--add')?.value, listed(operandsOf(command).at(-1)));
    default:
      return [];
  }
}

/** The user that an image is made with and runs without: root starts it, and nothing else speaks of the user. */
export function idleUserOf(stage: Stage): Word | undefined {
  const { user } = stage.result;
  if (!user.known || !isRoot(user.value)) return undefined;
  const nodes = chainOf(stage);
  const made = nodes
    .flatMap((node) => (node.keyword === 'RUN' ? node.commands : []))
    .flatMap((command) => newUser(command) ?? [])
    .filter(({ name, id }) => name.literal && !(id && isRoot(id.text)));
  return made.findLast(({ name }) => !isSpokenOf(name.text, nodes))?.name;
}

/** Whether anything but what makes the user and its group names the user. */
function isSpokenOf(name: string, nodes: readonly Instruction[]): boolean {
  const speaks = ({ text }: Word): boolean => text.split(/[^\w.-]+/).includes(name);
  return nodes.some((node) => {
    if (node.keyword === 'RUN' && node.script) {
      return node.commands.some((command) => {
        const { redirections, args } = command;
        if (newUser(command)?.name.text === name || newGroup(command)?.name.text === name) return false;
        return [...args, ...redirections.flatMap(({ target }) => target ?? [])].some(speaks);
      });
    }
    if (node.heredocs.some(({ body }) => body.includes(name))) return true;
    return [...node.words, ...node.flags.flatMap(({ value }) => value ?? [])].some(speaks);
  });
}
