import type { Command } from '../model/index.js';
import { objectsOf, verbOf } from './commands.js';

/** How a package manager installs what a project asks for, and the file in which it keeps the versions it has chosen. */
export interface Installer {
  readonly name: string;
  readonly ecosystem: 'node' | 'ruby' | 'php' | 'rust' | 'python' | 'go';
  /** The subcommands that install a project; an empty name stands for none at all. */
  readonly verbs: ReadonlySet<string>;
  /** Where the project says what it wants. */
  readonly manifest: string;
  readonly locks: readonly string[];
  /** Flags with which it works in another folder, or without the file. */
  readonly elsewhere: readonly string[];
}

const words = (text: string): ReadonlySet<string> => new Set(text.split(' '));

/** Sources: the references of npm, Yarn, pnpm, Bun, Bundler, Composer, Cargo, Poetry, uv, Pipenv and Go. */
const INSTALLERS: readonly Installer[] = [
  {
    name: 'npm',
    ecosystem: 'node',
    verbs: words('install i in ins inst add ci clean-install ic install-clean'),
    manifest: 'package.json',
    locks: ['package-lock.json', 'npm-shrinkwrap.json'],
    elsewhere: [
      '-g',
      '--global',
      '--location',
      '--prefix',
      '-C',
      '-w',
      '--workspace',
      '--no-package-lock',
      '--package-lock',
      '--package-lock-only',
      '--dry-run',
    ],
  },
  {
    name: 'yarn',
    ecosystem: 'node',
    verbs: new Set(['', 'install']),
    manifest: 'package.json',
    locks: ['yarn.lock'],
    elsewhere: ['--cwd', '--no-lockfile', '--version', '-v', '--help', '-h', '--mode'],
  },
  {
    name: 'pnpm',
    ecosystem: 'node',
    verbs: words('install i'),
    manifest: 'package.json',
    locks: ['pnpm-lock.yaml'],
    elsewhere: [
      '-g',
      '--global',
      '-C',
      '--dir',
      '--no-lockfile',
      '--lockfile-only',
      '--lockfile-dir',
      '--fix-lockfile',
      '--offline',
    ],
  },
  {
    name: 'bun',
    ecosystem: 'node',
    verbs: words('install i ci'),
    manifest: 'package.json',
    locks: ['bun.lock', 'bun.lockb'],
    elsewhere: ['-g', '--global', '--cwd', '--no-save', '--dry-run', '--lockfile-only'],
  },
  {
    name: 'bundle',
    ecosystem: 'ruby',
    verbs: new Set(['', 'install']),
    manifest: 'Gemfile',
    locks: ['Gemfile.lock'],
    elsewhere: ['--gemfile', '--version', '-v', '--help', '-h'],
  },
  {
    name: 'composer',
    ecosystem: 'php',
    verbs: words('install i'),
    manifest: 'composer.json',
    locks: ['composer.lock'],
    elsewhere: ['-d', '--working-dir', '--dry-run'],
  },
  {
    name: 'cargo',
    ecosystem: 'rust',
    verbs: words('build b fetch'),
    manifest: 'Cargo.toml',
    locks: ['Cargo.lock'],
    elsewhere: ['--manifest-path', '-C'],
  },
  {
    name: 'poetry',
    ecosystem: 'python',
    verbs: words('install sync'),
    manifest: 'pyproject.toml',
    locks: ['poetry.lock'],
    elsewhere: ['-C', '--directory', '-P', '--project', '--dry-run'],
  },
  {
    name: 'uv',
    ecosystem: 'python',
    verbs: words('sync'),
    manifest: 'pyproject.toml',
    locks: ['uv.lock'],
    elsewhere: ['--directory', '--project', '--dry-run', '--script'],
  },
  {
    name: 'pipenv',
    ecosystem: 'python',
    verbs: words('install sync'),
    manifest: 'Pipfile',
    locks: ['Pipfile.lock'],
    elsewhere: ['--skip-lock', '-r', '--requirements'],
  },
  {
    name: 'go',
    ecosystem: 'go',
    verbs: words('mod build'),
    manifest: 'go.mod',
    locks: ['go.sum'],
    elsewhere: ['-C', '-modfile', '-mod'],
  },
];

export const INSTALLER_PROGRAMS: readonly string[] = INSTALLERS.map(({ name }) => name);
export const NODE_INSTALLERS: readonly Installer[] = INSTALLERS.filter(({ ecosystem }) => ecosystem === 'node');

/** What installs the project at hand by this call; undefined for a call that installs packages by name, or elsewhere. */
export function installerOf(command: Command): Installer | undefined {
  const found = INSTALLERS.find(({ name }) => name === command.program.text);
  const verb = verbOf(command)?.text ?? '';
  if (!found?.verbs.has(verb) || !command.args.every(({ literal }) => literal)) return undefined;
  if (command.has(...found.elsewhere)) return undefined;
  const objects = objectsOf(command);
  if (verb === 'mod') return objects[0]?.text === 'download' && objects.length === 1 ? found : undefined;
  return objects.length === 0 || found.ecosystem === 'go' ? found : undefined;
}

/** All names under which a project of the ecosystem may keep its versions. */
export const locksOf = (ecosystem: Installer['ecosystem']): readonly string[] =>
  INSTALLERS.filter((other) => other.ecosystem === ecosystem).flatMap(({ locks }) => locks);
