import { replace, suggestion } from '../../edit.js';
import { isHandWritten, localSources, type LocalSource } from '../../knowledge/context.js';
import { nearestNames } from '../../knowledge/nearest.js';
import { rule, say } from '../../rule.js';
import type { Workspace } from '../../workspace.js';

export default rule({
  id: 'copy-source-missing',
  kinds: ['dockerfile'],
  severity: 'error',
  profile: 'recommended',
  tags: ['copy', 'context', 'broken-build'],
  since: '0.1.0',
  summary: 'Copy what is there in the build context.',
  docs: `
A COPY of a file that is not in the build context stops the build with "not found". On Linux the case of the letters
counts as well, so a name that works on a laptop may be missing on the build server.

Write the name as the file is called. A path with \`../\` does not leave the build context: BuildKit drops the dots,
older builders refuse it. Build from the folder above instead, with \`docker build -f folder/Dockerfile .\`.

It is silent about what is made before the image is built (\`dist\`, \`target\`, archives, whatever \`.gitignore\` names),
about patterns, and where the build seems to run from another folder. Tell that folder by \`context\` in the config file.`,
  sources: {
    'COPY reference': 'https://docs.docker.com/reference/dockerfile/#copy',
    'Build context': 'https://docs.docker.com/build/concepts/context/',
  },
  examples: [
    {
      title: 'A misspelled name',
      files: { 'requirements.txt': '', 'app.py': '' },
      bad: `
        FROM python:3.13
        COPY «./requirments.txt» .
        COPY . .`,
      good: `
        FROM python:3.13
        COPY ./requirements.txt .
        COPY . .`,
    },
    {
      title: 'A misspelled ending',
      files: { 'package.json': '{}', 'yarn.lock': '' },
      bad: `
        FROM node:22
        COPY package.json «yarn.lok» ./`,
      good: `
        FROM node:22
        COPY package.json yarn.lock ./`,
    },
    {
      title: 'Another case, in a folder',
      files: { 'Conf/nginx.conf': '', 'index.html': '' },
      bad: `
        FROM nginx:1.27
        COPY ["«conf/nginx.conf»", "index.html", "/srv/"]`,
      good: `
        FROM nginx:1.27
        COPY ["Conf/nginx.conf", "index.html", "/srv/"]`,
    },
    {
      title: 'A file that nobody has written, among others that are there',
      files: { '.git/HEAD': '', 'package.json': '{}', 'tsconfig.json': '{}', 'src/index.ts': '' },
      bad: `
        FROM node:22
        COPY package.json tsconfig.json «yarn.lock» ./
        COPY src ./src`,
    },
    {
      title: 'Out of the build context, where the builder drops the dots',
      files: { 'shared/a.js': '', 'index.js': '' },
      bad: `
        FROM node:22
        COPY «../shared» /app/shared`,
      good: `
        FROM node:22
        COPY shared /app/shared`,
    },
    {
      title: 'Out of the build context, and not in it either',
      files: { 'index.js': '' },
      bad: `
        FROM node:22
        COPY «../other/./lib.js» index.js /app/`,
    },
    {
      title: 'Everything is there, by whatever spelling',
      files: { 'package.json': '{}', 'src/index.js': '', 'web/a.html': '' },
      good: `
        FROM node:22
        COPY package.json ./
        COPY ./src/ /src/../web/a.html /app/
        COPY . .`,
    },
    {
      title: 'What is made before the image is built',
      files: { '.git/HEAD': '', '.gitignore': '/server\nconfig.toml\n', 'run.sh': '', 'a.conf': '', 'serve/a.py': '' },
      good: `
        FROM debian:12
        COPY run.sh a.conf /
        COPY server /usr/bin/
        COPY config.toml /etc/
        COPY target/app.jar dist/main.js build/lib.py app.tar.gz version.sh /`,
    },
    {
      title: 'Names that only look alike, and compiled twins',
      files: { 'app1.conf': '', 'main.ts': '', '.nvmrc': '', 'run.sh': '' },
      good: `
        FROM node:22
        COPY app2.conf main.js .npmrc /
        COPY run.sh /`,
    },
    {
      title: 'The build runs from a folder above',
      path: 'api/Dockerfile',
      files: { 'package.json': '{}', 'api/packages.json': '', 'api/a.sh': '', 'api/b.sh': '', '.git/HEAD': '' },
      good: `
        FROM node:22
        COPY package.json a.sh b.sh ./`,
    },
    {
      title: 'Most of it is not there, so the build runs from elsewhere',
      files: { 'README.md': '', 'src/a.js': '', '.git/HEAD': '' },
      good: `
        FROM node:22
        COPY api/package.json ./
        COPY api/server.py ./
        COPY src ./src`,
    },
    {
      title: 'A submodule that is not checked out',
      files: { 'a.sh': '', 'b.sh': '', '.git/HEAD': '', '.gitmodules': '' },
      good: `
        FROM debian:12
        COPY a.sh b.sh engine/src/main.c /`,
    },
    {
      title: 'Patterns, variables, heredocs, other stages, addresses, triggers and templates',
      files: { '.git/HEAD': '', 'a.sh': '', 'b.sh': '', 'app.conf': '' },
      good: `
        FROM node:22 AS build
        FROM node:22
        ARG NAME
        COPY a.sh b.sh /
        COPY *.conff app.con? \${NAME}.sh {{name}}.sh /
        COPY --from=build app.sh /
        ADD https://example.com/c.sh /
        COPY <<EOF /etc/d.sh
        true
        EOF
        ONBUILD COPY e.sh /`,
    },
    {
      title: 'Without a context that can be read',
      path: 'nowhere/Dockerfile',
      files: { 'a.sh': '' },
      good: `
        FROM node:22
        COPY b.sh /`,
    },
  ],
  *check(file, { workspace }) {
    if (FIXTURES.test(file.path)) return;
    const sources = [...localSources(file)].filter(({ path, isPattern }) => path !== '' && !isPattern);
    for (const source of sources) {
      const inside = insideOf(source.path);
      if (inside === undefined) continue;
      const isThere = workspace.has(inside) === true;
      yield {
        at: source.word,
        message: say`The builder does not leave the build context: it looks for ${inside} in it.`,
        severity: workspace.isContextSure && !isThere ? 'error' : 'warning',
        fix: isThere && isPlain(inside) ? suggestion(`Copy ${inside}`, replace(source.word, inside)) : undefined,
      };
    }
    for (const { source, meant } of missingIn(sources, workspace)) {
      const [head = ''] = /^(?:\.?\/)*/.exec(source.word.text) ?? [];
      yield {
        at: source.word,
        message:
          meant === undefined
            ? say`${source.word.text} is not in the build context.`
            : say`${source.word.text} is not in the build context, but ${meant} is.`,
        fix:
          meant !== undefined && isPlain(meant)
            ? suggestion(`Copy ${head + meant}`, replace(source.word, head + meant))
            : undefined,
      };
    }
  },
});

/** Where Dockerfiles lie that are broken on purpose. */
const FIXTURES = /(^|\/)(testdata|fixtures?|__fixtures__)\//i;

/** Whether the builder reads the word as it stands, without quotes. */
const isPlain = (path: string): boolean => /^[\w@%+=:,./-]+$/.test(path);

/** What is left of a path that leads out of the context once the dots are gone; undefined for one that stays in it. */
function insideOf(path: string): string | undefined {
  const parts: string[] = [];
  let leaves = false;
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.pop() === undefined) leaves = true;
  }
  return leaves && parts.length > 0 ? parts.join('/') : undefined;
}

interface Missing {
  readonly source: LocalSource;
  /** The path that is there and was most likely meant. */
  readonly meant: string | undefined;
}

/** What is missing beyond doubt; nothing where the context is likely to be another folder. */
function missingIn(sources: readonly LocalSource[], workspace: Workspace): readonly Missing[] {
  const absent = sources.filter(({ path }) => workspace.has(path) === false);
  const found = sources.filter(({ path }) => workspace.has(path) === true).length;
  if (!workspace.isContextSure && absent.some(({ path }) => workspace.hasAbove(path))) return [];
  const missing = absent.map((source) => ({ source, meant: meantBy(source.path, workspace) }));
  const typos = missing.filter(({ meant }) => meant !== undefined);
  const others = missing.length - typos.length;
  if (others > found + typos.length) return [];
  const isCertain = others === 1 ? found > 1 && isWholeProject(workspace) : others === 0;
  return missing.filter(
    ({ source: { path }, meant }) =>
      !isIgnoredByGit(path, workspace) &&
      (meant !== undefined || (isCertain && isHandWritten(path) && isInFilledFolder(path, workspace))),
  );
}

/** Whether all of the repository can be seen, with all that may say what is made and not written. */
const isWholeProject = (workspace: Workspace): boolean =>
  (workspace.has('.git') === true || workspace.hasAbove('.git')) && !workspace.hasAbove('.gitignore');

/** A folder that is empty is a submodule that is not checked out, or is filled later. */
function isInFilledFolder(path: string, workspace: Workspace): boolean {
  const folder = path.slice(0, Math.max(0, path.lastIndexOf('/')));
  return (workspace.list(folder) ?? []).length > 0;
}

/** Git's patterns hold at any depth unless they name a folder, so each part of the path is tried. */
function isIgnoredByGit(path: string, workspace: Workspace): boolean {
  const ignored = workspace.open('.gitignore', 'dockerignore');
  return ignored !== undefined && [path, ...path.split('/')].some((part) => ignored.ignoring(part));
}

/** The path that is there when one of its parts is written in another case, or with a letter or two wrong. */
function meantBy(path: string, workspace: Workspace): string | undefined {
  const parts = path.split('/');
  const first = parts.findIndex((_, index) => workspace.has(parts.slice(0, index + 1).join('/')) !== true);
  const [wrong, above] = [parts[first] ?? '', parts.slice(0, first)];
  const names = (workspace.list(above.join('/')) ?? []).map((name) => name.replace(/\/$/, ''));
  const near = nearestNames(
    wrong,
    names.filter((name) => isTypo(wrong, name)),
    1,
    wrong.length < 8 ? 1 : 2,
  )[0];
  if (near === undefined) return undefined;
  const meant = [...above, near, ...parts.slice(first + 1)].join('/');
  return workspace.has(meant) === true ? meant : undefined;
}

/** Numbers and endings tell files apart that belong together; names with a dot in front are short and alike. */
function isTypo(typed: string, name: string): boolean {
  if (typed.toLowerCase() === name.toLowerCase()) return true;
  if (typed.length < 4 || typed.startsWith('.') || typed[0]?.toLowerCase() !== name[0]?.toLowerCase()) return false;
  if (/\d/.test(typed + name) && typed.replace(/\d+/g, '') === name.replace(/\d+/g, '')) return false;
  return endingOf(typed) === endingOf(name) || (typed.includes('.') && !KNOWN_ENDINGS.test(typed));
}

/** Endings that are meant as they stand: main.js is made of main.ts. */
const KNOWN_ENDINGS =
  /\.([chomdal]|cc|cpp|hpp|so|[cm]?[jt]sx?|json[c5]?|py[cdi]?|go|rs|rb|php|pl|lua|kts?|java|class|[jw]ar|ya?ml|toml|xml|txt|md|rst|sh|bash|conf|cfg|ini|env|lock|sum|mod|zip|tar|gz|tgz|xz|exe|dll|pem|crt|key|csv|sql|db|html?|s?css|map|wasm|whl|deb|rpm|apk|proto|properties|gradle|in|out|log|bak|dist|example|sample|local|prod|dev|test)$/i;

const endingOf = (name: string): string => /\.[^.]*$/.exec(name)?.[0].toLowerCase().replace('.yaml', '.yml') ?? '';
