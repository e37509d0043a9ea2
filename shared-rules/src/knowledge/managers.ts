import type { Command, Family, Instructions, Word } from '../model/index.js';
import { objectsOf, verbOf } from './commands.js';

/** A package manager by what it is called and what its subcommands do. */
export interface Manager {
  readonly programs: readonly string[];
  /** Fetch the lists of packages. */
  readonly refreshes: ReadonlySet<string>;
  /** Use these lists. */
  readonly uses: ReadonlySet<string>;
  /** Where the lists are kept. */
  readonly folders: readonly string[];
}

const words = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/));

/** Sources: apt-get(8), aptitude(8), apk(8), dnf(8), yum(8), zypper(8). */
export const MANAGERS: readonly Manager[] = [
  {
    programs: ['apt-get', 'apt', 'aptitude'],
    refreshes: words('update'),
    uses: words(
      `install reinstall upgrade safe-upgrade dist-upgrade full-upgrade dselect-upgrade build-dep satisfy source download
       changelog`,
    ),
    folders: ['/var/lib/apt/lists'],
  },
  {
    programs: ['apk'],
    refreshes: words('update'),
    uses: words('add upgrade fix fetch'),
    folders: ['/var/cache/apk', '/etc/apk/cache'],
  },
  {
    programs: ['dnf', 'dnf5', 'yum', 'microdnf', 'tdnf'],
    refreshes: words('makecache check-update'),
    uses: words(
      `install reinstall upgrade update update-minimal upgrade-minimal downgrade distro-sync swap builddep build-dep
       groupinstall group groups localinstall module download install-n install-na install-nevra update-to`,
    ),
    folders: ['/var/cache/dnf', '/var/cache/libdnf5', '/var/cache/yum'],
  },
  {
    programs: ['zypper'],
    refreshes: words('refresh ref'),
    uses: words('install in update up dist-upgrade dup patch source-install si build-deps-only download'),
    folders: ['/var/cache/zypp'],
  },
];

export const MANAGER_PROGRAMS: readonly string[] = MANAGERS.flatMap(({ programs }) => programs);

export const managerOf = ({ program }: Command): Manager | undefined =>
  MANAGERS.find(({ programs }) => programs.includes(program.text));

/** Programs that call a package manager themselves, by its family. */
const INSTALLERS: ReadonlySet<string> = new Set([
  'apt-fast',
  'nala',
  'gdebi',
  'tasksel',
  'mk-build-deps',
  'install_packages',
  'debootstrap',
  'apt-file',
  'playwright',
  'npx',
  'ubuntu-drivers',
  'rosdep',
  'install2.r',
  'yum-builddep',
  'apt-cache',
]);

/** Whether the call uses lists of packages. */
export const usesLists = (manager: Manager, command: Command): boolean =>
  INSTALLERS.has(command.program.text) ||
  (manager.programs.includes(command.program.text) && manager.uses.has(verbOf(command)?.text ?? ''));

/** Whether the call installs something by the manager's own hand. */
export const installs = (manager: Manager, command: Command): boolean =>
  manager.programs.includes(command.program.text) && manager.uses.has(verbOf(command)?.text ?? '');

export const refreshes = (manager: Manager, command: Command): boolean =>
  manager.programs.includes(command.program.text) && manager.refreshes.has(verbOf(command)?.text ?? '');

/** Whether the call adds a repository or an architecture, so that the lists have to be fetched anew. */
export function addsRepository(command: Command): boolean {
  const { program, args, redirections } = command;
  const verb = verbOf(command)?.text ?? '';
  switch (program.text) {
    case 'add-apt-repository':
    case 'apt-add-repository':
    case 'yum-config-manager':
      return true;
    case 'dpkg':
      return command.has('--add-architecture', '-i', '--install');
    case 'rpm':
      return command.has('-i', '-U', '--install', '--upgrade', '--import');
    case 'zypper':
      return ['addrepo', 'ar'].includes(verb);
    case 'dnf':
      return (
        verb === 'config-manager' || verb === 'copr' || objectsOf(command).some(({ text }) => text.endsWith('.rpm'))
      );
  }
  const places = [...args, ...redirections.flatMap(({ target }) => (target ? [target] : []))];
  return places.some(({ text }) => REPOSITORIES.test(text));
}

const REPOSITORIES = /sources\.list|apt\/(keyrings|trusted\.gpg)|yum\.repos\.d|zypp\/repos\.d|apk\/repositories/;

/** The distributions that come with a package manager. Sources: the manuals named above, dpkg(1). */
export const HOMES: Readonly<Record<string, readonly Family[]>> = {
  apt: ['debian'],
  'apt-get': ['debian'],
  aptitude: ['debian'],
  dpkg: ['debian'],
  apk: ['alpine'],
  yum: ['redhat'],
  dnf: ['redhat'],
  microdnf: ['redhat'],
  zypper: ['suse'],
};

/** How a distribution installs packages in one layer; undefined where that differs from image to image. */
export function installLine(family: Family, packages: string): string | undefined {
  switch (family) {
    case 'debian':
      return `apt-get update && apt-get install -y --no-install-recommends ${packages} && rm -rf /var/lib/apt/lists/*`;
    case 'alpine':
      return `apk add --no-cache ${packages}`;
    case 'suse':
      return `zypper --non-interactive install ${packages} && zypper clean --all`;
    default:
      return undefined;
  }
}

/** Subcommands that change what is installed, or the lists, for which they must be root. Sources: the manuals named above. */
const CHANGING: ReadonlySet<string> = words(
  `install reinstall update upgrade safe-upgrade dist-upgrade full-upgrade dselect-upgrade build-dep satisfy remove purge
   autoremove autopurge add del fix erase groupinstall localinstall downgrade distro-sync swap builddep in rm up dup patch
   refresh ref`,
);

/** Whether the call changes what is installed, rather than only asking or trying. */
export const changesPackages = (command: Command): boolean =>
  managerOf(command) !== undefined &&
  CHANGING.has(verbOf(command)?.text ?? '') &&
  !command.has('-s', '--simulate', '--dry-run', '--just-print', '--recon', '--no-act', '--assumeno', '--downloadonly');

/** The packages that a call installs by the manager's own hand, where they are named. */
export function packagesIn(command: Command): readonly Word[] {
  const manager = managerOf(command);
  return manager && installs(manager, command) ? objectsOf(command) : [];
}

/** The name of a package without version, release and architecture: `curl=8.5.0-r0`, `curl:amd64`, `curl/bookworm`. */
export const packageName = ({ text }: Word): string => text.replace(/[=:/~<>@].*$/, '');

/** Subcommands that take packages out. Source: the manuals named above. */
const REMOVING: ReadonlySet<string> = new Set(['del', 'remove', 'purge', 'autoremove', 'erase', 'rm', 'autopurge']);

/** Whether the call takes packages out again. */
export const removesPackages = (command: Command): boolean =>
  managerOf(command) !== undefined && REMOVING.has(verbOf(command)?.text ?? '');

/** What goes along with an install of packages and reads nothing of the project. */
const HELPERS: ReadonlySet<string> = new Set(
  'set echo true : export exit groupadd useradd addgroup adduser'.split(' '),
);

/** Whether the RUN does nothing but install, upgrade or remove packages of the distribution and clean up after that. */
export function isPackageWork({ commands, script }: Instructions['RUN']): boolean {
  if (script?.readable === false) return false;
  const isWork = (command: Command): boolean => {
    if (managerOf(command)) return objectsOf(command).every(({ text }) => !/^[./]|\.(deb|rpm|apk)$/.test(text));
    if (command.program.text === 'rm') return command.args.every(({ text }) => /^-|^\/(var|tmp|root)\//.test(text));
    return HELPERS.has(command.program.text) && command.redirections.length === 0;
  };
  return commands.every(isWork) && commands.some((command) => MANAGERS.some((manager) => installs(manager, command)));
}
