import type { Command, Dockerfile, Word } from '../model/index.js';
import { objectsOf, verbOf } from './commands.js';
import { argument } from './hadolint.js';
import { hadolintSees } from './peers.js';
import { PIP } from './pip.js';

/** How a package manager is told which version to install. */
export interface Pinning {
  readonly programs: readonly string[];
  /** The words that install whatever version there is on the day. */
  loose(command: Command, file: Dockerfile): readonly Word[];
  /** The same by hadolint's reading, which takes any word that is no flag for a package. */
  looseToHadolint(command: Command, file: Dockerfile): readonly Word[];
  /** Whether hadolint looks at the call; absent: what it sees of any command. */
  readonly isSeen?: (command: Command) => boolean;
}

const words = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/));

/** What stands in the word as it is; in the name of a variable nothing is a mark. */
const textOf = ({ parts }: Word): string => parts.map((part) => (part.kind === 'text' ? part.text : '')).join('\0');

const isFlag = ({ text }: Word): boolean => text.startsWith('-') && text !== '-' && text !== '--';

/** The words that are no flags to hadolint, nor the values of those that are named without their dashes. */
function plainWords(command: Command, verbs: ReadonlySet<string>, valued: ReadonlySet<string> = NONE): readonly Word[] {
  const takesNext = (word: Word | undefined): boolean => {
    if (!word || !isFlag(word) || word.text.includes('=')) return false;
    if (word.text.startsWith('--')) return valued.has(word.text.slice(2));
    return Array.from(word.text.slice(1)).some((letter) => valued.has(letter));
  };
  return command.args.filter(
    (word, index, args) => !isFlag(word) && !verbs.has(word.text) && !takesNext(args[index - 1]),
  );
}

const NONE: ReadonlySet<string> = new Set();

const calls = (command: Command, verbs: ReadonlySet<string>): boolean => verbs.has(verbOf(command)?.text ?? '');

/** Flags with which nothing is installed. */
const IDLE = ['-h', '--help', '--version', '--dry-run', '--simulate', '--assumeno'];

const objectsFor = (command: Command, verbs: ReadonlySet<string>): readonly Word[] =>
  calls(command, verbs) && !command.has(...IDLE) ? objectsOf(command) : [];

const isPattern = ({ text }: Word): boolean => /[*?[{]/.test(text);
const isPlace = ({ text }: Word): boolean => /^[./~]|:\/\//.test(text);

const ADD = words('add');
const isApkPinned = (word: Word): boolean => /[=~<>]/.test(textOf(word)) || word.text.endsWith('.apk');

/** Source: apk(8). */
export const APK: Pinning = {
  programs: ['apk'],
  // What begins with a dot is a virtual package, with an exclamation mark one that must not be there.
  loose: (command) =>
    command.has('-s')
      ? []
      : objectsFor(command, ADD).filter((word) => !isApkPinned(word) && !isPlace(word) && !word.text.startsWith('!')),
  looseToHadolint: (command) =>
    argument(command, 'add')
      ? plainWords(command, ADD, words('t virtual repository X')).filter((word) => !isApkPinned(word))
      : [],
};

/** A name with a version behind it: `curl-8.6.0-8.el9`. */
function hasVersion({ text }: Word): boolean {
  const parts = text.split('-').slice(1);
  return parts.some((part) => /^\d/.test(part)) && parts.every((part) => /^[\w.~^:+]+$/.test(part));
}

/** To hadolint a variable counts as a version if an ENV of the stage, or any ARG above, declares it. */
function isRpmPinned(word: Word, command: Command, file: Dockerfile): boolean {
  if (!word.text.includes('-')) return false;
  return (
    word.text.endsWith('.rpm') ||
    hasVersion(word) ||
    word.parts.some((part) => part.kind === 'variable' && isDeclared(part.name, command, file))
  );
}

function isDeclared(name: string, { state, instruction }: Command, file: Dockerfile): boolean {
  if (state.env.lookup(name)) return true;
  for (const arg of [...file.globalArgs, ...file.all()]) {
    if (arg === instruction) break;
    if (arg.keyword === 'ARG' && arg.pairs.some((pair) => pair.name.text === name)) return true;
  }
  return false;
}

const INSTALL = words('install');
const MODULE = words('install module');

const rpm = (programs: readonly string[], groups: readonly string[]): Pinning => ({
  programs: [...programs],
  loose: (command) => {
    if (verbOf(command)?.text === 'module') {
      const [verb, ...streams] = objectsOf(command);
      return verb?.text === 'install' && !command.has(...IDLE) ? streams.filter(({ text }) => !text.includes(':')) : [];
    }
    return objectsFor(command, INSTALL).filter(
      (word) => !hasVersion(word) && !/^[@-]|\.rpm$|[<=>()]/.test(word.text) && !isPattern(word) && !isPlace(word),
    );
  },
  looseToHadolint: (command, file) => {
    if (!argument(command, 'install')) return [];
    if (argument(command, 'module')) return plainWords(command, MODULE).filter(({ text }) => !text.includes(':'));
    if (groups.some((group) => argument(command, group))) return [];
    return plainWords(command, INSTALL).filter((word) => !isRpmPinned(word, command, file));
  },
});

/** Sources: yum(8), dnf(8). */
export const YUM: Pinning = rpm(['yum'], []);
export const DNF: Pinning = {
  ...rpm(['dnf', 'microdnf', 'dnf5'], ['group']),
  isSeen: (command) => command.program.text !== 'dnf5' && hadolintSees(command),
};

const ZYPPER_INSTALL = words('install in');
const isZypperPinned = (word: Word): boolean => /[=<>]/.test(textOf(word)) || word.text.endsWith('.rpm');

/** Source: zypper(8). */
export const ZYPPER: Pinning = {
  programs: ['zypper'],
  // Patterns and products are no packages.
  loose: (command) =>
    command.has('-t', '--type', '-D')
      ? []
      : objectsFor(command, ZYPPER_INSTALL).filter(
          (word) => !isZypperPinned(word) && !isPattern(word) && !isPlace(word) && !/^[-!~]|^pattern:/.test(word.text),
        ),
  looseToHadolint: (command) =>
    [...ZYPPER_INSTALL].some((verb) => argument(command, verb))
      ? plainWords(command, ZYPPER_INSTALL).filter((word) => !isZypperPinned(word))
      : [],
};

const PIP_VALUES = words(
  `abi b build e editable extra-index-url f find-links i index-url implementation no-binary only-binary platform prefix
   progress-bar proxy python python-version root root-user-action src t target trusted-host upgrade-strategy`,
);
const VCS = /^(git|hg|svn|bzr)(\+[a-z]+)?:\/\//;

function isPipPinned(word: Word): boolean {
  const text = textOf(word);
  if (/[=!~]=|[<>]/.test(text)) return true;
  if (VCS.test(text)) return text.includes('@');
  return /\.whl$|\.tar\.gz$/.test(word.text) || text.includes('/');
}

/** Whether what pip installs is told by a file, or is the project itself. */
const isToldElsewhere = ({ args }: Command): boolean =>
  args.some(({ text }) => /^(-r|--requirement|\.|--constraint(=.*)?)$|^-[^-]*c/.test(text));

/** The interpreter that pip is called by, as `python -m pip`. */
const pythonOf = ({ wrappers }: Command): Command | undefined => {
  const caller = wrappers.at(-1);
  return caller?.program.text.startsWith('python') ? caller : undefined;
};

/** Source: pip's reference, `pip install`. */
export const PIP_INSTALL: Pinning = {
  programs: [...PIP, 'pipx'],
  isSeen: (command) => hadolintSees(pythonOf(command) ?? command),
  loose: (command) =>
    isToldElsewhere(command) || command.has('-r', '--requirement', '-c', '--constraint', '--group')
      ? []
      : objectsFor(command, INSTALL).filter(
          (word) => !isPipPinned(word) && !/^\.|\.zip$|[@]|^file:/.test(word.text) && !isPattern(withoutExtras(word)),
        ),
  looseToHadolint: (command) => {
    const from = command.args.findIndex(({ text }) => text === 'install');
    if (from < 0 || (pythonOf(command) && from > 0) || isToldElsewhere(command)) return [];
    const packages = new Set(command.args.slice(from + 1));
    return plainWords(command, NONE, PIP_VALUES).filter((word) => packages.has(word) && !isPipPinned(word));
  },
};

const withoutExtras = (word: Word): Word => ({ ...word, text: word.text.replace(/\[[\w,.-]*\]/, '') });

function isNpmPinned(word: Word): boolean {
  const { text } = word;
  if (/^git(\+(ssh|https?))?:\/\//.test(text)) return text.includes('#');
  if (/\.(tar|tar\.gz|tgz)$|^(\/|\.\.?\/|~\/)/.test(text)) return true;
  return text.replace(/^@[^/]*\//, '').includes('@');
}

const NPM_VERBS: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ['npm', words('install i add')],
  ['pnpm', words('add')],
  ['yarn', words('add')],
  ['bun', words('add')],
]);

/** Sources: npm-install(1), the references of pnpm, Yarn and Bun. */
export const NPM: Pinning = {
  programs: [...NPM_VERBS.keys()],
  isSeen: (command) => command.program.text === 'npm' && hadolintSees(command),
  loose: (command) => {
    const verbs = NPM_VERBS.get(command.program.text) ?? NONE;
    const objects = objectsOf(command);
    const isGlobal = command.program.text === 'yarn' && verbOf(command)?.text === 'global';
    if (isGlobal && objects[0]?.text !== 'add') return [];
    if ((!isGlobal && !calls(command, verbs)) || command.has(...IDLE)) return [];
    return (isGlobal ? objects.slice(1) : objects).filter(
      (word) => !isNpmPinned(word) && !/^[.~/]|^\w+:|^[^@].*\/.*#/.test(word.text),
    );
  },
  looseToHadolint: (command) => {
    const [verb, ...packages] = plainWords(command, NONE, words('loglevel registry'));
    return verb?.text === 'install' ? packages.filter((word) => !isNpmPinned(word)) : [];
  },
};

const GEM_INSTALL = words('install i');

/** The words before `--`, behind which come options for the build of extensions. */
const ownArguments = ({ args }: Command): readonly Word[] => {
  const end = args.findIndex(({ text }) => text === '--');
  return end < 0 ? args : args.slice(0, end);
};

const isGemVersioned = ({ args }: Command): boolean =>
  args.some(({ text }) => /^(-v|--version)$|^--version=/.test(text));

/** Source: `gem help install`. */
export const GEM: Pinning = {
  programs: ['gem'],
  loose: (command) => {
    if (isGemVersioned(command) || command.has('-v', '--version', '-g', '--file')) return [];
    const own = ownArguments(command);
    return objectsFor(command, GEM_INSTALL).filter(
      (word) => own.includes(word) && !word.text.includes(':') && !word.text.endsWith('.gem') && !isPattern(word),
    );
  },
  looseToHadolint: (command) => {
    if (isGemVersioned(command) || ![...GEM_INSTALL].some((verb) => argument(command, verb))) return [];
    const own = ownArguments(command);
    const found: Word[] = [];
    // Every flag is taken to have a value in the next word.
    for (let index = 0; index < own.length; index += 1) {
      const word = own[index];
      if (!word) break;
      if (word.text.startsWith('-')) index += 1;
      else if (!GEM_INSTALL.has(word.text) && !textOf(word).includes(':')) found.push(word);
    }
    return found;
  },
};

const GO_VERBS = words('install get run');
const isLocal = ({ text }: Word): boolean => /^[./]/.test(text);
const isFixed = (word: Word): boolean =>
  isLocal(word) || (textOf(word).includes('@') && !/@(latest|none)$/.test(word.text));

/** The package that a call of `go run` builds, to hadolint. */
function ranByGo(command: Command): Word | undefined {
  const plain = plainWords(command, NONE);
  const verb = plain.findIndex(({ text }) => text === 'run');
  return verb < 0 ? undefined : plain[verb + 1];
}

/** Source: Go's reference, "Module-aware commands". */
export const GO: Pinning = {
  programs: ['go'],
  loose: (command) => {
    const objects = objectsFor(command, GO_VERBS);
    const verb = verbOf(command)?.text;
    const named = verb === 'run' ? objects.slice(0, 1) : objects;
    return named.filter((word) => {
      // Without a dot before the first slash it is a package of Go's own, or a file.
      if (isFixed(word) || !/^[\w-]+\.[^/]*\//.test(word.text)) return false;
      // Without a version, install and run take what go.mod says of it.
      return word.text.includes('@') || (verb === 'get' && !hasProject(command)) || !hasProject(command);
    });
  },
  looseToHadolint: (command) => {
    const { instruction } = command;
    const commands = instruction?.keyword === 'RUN' ? instruction.commands : [command];
    const isRunning = commands.some(
      (other) => other.program.text === 'go' && hadolintSees(other) && ranByGo(other) !== undefined,
    );
    if (isRunning) return [ranByGo(command)].filter((word) => word !== undefined && !isFixed(word)) as Word[];
    if (!argument(command, 'install') && !argument(command, 'get')) return [];
    return plainWords(command, words('install get tool')).filter((word) => !isFixed(word));
  },
};

/** Whether something of the build context, a go.mod perhaps, has come into the stage, or the call makes one. */
const hasProject = ({ instruction }: Command): boolean =>
  instruction?.stage?.base !== undefined && 'instructions' in instruction.stage.base
    ? true
    : (instruction?.stage?.instructions ?? []).some(
        (node) =>
          node.keyword === 'COPY' ||
          node.keyword === 'ADD' ||
          (node.keyword === 'RUN' &&
            (node.mounts.length > 0 ||
              node.commands.some(
                ({ program, subcommand }) =>
                  program.text === 'git' || (program.text === 'go' && subcommand?.text === 'mod'),
              ))),
      );
