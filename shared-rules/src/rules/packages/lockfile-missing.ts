import { verbOf } from '../../knowledge/commands.js';
import { INSTALLER_PROGRAMS, installerOf, locksOf, type Installer } from '../../knowledge/lockfiles.js';
import { isWithin } from '../../knowledge/mounts.js';
import { projectAtHand, type Project } from '../../knowledge/projects.js';
import { isForDevelopment } from '../../knowledge/stages.js';
import { around, type Command, type Dockerfile } from '../../model/index.js';
import { rule, say } from '../../rule.js';
import type { Workspace } from '../../workspace.js';

export default rule({
  id: 'lockfile-missing',
  kinds: ['dockerfile'],
  severity: 'info',
  profile: 'recommended',
  tags: ['packages', 'reproducible', 'context'],
  since: 'next',
  summary: 'Keep the lock file beside the project, so that every build installs the same versions.',
  docs: `
Without a lock file the package manager chooses the newest versions that fit, on every build anew. Two images of the same
commit differ, and a release of somebody else's package can break yours overnight.

Make the lock file (\`npm install --package-lock-only\`, \`poetry lock\`, \`uv lock\`, \`bundle lock\`, \`cargo generate-lockfile\`,
\`go mod tidy\`), put it under version control and do not name it in \`.dockerignore\`. Leave the rule off where the lock
file is made on the way to the build, or lies in a folder above the build context.`,
  sources: {
    'package-lock.json': 'https://docs.npmjs.com/cli/configuring-npm/package-lock-json',
    'Poetry, "Installing dependencies"': 'https://python-poetry.org/docs/basic-usage/#installing-dependencies',
    'Cargo.toml and Cargo.lock': 'https://doc.rust-lang.org/cargo/guide/cargo-toml-vs-cargo-lock.html',
    'Best practices for making container images': 'https://e-whisper.com/posts/8023/',
  },
  examples: [
    {
      title: 'A Node.js project without one',
      files: { 'package.json': '{ "dependencies": { "express": "^5.0.0" } }' },
      bad: `
        FROM node:22
        WORKDIR /app
        COPY package.json ./
        RUN npm «install» --omit=dev`,
    },
    {
      title: 'Other languages',
      files: {
        'a/Gemfile': 'gem "rails"',
        'b/composer.json': '{}',
        'c/Cargo.toml': '[package]\nname = "c"\n',
        'd/pyproject.toml': '[project]\ndependencies = ["flask"]\n',
        'e/go.mod': 'module e\nrequire example.com/x v1.0.0\n',
      },
      bad: `
        FROM ruby:3.4 AS a
        COPY a .
        RUN bundle «install»
        FROM composer:2 AS b
        COPY b .
        RUN composer «install» --no-dev
        FROM rust:1.84 AS c
        COPY c .
        RUN cargo «build» --release
        FROM python:3.13 AS d
        COPY d .
        RUN uv «sync» && uv sync
        FROM golang:1.24 AS e
        COPY e .
        RUN go «mod» download && go build .`,
    },
    {
      title: 'What only works with a lock file fails without: a warning',
      files: { 'package.json': '{ "dependencies": { "express": "^5.0.0" } }' },
      bad: `
        FROM node:22
        COPY . .
        RUN npm «ci»`,
    },
    {
      title: '.dockerignore keeps it out of the build: a warning',
      files: {
        'package.json': '{ "dependencies": { "express": "^5.0.0" } }',
        'yarn.lock': '',
        '.dockerignore': '*.lock\nnode_modules\n',
      },
      bad: `
        FROM node:22
        COPY . .
        RUN «yarn»`,
    },
    {
      title: 'A lock file beside the project, also that of another package manager',
      files: {
        'package.json': '{ "dependencies": { "express": "^5.0.0" } }',
        'pnpm-lock.yaml': '',
        Pipfile: '',
        'Pipfile.lock': '',
      },
      good: `
        FROM node:22
        COPY . .
        RUN npm install && pnpm install && pipenv install`,
    },
    {
      title: 'The lock file of a whole workspace, in a folder above',
      files: { 'package-lock.json': '{}', 'apps/web/package.json': '{ "dependencies": { "express": "^5.0.0" } }' },
      good: `
        FROM node:22
        COPY apps/web .
        RUN npm install`,
    },
    {
      title: 'The lock file of another folder, of another stage, made by the build',
      files: {
        'deps/uv.lock': '',
        'pyproject.toml': '[project]\ndependencies = ["flask"]\n',
        'Cargo.toml': '[package]\n',
      },
      good: `
        FROM python:3.13 AS a
        WORKDIR /app
        COPY pyproject.toml deps/uv.lock ./
        RUN uv sync --locked
        FROM rust:1.84 AS b
        WORKDIR /app
        COPY --from=planner /app/Cargo.lock ./
        COPY Cargo.toml .
        RUN cargo build
        FROM python:3.13 AS c
        WORKDIR /app
        COPY pyproject.toml .
        RUN uv lock && uv sync`,
    },
    {
      title: 'Nothing to lock',
      files: { 'package.json': '{ "name": "x" }', 'go.mod': 'module x\ngo 1.24\n' },
      good: `
        FROM node:22
        COPY . .
        RUN npm install
        RUN go mod download && go build .`,
    },
    {
      title: 'Go with its packages in the project, Node.js without a lock file by intent',
      files: {
        'package.json': '{ "dependencies": { "express": "^5.0.0" } }',
        'go.mod': 'module x\nrequire example.com/x v1.0.0\n',
        'vendor/modules.txt': '',
      },
      good: `
        FROM golang:1.24
        COPY . .
        RUN go build . && npm install --no-package-lock`,
    },
    {
      title: 'A stage for development, a trigger, packages by name, a project that nobody can see',
      files: { 'package.json': '{ "dependencies": { "express": "^5.0.0" } }' },
      good: `
        FROM node:22 AS dev
        COPY . .
        RUN npm install
        ONBUILD RUN npm install
        FROM node:22
        RUN npm install && npm install -g serve
        FROM node:22
        COPY . /src
        RUN npm install express
        RUN cd /src && npm install`,
    },
  ],
  *check(file, { workspace }) {
    const told = new Set<string>();
    for (const command of file.runCommands(...INSTALLER_PROGRAMS)) {
      const installer = installerOf(command);
      const stage = command.instruction?.stage;
      if (!installer || !stage || isForDevelopment(stage, file)) continue;
      const project = projectAtHand(file, command, [installer.manifest], workspace);
      if (!project || hasNothingToLock(project, installer)) continue;
      const manifest = project.pathOf(installer.manifest);
      const lock = installer.locks.find((name) => project.names.has(name));
      const isHidden = lock !== undefined && workspace.ignoreFile()?.ignoring(project.pathOf(lock)) !== undefined;
      const others = locksOf(installer.ecosystem);
      if (!isHidden && (isIn(others, project.names) || isAbove(others, manifest, (folder) => workspace.list(folder))))
        continue;
      if (told.has(manifest) || (!isHidden && comesOtherwise(file, command, others, workspace))) continue;
      told.add(manifest);
      const [name = ''] = installer.locks;
      yield {
        at: verbOf(command) ?? command.program,
        message: isHidden
          ? say`.dockerignore keeps ${lock} out of the build.`
          : say`There is no ${name} beside ${manifest}: every build chooses its versions anew.`,
        ...(isHidden || needsLock(command) ? { severity: 'warning' as const } : {}),
      };
    }
  },
});

/** Whether a lock file comes from another folder of the context, from another stage, or is made by the build. */
function comesOtherwise(file: Dockerfile, command: Command, locks: readonly string[], workspace: Workspace): boolean {
  const { instruction, state } = command;
  const stage = instruction?.stage;
  if (!stage) return true;
  const folder = state.workdir.known ? state.workdir.value : '.';
  const isCopied = locks.some((name) =>
    file
      .contextPathsOf(`${folder}/${name}`, stage, instruction)
      .some((path) => path.endsWith(name) && workspace.list(path.slice(0, -name.length - 1))?.includes(name)),
  );
  if (isCopied || around(command).before.some(makesLock)) return true;
  for (let node = instruction.previous; node && node.keyword !== 'FROM'; node = node.previous) {
    if (node.keyword === 'RUN' && node.commands.some(makesLock)) return true;
    if (node.keyword !== 'COPY') continue;
    // One that a COPY names has to be there.
    if (locks.some((name) => node.sources.some(({ text }) => text === name || text.endsWith(`/${name}`)))) return true;
    if (!node.from) continue;
    const target = node.target && node.valueOf(node.target);
    const isHere = target === undefined || ['.', './', '/'].includes(target) || isWithin(folder, target);
    if (isHere || locks.some((name) => target.endsWith(name))) return true;
  }
  return false;
}

const makesLock = (command: Command): boolean =>
  command.has('--package-lock-only', '--lockfile-only') ||
  command.args.some(
    ({ text }) => text === 'lock' || text === 'generate-lockfile' || text === 'tidy' || text === 'chef',
  );

const isIn = (locks: readonly string[], names: ReadonlySet<string>): boolean => locks.some((name) => names.has(name));

/** Whether a lock file lies in one of the folders around that of the path. */
function isAbove(
  locks: readonly string[],
  path: string,
  list: (folder: string) => readonly string[] | undefined,
): boolean {
  const parts = path.split('/').slice(0, -2);
  return path.includes('/')
    ? [[], ...parts.map((_, index) => parts.slice(0, index + 1))].some((folder) =>
        isIn(locks, new Set(list(folder.join('/')))),
      )
    : false;
}

/** Whether the project asks for no package at all. What cannot be read may ask for some. */
function hasNothingToLock(project: Project, { ecosystem, manifest }: Installer): boolean {
  if (ecosystem === 'go' && project.names.has('vendor/')) return true;
  if (ecosystem !== 'go' && manifest !== 'package.json') return false;
  return project.open(manifest)?.requirements.length === 0;
}

/** Whether the call fails without a lock file. */
const needsLock = (command: Command): boolean =>
  ['ci', 'clean-install'].includes(verbOf(command)?.text ?? '') ||
  command.has('--frozen-lockfile', '--immutable', '--frozen', '--locked', '--deploy');
