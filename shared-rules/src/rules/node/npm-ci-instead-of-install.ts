import { replace, suggestion, wordsAfter, type Edit, type Fix } from '../../edit.js';
import { verbOf } from '../../knowledge/commands.js';
import { installerOf, NODE_INSTALLERS, type Installer } from '../../knowledge/lockfiles.js';
import { movesAway, projectAtHand, type Project } from '../../knowledge/projects.js';
import { isForDevelopment } from '../../knowledge/stages.js';
import { languageVersionOf } from '../../knowledge/versions.js';
import type { Command, Dockerfile, Instructions, Word } from '../../model/index.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'npm-ci-instead-of-install',
  kinds: ['dockerfile'],
  severity: 'warning',
  profile: 'recommended',
  tags: ['node', 'packages', 'reproducible', 'context'],
  since: 'next',
  summary: 'Install exactly what the lock file names: npm ci, or the flag of the other package managers.',
  docs: `
\`npm install\` treats the lock file as a draft: where it does not fit package.json, other versions are chosen, quietly
and differently on every build. The image then runs code that nobody has tested.

\`npm ci\` installs what the lock file names and fails if the two do not fit. The same do \`yarn install --immutable\`
(\`--frozen-lockfile\` in Yarn 1), \`pnpm install --frozen-lockfile\` and \`bun install --frozen-lockfile\`. pnpm and newer
Yarns do so by themselves where \`CI\` is set. Nothing is said in stages for development.`,
  sources: {
    'npm ci': 'https://docs.npmjs.com/cli/commands/npm-ci',
    'pnpm install': 'https://pnpm.io/cli/install#--frozen-lockfile',
    'yarn install': 'https://yarnpkg.com/cli/install#options-immutable',
    'bun install': 'https://bun.com/docs/cli/install',
  },
  examples: [
    {
      title: 'npm with a lock file',
      files: { 'package.json': '{}', 'package-lock.json': '{}' },
      bad: `
        FROM node:22
        WORKDIR /app
        COPY package*.json ./
        RUN npm «install» --omit=dev && npm cache clean --force`,
      good: `
        FROM node:22
        WORKDIR /app
        COPY package*.json ./
        RUN npm ci --omit=dev && npm cache clean --force`,
    },
    {
      title: 'The lock file is named by the COPY',
      bad: `
        FROM node:22 AS build
        WORKDIR /app
        COPY package.json \\
             package-lock.json ./
        RUN npm \\
            «i»`,
      good: `
        FROM node:22 AS build
        WORKDIR /app
        COPY package.json \\
             package-lock.json ./
        RUN npm \\
            ci`,
    },
    {
      title: 'The lock file is there, but not copied',
      files: { 'package.json': '{}', 'package-lock.json': '{}' },
      bad: `
        FROM node:22
        WORKDIR /app
        COPY package.json ./
        RUN npm «install»
        COPY . .`,
      good: `
        FROM node:22
        WORKDIR /app
        COPY package.json package-lock.json ./
        RUN npm ci
        COPY . .`,
    },
    {
      title: 'Yarn 1, called by its name alone',
      files: { 'package.json': '{}', 'yarn.lock': '# yarn lockfile v1\n' },
      bad: `
        FROM node:22
        COPY . .
        RUN «yarn» && yarn build`,
      good: `
        FROM node:22
        COPY . .
        RUN yarn install --frozen-lockfile && yarn build`,
    },
    {
      title: 'A newer Yarn, pnpm and Bun',
      files: {
        'a/package.json': '{}',
        'a/yarn.lock': '__metadata:',
        'a/.yarnrc.yml': '',
        'b/package.json': '{}',
        'b/pnpm-lock.yaml': '',
        'c/package.json': '{}',
        'c/bun.lock': '',
      },
      bad: `
        FROM node:22 AS a
        COPY a .
        RUN corepack enable && yarn «install»
        FROM node:22 AS b
        COPY b .
        RUN pnpm «install» --prod
        FROM oven/bun:1 AS c
        COPY c .
        RUN ["bun", "«install»"]`,
      good: `
        FROM node:22 AS a
        COPY a .
        RUN corepack enable && yarn install --immutable
        FROM node:22 AS b
        COPY b .
        RUN pnpm install --frozen-lockfile --prod
        FROM oven/bun:1 AS c
        COPY c .
        RUN ["bun", "install", "--frozen-lockfile"]`,
    },
    {
      title: 'Exactly what the lock file names',
      files: { 'package.json': '{}', 'package-lock.json': '{}', 'yarn.lock': '', 'pnpm-lock.yaml': '', 'bun.lock': '' },
      good: `
        FROM node:22
        COPY . .
        RUN npm ci && yarn install --frozen-lockfile && yarn --immutable && pnpm i --frozen-lockfile
        RUN bun install --frozen-lockfile && bun ci && npm clean-install`,
    },
    {
      title: 'Packages by name, tools for everybody, another folder',
      files: { 'package.json': '{}', 'package-lock.json': '{}' },
      good: `
        FROM node:22
        COPY . .
        RUN npm install express && npm install -g pnpm && npm i --prefix web && npm install $PACKAGES
        RUN cd web && npm install
        RUN npm install --no-package-lock`,
    },
    {
      title: 'No lock file',
      files: { 'package.json': '{}' },
      good: `
        FROM node:22
        COPY . .
        RUN npm install`,
    },
    {
      title: 'The lock file is kept out of the build',
      files: { 'package.json': '{}', 'package-lock.json': '{}', '.dockerignore': 'package-lock.json' },
      good: `
        FROM node:22
        COPY . .
        RUN npm install`,
    },
    {
      title: 'CI is set, by which pnpm and newer Yarns keep to the lock file',
      files: { 'package.json': '{}', 'pnpm-lock.yaml': '', 'yarn.lock': '', '.yarnrc.yml': '' },
      good: `
        FROM node:22
        ENV CI=true
        COPY . .
        RUN pnpm install && yarn install
        FROM node:22
        COPY . .
        RUN CI=1 pnpm install`,
    },
    {
      title: 'A stage for development, a trigger, a Node.js whose npm has no ci',
      files: { 'package.json': '{}', 'package-lock.json': '{}' },
      good: `
        FROM node:22 AS dev
        COPY . .
        RUN npm install
        ONBUILD RUN npm install
        FROM node:8
        COPY . .
        RUN npm install`,
    },
  ],
  *check(file, { workspace }) {
    for (const command of file.runCommands(...NODE_INSTALLERS.map(({ name }) => name))) {
      const installer = installerOf(command);
      const stage = command.instruction?.stage;
      if (!installer || !stage || isForDevelopment(stage, file) || command.instruction.isTrigger) continue;
      if (keepsToLock(command) || isTooOld(command)) continue;
      const project = projectAtHand(file, command, [installer.manifest], workspace);
      const lock = installer.locks.find((name) => project?.names.has(name)) ?? lockCopied(file, command, installer);
      if (lock === undefined) continue;
      const isModern = isModernYarn(installer, project);
      if ((installer.name === 'pnpm' || isModern) && setsCi(command)) continue;
      if (project && workspace.ignoreFile()?.ignoring(project.pathOf(lock))) continue;
      const missing = project && !arrives(file, command, project, lock);
      const edits = missing ? copyToo(command, project, installer.manifest, lock) : [];
      yield {
        at: verbOf(command) ?? command.program,
        message: missing
          ? say`${lock} is not copied, so that ${installer.name} chooses the versions anew.`
          : say`${installer.name} may choose other versions than ${lock} names.`,
        fix: edits && keepingTo(command, installer, isModern, edits),
      };
    }
  },
});

/** Flags and subcommands with which the lock file decides. */
const keepsToLock = (command: Command): boolean =>
  ['ci', 'clean-install', 'ic', 'install-clean'].includes(verbOf(command)?.text ?? '') ||
  command.has('--frozen-lockfile', '--immutable', '--pure-lockfile', '--no-frozen-lockfile', '--no-immutable');

/** `npm ci` came in the time of Node.js 8. */
function isTooOld({ instruction }: Command): boolean {
  const image = instruction?.stage?.rootImage;
  const version = image && languageVersionOf(image, 'node');
  return version !== undefined && Number.parseInt(version.number, 10) < 10;
}

function setsCi({ state, assignments }: Command): boolean {
  const own = assignments.find(({ name }) => name.text === 'CI');
  const value = own ? (own.value?.text ?? '') : state.env.lookup('CI')?.value;
  return value !== undefined && !['', '0', 'false'].includes(value);
}

function isModernYarn({ name }: Installer, project: Project | undefined): boolean {
  if (name !== 'yarn' || !project) return false;
  const wanted = project.open('package.json')?.packageManager ?? '';
  return project.names.has('.yarnrc.yml') || /^yarn@[2-9]/.test(wanted);
}

/** A lock file that a COPY before the command names, so that it has to be there. */
function lockCopied(file: Dockerfile, command: Command, { locks }: Installer): string | undefined {
  const { instruction } = command;
  if (movesAway(command)) return undefined;
  for (let node = instruction?.previous; node && node.stage === instruction?.stage; node = node.previous) {
    if (node.keyword !== 'COPY' || node.from || !isBeside(command, node)) continue;
    const lock = locks.find((name) => node.sources.some(({ text }) => text === name || text.endsWith(`/${name}`)));
    if (lock !== undefined) return lock;
  }
  return undefined;
}

/** Whether a COPY puts what it copies into the folder that the command works in. */
const isBeside = ({ state }: Command, { target, state: before }: Instructions['COPY']): boolean =>
  state.workdir.known &&
  ((['.', './'].includes(target?.text ?? '') && before.workdir.known && before.workdir.value === state.workdir.value) ||
    target?.text.replace(/\/$/, '') === state.workdir.value);

const pathsTo = (file: Dockerfile, { instruction, state }: Command, name: string): readonly string[] =>
  instruction?.stage
    ? file.contextPathsOf(`${state.workdir.known ? state.workdir.value : '.'}/${name}`, instruction.stage, instruction)
    : [];

const arrives = (file: Dockerfile, command: Command, project: Project, lock: string): boolean =>
  pathsTo(file, command, lock).includes(project.pathOf(lock));

/** Adds the lock file to the COPY of the manifest; undefined where none copies it by name into a folder. */
function copyToo(command: Command, project: Project, manifest: string, lock: string): readonly Edit[] | undefined {
  const wanted = project.pathOf(manifest);
  for (let node = command.instruction?.previous; node && node.keyword !== 'FROM'; node = node.previous) {
    if (node.keyword !== 'COPY' || node.from || !node.target) continue;
    const source = node.sources.find(({ text }) => text.replace(/^\.?\//, '') === wanted);
    if (!source) continue;
    const isFolder = node.target.text.endsWith('/') || node.target.text === '.' || node.sources.length > 1;
    return isFolder ? [wordsAfter(source, source.text.replace(/[^/]*$/, lock))] : undefined;
  }
  return undefined;
}

function keepingTo(command: Command, { name }: Installer, isModern: boolean, edits: readonly Edit[]): Fix | undefined {
  const verb: Word | undefined = verbOf(command);
  if (name === 'npm') return verb && suggestion('Use npm ci', replace(verb, 'ci'), ...edits);
  const flag = isModern ? '--immutable' : '--frozen-lockfile';
  const edit = verb ? wordsAfter(verb, flag) : wordsAfter(command.program, 'install', flag);
  return suggestion(`Add ${flag}`, edit, ...edits);
}
