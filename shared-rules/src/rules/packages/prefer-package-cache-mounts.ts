import { insertAfter, remove, removeStep, suggestion, type Edit, type Fix } from '../../edit.js';
import {
  cacheOf,
  clearedBy,
  disablesCache,
  fillsCache,
  foldersOf,
  isMounted,
  type Cache,
} from '../../knowledge/caches.js';
import { removedBy } from '../../knowledge/commands.js';
import { isWithin } from '../../knowledge/mounts.js';
import type { Command, Instructions } from '../../model/index.js';
import { rule, say } from '../../rule.js';

type Run = Instructions['RUN'];

export default rule({
  id: 'prefer-package-cache-mounts',
  kinds: ['dockerfile'],
  severity: 'info',
  profile: 'strict',
  tags: ['packages', 'cache', 'speed'],
  since: 'next',
  peers: { tally: ['prefer-package-cache-mounts'] },
  summary: 'Keep what package managers download on a cache mount.',
  docs: `
Without a cache mount, one new package makes the whole RUN download everything again, and what the package manager keeps
for the next time ends up in the image, unless somebody thinks of deleting it.

With \`RUN --mount=type=cache,target=…\` the downloads stay on the builder: the next build finds them, and nothing of them
comes into the layer. \`--no-cache-dir\`, \`apk add --no-cache\` and \`rm -rf /var/lib/apt/lists/*\` have no place in such a
RUN, they would empty the cache; on Debian the file \`docker-clean\` has to go as well (see
\`apt-cache-mount-docker-clean\`). Compiled results, such as Cargo's \`target\`, can be cached likewise, but have to be
copied out in the same RUN.

Set \`engine\` to \`other\` where images are built by kaniko, an old Docker or an old Podman, which know no cache mounts.`,
  sources: {
    'Optimize cache usage in builds': 'https://docs.docker.com/build/cache/optimize/#use-cache-mounts',
    'Best practices for making container images': 'https://e-whisper.com/posts/8023/',
  },
  options: {
    engine: {
      type: 'choice',
      of: ['buildkit', 'other'],
      default: 'buildkit',
      about: 'What builds the image: BuildKit and Buildah know cache mounts; with any other nothing is reported.',
    },
  },
  examples: [
    {
      title: 'npm',
      bad: `
        FROM node:22
        RUN «npm» ci`,
      good: `
        FROM node:22
        RUN --mount=type=cache,target=/root/.npm npm ci`,
    },
    {
      title: 'apt: locked, and without what would empty the cache',
      bad: `
        FROM debian:12
        RUN «apt-get» update \\
            && apt-get install -y curl \\
            && apt-get clean \\
            && rm -rf /var/lib/apt/lists/*`,
      good: `
        FROM debian:12
        RUN --mount=type=cache,target=/var/cache/apt,sharing=locked --mount=type=cache,target=/var/lib/apt,sharing=locked apt-get update \\
            && apt-get install -y curl`,
    },
    {
      title: 'Flags that switch the cache off',
      bad: `
        FROM python:3.13
        RUN «pip» install --no-cache-dir -r requirements.txt
        RUN «uv» sync --no-cache --locked`,
      good: `
        FROM python:3.13
        RUN --mount=type=cache,target=/root/.cache/pip pip install -r requirements.txt
        RUN --mount=type=cache,target=/root/.cache/uv uv sync --locked`,
    },
    {
      title: 'Two folders, and a second package manager',
      bad: `
        FROM golang:1.25
        RUN --network=default «go» build -o /app . && rm -rf /var/lib/apt/lists/* /tmp/a
        RUN make && «mvn» -B package`,
      good: `
        FROM golang:1.25
        RUN --mount=type=cache,target=/go/pkg/mod --mount=type=cache,target=/root/.cache/go-build --network=default go build -o /app . && rm -rf /var/lib/apt/lists/* /tmp/a
        RUN --mount=type=cache,target=/root/.m2 make && mvn -B package`,
    },
    {
      title: 'Another user: whose number the mount needs, nobody can tell',
      bad: `
        FROM node:22
        USER node
        RUN «npm» ci`,
    },
    {
      title: 'A mount is there',
      good: `
        FROM node:22
        RUN --mount=type=cache,target=/root/.npm npm ci
        RUN --mount=type=cache,target=/root npm ci
        RUN --mount=type=cache,target=$CACHE npm ci`,
    },
    {
      title: 'A cache elsewhere, or switched off for all',
      good: `
        FROM python:3.13
        ENV PIP_NO_CACHE_DIR=1 npm_config_cache=$HOME/npm
        RUN pip install flask
        RUN npm ci`,
    },
    {
      title: 'Exec forms, Windows, and nothing downloaded',
      good: `
        FROM node:22 AS build
        RUN ["npm", "ci"]
        RUN npm run build && pip --version && go version
        FROM mcr.microsoft.com/windows/servercore:ltsc2022
        RUN npm ci`,
    },
    {
      title: 'A builder without cache mounts',
      options: { engine: 'other' },
      good: `
        FROM node:22
        RUN npm ci`,
    },
  ],
  *check(file, { options }) {
    if (options.engine === 'other') return;
    for (const run of file.all('RUN')) {
      if (run.form === 'exec' || run.stage?.start.family === 'windows' || run.script?.readable !== true) continue;
      const seen = new Set<Cache>();
      for (const command of run.commands) {
        const cache = cacheOf(command);
        if (!cache || seen.has(cache) || !isCached(cache, run) || isSetElsewhere(cache, run)) continue;
        if (!fillsCache(command) && !(cache.name === 'apt' && command.subcommand?.text === 'update')) continue;
        seen.add(cache);
        if (isMounted(run, foldersOf(cache.folders, command.state))) continue;
        yield {
          at: command.program,
          message: say`What ${command.program.text} downloads is lost for the next build.`,
          fix: () => mounting(run, cache, command),
        };
      }
    }
  },
});

/** Caches whose folder depends on settings that the text seldom shows. */
const UNSURE: ReadonlySet<string> = new Set(['pnpm', 'bundler', 'microdnf']);

const isCached = ({ name }: Cache, run: Run): boolean =>
  !UNSURE.has(name) && run.commands.some((command) => cacheOf(command)?.name === name && fillsCache(command));

/** Variables by which package managers are told another folder, or none. */
const VARIABLES =
  /cache|^(GOPATH|GOMODCACHE|CARGO_HOME|NUGET_PACKAGES|GRADLE_USER_HOME|COMPOSER_HOME|MAVEN_OPTS|HOME)$/i;

const isSetElsewhere = ({ name }: Cache, { state }: Run): boolean => {
  if (name === 'apt' || name === 'apk') return false;
  for (const variable of state.env.all()) if (VARIABLES.test(variable.name)) return true;
  return false;
};

/** The mounts in front of the command, without what would empty them. */
function mounting(run: Run, cache: Cache, command: Command): Fix | undefined {
  const { user } = run.state;
  if (user.known && !['root', '0', '0:0', 'root:root'].includes(user.value)) return undefined;
  const targets = foldersOf(cache.mounts, command.state);
  if (targets.length === 0) return undefined;
  const locked = cache.isLocked ? ',sharing=locked' : '';
  const mounts = targets.map((target) => ` --mount=type=cache,target=${target}${locked}`).join('');
  const edits: Edit[] = [insertAfter(run.head, mounts)];
  for (const other of run.commands) {
    if (cacheOf(other) === cache) for (const { word } of disablesCache(other)) edits.push(remove(word));
    const emptied = removedBy(other);
    const inside = emptied.filter(({ text }) => targets.some((target) => isWithin(text.replace(/\/?\*$/, ''), target)));
    if (inside.length > 0 && inside.length < emptied.length) edits.push(...inside.map(remove));
    else if (inside.length > 0 || clearedBy(other) === cache) {
      const step = removeStep(run, other);
      if (!step) return undefined;
      edits.push(step);
    }
  }
  return suggestion('Mount a cache', ...edits);
}
