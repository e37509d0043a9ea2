import { ancestry, type Command, type Dockerfile, type Image, type Instructions, type Stage } from '../model/index.js';
import { isOpaque, objectsOf, verbOf } from './commands.js';
import { officialName } from './images.js';
import { packageName, packagesIn, removesPackages } from './managers.js';

/** Packages that are there to compile others. Sources: the package lists of Debian, Alpine and Fedora. */
const BUILD_TOOLS: ReadonlySet<string> = new Set([
  ...['build-essential', 'build-base', 'alpine-sdk', 'gcc', 'g++', 'gcc-c++', 'gfortran', 'clang', 'llvm', 'cpp'],
  ...['make', 'cmake', 'ninja', 'ninja-build', 'meson', 'bison', 'flex', 'nasm', 'yasm', 'swig'],
  ...['musl-dev', 'kernel-headers', 'linux-headers'],
  ...['pkg-config', 'pkgconf', 'pkgconfig', 'autoconf', 'automake', 'libtool', 'm4', 'autotools-dev'],
  ...['default-jdk', 'default-jdk-headless', 'rustc', 'cargo', 'rust', 'go', 'golang', 'golang-go'],
  ...['maven', 'gradle', 'ant', 'sbt', 'dpkg-dev', 'rpm-build', 'patch'],
]);

const BUILD_TOOL =
  /-(dev|devel|headers|jdk|jdk-headless)$|^linux-headers|^(gcc|g\+\+|clang|llvm|golang)-[\d.]+$|^openjdk\d+(-jdk)?$/;

/** Whether a package is a compiler, what belongs to one, or a library's headers. */
export const isBuildTool = (name: string): boolean =>
  !LOADED.has(name) && (BUILD_TOOLS.has(name) || BUILD_TOOL.test(name));

/** Packages whose links, such as `libdl.so`, are loaded by name when a program runs: by .NET and the like. */
const LOADED: ReadonlySet<string> = new Set(['libc-dev', 'libc6-dev', 'glibc-devel']);

/** Programs that compile, or that install packages from source and may need a compiler for it. */
const COMPILING: ReadonlySet<string> = new Set([
  ...['make', 'cmake', 'ninja', 'meson', 'gcc', 'g++', 'cc', 'c++', 'clang', 'configure', 'autoreconf', 'autogen.sh'],
  ...['pip', 'pip2', 'pip3', 'uv', 'poetry', 'pipenv', 'pipx', 'pdm', 'conda', 'mamba', 'micromamba', 'easy_install'],
  ...['npm', 'npx', 'pnpm', 'yarn', 'bun', 'node-gyp', 'gem', 'bundle', 'bundler', 'composer', 'pecl', 'phpize'],
  ...['docker-php-ext-install', 'docker-php-ext-configure', 'install-php-extensions', 'cpan', 'cpanm', 'cpm'],
  ...['go', 'cargo', 'rustup', 'mvn', 'mvnw', 'gradle', 'gradlew', 'ant', 'sbt', 'lein', 'javac', 'dotnet', 'msbuild'],
  ...['R', 'Rscript', 'install2.r', 'installr', 'luarocks', 'opam', 'cabal', 'stack', 'mix', 'rebar3', 'luarocks-5.1'],
  ...['swift', 'rake', 'rbenv', 'ruby-build', 'pyenv', 'nvm', 'scons', 'bazel', 'waf', 'qmake', 'perl', 'julia'],
  ...[
    'dpkg-buildpackage',
    'rpmbuild',
    'abuild',
    'debuild',
    'checkinstall',
    'xgo',
    'zig',
    'nim',
    'ghc',
    'erlc',
    'elixir',
  ],
]);

/** Whether the call compiles, may compile, or does what cannot be seen from here. */
const mayCompile = (command: Command): boolean =>
  COMPILING.has(command.program.text.replace(/^(pip|python|gcc|g\+\+|ruby|clang)[\d.-]+$/, '$1')) ||
  (/^python[\d.]*$/.test(command.program.text) &&
    command.args.some(({ text }) => text.endsWith('.py') || text === '-m')) ||
  isOpaque(command);

/** Whether anything in the stage, or in those it is based on, compiles or may compile. */
export const mayCompileIn = (stage: Stage): boolean =>
  ancestry(stage).some(({ instructions }) =>
    instructions.some(
      (node) => node.keyword === 'RUN' && (node.script?.readable === false || node.commands.some(mayCompile)),
    ),
  );

/** Whether the stage says what its container starts. */
export const startsSomething = (stage: Stage): boolean =>
  stage.effective('ENTRYPOINT') !== undefined || stage.effective('CMD') !== undefined;

/** The commands that a container of the stage starts. */
export const startCommands = (stage: Stage): readonly Command[] =>
  [stage.effective('ENTRYPOINT'), stage.effective('CMD')].flatMap((node) => node?.commands ?? []);

/** How much a RUN looks like building a program: installing tools for it, building, unpacking what was fetched. */
function weightOf(run: Instructions['RUN']): number {
  let weight = 0;
  const { commands } = run;
  const tools = commands.flatMap(packagesIn).map(packageName);
  weight += Math.min(tools.filter(isBuildTool).length * 2 + (tools.includes('git') ? 1 : 0), 6);
  if (commands.some(buildsProgram)) weight += 4;
  else if (commands.some(buildsAssets)) weight += 3;
  else if (commands.some(({ program }) => ['make', 'cmake', 'ninja'].includes(program.text))) weight += 2;
  const fetches = commands.some(({ program }) => program.text === 'curl' || program.text === 'wget');
  if (fetches && commands.some(({ program }) => program.text === 'tar')) weight += 2;
  return weight;
}

/** How much the file looks like building a program in it. What a RUN removes again counts only where that is asked for. */
export function buildWeight(file: Dockerfile, countsRemoved = false): number {
  let weight = 0;
  for (const run of file.all('RUN')) if (countsRemoved || !run.commands.some(removesPackages)) weight += weightOf(run);
  return weight;
}

/** Subcommands by which a program is built. Source: the tools' manuals. */
const BUILDING: Readonly<Record<string, readonly string[]>> = {
  go: ['build', 'install'],
  cargo: ['build', 'install'],
  dotnet: ['publish', 'build'],
  mvn: ['package', 'install', 'verify'],
  mvnw: ['package', 'install', 'verify'],
  gradle: ['build', 'assemble', 'bootJar', 'jar', 'shadowJar', 'installDist'],
  gradlew: ['build', 'assemble', 'bootJar', 'jar', 'shadowJar', 'installDist'],
  sbt: ['assembly', 'stage', 'package'],
  stack: ['build', 'install'],
  cabal: ['build', 'install'],
  swift: ['build'],
};

/** Whether the call builds a program: `go build`, `mvn clean package`. */
function buildsProgram(command: Command): boolean {
  if (command.program.text === 'msbuild') return true;
  const verbs = BUILDING[command.program.text];
  if (!verbs) return false;
  return [verbOf(command), ...objectsOf(command)].some((word) => word !== undefined && verbs.includes(word.text));
}

/** Whether the call builds what a browser loads: `npm run build`. */
const buildsAssets = (command: Command): boolean =>
  ['npm', 'yarn', 'pnpm', 'bun'].includes(command.program.text) &&
  [verbOf(command), ...objectsOf(command)].some((word) => word !== undefined && /^build(:|$)/.test(word.text));

/** A program that compiles the source it is to run: `go run`, `mvn spring-boot:run`. */
export function compilesAtStart(command: Command): boolean {
  const { program } = command;
  const verbs = [verbOf(command), ...objectsOf(command)].flatMap((word) => (word ? [word.text] : []));
  switch (program.text) {
    case 'go':
    case 'cargo':
    case 'dotnet':
    case 'sbt':
    case 'stack':
    case 'cabal':
    case 'swift':
      return verbs[0] === 'run';
    case 'mvn':
    case 'mvnw':
      return verbs.some((verb) => /:(run|java|exec)$/.test(verb) || verb === 'package' || verb === 'install');
    case 'gradle':
    case 'gradlew':
      return verbs.some((verb) => /(^|:)(run|bootRun)$/.test(verb));
    default:
      return false;
  }
}

/** An image made to compile, and what programs built with it need to run. */
export interface Toolchain {
  readonly title: string;
  readonly instead: string;
  /** Programs that are the image's own purpose. */
  readonly programs: readonly string[];
}

const TOOLCHAINS: Readonly<Record<string, Toolchain>> = {
  golang: { title: 'the Go compiler', instead: 'distroless/static or scratch', programs: ['go', 'gofmt'] },
  rust: {
    title: 'the Rust compiler',
    instead: 'distroless/cc, or scratch for a static binary',
    programs: ['cargo', 'rustc'],
  },
  maven: { title: 'Maven and a JDK', instead: 'a JRE such as eclipse-temurin:21-jre', programs: ['mvn', 'mvnw'] },
  gradle: {
    title: 'Gradle and a JDK',
    instead: 'a JRE such as eclipse-temurin:21-jre',
    programs: ['gradle', 'gradlew'],
  },
  gcc: { title: 'a C compiler', instead: 'debian with a -slim tag', programs: ['gcc', 'g++', 'make'] },
  haskell: { title: 'a Haskell compiler', instead: 'debian with a -slim tag', programs: ['stack', 'cabal', 'ghc'] },
  swift: { title: 'the Swift compiler', instead: 'the -slim variant of the tag', programs: ['swift'] },
};

/** The compiler that an image exists for; undefined for images that are made to run programs. */
export function toolchainOf({ name, tag, resolved }: Image): Toolchain | undefined {
  const full = resolved?.name ?? name;
  const version = resolved?.tag ?? tag?.text ?? '';
  const official = officialName(full);
  if (official === 'swift' && version.includes('slim')) return undefined;
  if (official !== undefined) return Object.hasOwn(TOOLCHAINS, official) ? TOOLCHAINS[official] : undefined;
  if (/^ghcr\.io\/graalvm\/(native-image|graalvm)/.test(full)) {
    return { title: 'a Java compiler', instead: 'distroless/base for a native image', programs: ['native-image'] };
  }
  if (full === 'sbtscala/scala-sbt') {
    return { title: 'sbt and a JDK', instead: 'a JRE such as eclipse-temurin:21-jre', programs: ['sbt'] };
  }
  return undefined;
}

/** Whether the file copies from one of its own stages, so that it builds in one stage and runs in another. */
export const isMultiStage = (file: Dockerfile): boolean =>
  [...file.all('COPY')].some(({ from }) => from?.stage !== undefined);
