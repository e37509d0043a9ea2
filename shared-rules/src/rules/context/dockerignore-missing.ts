import { createFile, suggestion } from '../../edit.js';
import { isLikelyContext, localSources, uselessIn, type Unwanted } from '../../knowledge/context.js';
import { rule, say } from '../../rule.js';
import type { Workspace } from '../../workspace.js';

export default rule({
  id: 'dockerignore-missing',
  kinds: ['dockerfile'],
  severity: 'warning',
  profile: 'recommended',
  tags: ['context', 'copy', 'secrets'],
  since: '0.1.0',
  summary: 'Keep what the image does not need out of the build with a .dockerignore.',
  docs: `
Without a \`.dockerignore\`, copying a whole folder takes everything that lies there into the image: the Git history,
\`.env\` with its passwords, \`node_modules\` made for another system. Each change of any of it builds the layer anew.

Write a \`.dockerignore\` beside the Dockerfile that names what does not belong; \`docker init\` writes one as well.
Where nothing but the Dockerfile lies beside what is copied, this is only mentioned; it is a warning where something
harmful is there.

Leave the rule off where the context is put together by a tool that picks its files.`,
  sources: {
    '.dockerignore files': 'https://docs.docker.com/build/concepts/context/#dockerignore-files',
    'docker init': 'https://docs.docker.com/reference/cli/docker/init/',
    'Best practices for making container images': 'https://e-whisper.com/posts/8023/',
  },
  examples: [
    {
      title: 'A Node project with its repository',
      files: { 'package.json': '{}', 'index.js': '', '.git/HEAD': '', '.env': 'A=b\n', 'node_modules/a/index.js': '' },
      bad: `
        FROM node:22
        WORKDIR /app
        COPY package.json ./
        RUN npm install
        COPY «.» .`,
      good: `
        FROM node:22
        WORKDIR /app
        COPY package.json ./
        RUN npm install
        COPY . .`,
      fixedFiles: {
        '.dockerignore': [
          '.git',
          '.gitignore',
          '.dockerignore',
          'Dockerfile*',
          'compose*.y*ml',
          'docker-compose*.y*ml',
          '.env*',
          '!.env.example',
          '.vscode',
          '.idea',
          '**/*.log',
          '**/.DS_Store',
          '**/node_modules',
          'coverage',
          '',
        ].join('\n'),
      },
    },
    {
      title: 'What the build reads stays in',
      files: { 'app.py': '', 'requirements.txt': '', 'compose.yaml': '', '.env.production': '' },
      bad: `
        FROM python:3.13
        RUN git describe --tags
        COPY .env.production requirements.txt ./
        ADD «./» /app`,
      good: `
        FROM python:3.13
        RUN git describe --tags
        COPY .env.production requirements.txt ./
        ADD ./ /app`,
      fixedFiles: {
        '.dockerignore': [
          '.gitignore',
          '.dockerignore',
          'Dockerfile*',
          'compose*.y*ml',
          'docker-compose*.y*ml',
          '.vscode',
          '.idea',
          '**/*.log',
          '**/.DS_Store',
          '**/__pycache__',
          '**/*.pyc',
          '.venv',
          '',
        ].join('\n'),
      },
    },
    {
      title: 'A folder in which something lies that has no place there',
      files: { 'web/package.json': '{}', 'web/node_modules/a/index.js': '', 'README.md': '' },
      bad: `
        FROM node:22
        COPY «web» /app
        RUN cd /app && npm ci`,
      good: `
        FROM node:22
        COPY web /app
        RUN cd /app && npm ci`,
      fixedFiles: {
        '.dockerignore': [
          '.git',
          '.gitignore',
          '.dockerignore',
          'Dockerfile*',
          'compose*.y*ml',
          'docker-compose*.y*ml',
          '.env*',
          '!.env.example',
          '.vscode',
          '.idea',
          '**/*.log',
          '**/.DS_Store',
          '**/node_modules',
          'coverage',
          '',
        ].join('\n'),
      },
    },
    {
      title: 'An ignore file is there, for the context or for the Dockerfile alone',
      files: { '.dockerignore': '.git\n' },
      good: `
        FROM node:22
        COPY . .`,
    },
    {
      title: 'The ignore file of this Dockerfile alone',
      path: 'web.Dockerfile',
      files: { 'web.Dockerfile.dockerignore': '.git\n' },
      good: `
        FROM node:22
        COPY . .`,
    },
    {
      title: 'The ignore file of Podman',
      files: { '.containerignore': '.git\n' },
      good: `
        FROM node:22
        COPY . .`,
    },
    {
      title: 'Only chosen files and a clean folder are copied',
      files: { 'package.json': '{}', 'src/index.js': '' },
      good: `
        FROM node:22
        COPY package.json ./
        COPY src ./src`,
    },
    {
      title: 'The build runs from a folder above',
      path: 'api/Dockerfile',
      files: { 'api/index.js': '', 'package.json': '{}', '.git/HEAD': '' },
      good: `
        FROM node:22
        COPY package.json ./
        COPY . .`,
    },
    {
      title: 'An ignore file lies above, from where the build may run',
      path: 'api/Dockerfile',
      files: { 'api/index.js': '', '.dockerignore': '.git\n' },
      good: `
        FROM node:22
        COPY . .`,
    },
    {
      title: 'A folder for Dockerfiles alone',
      path: 'docker/Dockerfile',
      files: { 'docker/nginx.conf': '' },
      good: `
        FROM node:22
        COPY . .`,
    },
    {
      title: 'From another stage, from elsewhere, from a heredoc, and a stage that the image does not need',
      files: { 'index.js': '', '.git/HEAD': '' },
      good: `
        FROM node:22 AS other
        COPY . .
        FROM node:22 AS build
        FROM node:22
        COPY --from=build . .
        ADD https://example.com/a.tgz /
        COPY <<EOF /etc/motd
        Welcome
        EOF
        ONBUILD COPY . .`,
    },
    {
      title: 'The COPY itself leaves something out',
      files: { 'index.js': '', '.git/HEAD': '' },
      good: `
        # syntax=docker/dockerfile:1.7-labs
        FROM node:22
        COPY --exclude=.git . .`,
    },
  ],
  *check(file, { workspace }) {
    const names = workspace.list('');
    if (!names || workspace.ignoreFile()) return;
    // One that is there and cannot be read is not missing.
    if (workspace.has('.dockerignore') || workspace.has('.containerignore')) return;
    if (!workspace.isContextSure && (workspace.hasAbove('.dockerignore') || !isLikelyContext(file, workspace))) return;
    const useless = uselessIn(file);
    for (const source of localSources(file)) {
      if (!source.isNeeded || source.isPattern || source.copy.flag('exclude')) continue;
      const found = unwantedIn(source.path, useless, workspace);
      if (source.path !== '' && found === undefined) continue;
      yield {
        at: source.word,
        message:
          found === undefined
            ? say`No .dockerignore says what of the build context stays out of the image.`
            : say`No .dockerignore keeps ${found} out of the image.`,
        severity: found === undefined ? 'info' : 'warning',
        fix: suggestion(
          'Create .dockerignore',
          createFile('.dockerignore', textFor(useless, [...names, ...(workspace.list(source.path) ?? [])])),
        ),
      };
      return;
    }
  },
});

/** Something in the folder that does harm in an image. */
function unwantedIn(folder: string, useless: readonly Unwanted[], workspace: Workspace): string | undefined {
  const names = workspace.list(folder) ?? [];
  return names
    .map((name) => name.replace(/\/$/, ''))
    .find((name) => useless.some(({ weight, names: named }) => weight === 'harm' && named.test(name)));
}

function textFor(useless: readonly Unwanted[], names: readonly string[]): string {
  const lines = useless
    .filter(({ beside }) => !beside || names.some((name) => beside.test(name)))
    .flatMap(({ pattern, except }) => (except === undefined ? [pattern] : [pattern, except]));
  return `${lines.join('\n')}\n`;
}
