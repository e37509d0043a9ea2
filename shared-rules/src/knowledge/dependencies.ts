import type { Command, State } from '../model/index.js';
import { around } from '../model/index.js';
import { objectsOf, operandsOf, verbOf } from './commands.js';
import { PIP } from './pip.js';

/** How a language's packages are named in files and installed from them. */
export interface Ecosystem {
  readonly name: string;
  /** The file without which nothing can be installed. */
  readonly main: RegExp;
  /** Files that the install reads as well, where they are there. */
  readonly more: RegExp;
  /** Folders that the install reads as well, where they are there. */
  readonly folders?: RegExp;
  /** What to copy where nobody can look: a pattern for what may be missing. */
  readonly assumed: readonly string[];
}

/** A call that installs what a project's files name. */
export interface Install {
  readonly ecosystem: Ecosystem;
  /** The files it names itself, as `-r` does; they take the place of the ecosystem's. */
  readonly named: readonly string[];
  /** The call that fetches the packages without the source, where this one builds the project as well. */
  readonly ahead: string | undefined;
  /** Whether it compiles the project, for which it fetches what is missing. */
  readonly isBuild: boolean;
}

const ecosystem = (
  name: string,
  main: RegExp,
  more: RegExp,
  assumed: readonly string[],
  folders?: RegExp,
): Ecosystem => ({ name, main, more, assumed, ...(folders ? { folders } : {}) });

/** Sources: the manuals of the package managers, on the files that they read. */
const NPM = ecosystem(
  'npm',
  /^package\.json$/,
  /^(package-lock\.json|npm-shrinkwrap\.json|\.npmrc)$/,
  ['package*.json'],
  /^patches$/,
);
const YARN = ecosystem(
  'yarn',
  /^package\.json$/,
  /^(yarn\.lock|\.yarnrc(\.yml)?|\.npmrc)$/,
  ['package.json', 'yarn.lock*'],
  /^(\.yarn|patches)$/,
);
const PNPM = ecosystem(
  'pnpm',
  /^package\.json$/,
  /^(pnpm-lock\.yaml|pnpm-workspace\.yaml|\.npmrc|\.pnpmfile\.cjs)$/,
  ['package.json', 'pnpm-lock.yaml*'],
  /^patches$/,
);
const BUN = ecosystem(
  'bun',
  /^package\.json$/,
  /^(bun\.lockb?|bunfig\.toml|\.npmrc)$/,
  ['package.json', 'bun.lock*'],
  /^patches$/,
);
const REQUIREMENTS = ecosystem('pip', /^requirements\.txt$/, /^$/, []);
const CONDA = ecosystem('conda', /^environment\.ya?ml$/, /^$/, []);
const PIPENV = ecosystem('pipenv', /^Pipfile$/, /^Pipfile\.lock$/, ['Pipfile*']);
const POETRY = ecosystem('poetry', /^pyproject\.toml$/, /^poetry\.(lock|toml)$/, ['pyproject.toml', 'poetry.lock*']);
const UV = ecosystem('uv', /^pyproject\.toml$/, /^(uv\.lock|uv\.toml|\.python-version)$/, [
  'pyproject.toml',
  'uv.lock*',
]);
const PDM = ecosystem('pdm', /^pyproject\.toml$/, /^pdm\.(lock|toml)$/, ['pyproject.toml', 'pdm.lock*']);
const BUNDLER = ecosystem(
  'bundler',
  /^(Gemfile|gems\.rb)$/,
  /^(Gemfile\.lock|gems\.locked|\.ruby-version|\.tool-versions)$/,
  ['Gemfile*'],
);
const COMPOSER = ecosystem('composer', /^composer\.json$/, /^(composer|symfony)\.lock$/, [
  'composer.json',
  'composer.lock*',
]);
const GO = ecosystem('go', /^go\.mod$/, /^go\.sum$/, ['go.mod', 'go.sum*']);
const CARGO = ecosystem(
  'cargo',
  /^Cargo\.toml$/,
  /^(Cargo\.lock|rust-toolchain(\.toml)?)$/,
  ['Cargo.toml', 'Cargo.lock*'],
  /^\.cargo$/,
);
const MAVEN = ecosystem('maven', /^pom\.xml$/, /^mvnw$/, ['pom.xml', 'mvnw*'], /^\.mvn$/);
const GRADLE = ecosystem(
  'gradle',
  /^build\.gradle(\.kts)?$/,
  /^(settings\.gradle(\.kts)?|gradle\.properties|gradlew|gradle\.lockfile)$/,
  [],
  /^gradle$/,
);
const DOTNET = ecosystem(
  'dotnet',
  /\.((cs|fs|vb)proj|slnx?)$/,
  /^((nuget\.config)|Directory\.(Build|Packages)\.(props|targets)|global\.json|packages\.lock\.json)$/i,
  [],
);
const MIX = ecosystem('mix', /^mix\.exs$/, /^mix\.lock$/, ['mix.exs', 'mix.lock*']);

/** What the call installs from files of the project; undefined for anything else, and where it needs the source to do it. */
export function installOf(command: Command): Install | undefined {
  const { program } = command;
  const verb = verbOf(command)?.text;
  const isPlain = objectsOf(command).length === 0 && command.subcommand?.literal !== false;
  switch (program.text) {
    case 'npm':
      return isPlain && isOneOf(verb, 'install i ci clean-install') && !command.has('-g', '--global')
        ? plain(NPM)
        : undefined;
    case 'yarn':
    case 'yarnpkg':
      return isPlain && (verb === 'install' || (verb === undefined && !command.has('--version', '-v', '--help')))
        ? plain(YARN)
        : undefined;
    case 'pnpm':
      return isPlain && isOneOf(verb, 'install i') && !command.has('-g', '--global') ? plain(PNPM) : undefined;
    case 'bun':
      return isPlain && isOneOf(verb, 'install i ci') && !command.has('-g', '--global') ? plain(BUN) : undefined;
    case 'uv':
      return installOfUv(command, verb);
    case 'conda':
    case 'mamba':
    case 'micromamba':
      return isOneOf(verb, 'env install create update') ? fromFiles(command, CONDA, '-f', '--file') : undefined;
    case 'pipenv':
      return isPlain && isOneOf(verb, 'install sync') ? plain(PIPENV) : undefined;
    case 'poetry':
      return isPlain && verb === 'install' && !command.has('--only-root')
        ? withoutProject(POETRY, command, '--no-root')
        : undefined;
    case 'pdm':
      return isPlain && isOneOf(verb, 'install sync') ? withoutProject(PDM, command, '--no-self') : undefined;
    case 'bundle':
    case 'bundler':
      return isPlain && (verb === 'install' || (verb === undefined && !command.has('--version', '-v')))
        ? plain(BUNDLER)
        : undefined;
    case 'composer':
      return isPlain && isOneOf(verb, 'install i')
        ? withoutProject(COMPOSER, command, '--no-scripts', '--no-autoloader')
        : undefined;
    case 'go':
      return installOfGo(command, verb);
    case 'cargo':
      return installOfCargo(command, verb);
    case 'mvn':
    case 'mvnw':
      return installOfMaven(command);
    case 'gradle':
    case 'gradlew':
      return installOfGradle(command);
    case 'dotnet':
      return installOfDotnet(command, verb);
    case 'mix':
      return operandsOf(command).some(({ text }) => text === 'deps.get') ? plain(MIX) : undefined;
  }
  return PIP.includes(program.text) && verb === 'install' ? installOfPip(command) : undefined;
}

const build = (of: Ecosystem, ahead: string): Install => ({ ecosystem: of, named: [], ahead, isBuild: true });

const isOneOf = (verb: string | undefined, verbs: string): boolean =>
  verb !== undefined && verbs.split(' ').includes(verb);

const plain = (of: Ecosystem, ahead?: string): Install => ({
  ecosystem: of,
  named: [],
  ahead,
  isBuild: false,
});

/** The call with the flags that leave the project itself for later, unless it has them. */
function withoutProject(of: Ecosystem, command: Command, ...flags: readonly string[]): Install {
  const missing = flags.filter((flag) => !command.has(flag));
  const words = wordsOf(command);
  return plain(of, missing.length === 0 || words === undefined ? undefined : [words, ...missing].join(' '));
}

/** The call as it can be written again; undefined where it holds what needs quotes. */
export function wordsOf(command: Command): string | undefined {
  const { args, path, assignments, redirections } = command;
  if (assignments.length > 0 || redirections.length > 0) return undefined;
  return args.every(({ text }) => /^[\w./:=@,+-]+$/.test(text))
    ? [path, ...args.map(({ text }) => text)].join(' ')
    : undefined;
}

function fromFiles(command: Command, of: Ecosystem, ...flags: readonly string[]): Install | undefined {
  const files = command.flags.filter(({ name }) => flags.includes(name)).map(({ value }) => value);
  const named = files.flatMap((value) => (value?.literal === true && !value.text.includes('://') ? [value.text] : []));
  return named.length > 0 && named.length === files.length
    ? { ecosystem: of, named, ahead: undefined, isBuild: false }
    : undefined;
}

function installOfPip(command: Command): Install | undefined {
  if (command.has('-e', '--editable')) return undefined;
  if (objectsOf(command).some(({ text, literal }) => !literal || isLocalPackage(text))) return undefined;
  return fromFiles(command, REQUIREMENTS, '-r', '--requirement', '-c', '--constraint');
}

/** Whether what is to be installed is a folder or an archive of the project. */
const isLocalPackage = (text: string): boolean => /^\.|^\/|\.(whl|tar\.gz|zip)$|^file:/.test(text);

function installOfUv(command: Command, verb: string | undefined): Install | undefined {
  if (verb === 'sync') {
    if (command.has('--script')) return undefined;
    return command.has('--no-install-workspace') ? plain(UV) : withoutProject(UV, command, '--no-install-project');
  }
  if (verb !== 'pip') return undefined;
  const [inner, ...objects] = objectsOf(command);
  if (inner?.text === 'sync') {
    const named = objects.filter(({ literal }) => literal).map(({ text }) => text);
    return named.length > 0 && named.length === objects.length
      ? { ecosystem: REQUIREMENTS, named, ahead: undefined, isBuild: false }
      : undefined;
  }
  if (inner?.text !== 'install' || command.has('-e', '--editable')) return undefined;
  if (objects.some(({ text, literal }) => !literal || isLocalPackage(text))) return undefined;
  return fromFiles(
    command,
    REQUIREMENTS,
    '-r',
    '--requirement',
    '--requirements',
    '-c',
    '--constraint',
    '--constraints',
  );
}

function installOfGo(command: Command, verb: string | undefined): Install | undefined {
  const objects = objectsOf(command);
  if (verb === 'mod') return objects[0]?.text === 'download' && objects.length === 1 ? plain(GO) : undefined;
  if (verb !== 'build' && verb !== 'install') return undefined;
  // A package by its version is none of the project's; vendored ones come with the source.
  if (objects.some(({ text }) => text.includes('@')) || command.flag('-mod')?.value?.text === 'vendor')
    return undefined;
  return build(GO, 'go mod download');
}

const CARGO_FETCH = 'mkdir src && touch src/main.rs && cargo fetch && rm -r src';

function installOfCargo(command: Command, verb: string | undefined): Install | undefined {
  if (verb === 'install' && command.flag('--path') === undefined) return undefined;
  if (!isOneOf(verb, 'build b fetch install') || command.has('--offline', '--frozen')) return undefined;
  return verb === 'fetch' ? plain(CARGO, CARGO_FETCH) : build(CARGO, CARGO_FETCH);
}

/** Phases of Maven in which dependencies are needed. */
const PHASES = 'compile test-compile test package verify install deploy spring-boot:repackage';

function installOfMaven(command: Command): Install | undefined {
  if (command.has('-o', '--offline')) return undefined;
  const goals = operandsOf(command).map(({ text }) => text);
  if (goals.length > 0 && goals.every((goal) => /^dependency:(go-offline|resolve|resolve-plugins)$/.test(goal)))
    return plain(MAVEN);
  return goals.some((goal) => isOneOf(goal, PHASES))
    ? build(MAVEN, `${command.path} -B dependency:go-offline`)
    : undefined;
}

const TASKS =
  /(^|:)(build|assemble|jar|bootJar|bootWar|war|shadowJar|installDist|distZip|distTar|test|check|publish|compileJava|compileKotlin)$/;

function installOfGradle(command: Command): Install | undefined {
  if (command.has('--offline')) return undefined;
  const tasks = operandsOf(command).map(({ text }) => text);
  if (
    tasks.length > 0 &&
    tasks.every((task) => /(^|:)(dependencies|resolveDependencies|downloadDependencies)$/.test(task))
  )
    return plain(GRADLE);
  return tasks.some((task) => TASKS.test(task)) ? build(GRADLE, `${command.path} dependencies --no-daemon`) : undefined;
}

function installOfDotnet(command: Command, verb: string | undefined): Install | undefined {
  const objects = objectsOf(command);
  if (objects.some(({ literal }) => !literal)) return undefined;
  const named = objects.filter(({ text }) => DOTNET.main.test(text)).map(({ text }) => text);
  if (verb === 'restore') return { ecosystem: DOTNET, named, ahead: undefined, isBuild: false };
  if (!isOneOf(verb, 'build publish') || command.has('--no-restore', '--no-build')) return undefined;
  return { ecosystem: DOTNET, named, ahead: ['dotnet restore', ...named].join(' '), isBuild: true };
}

/** Whether the call has fetched what an install of the ecosystem needs: an install itself, or what only fetches. */
export function fetchesFor({ name }: Ecosystem, command: Command): boolean {
  if (installOf(command)?.ecosystem.name === name) return true;
  const verb = verbOf(command)?.text;
  const second = objectsOf(command)[0]?.text;
  switch (`${name} ${command.program.text}`) {
    case 'pnpm pnpm':
      return verb === 'fetch';
    case 'go go':
      return verb === 'get' || verb === 'install' || (verb === 'mod' && second !== 'init');
    case 'cargo cargo':
      return verb === 'chef' || verb === 'vendor' || verb === 'install';
    case 'maven mvn':
    case 'maven mvnw':
    case 'gradle gradle':
    case 'gradle gradlew':
      return verb !== undefined && verb !== 'wrapper';
    case 'composer composer':
      return verb === 'install' || verb === 'update';
    case 'mix mix':
      return verb === 'deps.get';
    default:
      return false;
  }
}

/** Flags by which a program is told another folder to work in. */
const FOLDER_FLAGS = ['--prefix', '-C', '--cwd', '--dir', '--working-dir', '-d', '--directory', '--project', '-P'];
const FOLDER_PROGRAMS = /^(npm|pnpm|yarn|bun|composer|poetry|uv|go|gradlew?)$/;

/** The folder that a command works in: by the WORKDIR, a `cd` before it, a flag of its own. Undefined where nobody can tell. */
export function workingFolder(command: Command): string | undefined {
  let folder: string = startOf(command.state);
  for (const earlier of around(command).before) {
    if (!['cd', 'pushd', 'popd'].includes(earlier.program.text)) continue;
    const to = earlier.subcommand;
    if (earlier.program.text === 'popd' || !to?.literal || /[*?[~]/.test(to.text)) return undefined;
    folder = resolve(folder, to.text);
  }
  if (!FOLDER_PROGRAMS.test(command.program.text)) return folder;
  const flag = command.flag(...FOLDER_FLAGS);
  if (!flag?.value) return folder;
  return flag.value.literal ? resolve(folder, flag.value.text) : undefined;
}

/** The working directory; where only the base image knows it, a name by which paths that start there can be compared. */
export const startOf = ({ workdir }: State): string => (workdir.known ? workdir.value : '/?');

/** The path from the root of the image. */
export function resolve(folder: string, path: string): string {
  const whole = path.startsWith('/') ? path : `${folder}/${path}`;
  const parts: string[] = [];
  for (const part of whole.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}
