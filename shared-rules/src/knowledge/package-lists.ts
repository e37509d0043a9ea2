import type { Command, Word } from '../model/index.js';
import { objectsOf, verbOf } from './commands.js';
import { PIP } from './pip.js';

/** How a package manager is told what to install, and what sets the version apart from the name. */
interface Lister {
  readonly programs: readonly string[];
  /** The subcommands, one word or two. */
  readonly verbs: readonly string[];
  readonly version: RegExp;
}

/** Sources: the manuals of the package managers. */
const LISTERS: readonly Lister[] = [
  { programs: ['apt-get', 'apt', 'aptitude'], verbs: ['install'], version: /[=/].*$/ },
  { programs: ['apk'], verbs: ['add'], version: /[=<>~@].*$/ },
  { programs: ['dnf', 'dnf5', 'yum', 'microdnf', 'tdnf'], verbs: ['install'], version: /$/ },
  { programs: ['zypper'], verbs: ['install', 'in'], version: /[=<>].*$/ },
  { programs: ['npm'], verbs: ['install', 'i', 'add'], version: /(?!^)@.*$/ },
  { programs: ['yarn'], verbs: ['add'], version: /(?!^)@.*$/ },
  { programs: ['pnpm', 'bun'], verbs: ['add', 'install', 'i'], version: /(?!^)@.*$/ },
  { programs: PIP, verbs: ['install'], version: /[=<>~!;[ @].*$/ },
  { programs: ['uv'], verbs: ['add', 'pip install'], version: /[=<>~!;[ @].*$/ },
  { programs: ['composer'], verbs: ['require'], version: /[:=].*$/ },
  { programs: ['gem'], verbs: ['install'], version: /:.*$/ },
  { programs: ['choco'], verbs: ['install'], version: /$/ },
];

export const LISTER_PROGRAMS: readonly string[] = LISTERS.flatMap(({ programs }) => programs);

/** A package that a call installs by name. */
export interface ListedPackage {
  readonly word: Word;
  /** Without its version. */
  readonly name: string;
  readonly version: string;
}

/** The packages that the call installs by name, in the order of the text; undefined for any other call. */
export function packagesOf(command: Command): readonly ListedPackage[] | undefined {
  const verb = verbOf(command)?.text;
  const objects = objectsOf(command);
  for (const { programs, verbs, version } of LISTERS) {
    if (!programs.includes(command.program.text)) continue;
    const isTwo = verbs.includes(`${verb ?? ''} ${objects[0]?.text ?? ''}`);
    if (!isTwo && !verbs.includes(verb ?? '')) continue;
    return (isTwo ? objects.slice(1) : objects).map((word) => {
      const name = word.text.replace(version, '');
      return { word, name, version: word.text.slice(name.length) };
    });
  }
  return undefined;
}

/** Whether the word is a file, a folder or an address instead of the name of a package. */
export const isNoName = ({ name, word: { text } }: ListedPackage): boolean =>
  /^[./~]|:\/\/|\.(deb|rpm|apk|whl|gem|tgz|tar\.gz|zip)$|^@?[\w-]+\/.*\/|^git\+/.test(text) || /[*?{]/.test(name);
