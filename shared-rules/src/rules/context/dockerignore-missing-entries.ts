import { addLineAfter, replace, suggestion, within, type Edit } from '../../edit.js';
import { isLikelyContext, localSources, uselessIn, type LocalSource, type Unwanted } from '../../knowledge/context.js';
import type { Dockerfile, IgnoreFile } from '../../model/index.js';
import { rule, say } from '../../rule.js';
import type { Workspace } from '../../workspace.js';

export default rule({
  id: 'dockerignore-missing-entries',
  kinds: ['dockerfile', 'dockerignore'],
  severity: 'info',
  profile: 'recommended',
  tags: ['context', 'copy', 'secrets'],
  since: '0.1.0',
  peers: { dockle: ['DKL-LI-0003'] },
  summary: 'Name in .dockerignore what lies in the build context and has no place in an image.',
  docs: `
A COPY of the whole context takes along whatever \`.dockerignore\` does not name: the Git history with everything that was
ever deleted, \`.env\` with its passwords, keys, \`node_modules\` and virtual environments made for another system.

Add a line for each. It is a warning for what does harm in an image, and only mentioned for mere ballast.

What the build copies, mounts or reads by name is left alone, and so is \`.git\` where the build runs \`git\` or \`make\`.`,
  sources: {
    '.dockerignore files': 'https://docs.docker.com/build/concepts/context/#dockerignore-files',
    'Best practices for making container images': 'https://e-whisper.com/posts/8023/',
  },
  examples: [
    {
      title: 'The Git history and the environment',
      files: { '.dockerignore': 'dist\n', '.git/HEAD': '', '.env': 'A=b\n', '.env.example': 'A=\n', 'index.js': '' },
      bad: `
        FROM node:22
        COPY «.» /app`,
      good: `
        FROM node:22
        COPY . /app`,
      fixedFiles: { '.dockerignore': 'dist\n.git\n.env\n' },
    },
    {
      title: 'What was installed for the host',
      files: {
        '.dockerignore': '# nothing yet\n',
        'package.json': '{}',
        'node_modules/a/index.js': '',
        'venv/bin/python': '',
        '.idea/a.xml': '',
      },
      bad: `
        FROM node:22
        COPY package.json .
        RUN npm install
        COPY «./» .`,
      good: `
        FROM node:22
        COPY package.json .
        RUN npm install
        COPY ./ .`,
      fixedFiles: { '.dockerignore': '# nothing yet\n.idea\n**/node_modules\nvenv\n' },
    },
    {
      title: 'An empty ignore file',
      files: { '.dockerignore': '', 'app.py': '', '__pycache__/app.pyc': '' },
      bad: `
        FROM python:3.13
        COPY «.» /app`,
      good: `
        FROM python:3.13
        COPY . /app`,
      fixedFiles: { '.dockerignore': '**/__pycache__\n' },
    },
    {
      title: 'Seen from the ignore file',
      kind: 'dockerignore',
      files: { Dockerfile: 'FROM node:22\nCOPY . .\n', '.git/HEAD': '' },
      bad: `
        «dist»
        *.log`,
      good: `
        dist
        *.log
        .git`,
      except: ['without a final line break'],
    },
    {
      title: 'Everything is named, by patterns or by an allow list',
      files: { '.dockerignore': '*\n!src\n!package*.json\n', '.git/HEAD': '', 'src/a.js': '', '.env': '' },
      good: `
        FROM node:22
        COPY . .`,
    },
    {
      title: 'What the build reads',
      files: {
        '.dockerignore': 'dist\n',
        '.git/HEAD': '',
        '.env': '',
        'target/app.jar': '',
        'node_modules/a/a.js': '',
      },
      good: `
        FROM node:22
        RUN --mount=type=bind,source=.env,target=/env . /env && git describe
        COPY target/app.jar /
        COPY . .`,
    },
    {
      title: 'Only chosen files are copied',
      files: { '.dockerignore': 'dist\n', '.git/HEAD': '', 'src/a.js': '' },
      good: `
        FROM node:22
        COPY src ./src`,
    },
    {
      title: 'The build runs from a folder above',
      path: 'api/Dockerfile',
      files: { 'api/.dockerignore': 'dist\n', 'api/.env': '', 'package.json': '{}' },
      good: `
        FROM node:22
        COPY package.json ./
        COPY . .`,
    },
    {
      title: 'Without an ignore file, which is another rule',
      files: { '.git/HEAD': '' },
      good: `
        FROM node:22
        COPY . .`,
    },
    {
      title: 'An ignore file without a Dockerfile beside it',
      kind: 'dockerignore',
      files: { '.git/HEAD': '' },
      good: `
        dist`,
    },
  ],
  *check(file, { workspace }) {
    const [dockerfile, ignore] =
      file.kind === 'dockerfile'
        ? [file, workspace.ignoreFile()]
        : [workspace.open(ownerOf(file.path), 'dockerfile'), file];
    if (!dockerfile || !ignore) return;
    const source = [...localSources(dockerfile)].find(takesAll);
    const at = file.kind === 'dockerfile' ? source?.word : ignore.patterns[0];
    if (!source || !at || !isLikelyContext(dockerfile, workspace)) return;
    const found = forgotten(dockerfile, ignore, workspace);
    if (found.length === 0) return;
    const lines = [...new Set(found.map(({ line }) => line))];
    yield {
      at,
      message: say`${ignore.path} lets in ${found.map(({ name }) => name).join(', ')}.`,
      ...(found.some(({ weight }) => weight === 'harm') ? { severity: 'warning' } : {}),
      fix: suggestion(`Add ${lines.join(', ')} to ${ignore.path}`, atTheEnd(file.kind, ignore, lines.join('\n'))),
    };
  },
});

const takesAll = ({ path, isNeeded, copy }: LocalSource): boolean => path === '' && isNeeded && !copy.flag('exclude');

/** The Dockerfile that an ignore file is written for. */
function ownerOf(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return name === '.dockerignore' || name === '.containerignore' ? 'Dockerfile' : name.replace(/\.dockerignore$/, '');
}

interface Forgotten {
  readonly name: string;
  readonly line: string;
  readonly weight: Unwanted['weight'];
}

function forgotten(dockerfile: Dockerfile, ignore: IgnoreFile, workspace: Workspace): readonly Forgotten[] {
  const names = (workspace.list('') ?? []).map((name) => name.replace(/\/$/, ''));
  return uselessIn(dockerfile).flatMap(({ names: named, pattern, except, weight }) => {
    if (weight === 'trifle') return [];
    const found = names.filter((name) => named.test(name) && !ignore.ignoring(name));
    // A pattern that needs an exception could take back what an exception above it lets in.
    return found.map((name) => ({ name, line: except === undefined ? pattern : name, weight }));
  });
}

function atTheEnd(kind: 'dockerfile' | 'dockerignore', ignore: IgnoreFile, text: string): Edit {
  const last = ignore.patterns.at(-1) ?? ignore.comments.at(-1);
  const edit = last ? addLineAfter(last, text) : replace(ignore, `${text}\n`);
  return kind === 'dockerfile' ? within(ignore, edit) : edit;
}
