import { addLineAfter, suggestion, within, type Fix } from '../../edit.js';
import { AS_PEERS } from '../../knowledge/peers.js';
import { isFetched } from '../../knowledge/sources.js';
import type { IgnoreFile, IgnorePattern, Instructions, Word } from '../../model/index.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'copy-ignored-file',
  kinds: ['dockerfile'],
  severity: 'error',
  profile: 'recommended',
  tags: ['copy', 'context', 'broken-build'],
  since: '0.1.0',
  peers: { buildkit: ['CopyIgnoredFile'] },
  summary: 'Do not copy what .dockerignore keeps out of the build.',
  docs: `
The builder never sees what \`.dockerignore\` names. A COPY of such a file stops the build with "not found", although
the file is there for everybody to see; a COPY of a pattern or of the whole folder goes through and copies nothing.

Take the path back in with an exception, \`!path\`, behind the pattern that keeps it out; or do not copy it.
The last pattern that matches a path decides, and an exception works below an excluded folder as well.`,
  sources: {
    '.dockerignore files': 'https://docs.docker.com/build/concepts/context/#dockerignore-files',
    CopyIgnoredFile: 'https://docs.docker.com/reference/build-checks/copy-ignored-file/',
    'Best practices for making container images': 'https://e-whisper.com/posts/8023/',
  },
  differs: [
    {
      from: 'buildkit/CopyIgnoredFile',
      they: 'says nothing at all where the ignore file holds an exception',
      we: 'flags what no exception can meet',
      why: 'One exception says nothing about the other files.',
    },
  ],
  options: {
    asPeers: {
      ...AS_PEERS,
      about: 'Judge as BuildKit does: say nothing at all where the ignore file holds an exception.',
    },
  },
  examples: [
    {
      title: 'A folder that .dockerignore names',
      files: { '.dockerignore': 'node_modules\ndist\n' },
      bad: `
        FROM node:22
        COPY «dist» /app/
        ADD src «./dist/assets» /app/`,
      good: `
        FROM node:22
        COPY dist /app/
        ADD src ./dist/assets /app/`,
      fixedFiles: { '.dockerignore': 'node_modules\ndist\n!dist\n' },
    },
    {
      title: 'Everything is kept out but what is named',
      files: { '.dockerignore': '# allow list\n*\n!src\n!package*.json\n' },
      bad: `
        FROM node:22
        COPY package.json package-lock.json «yarn.lock» /app/
        COPY src/index.js /app/`,
      good: `
        FROM node:22
        COPY package.json package-lock.json yarn.lock /app/
        COPY src/index.js /app/`,
      fixedFiles: { '.dockerignore': '# allow list\n*\n!src\n!package*.json\n!yarn.lock\n' },
    },
    {
      title: 'A pattern for every folder, and the ignore file that belongs to this Dockerfile',
      path: 'web.Dockerfile',
      files: { 'web.Dockerfile.dockerignore': '**/*.log', '.dockerignore': 'index.html\n' },
      bad: `
        FROM nginx:1.27
        COPY index.html «logs/access.log» /srv/`,
      good: `
        FROM nginx:1.27
        COPY index.html logs/access.log /srv/`,
      fixedFiles: { 'web.Dockerfile.dockerignore': '**/*.log\n!logs/access.log' },
    },
    {
      title: 'Everything is kept out',
      files: { '.dockerignore': '**/*\n' },
      bad: `
        FROM node:22
        COPY «.» /app/`,
      except: ['behind another stage'],
    },
    {
      title: 'What the patterns do not name',
      files: { '.dockerignore': 'dist\n/secrets.txt\n# src\n*.log\n.*\n' },
      good: `
        FROM node:22
        COPY . /app/
        COPY src build/dist build/secrets.txt logs/a.log /app/`,
    },
    {
      title: 'A folder of which something is taken back in, and a pattern that an exception may meet',
      files: { '.dockerignore': '*\n!src/*.js\n!docs/**/*.md\n!README.md\n' },
      good: `
        FROM node:22
        COPY src /app/src
        COPY docs/guide /app/docs
        COPY *.md ./
        COPY . .`,
    },
    {
      title: 'Without an ignore file',
      good: `
        FROM node:22
        COPY dist /app/`,
    },
    {
      title: 'From a stage, from elsewhere, from a heredoc, and what only the build knows',
      files: { '.dockerignore': '*\n' },
      good: `
        FROM node:22 AS build
        ARG NAME
        FROM nginx:1.27
        COPY --from=build /dist /srv/
        ADD https://example.com/a.tgz git@github.com:team/app.git /srv/
        COPY <<EOF /etc/motd
        Welcome
        EOF
        COPY \${NAME}/index.html /srv/
        ONBUILD COPY dist /srv/`,
      except: ['behind another stage'],
    },
    {
      title: 'As BuildKit judges it: an exception silences it',
      profile: 'all',
      files: { '.dockerignore': 'dist\n!README.md\n' },
      good: `
        FROM node:22
        COPY dist /app/`,
    },
    {
      title: 'As BuildKit judges it: by the default of an argument as well',
      profile: 'all',
      files: { '.dockerignore': 'dist\n' },
      bad: `
        FROM node:22
        ARG FOLDER=dist
        COPY «$FOLDER» /app/`,
    },
  ],
  *check(file, { options, workspace }) {
    const ignore = workspace.ignoreFile();
    if (!ignore) return;
    const hasExceptions = ignore.patterns.some(({ negated }) => negated);
    if (options.asPeers && hasExceptions) return;
    for (const copy of file.all('COPY', 'ADD')) {
      if (copy.flag('from')) continue;
      for (const source of copy.sources) {
        const path = pathOf(copy, source, options.asPeers);
        const pattern = path === undefined ? undefined : keptOutBy(ignore, path);
        if (path === undefined || !pattern) continue;
        yield {
          at: source,
          message: say`${source.text} is kept out of the build by ${pattern.text}.`,
          ...(options.asPeers || isWhole(path) || isWildcard(path) ? { severity: 'warning' as const } : {}),
          related: [{ at: pattern, path: ignore.path, message: say`The pattern stands here.` }],
          fix: source.literal && !isWhole(path) ? exception(ignore, path) : undefined,
          // BuildKit says nothing where there is an exception.
          ...(hasExceptions ? { peers: [] } : {}),
        };
      }
    }
  },
});

/** The path in the build context that a source names; undefined for what comes from elsewhere and what is not known. */
function pathOf(copy: Instructions['COPY' | 'ADD'], source: Word, isLenient: boolean): string | undefined {
  const value = source.literal || isLenient ? copy.valueOf(source) : undefined;
  return value === undefined || value === '' || isFetched(value) ? undefined : value;
}

/** The pattern that keeps all of it out. Of a wildcard or a folder, an exception may take something back in. */
function keptOutBy(ignore: IgnoreFile, path: string): IgnorePattern | undefined {
  if (isWhole(path)) {
    const everything = ignore.patterns.findLast(({ text, negated }) => !negated && EVERYTHING.has(text));
    return ignore.patterns.some(({ negated }) => negated) ? undefined : everything;
  }
  if (ignore.reopensBelow(path)) return undefined;
  if (isWildcard(path) && ignore.patterns.some(({ negated }) => negated)) return undefined;
  return ignore.ignoring(path);
}

const EVERYTHING: ReadonlySet<string> = new Set(['*', '**', '**/*']);
const isWhole = (path: string): boolean => /^[./]*$/.test(path) && !path.includes('..');
const isWildcard = (path: string): boolean => /[*?[]/.test(path);

function exception(ignore: IgnoreFile, path: string): Fix | undefined {
  const last = ignore.patterns.at(-1);
  const bare = path.replace(/^(\.?\/)+/, '').replace(/\/+$/, '');
  return last && suggestion(`Take ${bare} back in`, within(ignore, addLineAfter(last, `!${bare}`)));
}
