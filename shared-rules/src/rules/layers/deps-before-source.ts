import { addInstructionBefore, moveBelow, removeStep, suggestion, type Edit, type Fix } from '../../edit.js';
import { isLikelyContext } from '../../knowledge/context.js';
import {
  fetchesFor,
  installOf,
  resolve,
  startOf,
  wordsOf,
  workingFolder,
  type Install,
} from '../../knowledge/dependencies.js';
import { MANAGER_PROGRAMS } from '../../knowledge/managers.js';
import { isWithin } from '../../knowledge/mounts.js';
import { isFetched } from '../../knowledge/sources.js';
import { isForDevelopment } from '../../knowledge/stages.js';
import {
  around,
  type Command,
  type Dockerfile,
  type Instruction,
  type Instructions,
  lastOf,
  runsAnyway,
  type Stage,
  type Word,
} from '../../model/index.js';
import { rule, say } from '../../rule.js';
import type { Workspace } from '../../workspace.js';

type Run = Instructions['RUN'];
type Copy = Instructions['COPY' | 'ADD'];

export default rule({
  id: 'deps-before-source',
  kinds: ['dockerfile'],
  severity: 'warning',
  profile: 'recommended',
  tags: ['layers', 'cache', 'speed'],
  since: 'next',
  summary: 'Install dependencies before the source is copied, so that they come from the build cache.',
  docs: `
Every change of one line of code downloads and installs all dependencies again: the source is copied first, so the
layer of the install is out of date with each commit. That costs minutes in every build.

Copy the few files that name the dependencies, install them, and copy the source after that:

\`\`\`dockerfile
COPY package.json package-lock.json ./
RUN npm ci
COPY . .
\`\`\`

Where one command fetches and builds, fetch first: \`go mod download\`, \`mvn dependency:go-offline\`,
\`poetry install --no-root\`, \`uv sync --no-install-project\`, \`composer install --no-scripts --no-autoloader\`,
\`dotnet restore\`. For Rust, [cargo-chef](https://github.com/LukeMathWalker/cargo-chef) compiles the dependencies apart
as well. A bind mount of the manifests (\`RUN --mount=type=bind,source=package.json,target=package.json …\`) does without
the first COPY. A cache mount saves the downloads but not the install, so a stage that has one is reported mildly.

Leave it where the install needs the source, as with workspaces, local packages or scripts that run on install.`,
  sources: {
    'Optimize cache usage in builds': 'https://docs.docker.com/build/cache/optimize/#order-your-layers',
    'Best practices for making container images': 'https://e-whisper.com/posts/8023/',
  },
  examples: [
    {
      title: 'npm: the files that are there go first',
      files: { 'package.json': '{}', 'package-lock.json': '{}', 'src/index.js': '' },
      bad: `
        FROM node:22
        WORKDIR /app
        COPY «.» .
        RUN npm ci --omit=dev
        CMD ["node", "src/index.js"]`,
      good: `
        FROM node:22
        WORKDIR /app
        COPY package.json package-lock.json ./
        RUN npm ci --omit=dev
        COPY . .
        CMD ["node", "src/index.js"]`,
    },
    {
      title: 'pip, with a file that names another one',
      files: { 'requirements/prod.txt': '-r base.txt\ngunicorn==23.0.0\n', 'requirements/base.txt': 'flask==3.1.0\n' },
      bad: `
        FROM python:3.13
        WORKDIR /app
        # the program
        COPY «./» /app/
        ENV PYTHONUNBUFFERED=1
        RUN pip install --upgrade pip && pip install --no-cache-dir -r requirements/prod.txt`,
      good: `
        FROM python:3.13
        WORKDIR /app
        ENV PYTHONUNBUFFERED=1
        COPY requirements/prod.txt requirements/base.txt requirements/
        RUN pip install --upgrade pip && pip install --no-cache-dir -r requirements/prod.txt
        # the program
        COPY ./ /app/`,
    },
    {
      title: 'The manifests are there already, and the install is one step of several',
      files: { 'package.json': '{}', 'yarn.lock': '' },
      bad: `
        FROM node:22
        WORKDIR /app
        COPY package.json yarn.lock ./
        COPY --chown=node «.» .
        RUN yarn install --frozen-lockfile && \\
            yarn build`,
      good: `
        FROM node:22
        WORKDIR /app
        COPY package.json yarn.lock ./
        RUN yarn install --frozen-lockfile
        COPY --chown=node . .
        RUN yarn build`,
    },
    {
      title: 'Source folders',
      files: { 'package.json': '{}', 'src/index.js': '', 'public/index.html': '' },
      bad: `
        FROM node:22
        WORKDIR /app
        COPY package.json ./
        COPY «src» ./src
        COPY public ./public
        RUN npm install`,
      good: `
        FROM node:22
        WORKDIR /app
        COPY package.json ./
        RUN npm install
        COPY src ./src
        COPY public ./public`,
    },
    {
      title: 'Go: modules are fetched ahead of the build',
      files: { 'go.mod': 'module example.com/app\n', 'go.sum': '', 'main.go': '' },
      bad: `
        FROM golang:1.25 AS build
        WORKDIR /src
        COPY «.» .
        RUN CGO_ENABLED=0 go build -o /app ./cmd/app
        FROM scratch
        COPY --from=build /app /app`,
      good: `
        FROM golang:1.25 AS build
        WORKDIR /src
        COPY go.mod go.sum ./
        RUN go mod download
        COPY . .
        RUN CGO_ENABLED=0 go build -o /app ./cmd/app
        FROM scratch
        COPY --from=build /app /app`,
    },
    {
      title: 'Maven, by its wrapper',
      files: {
        'pom.xml': '<project/>',
        mvnw: '',
        '.mvn/wrapper/maven-wrapper.properties': '',
        'src/main/java/App.java': '',
      },
      bad: `
        FROM eclipse-temurin:21-jdk AS build
        WORKDIR /src
        COPY «.» .
        RUN ./mvnw -B package
        FROM eclipse-temurin:21-jre
        COPY --from=build /src/target/app.jar /app.jar`,
      good: `
        FROM eclipse-temurin:21-jdk AS build
        WORKDIR /src
        COPY pom.xml mvnw ./
        COPY .mvn .mvn
        RUN ./mvnw -B dependency:go-offline
        COPY . .
        RUN ./mvnw -B package
        FROM eclipse-temurin:21-jre
        COPY --from=build /src/target/app.jar /app.jar`,
    },
    {
      title: 'Gradle',
      files: { 'build.gradle.kts': '', 'settings.gradle.kts': 'rootProject.name = "app"\n', 'src/App.kt': '' },
      bad: `
        FROM gradle:8-jdk21
        WORKDIR /src
        COPY «.» .
        RUN gradle --no-daemon bootJar`,
      good: `
        FROM gradle:8-jdk21
        WORKDIR /src
        COPY build.gradle.kts settings.gradle.kts ./
        RUN gradle dependencies --no-daemon
        COPY . .
        RUN gradle --no-daemon bootJar`,
    },
    {
      title: 'Cargo',
      files: { 'Cargo.toml': '[package]\nname = "app"\n', 'Cargo.lock': '', 'src/main.rs': '' },
      bad: `
        FROM rust:1.90
        WORKDIR /src
        COPY «.» .
        RUN cargo build --release`,
      good: `
        FROM rust:1.90
        WORKDIR /src
        COPY Cargo.toml Cargo.lock ./
        RUN mkdir src && touch src/main.rs && cargo fetch && rm -r src
        COPY . .
        RUN cargo build --release`,
    },
    {
      title: '.NET',
      files: { 'App.csproj': '<Project Sdk="Microsoft.NET.Sdk"/>', 'NuGet.config': '', 'Program.cs': '' },
      bad: `
        FROM mcr.microsoft.com/dotnet/sdk:9.0
        WORKDIR /src
        COPY «.» .
        RUN dotnet restore
        RUN dotnet publish --no-restore -c Release -o /app`,
      good: `
        FROM mcr.microsoft.com/dotnet/sdk:9.0
        WORKDIR /src
        COPY App.csproj NuGet.config ./
        RUN dotnet restore
        COPY . .
        RUN dotnet publish --no-restore -c Release -o /app`,
    },
    {
      title: 'Poetry and uv install the project itself as well: that part stays',
      files: { 'pyproject.toml': '[project]\nname = "app"\n', 'uv.lock': '', 'app.py': '' },
      bad: `
        FROM python:3.13
        WORKDIR /app
        COPY «.» /app
        RUN uv sync --locked`,
      good: `
        FROM python:3.13
        WORKDIR /app
        COPY pyproject.toml uv.lock ./
        RUN uv sync --locked --no-install-project
        COPY . /app
        RUN uv sync --locked`,
    },
    {
      title: 'What sets the tool up goes along',
      files: { 'pyproject.toml': '[tool.poetry]\n', 'poetry.lock': '', 'app.py': '' },
      bad: `
        FROM python:3.13
        WORKDIR /app
        COPY «.» .
        RUN poetry config virtualenvs.create false && poetry install`,
      good: `
        FROM python:3.13
        WORKDIR /app
        COPY pyproject.toml poetry.lock ./
        RUN poetry config virtualenvs.create false && poetry install --no-root
        COPY . .
        RUN poetry config virtualenvs.create false && poetry install`,
    },
    {
      title: 'Composer and its autoloader',
      files: { 'composer.json': '{}', 'composer.lock': '{}', 'index.php': '' },
      bad: `
        FROM composer:2
        WORKDIR /app
        COPY «.» .
        RUN composer install --no-dev`,
      good: `
        FROM composer:2
        WORKDIR /app
        COPY composer.json composer.lock ./
        RUN composer install --no-dev --no-scripts --no-autoloader
        COPY . .
        RUN composer install --no-dev`,
    },
    {
      title: 'Bundler, in a folder of the context; the comment goes with its COPY',
      files: { 'api/Gemfile': '', 'api/Gemfile.lock': '', 'api/app.rb': '' },
      bad: `
        FROM ruby:3.4
        WORKDIR /app
        # all of it
        COPY «api» /app
        RUN --mount=type=secret,id=netrc bundle install`,
      good: `
        FROM ruby:3.4
        WORKDIR /app
        COPY api/Gemfile api/Gemfile.lock ./
        RUN --mount=type=secret,id=netrc bundle install
        # all of it
        COPY api /app`,
    },
    {
      title: 'Where nobody can look: the names that are sure',
      path: 'docker/Dockerfile',
      files: { 'docker/Dockerfile': '' },
      bad: `
        FROM node:22
        COPY «.» /app
        WORKDIR /app
        RUN npm install`,
      good: `
        FROM node:22
        WORKDIR /app
        COPY package*.json ./
        RUN npm install
        COPY . /app`,
    },
    {
      title: 'In a folder that a cd or a flag names',
      files: { 'web/package.json': '{}', 'web/package-lock.json': '{}', 'web/index.js': '' },
      bad: `
        FROM node:22
        WORKDIR /app
        COPY «.» .
        RUN cd web && npm ci`,
      good: `
        FROM node:22
        WORKDIR /app
        COPY web/package.json web/package-lock.json web/
        RUN cd web && npm ci
        COPY . .`,
    },
    {
      title: 'A build in another folder; the manifest has come already',
      files: { 'pom.xml': '<project/>', 'src/App.java': '' },
      bad: `
        FROM maven:3.9-eclipse-temurin-21
        ADD pom.xml /orders/
        ADD «src» /orders/src
        RUN cd /orders && mvn package`,
      good: `
        FROM maven:3.9-eclipse-temurin-21
        ADD pom.xml /orders/
        RUN cd /orders && mvn -B dependency:go-offline
        ADD src /orders/src
        RUN cd /orders && mvn package`,
    },
    {
      title: 'A build that downloads to a cache mount',
      good: `
        FROM maven:3.9-eclipse-temurin-21
        WORKDIR /orders
        COPY . .
        RUN --mount=type=cache,target=/root/.m2 mvn package`,
    },
    {
      title: 'With a cache mount, a workspace, or a script that runs on install: no plain way out',
      files: { 'package.json': '{ "workspaces": ["packages/*"] }', 'package-lock.json': '{}' },
      bad: `
        FROM node:22
        WORKDIR /app
        COPY «.» .
        RUN --mount=type=cache,target=/root/.npm npm ci`,
    },
    {
      title: 'Something between that may need the source',
      files: { 'package.json': '{}', 'package-lock.json': '{}' },
      bad: `
        FROM node:22
        WORKDIR /app
        COPY «.» .
        RUN ./prepare.sh
        RUN npm ci`,
    },
    {
      title: 'The manifests first',
      good: `
        FROM node:22
        WORKDIR /app
        COPY package*.json ./
        RUN npm ci
        COPY . .
        RUN npm run build && npm ci --omit=dev`,
    },
    {
      title: 'Manifests that a bind mount brings',
      good: `
        FROM node:22
        WORKDIR /app
        COPY . .
        RUN --mount=type=bind,source=package.json,target=package.json npm ci`,
    },
    {
      title: 'A stage that prunes a monorepo, and the stage that takes the manifests from it',
      good: `
        FROM node:22 AS prune
        WORKDIR /app
        COPY . .
        RUN npx turbo prune web --docker
        RUN npm ci
        FROM node:22
        WORKDIR /app
        COPY --from=prune /app/out/json/ .
        RUN npm ci
        COPY --from=prune /app/out/full/ .`,
    },
    {
      title: 'An install that needs the source',
      files: { 'requirements.txt': '-e .\n', 'setup.py': '' },
      good: `
        FROM python:3.13
        WORKDIR /app
        COPY . .
        RUN pip install .
        RUN pip install -e .
        RUN pip install -r requirements.txt
        FROM golang:1.25
        COPY . .
        RUN go install ./...`,
    },
    {
      title: 'An ignore file that lets in nothing but the manifests',
      files: { 'package.json': '{}', 'src/index.js': '', '.dockerignore': '*\n!package.json\n' },
      good: `
        FROM node:22
        WORKDIR /app
        COPY . .
        RUN npm install`,
    },
    {
      title: 'Packages by their names, and those of the system',
      good: `
        FROM node:22
        COPY . /app
        RUN npm install -g pnpm && npm install express && pip install flask && go install example.com/tool@latest
        RUN apt-get update && apt-get install -y curl && rm -rf /var/lib/apt/lists/*`,
    },
    {
      title: 'A stage for development, a trigger, and dependencies from another stage',
      good: `
        FROM node:22 AS deps
        WORKDIR /app
        COPY package.json package-lock.json ./
        RUN npm ci
        FROM node:22 AS dev
        COPY . .
        RUN npm ci
        FROM node:22
        WORKDIR /app
        ONBUILD COPY . .
        ONBUILD RUN npm install
        COPY --from=deps /app/node_modules ./node_modules
        COPY . .
        RUN npm install --offline`,
    },
    {
      title: 'Single files and folders that have nothing to do with the install',
      good: `
        FROM node:22
        COPY docker/entrypoint.sh /usr/local/bin/
        COPY scripts /opt/scripts
        COPY certs /etc/ssl/certs
        WORKDIR /app
        COPY package.json ./
        RUN npm install`,
    },
    {
      title: 'Go without modules, or with them in the source',
      files: { 'go.mod': 'module example.com/app\n', 'main.go': '' },
      good: `
        FROM golang:1.25
        WORKDIR /src
        COPY . .
        RUN go build -o /app .
        RUN go build -mod=vendor -o /app .`,
    },
  ],
  *check(file, { workspace }) {
    for (const stage of file.stages) {
      if (stage.start.family === 'windows' || isForDevelopment(stage, file)) continue;
      const runs = stage.instructions.filter((node) => node.keyword === 'RUN');
      let isPruned: boolean | undefined;
      const reported = new Set<string>();
      for (const run of runs) {
        for (const command of run.commands) {
          const install = installOf(command);
          if (!install || run.mounts.some(({ type }) => type === 'bind')) continue;
          isPruned ??= runs.some(({ commands }) => commands.some(prunes));
          if (isPruned) continue;
          const job: Job = { file, stage, run, command, install, folder: workingFolder(command), workspace };
          const key = `${install.ecosystem.name} ${job.folder ?? ''} ${install.named.join(' ')}`;
          if (reported.has(key)) continue;
          reported.add(key);
          const copies = copiesBefore(job);
          const [first] = copies;
          if (!first || isFetchedBefore(job, first.copy)) continue;
          const place = placeOf(job, first);
          if (place.isForeign) continue;
          const calls = wordsOf(command) ?? [command.program.text, command.subcommand?.text ?? ''].join(' ').trim();
          const isCached = run.mounts.some(({ type }) => type === 'cache');
          // A build has to run anyway, and what it downloads is on the mount.
          if (isCached && install.isBuild) continue;
          yield {
            at: first.word,
            message: say`Every change of the source runs ${calls} again: the source is copied first.`,
            severity: isCached || place.needsSource ? ('info' as const) : ('warning' as const),
            related: [{ at: command, message: say`The dependencies are installed here.` }],
            fix: () => (place.needsSource ? undefined : reorder(job, copies, place.files)),
          };
        }
      }
    }
  },
});

interface Job {
  readonly file: Dockerfile;
  readonly stage: Stage;
  readonly run: Run;
  readonly command: Command;
  readonly install: Install;
  /** The folder that the install works in. */
  readonly folder: string | undefined;
  readonly workspace: Workspace;
}

/** A COPY of the source, by the word that names it. */
interface Source {
  readonly copy: Copy;
  readonly word: Word;
  /** The path in the build context, empty for all of it. */
  readonly path: string;
  /** Where it comes to lie. */
  readonly target: string;
}

const isCopy = (node: Instruction): node is Copy => node.keyword === 'COPY' || node.keyword === 'ADD';

const prunes = ({ program, args }: Command): boolean =>
  program.text === 'turbo' || args.some(({ text }, index) => text === 'turbo' && args[index + 1]?.text === 'prune');

/** The usual names of folders that change with every commit. */
const SOURCES: ReadonlySet<string> = new Set(
  'src app apps lib libs source sources cmd internal pkg packages public pages components server client api web frontend backend'.split(
    ' ',
  ),
);

/** What brings source into the stage before the install, near the folder that it works in. */
function copiesBefore({ stage, run, folder, install }: Job): readonly Source[] {
  const found: Source[] = [];
  for (const copy of stage.instructions) {
    if (copy === run) break;
    if (!isCopy(copy) || copy.flag('from')) continue;
    const target = copy.target && copy.valueOf(copy.target);
    if (target === undefined) continue;
    const place = resolve(startOf(copy.state), target);
    const isNear = folder === undefined || isWithin(place, folder) || isWithin(folder, place);
    const source = isNear ? copy.sources.map((word) => sourceOf(copy, word, place, folder)).find(Boolean) : undefined;
    if (source && !isOnlyNamed(source, install)) found.push(source);
  }
  return found;
}

function sourceOf(copy: Copy, word: Word, target: string, folder: string | undefined): Source | undefined {
  if (!word.literal || isFetched(word.text)) return undefined;
  const path = word.text.replace(/^(?:\.?\/)+/, '').replace(/(?:\/[.*]?)+$/, '');
  if (path === '' || path === '.' || path === '*') return { copy, word, path: '', target };
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (/[*?[]/.test(path) || name.includes('.')) return undefined;
  // A folder whose content becomes that of the working directory brings the manifests along.
  const isProject = target === folder && (word.text.endsWith('/') || copy.sources.length === 1);
  return isProject || SOURCES.has(name) ? { copy, word, path, target } : undefined;
}

/** Whether the folder holds the files that the install names, and may be there for nothing else. */
const isOnlyNamed = ({ path }: Source, { named }: Install): boolean =>
  path !== '' &&
  !SOURCES.has(path) &&
  named.some((name) => name.split('/').includes(path.slice(path.lastIndexOf('/') + 1)));

/** Whether the packages are there already when the source comes: from an earlier install, a base or another stage. */
function isFetchedBefore({ stage, run, install, folder }: Job, source: Copy): boolean {
  for (let at: Stage | undefined = stage; at; at = at.base && !('kind' in at.base) ? at.base : undefined) {
    for (const node of at.instructions) {
      if (node === source) break;
      if (node.keyword === 'RUN' && node.commands.some((earlier) => fetches(earlier, install, folder))) return true;
    }
  }
  return stage.instructions
    .slice(0, stage.instructions.indexOf(run))
    .some((node) => node.keyword === 'COPY' && node.from && node.words.some(({ text }) => FETCHED.test(text)));
}

/** Folders in which installed packages lie. */
const FETCHED =
  /node_modules|vendor|site-packages|dist-packages|\.?venv|\/go\/pkg|\.m2|\.gradle|\.nuget|bundle|\.cargo|\/out\/json/;

function fetches(earlier: Command, { ecosystem, named }: Install, folder: string | undefined): boolean {
  if (!fetchesFor(ecosystem, earlier)) return false;
  const before = installOf(earlier);
  const place = workingFolder(earlier);
  if (before && named.length > 0)
    return named.every((name) => before.named.some((other) => lastOf(other) === lastOf(name)));
  return place === undefined || folder === undefined || place === folder;
}

interface Place {
  /** The files to copy first, from the root of the context, with the folder of the image that each goes to; undefined when they cannot be told. */
  readonly files: readonly Manifest[] | undefined;
  /** Whether the install needs more of the source than these files. */
  readonly needsSource: boolean;
  /** Whether it cannot be helped, or there is nothing to fetch. */
  readonly isForeign: boolean;
}

interface Manifest {
  readonly path: string;
  readonly folder: string;
  readonly isFolder: boolean;
}

const NOWHERE: Place = { files: undefined, needsSource: false, isForeign: false };

function placeOf(job: Job, { path, target }: Source): Place {
  const { file, folder, install, command, workspace } = job;
  const { ecosystem, named, ahead } = install;
  const isPlainBuild = ecosystem.name === 'go' && ahead !== undefined;
  const isReadable = workspace.list('') !== undefined && isLikelyContext(file, workspace);
  if (bringsManifestsAlone(job, path)) return { ...NOWHERE, isForeign: true };
  if (folder === undefined || !isWithin(folder, target)) return { ...placeElsewhere(job), isForeign: isPlainBuild };
  const contextOf = (inImage: string): string | undefined =>
    isWithin(inImage, target)
      ? [path, ...inImage.slice(target === '/' ? 0 : target.length).split('/')].filter((part) => part !== '').join('/')
      : undefined;
  if (named.length > 0) return placeOfNamed(named, folder, contextOf, isReadable ? workspace : undefined);
  const root = contextOf(folder) ?? '';
  const at = (name: string): string => (root === '' ? name : `${root}/${name}`);
  const names = isReadable ? workspace.list(root) : undefined;
  if (!names) {
    const files = ecosystem.assumed.map((name) => ({ path: at(name), folder, isFolder: false }));
    return { files: isReadable || files.length === 0 ? undefined : files, needsSource: false, isForeign: isPlainBuild };
  }
  const ignore = workspace.ignoreFile();
  const there = names.filter((name) => !ignore?.ignoring(at(name.replace(/\/$/, ''))));
  const mains = there.filter((name) => ecosystem.main.test(name));
  const more = there.filter((name) => ecosystem.more.test(name)).sort();
  const folders = there.filter((name) => name.endsWith('/') && ecosystem.folders?.test(name.slice(0, -1)));
  if (isPlainBuild && (more.length === 0 || there.includes('vendor/'))) return { ...NOWHERE, isForeign: true };
  if (mains.length === 0) return NOWHERE;
  const needsSource = [...mains, ...more].some(
    (name) => workspace.open(at(name), 'project')?.needsSource === true || name === 'pnpm-workspace.yaml',
  );
  const isWrapped = command.program.text.endsWith('w');
  const kept = [...mains, ...more].filter((name) => isWrapped || !/^(mvnw|gradlew)$/.test(name));
  const isKept = (name: string): boolean => isWrapped || name !== '.mvn/';
  return {
    files: [
      ...kept.map((name) => ({ path: at(name), folder, isFolder: false })),
      ...folders.filter(isKept).map((name) => ({ path: at(name.slice(0, -1)), folder, isFolder: true })),
    ],
    needsSource,
    isForeign: false,
  };
}

/** Where the manifests come by a COPY of their own. */
function placeElsewhere({ stage, run, install: { ecosystem, named }, workspace }: Job): Place {
  for (const node of stage.instructions.slice(0, stage.instructions.indexOf(run))) {
    if (!isCopy(node) || node.flag('from')) continue;
    const found = node.sources.find(
      ({ text }) =>
        ecosystem.main.test(lastOf(text).replace('*', '')) || named.some((name) => names(lastOf(text), lastOf(name))),
    );
    if (!found) continue;
    const path = bare(found.text).replace('*', '');
    const files = node.sources.map(({ text }) => ({ path: bare(text).replace('*', ''), folder: '/', isFolder: false }));
    return { ...NOWHERE, files, needsSource: workspace.open(path, 'project')?.needsSource === true };
  }
  return NOWHERE;
}

const bare = (path: string): string => path.replace(/^(?:\.?\/)+/, '');

/** Whether .dockerignore lets nothing in but what the install reads. */
function bringsManifestsAlone({ install: { ecosystem, named }, workspace }: Job, path: string): boolean {
  const ignore = workspace.ignoreFile();
  if (path !== '' || !ignore) return false;
  const there = (workspace.list('') ?? []).filter((name) => {
    const plain = name.replace(/\/$/, '');
    return !ignore.ignoring(plain) || ignore.reopensBelow(plain);
  });
  return there.every((name) => ecosystem.main.test(name) || ecosystem.more.test(name) || named.includes(name));
}

/** Where the install names its files itself. */
function placeOfNamed(
  named: readonly string[],
  folder: string,
  contextOf: (inImage: string) => string | undefined,
  workspace: Workspace | undefined,
): Place {
  const files: Manifest[] = [];
  let needsSource = false;
  const open = named.map((name) => resolve(folder, name));
  const seen = new Set(open);
  for (let inImage = open.shift(); inImage !== undefined; inImage = open.shift()) {
    const path = contextOf(inImage);
    if (path === undefined || workspace?.has(path) === false) return NOWHERE;
    const parent = inImage.slice(0, Math.max(1, inImage.lastIndexOf('/')));
    files.push({ path, folder: parent, isFolder: false });
    const read = workspace?.open(path, 'project');
    needsSource ||= read?.needsSource === true;
    for (const include of read?.includes ?? []) {
      const next = resolve(parent, include.path);
      if (!seen.has(next)) open.push(next);
      seen.add(next);
    }
  }
  return { files, needsSource, isForeign: needsSource && named.some((name) => /requirements[^/]*\.txt$/.test(name)) };
}

/** The manifests, the install, and only then the source. */
function reorder(job: Job, copies: readonly Source[], files: readonly Manifest[] | undefined): Fix | undefined {
  const { run, command, install, stage } = job;
  const [first] = copies;
  if (!files || !first || copies.some(({ copy }) => copy.sources.length > 1 || copy.isOpen)) return undefined;
  if (run.isOpen || run.form === 'exec' || !runsAnyway(command)) return undefined;
  const before = stage.instructions.slice(0, stage.instructions.indexOf(run));
  const between = before.slice(before.indexOf(first.copy) + 1);
  const moved = copies.map(({ copy }) => copy);
  const others = between.filter((node) => !moved.some((copy) => copy === node));
  if (!others.every((node) => staysAbove(node, files))) return undefined;
  const hasMoved = others.some(({ keyword }) => keyword === 'WORKDIR');
  if (hasMoved && moved.some(({ target }) => target?.text.startsWith('/') !== true)) return undefined;

  const lines = copyLines(job, first.copy, files, before, moved);
  const title = 'Copy the manifests and install before the source is copied';
  const below = moved.map((copy) => moveBelow(copy, run));
  const isAllInstall = run.commands.every((other) => other === command || isPreparation(other));
  if (install.ahead === undefined && isAllInstall) {
    const above = lines.length > 0 ? [addInstructionBefore(run, lines.join('\n'))] : [];
    return suggestion(title, ...above, ...below);
  }
  // What else the RUN does may need the source: the install goes ahead in a RUN of its own.
  if (others.length > 0 || moved.length > 1) return undefined;
  const ahead = aheadIn(job);
  if (ahead === undefined || run.form === 'heredoc' || command.wrappers.length > 0) return undefined;
  const flags = run.flags.map(({ name, value }) => ` --${name}${value ? `=${run.written(value)}` : ''}`).join('');
  const edits: Edit[] = [addInstructionBefore(first.copy, [...lines, `RUN${flags} ${ahead}`].join('\n'))];
  if (install.ahead === undefined) {
    const step = removeStep(run, command);
    if (!step) return undefined;
    edits.push(step);
  }
  return suggestion(title, ...edits);
}

/** The install as a RUN of its own can do it: in the folder that it is called in, after what sets its tools up. */
function aheadIn({ run, install, command, folder }: Job): string | undefined {
  const call = install.ahead ?? wordsOf(command);
  const { before } = around(command);
  const isMoved = before.some(({ program }) => program.text === 'cd');
  if (call === undefined || (isMoved && folder?.startsWith('/?') !== false)) return undefined;
  const setUp = before.filter(({ program }) => program.text !== 'cd');
  // A step that goes ahead by itself leaves the others behind.
  if (!setUp.every(isPreparation) || (install.ahead === undefined && setUp.length > 0)) return undefined;
  const steps = setUp.map(wordsOf);
  if (steps.includes(undefined)) return undefined;
  const way =
    isMoved && folder !== undefined ? [`cd ${fromFolder(startOf(run.state), folder).replace(/\/$/, '')}`] : [];
  return [...steps, ...way, call].join(' && ');
}

const SETTINGS: ReadonlySet<string> = new Set(
  'ENV ARG LABEL EXPOSE WORKDIR VOLUME STOPSIGNAL CMD ENTRYPOINT HEALTHCHECK MAINTAINER'.split(' '),
);

/** Whether the instruction is the same without the source: a setting, an install of packages by name, another manifest. */
function staysAbove(node: Instruction, files: readonly Manifest[]): boolean {
  if (SETTINGS.has(node.keyword)) return true;
  if (node.keyword === 'RUN')
    return node.script?.readable !== false && node.commands.length > 0 && node.commands.every(isPreparation);
  if (!isCopy(node) || node.flag('from') || node.heredocs.length > 0) return false;
  return node.sources.every(({ text }) => files.some(({ path }) => names(text, path)));
}

const PREPARATIONS: ReadonlySet<string> = new Set([...MANAGER_PROGRAMS, 'corepack', 'cd', 'set', 'echo', 'true']);

/** Whether a call sets up tools and reads nothing of the project. */
function isPreparation(command: Command): boolean {
  const { program, args, operands } = command;
  if (PREPARATIONS.has(program.text)) return true;
  if (program.text === 'rm' || program.text === 'mkdir')
    return args.every(({ text }) => text.startsWith('-') || /^\/(var|tmp|root)\//.test(text));
  if (['npm', 'pnpm', 'yarn'].includes(program.text))
    return (
      command.has('-g', '--global') || command.subcommand?.text === 'config' || command.subcommand?.text === 'cache'
    );
  const call = `${program.text} ${command.subcommand?.text ?? ''}`;
  if (/^(bundle|poetry|composer|pip3?) config$|^mix local\./.test(call)) return true;
  if (call === 'gem install')
    return !command.has('-g', '--file') && operands.every(({ text }) => /^[\w-]+$/.test(text));
  const isPip = program.text.startsWith('pip') && command.subcommand?.text === 'install';
  return (
    isPip &&
    operands.length > 0 &&
    !command.has('-r', '-c', '-e') &&
    operands.every(({ text }) => /^[\w.[\]=<>~!,-]+$/.test(text) && !text.startsWith('.'))
  );
}

/** Whether a source, perhaps a pattern, takes the file in. */
function names(text: string, path: string): boolean {
  const [head = '', ...rest] = text.replace(/^\.\//, '').split('*');
  const tail = rest.at(-1);
  return tail === undefined ? head === path : path.startsWith(head) && path.endsWith(tail);
}

/** A COPY for each folder that the manifests go to, without those that other instructions bring. */
function copyLines(
  { run }: Job,
  like: Copy,
  files: readonly Manifest[],
  before: readonly Instruction[],
  moved: readonly Instruction[],
): readonly string[] {
  const kept = before.filter((node): node is Copy => isCopy(node) && !node.flag('from') && !moved.includes(node));
  const isThere = ({ path }: Manifest): boolean =>
    kept.some(({ sources }) => sources.some(({ text }) => names(text, path) || names(path, text)));
  const missing = files.filter((manifest) => !isThere(manifest));
  const start = startOf(run.state);
  const flags = like.flags
    .filter(({ name }) => name === 'chown' || name === 'chmod' || name === 'link')
    .map(({ name, value }) => ` --${name}${value ? `=${like.written(value)}` : ''}`)
    .join('');
  const folders = [...new Set(missing.filter(({ isFolder }) => !isFolder).map(({ folder }) => folder))];
  return [
    ...folders.map((folder) => {
      const paths = missing.filter((manifest) => !manifest.isFolder && manifest.folder === folder);
      return `COPY${flags} ${paths.map(({ path }) => path).join(' ')} ${fromFolder(start, folder)}`;
    }),
    ...missing
      .filter(({ isFolder }) => isFolder)
      .map(
        ({ path, folder }) => `COPY${flags} ${path} ${fromFolder(start, folder).replace(/^\.\//, '')}${lastOf(path)}`,
      ),
  ];
}

/** The folder as it is written from the working directory, with a slash at its end. */
function fromFolder(start: string, folder: string): string {
  if (folder === start) return './';
  return isWithin(folder, start) && start !== '/'
    ? `${folder.slice(start.length + 1)}/`
    : `${folder === '/' ? '' : folder}/`;
}
