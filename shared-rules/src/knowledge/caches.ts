import type { Command, CommandFlag, Instructions, State } from '../model/index.js';
import { isOpaque, jumps, objectsOf, operandsOf, removedBy, verbOf } from './commands.js';
import { isWithin, targetsKeptOut } from './mounts.js';
import { PIP } from './pip.js';

/** What a package manager keeps for the next time: where, and by which calls it comes and goes. */
export interface Cache {
  readonly name: string;
  readonly programs: readonly string[];
  /** The subcommands that fill it, an empty text for a call without one. */
  readonly fills: ReadonlySet<string>;
  /** The calls that clear it, by their first operands. */
  readonly clears: readonly string[];
  /** The flags with which it is not used. */
  readonly disables: readonly string[];
  /** The folders, `~` for the user's own. The first is the usual one. */
  readonly folders: readonly string[];
  /** The folders to mount so that it is kept between builds. */
  readonly mounts: readonly string[];
  /** Whether two builds at the same time must not work on it. */
  readonly isLocked: boolean;
}

const words = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/));

const cache = (
  name: string,
  programs: string,
  fills: string,
  folders: readonly string[],
  more: Partial<Cache> = {},
): Cache => ({
  name,
  programs: programs.split(' '),
  fills: words(fills),
  clears: [],
  disables: [],
  folders,
  mounts: folders.slice(0, 1),
  isLocked: false,
  ...more,
});

const DNF_VERBS =
  'install in reinstall rei update up upgrade update-minimal upgrade-minimal up-min groupinstall localinstall builddep';

/** Sources: the manuals of the package managers, and Docker's "Optimize cache usage in builds". */
const CACHES: readonly Cache[] = [
  cache(
    'apt',
    'apt-get apt aptitude',
    'install reinstall upgrade dist-upgrade full-upgrade safe-upgrade build-dep',
    ['/var/cache/apt', '/var/lib/apt/lists'],
    {
      clears: ['clean', 'autoclean', 'distclean', 'dist-clean'],
      mounts: ['/var/cache/apt', '/var/lib/apt'],
      isLocked: true,
    },
  ),
  cache('apk', 'apk', 'add upgrade update', ['/var/cache/apk', '/etc/apk/cache'], {
    clears: ['cache clean', 'cache purge'],
    disables: ['--no-cache'],
    isLocked: true,
  }),
  cache(
    'dnf',
    'dnf dnf5 tdnf',
    DNF_VERBS,
    ['/var/cache/dnf', '/var/cache/libdnf5', '/var/cache/yum', '/var/cache/tdnf'],
    {
      clears: ['clean'],
      isLocked: true,
    },
  ),
  cache('microdnf', 'microdnf', DNF_VERBS, ['/var/cache/yum', '/var/cache/dnf', '/var/cache/libdnf5'], {
    clears: ['clean'],
    isLocked: true,
  }),
  cache('yum', 'yum', DNF_VERBS, ['/var/cache/yum', '/var/cache/dnf'], { clears: ['clean'], isLocked: true }),
  cache('zypper', 'zypper', 'install in update up dist-upgrade dup patch', ['/var/cache/zypp'], {
    clears: ['clean', 'cc'],
    isLocked: true,
  }),
  cache('pip', PIP.join(' '), 'install wheel download', ['~/.cache/pip'], {
    clears: ['cache purge', 'cache remove'],
    disables: ['--no-cache-dir'],
  }),
  cache('uv', 'uv', 'sync pip tool python add', ['~/.cache/uv'], {
    clears: ['cache clean', 'cache prune'],
    disables: ['--no-cache', '-n', '--no-cache-dir'],
  }),
  cache('poetry', 'poetry', 'install', ['~/.cache/pypoetry'], { clears: ['cache clear'], disables: ['--no-cache'] }),
  cache('npm', 'npm', 'install i ci clean-install add', ['~/.npm'], {
    clears: ['cache clean', 'cache rm', 'cache clear'],
  }),
  cache('yarn', 'yarn', 'install add ', ['/usr/local/share/.cache/yarn', '~/.cache/yarn', '~/.yarn/berry/cache'], {
    clears: ['cache clean'],
  }),
  cache('pnpm', 'pnpm', 'install i add fetch', ['~/.local/share/pnpm/store', '~/.pnpm-store', '/pnpm/store'], {
    clears: ['store prune'],
  }),
  cache('bun', 'bun', 'install i ci add', ['~/.bun/install/cache'], {
    clears: ['pm cache'],
    disables: ['--no-cache'],
  }),
  cache('composer', 'composer', 'install i update u require', ['~/.composer/cache', '~/.cache/composer'], {
    clears: ['clear-cache', 'clearcache', 'cc'],
    disables: ['--no-cache'],
    mounts: ['~/.composer/cache'],
  }),
  cache('bundler', 'bundle', 'install ', ['~/.bundle/cache', '/usr/local/bundle/cache', '~/.gem'], {
    mounts: ['/usr/local/bundle/cache'],
  }),
  cache('go', 'go', 'build install mod get test', ['/go/pkg/mod', '~/.cache/go-build'], {
    mounts: ['/go/pkg/mod', '~/.cache/go-build'],
  }),
  cache('cargo', 'cargo', 'fetch build install', ['/usr/local/cargo/registry', '/usr/local/cargo/git'], {
    mounts: ['/usr/local/cargo/registry', '/usr/local/cargo/git/db'],
  }),
  cache('dotnet', 'dotnet', 'restore', ['~/.nuget/packages'], { clears: ['nuget locals'] }),
  cache('maven', 'mvn mvnw', 'package install verify compile test deploy dependency:go-offline', ['~/.m2']),
  cache('gradle', 'gradle gradlew', 'build assemble bootJar shadowJar jar installDist dependencies', [
    '~/.gradle',
    '/home/gradle/.gradle',
  ]),
];

/** The cache that the program keeps. */
export const cacheOf = ({ program }: Command): Cache | undefined =>
  CACHES.find(({ programs }) => programs.includes(program.text));

/** Whether the call fills the cache of its program. */
export function fillsCache(command: Command): boolean {
  const verb = operandsOf(command).length === 0 ? '' : verbOf(command)?.text;
  return verb !== undefined && cacheOf(command)?.fills.has(verb) === true;
}

/** The cache that the call clears by a subcommand of its program. */
export function clearedBy(command: Command): Cache | undefined {
  const found = cacheOf(command);
  const [first, second] = [verbOf(command)?.text, objectsOf(command)[0]?.text];
  return found?.clears.some((call) => call === first || call === `${first} ${second}`) ? found : undefined;
}

/** The flags with which the call leaves the cache of its program unused. */
export const disablesCache = (command: Command): readonly CommandFlag[] => {
  const found = cacheOf(command);
  return found ? command.flags.filter(({ name }) => found.disables.includes(name)) : [];
};

/** The user's own folder, as far as the text tells. */
export function homeOf({ user, env }: State): string | undefined {
  const set = env.lookup('HOME');
  if (set) return set.value;
  if (!user.known) return undefined;
  const [name = ''] = user.value.split(':');
  if (name === 'root' || name === '0' || name === '') return '/root';
  return /^\d+$/.test(name) ? undefined : `/home/${name}`;
}

/** The folders of a cache as they are named for the user who runs the command. */
export function foldersOf(folders: readonly string[], state: State): readonly string[] {
  const home = homeOf(state);
  return folders.flatMap((folder) => {
    if (!folder.startsWith('~')) return [folder];
    return home === undefined ? [] : [home + folder.slice(1)];
  });
}

/** Whether the RUN has a cache mount or a tmpfs on one of the folders, or on one that only the build knows. */
export const isMounted = (run: Instructions['RUN'], folders: readonly string[]): boolean =>
  targetsKeptOut(run).some(
    (target) => target.includes('$') || folders.some((folder) => isWithin(folder, target) || isWithin(target, folder)),
  );

/** The paths that a call of rm or find deletes, without a glob at their ends. */
export function deletedBy(command: Command): readonly string[] {
  if (command.program.text === 'find')
    return command.args.some(({ text }) => text === '-delete') && command.subcommand?.literal
      ? [bare(command.subcommand.text)]
      : [];
  return removedBy(command)
    .filter(({ literal }) => literal)
    .map(({ text }) => bare(text));
}

const bare = (path: string): string => path.replace(/\/(\*|\.\*|\{.*\})?$/, '').replace(/^~(?=\/|$)/, '/root') || '/';

/** The last call of a program in the RUN that leaves the program's cache in a layer that ships. */
export function leavesCache(run: Instructions['RUN'], programs: readonly string[]): Command | undefined {
  const { commands, script, stage, isTrigger } = run;
  if ((!isTrigger && stage?.ships === false) || script?.readable === false) return undefined;
  const last = commands.findLastIndex((command) => programs.includes(command.program.text) && fillsCache(command));
  const filler = commands[last];
  if (!filler || filler.has(...IDLE)) return undefined;
  const kept = cacheOf(filler)?.folders ?? [];
  // Where nobody knows whose home it is, root's counts.
  const folders = [...kept, ...foldersOf(kept, filler.state), ...kept.map((folder) => folder.replace(/^~/, '/root'))];
  if (isMounted(run, folders)) return undefined;
  // A function that is written down first may be called at the end.
  const later = script && jumps(script) ? commands : commands.slice(last + 1);
  return later.some((command) => clears(command, folders)) ? undefined : filler;
}

/** Flags with which nothing is fetched or kept. */
const IDLE = ['--help', '--version', '--dry-run', '--simulate', '--assumeno'];

/** Whether the call clears one of the folders, by the hand of whichever program keeps something there. */
export function clears(command: Command, folders: readonly string[]): boolean {
  // Scripts and functions that say what they are for.
  if (/clean/i.test(command.program.text) || isOpaque(command)) return true;
  const own = clearedBy(command)?.folders ?? [];
  const cleared = [...own, ...foldersOf(own, command.state), ...deletedBy(command)];
  return cleared.some((path) => folders.some((folder) => isWithin(folder, path) || isWithin(path, folder)));
}
