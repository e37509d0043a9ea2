import { fix, remove, removeStep, type Edit } from '../../edit.js';
import { cacheOf, clearedBy, deletedBy, disablesCache, fillsCache, foldersOf } from '../../knowledge/caches.js';
import { removedBy } from '../../knowledge/commands.js';
import { isWithin } from '../../knowledge/mounts.js';
import type { Command, Located } from '../../model/index.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'cache-mount-defeated',
  kinds: ['dockerfile'],
  severity: 'warning',
  profile: 'recommended',
  tags: ['layers', 'cache', 'speed'],
  since: 'next',
  summary: 'Do not clear or switch off a cache that the same RUN mounts.',
  docs: `
A cache mount keeps what a package manager downloads for the next build. A RUN that mounts it and then clears it, or tells
the package manager not to use it, downloads everything again in every build: the mount does nothing.

Take out the clean-up or the flag. Nothing of a cache mount comes into the image, so there is nothing to clean.`,
  sources: {
    'Optimize cache usage in builds': 'https://docs.docker.com/build/cache/optimize/#use-cache-mounts',
    'Dockerfile reference, "RUN --mount=type=cache"':
      'https://docs.docker.com/reference/dockerfile/#run---mounttypecache',
  },
  examples: [
    {
      title: 'A flag that switches the cache off',
      bad: `
        FROM python:3.13
        RUN --mount=type=cache,target=/root/.cache/pip pip install «--no-cache-dir» -r requirements.txt`,
      good: `
        FROM python:3.13
        RUN --mount=type=cache,target=/root/.cache/pip pip install -r requirements.txt`,
    },
    {
      title: 'A clean-up, by the manager or by hand',
      bad: `
        FROM debian:12
        RUN --mount=type=cache,target=/var/cache/apt,sharing=locked \\
            --mount=type=cache,target=/var/lib/apt,sharing=locked \\
            apt-get update && apt-get install -y curl \\
            && «apt-get clean» \\
            && «rm -rf /var/lib/apt/lists/*»`,
      good: `
        FROM debian:12
        RUN --mount=type=cache,target=/var/cache/apt,sharing=locked \\
            --mount=type=cache,target=/var/lib/apt,sharing=locked \\
            apt-get update && apt-get install -y curl`,
    },
    {
      title: 'The other package managers, for another user as well',
      bad: `
        FROM node:22
        RUN --mount=type=cache,target=/root/.npm npm ci && «npm cache clean --force»
        USER app
        RUN --mount=type=cache,target=/home/app/.cache/uv,uid=1000 uv sync «--no-cache»`,
      good: `
        FROM node:22
        RUN --mount=type=cache,target=/root/.npm npm ci
        USER app
        RUN --mount=type=cache,target=/home/app/.cache/uv,uid=1000 uv sync`,
    },
    {
      title: 'Another cache is cleared',
      good: `
        FROM debian:12
        RUN --mount=type=cache,target=/root/.cache/pip pip install flask && rm -rf /var/lib/apt/lists/*
        RUN --mount=type=cache,target=/root/.cache/pip apk add --no-cache gcc && pip install uwsgi && rm -rf /tmp/*
        RUN --mount=type=cache,target=/var/cache/apt apt-get update && apt-get install -y curl \\
            && rm -rf /var/lib/apt/lists/*`,
    },
    {
      title: 'Cleared before it is filled, or without a mount',
      good: `
        FROM debian:12
        RUN pip install --no-cache-dir flask
        RUN --mount=type=cache,target=/var/cache/apt rm -f /var/cache/apt/archives/lock && apt-get install -y curl
        RUN --mount=type=tmpfs,target=/root/.cache/pip pip install --no-cache-dir flask`,
    },
  ],
  *check(file) {
    for (const run of file.all('RUN')) {
      const targets = run.mounts.flatMap(({ type, target }) => (type === 'cache' && target ? [target] : []));
      if (targets.length === 0 || run.script?.readable === false) continue;
      const isOnMount = (path: string): boolean => targets.some((target) => isWithin(path, target));
      for (const command of run.commands) {
        const flags = disablesCache(command);
        const cache = cacheOf(command);
        if (cache && fillsCache(command) && foldersOf(cache.folders, command.state).some(isOnMount)) {
          for (const { word } of flags) {
            yield report(
              word,
              word.text,
              fix({ title: `Remove ${word.text}`, changes: ['package caches'] }, remove(word)),
            );
          }
          continue;
        }
        if (!clearsMounted(command, isOnMount)) continue;
        const isFilled = run.commands.slice(0, run.commands.indexOf(command)).some((earlier) => fillsCache(earlier));
        if (!isFilled) continue;
        const edit: Edit | undefined = removeStep(run, command);
        const isPlain =
          command.program.text !== 'rm' ||
          removedBy(command).every(({ text }) => text.startsWith('/var/lib/apt/lists'));
        yield report(
          command,
          command.program.text,
          edit && isPlain ? fix({ title: 'Remove the clean-up', changes: ['package caches'] }, edit) : undefined,
        );
      }
    }
  },
});

/** Whether everything that the call clears lies on a mount. */
function clearsMounted(command: Command, isOnMount: (path: string) => boolean): boolean {
  const cleared = clearedBy(command);
  if (cleared) {
    const [usual] = foldersOf(cleared.folders, command.state);
    return usual !== undefined && isOnMount(usual);
  }
  const deleted = deletedBy(command);
  return deleted.length > 0 && deleted.length === (removedBy(command).length || 1) && deleted.every(isOnMount);
}

const report = (at: Located, what: string, remedy: ReturnType<typeof fix> | undefined) => ({
  at,
  message: say`${what} empties or ignores the cache that this RUN mounts.`,
  fix: remedy,
});
