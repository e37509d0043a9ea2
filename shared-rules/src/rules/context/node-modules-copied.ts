import { addLineAfter, createFile, replace, suggestion, within, type Fix } from '../../edit.js';
import { isLikelyContext, localSources, type LocalSource } from '../../knowledge/context.js';
import { isWithin } from '../../knowledge/mounts.js';
import { installsModules } from '../../knowledge/node.js';
import { anyBefore, type IgnoreFile, type Instruction, type Instructions } from '../../model/index.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'node-modules-copied',
  kinds: ['dockerfile'],
  severity: 'warning',
  profile: 'recommended',
  tags: ['node', 'context', 'copy'],
  since: '0.1.0',
  summary: 'Do not copy node_modules of the host over what was installed in the image.',
  docs: `
\`COPY . .\` after \`npm ci\` puts the host's \`node_modules\` over the image's. Modules with native code were built for
another system and crash at start, development tools come along, and what the lock file says no longer holds.

Add \`**/node_modules\` to \`.dockerignore\`.

It is silent where the install comes after the COPY and so replaces what was copied.`,
  sources: {
    'Docker guide for Node.js': 'https://docs.docker.com/guides/nodejs/containerize/',
    '.dockerignore files': 'https://docs.docker.com/build/concepts/context/#dockerignore-files',
    'Best practices for making container images': 'https://e-whisper.com/posts/8023/',
  },
  examples: [
    {
      title: 'Without an ignore file',
      files: { 'package.json': '{}', 'node_modules/a/index.js': '' },
      bad: `
        FROM node:22
        WORKDIR /app
        COPY package.json ./
        RUN npm install
        COPY «.» .
        CMD ["node", "index.js"]`,
      good: `
        FROM node:22
        WORKDIR /app
        COPY package.json ./
        RUN npm install
        COPY . .
        CMD ["node", "index.js"]`,
      fixedFiles: { '.dockerignore': '**/node_modules\n' },
    },
    {
      title: 'An ignore file that does not name it, and an install in the stage before',
      files: { 'package.json': '{}', 'node_modules/a/index.js': '', '.dockerignore': 'dist\n' },
      bad: `
        FROM node:22 AS deps
        WORKDIR /app
        COPY package.json yarn.lock ./
        RUN yarn --frozen-lockfile && yarn cache clean
        FROM deps
        COPY «./» /app/`,
      good: `
        FROM node:22 AS deps
        WORKDIR /app
        COPY package.json yarn.lock ./
        RUN yarn --frozen-lockfile && yarn cache clean
        FROM deps
        COPY ./ /app/`,
      fixedFiles: { '.dockerignore': 'dist\n**/node_modules\n' },
    },
    {
      title: 'A folder of the context',
      files: { 'web/package.json': '{}', 'web/node_modules/a/index.js': '', '.dockerignore': 'node_modules\n' },
      bad: `
        FROM node:22
        WORKDIR /web
        COPY web/package.json ./
        RUN pnpm i
        COPY «web» .`,
      good: `
        FROM node:22
        WORKDIR /web
        COPY web/package.json ./
        RUN pnpm i
        COPY web .`,
      fixedFiles: { '.dockerignore': 'node_modules\n**/node_modules\n' },
    },
    {
      title: 'The ignore file keeps it out',
      files: { 'package.json': '{}', 'node_modules/a/index.js': '', '.dockerignore': '**/node_modules\n' },
      good: `
        FROM node:22
        WORKDIR /app
        RUN npm ci
        COPY . .`,
    },
    {
      title: 'The host has none',
      files: { 'package.json': '{}' },
      good: `
        FROM node:22
        WORKDIR /app
        RUN npm ci
        COPY . .`,
    },
    {
      title: 'The install comes after the copy, at last or alone',
      files: { 'package.json': '{}', 'node_modules/a/index.js': '' },
      good: `
        FROM node:22 AS one
        WORKDIR /app
        COPY . .
        RUN npm ci
        FROM node:22
        WORKDIR /app
        RUN npm ci
        COPY . .
        RUN npm ci --omit=dev`,
    },
    {
      title: 'Installed elsewhere, installed for the whole system, and nothing installed',
      files: { 'package.json': '{}', 'node_modules/a/index.js': '' },
      good: `
        FROM node:22 AS one
        WORKDIR /tools
        RUN npm ci
        COPY . /app
        FROM node:22 AS two
        WORKDIR /app
        RUN npm install -g pnpm && cd /tools && npm ci
        COPY . .
        FROM node:22
        WORKDIR /app
        RUN npm run build
        COPY . .`,
    },
    {
      title: 'The build runs from a folder above',
      path: 'api/Dockerfile',
      files: { 'package.json': '{}', 'api/node_modules/a/index.js': '' },
      good: `
        FROM node:22
        WORKDIR /app
        COPY package.json ./
        RUN npm ci
        COPY . .`,
    },
  ],
  *check(file, { workspace }) {
    const ignore = workspace.ignoreFile();
    for (const source of localSources(file)) {
      if (source.isPattern || source.copy.flag('exclude') || !coversInstall(source)) continue;
      const modules = source.path === '' ? 'node_modules' : `${source.path}/node_modules`;
      if (workspace.has(modules) !== true || ignore?.ignoring(modules)) continue;
      if (!isLikelyContext(file, workspace)) return;
      yield {
        at: source.word,
        message: say`This puts ${modules} of the host over what was installed above.`,
        fix: keepOut(ignore),
      };
    }
  },
});

/** Whether modules were installed in the folder that it is copied into, and are not installed again afterwards. */
function coversInstall({ copy }: LocalSource): boolean {
  const target = copy.target && copy.valueOf(copy.target);
  const { workdir } = copy.state;
  if (target === undefined) return false;
  const place = target.startsWith('/') ? target : /^[./]+$/.test(target) && workdir.known ? workdir.value : undefined;
  if (place === undefined) return false;
  const isInstall = (node: Instruction): boolean => node.keyword === 'RUN' && installsIn(node, place);
  for (let node = copy.next; node && node.keyword !== 'FROM'; node = node.next) if (isInstall(node)) return false;
  return anyBefore(isInstall)(copy);
}

const installsIn = ({ commands }: Instructions['RUN'], folder: string): boolean =>
  commands.every(({ program }) => program.text !== 'cd' && program.text !== 'pushd') &&
  commands.some(
    (command) => installsModules(command) && command.state.workdir.known && isSame(command.state.workdir.value, folder),
  );

const isSame = (one: string, other: string): boolean => isWithin(one, other) && isWithin(other, one);

function keepOut(ignore: IgnoreFile | undefined): Fix {
  const line = '**/node_modules';
  if (!ignore) return suggestion(`Create .dockerignore with ${line}`, createFile('.dockerignore', `${line}\n`));
  const last = ignore.patterns.at(-1) ?? ignore.comments.at(-1);
  const edit = last ? addLineAfter(last, line) : replace(ignore, `${line}\n`);
  return suggestion(`Add ${line} to ${ignore.path}`, within(ignore, edit));
}
