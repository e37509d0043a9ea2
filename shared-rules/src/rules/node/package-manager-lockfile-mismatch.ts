import { replace, suggestion, type Fix } from '../../edit.js';
import { verbOf } from '../../knowledge/commands.js';
import { installerOf, NODE_INSTALLERS, type Installer } from '../../knowledge/lockfiles.js';
import { projectAtHand, type Project } from '../../knowledge/projects.js';
import { isForDevelopment } from '../../knowledge/stages.js';
import type { Command } from '../../model/index.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'package-manager-lockfile-mismatch',
  kinds: ['dockerfile'],
  severity: 'warning',
  profile: 'recommended',
  tags: ['node', 'packages', 'reproducible', 'context'],
  since: 'next',
  summary: 'Install with the package manager whose lock file the project has.',
  docs: `
npm does not read yarn.lock, nor Yarn package-lock.json. A package manager without a lock file of its own chooses the
newest versions that fit, so that the image gets others than those the project was tested with.

Call the one whose lock file is there. Yarn and pnpm come with \`corepack enable\`, which takes the version from
\`packageManager\` in package.json.`,
  sources: {
    'package.json, "packageManager"': 'https://nodejs.org/api/packages.html#packagemanager',
    Corepack: 'https://github.com/nodejs/corepack#readme',
  },
  examples: [
    {
      title: 'npm, but the lock file of pnpm',
      files: { 'package.json': '{}', 'pnpm-lock.yaml': '' },
      bad: `
        FROM node:22
        WORKDIR /app
        COPY . .
        RUN «npm» install`,
      good: `
        FROM node:22
        WORKDIR /app
        COPY . .
        RUN corepack enable && pnpm install --frozen-lockfile`,
    },
    {
      title: 'Yarn, but the lock file of npm',
      files: { 'package.json': '{}', 'package-lock.json': '{}' },
      bad: `
        FROM node:22
        WORKDIR /app
        COPY . .
        RUN «yarn» install && npm run build`,
      good: `
        FROM node:22
        WORKDIR /app
        COPY . .
        RUN npm ci && npm run build`,
    },
    {
      title: 'package.json names the one of two',
      files: { 'package.json': '{ "packageManager": "yarn@4.1.0" }', 'package-lock.json': '{}', 'yarn.lock': '' },
      bad: `
        FROM node:22
        COPY . .
        RUN «npm» ci`,
      good: `
        FROM node:22
        COPY . .
        RUN corepack enable && yarn install --immutable`,
    },
    {
      title: 'A lock file of its own',
      files: { 'package.json': '{}', 'package-lock.json': '{}', 'yarn.lock': '' },
      good: `
        FROM node:22
        COPY . .
        RUN npm ci && yarn install --frozen-lockfile`,
    },
    {
      title: 'No lock file at all, and a project that nobody can see',
      files: { 'package.json': '{ "packageManager": "pnpm@9.0.0" }' },
      good: `
        FROM node:22
        COPY . .
        RUN npm install
        FROM node:22
        WORKDIR /app
        RUN yarn install`,
    },
    {
      title: 'Tools for everybody, packages by name',
      files: { 'package.json': '{}', 'pnpm-lock.yaml': '' },
      good: `
        FROM node:22
        COPY . .
        RUN npm i -g pnpm && npm install --no-save patch-package && pnpm install --frozen-lockfile`,
    },
    {
      title: 'A stage for development, a trigger',
      files: { 'package.json': '{}', 'pnpm-lock.yaml': '' },
      good: `
        FROM node:22 AS dev
        COPY . .
        RUN npm install
        ONBUILD RUN npm install`,
    },
  ],
  *check(file, { workspace }) {
    for (const command of file.runCommands(...NODE_INSTALLERS.map(({ name }) => name))) {
      const installer = installerOf(command);
      const stage = command.instruction?.stage;
      if (!installer || !stage || isForDevelopment(stage, file)) continue;
      const project = projectAtHand(file, command, [installer.manifest], workspace);
      const other = project && otherManager(project, installer);
      if (!other) continue;
      const lock = other.locks.find((name) => project.names.has(name)) ?? '';
      yield {
        at: command.program,
        message: say`${installer.name} does not read ${lock}, the project's lock file.`,
        fix: callOther(command, project, other),
      };
    }
  },
});

/** The package manager that the project is locked for, if it is another one. */
function otherManager(project: Project, installer: Installer): Installer | undefined {
  const locked = NODE_INSTALLERS.filter(({ locks }) => locks.some((name) => project.names.has(name)));
  const wanted = project.open('package.json')?.packageManager?.split('@')[0];
  const named = locked.find(({ name }) => name === wanted);
  if (named) return named === installer ? undefined : named;
  const [only, ...more] = locked;
  return more.length === 0 && only !== installer ? only : undefined;
}

/** Only for a plain call: what the other makes of its flags is for a person to say. */
function callOther(command: Command, project: Project, { name }: Installer): Fix | undefined {
  const verb = verbOf(command);
  if (!verb || command.args.length > 1 || command.wrappers.length > 0 || !command.script || name === 'bun')
    return undefined;
  const isModern =
    project.names.has('.yarnrc.yml') || /^yarn@[2-9]/.test(project.open('package.json')?.packageManager ?? '');
  const flag = name === 'yarn' && isModern ? '--immutable' : '--frozen-lockfile';
  return name === 'npm'
    ? suggestion('Use npm ci', replace(command.program, 'npm'), replace(verb, 'ci'))
    : suggestion(
        `Use ${name} install ${flag}`,
        replace(command.program, `corepack enable && ${name}`),
        replace(verb, `install ${flag}`),
      );
}
