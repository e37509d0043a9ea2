import { visitAfter, type Command, type Dockerfile, type Instruction, type Instructions } from '../model/index.js';
import { argument } from './hadolint.js';
import { isOpaque, objectsOf, removedBy, verbOf } from './commands.js';
import { holds, keepsOut } from './mounts.js';
import { parfumSees } from './peers.js';

type Run = Instructions['RUN'];

export const APT: readonly string[] = ['apt-get', 'apt', 'aptitude'];

/** The folder of the package lists. Source: apt-get(8), FILES. */
const LISTS = '/var/lib/apt/lists';

/** Subcommands that read the package lists. Source: apt-get(8). */
const READING: ReadonlySet<string> = new Set([
  'install',
  'reinstall',
  'upgrade',
  'safe-upgrade',
  'dist-upgrade',
  'full-upgrade',
  'build-dep',
  'satisfy',
  'source',
  'download',
  'changelog',
  'search',
  'show',
  'policy',
  'depends',
  'rdepends',
  'madison',
  'showsrc',
  'list',
]);

const isApt = ({ program }: Command): boolean => APT.includes(program.text) || program.text === 'apt-cache';

/** Whether the call fetches the package lists. */
export function updatesLists(command: Command): boolean {
  const { program } = command;
  if (program.text === 'add-apt-repository' || program.text === 'apt-add-repository')
    return !command.has('-n', '--no-update');
  return (
    isApt(command) &&
    (verbOf(command)?.text === 'update' || (verbOf(command)?.text === 'install' && command.has('--update')))
  );
}

/** Whether the call needs package lists to be there. */
export const readsLists = (command: Command): boolean => isApt(command) && READING.has(verbOf(command)?.text ?? '');

/** Whether the call installs packages that it names, or that it is handed by xargs. */
export const installsPackages = (command: Command): boolean =>
  APT.includes(command.program.text) &&
  verbOf(command)?.text === 'install' &&
  (objectsOf(command).length > 0 || command.wrappers.some(({ program }) => program.text === 'xargs'));

/** Whether docker-parfum takes the call for an install of packages. */
export const isInstallToParfum = (command: Command): boolean =>
  (command.program.text === 'apt-get' || command.program.text === 'apt') &&
  parfumSees(command) &&
  command.subcommand?.text === 'install' &&
  command.operands.length > 0;

/** Whether the call takes the package lists away. What it names by a variable may well be them. */
export function removesLists(command: Command): boolean {
  const { program, args } = command;
  if (program.text === 'apt-get' || program.text === 'apt')
    return ['distclean', 'dist-clean'].includes(verbOf(command)?.text ?? '');
  if (program.text === 'find')
    return (
      args.some(({ text }) => text.startsWith('/var/lib/apt')) &&
      args.some(({ text }) => text === '-delete' || text === '-exec')
    );
  // Scripts and functions that say what they are for.
  if (/clean/i.test(program.text)) return true;
  if (program.text === 'cd') return verbOf(command)?.text.startsWith('/var/lib/apt') === true;
  if (program.text === 'trap') return args.some(({ text }) => text.includes('apt/lists'));
  return removedBy(command).some(
    ({ text, literal }) => !literal || text.startsWith('/var/lib/apt') || /^\/var\/lib\/\{.*\bapt\b/.test(text),
  );
}

/** Whether the RUN keeps the package lists on a mount, so that they never come into the layer. */
export const mountsLists = (run: Run): boolean => holds(run, LISTS);

/** The mounts with which hadolint takes the package lists to stay out of the layer. */
export const mountsListsToHadolint = (run: Run): boolean =>
  keepsOut(run, LISTS) || (keepsOut(run, '/var/lib/apt') && keepsOut(run, '/var/cache/apt'));

/** Flags with which apt-get only says what it would do. Source: apt-get(8). */
export const DRY_RUN: readonly string[] = [
  '-s',
  '--simulate',
  '--just-print',
  '--dry-run',
  '--recon',
  '--no-act',
  '--print-uris',
];

/** The value of `-o Name=value`, without its quotes; the last one counts. */
export function aptSetting({ flags }: Command, wanted: string): string | undefined {
  for (const { name, value } of [...flags].reverse()) {
    if ((name !== '-o' && name !== '--option') || value === undefined) continue;
    const [key = '', ...rest] = value.text.split('=');
    if (key.toLowerCase() === wanted.toLowerCase()) return rest.join('=').replace(/^"|"$/g, '');
  }
  return undefined;
}

/** How apt reads a switch. Source: StringToBool of apt-pkg. */
export const isOff = (value: string): boolean => /^(0|no|false|without|off|disable)$/i.test(value);

/** Whether the instruction writes a setting of apt's into its configuration. */
export function writesAptSetting(node: Instruction, name: string, read: (path: string) => string | undefined): boolean {
  const names = (text: string): boolean => text.toLowerCase().includes(name.toLowerCase());
  if (node.keyword === 'RUN') {
    const texts = node.commands.flatMap(({ args, redirections }) => [
      ...args.map(({ text }) => text),
      ...redirections.flatMap(({ target }) => (target ? [target.text] : [])),
    ]);
    texts.push(...node.heredocs.map(({ body }) => body));
    return texts.some((text) => text.includes('apt.conf')) && texts.some(names);
  }
  if (node.keyword !== 'COPY' && node.keyword !== 'ADD') return false;
  if (node.target?.text.startsWith('/etc/apt/apt.conf') !== true) return false;
  if (node.heredocs.some(({ body }) => names(body))) return true;
  // A file that cannot be read may hold the setting.
  return node.sources.some(({ text }) => names(read(text.replace(/^\.?\//, '')) ?? name));
}

/** What later instructions want of the package lists that a RUN leaves. */
export type Need = 'none' | 'unknown' | 'needed';

/** Whether something uses the package lists of the RUN before the next RUN fetches them anew. */
export function needOfLists(file: Dockerfile, run: Run): Need {
  let need: Need = 'none';
  visitAfter(file, run, (outer) => {
    const node = outer.keyword === 'ONBUILD' ? outer.trigger : outer;
    if (node?.keyword !== 'RUN' && node?.keyword !== 'CMD' && node?.keyword !== 'ENTRYPOINT') return false;
    const isStep = node.keyword === 'RUN';
    if (isStep && node.script?.readable === false) need = atLeastUnknown(need);
    for (const command of node.commands) {
      // What a trigger or a container fetches does not come into this stage.
      if (updatesLists(command)) return isStep && !node.isTrigger;
      if (readsLists(command)) {
        need = 'needed';
        return true;
      }
      if (isStep && isOpaque(command)) need = atLeastUnknown(need);
    }
    return false;
  });
  return need;
}

const atLeastUnknown = (need: Need): Need => (need === 'none' ? 'unknown' : need);

/** Whether hadolint finds the lists cleaned: any `rm` with `-rf` or with the lists' path counts. */
export const isCleanedToHadolint = (command: Command): boolean =>
  command.program.text === 'rm' && (argument(command, '-rf') ?? argument(command, `${LISTS}/*`)) !== undefined;

/** Whether docker-parfum finds the lists removed by the call. */
export const removesListsToParfum = (command: Command): boolean =>
  parfumSees(command) &&
  removedBy(command).some(({ text }) => text.includes('/var') && text.includes('apt/lists') && text.endsWith('*'));
