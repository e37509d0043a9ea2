import { merge, suggestion, type Fix } from '../../edit.js';
import { cacheOf, clearedBy, deletedBy, fillsCache, foldersOf, isMounted } from '../../knowledge/caches.js';
import { removedBy } from '../../knowledge/commands.js';
import { resolve, startOf } from '../../knowledge/dependencies.js';
import { isWithin } from '../../knowledge/mounts.js';
import {
  canFollow,
  type Command,
  earlierIn,
  type Instruction,
  type Instructions,
  leavesNothingBehind,
  type Word,
} from '../../model/index.js';
import { rule, say } from '../../rule.js';

type Run = Instructions['RUN'];

export default rule({
  id: 'cleanup-in-later-layer',
  kinds: ['dockerfile'],
  severity: 'warning',
  profile: 'recommended',
  tags: ['layers', 'size'],
  since: 'next',
  summary: 'Delete files in the RUN that makes them, not in a later one.',
  docs: `
Deleting a file in a later layer only hides it. Its bytes stay in the layer below: everybody who pulls the image still
downloads them, and anybody can read them there. The image becomes a little bigger, not smaller.

Delete in the same RUN that made the files, joined with \`&&\`; or keep them out of the layer with a mount; or work in a
stage of its own and copy over what the image needs. Where a copied file is not wanted, do not copy it.
A secret that was deleted this way is still in the image: see that it is replaced.

In a stage that is only copied from, nothing is said: its layers do not ship.`,
  sources: {
    'Best practices for building': 'https://docs.docker.com/build/building/best-practices/#run',
    'About storage drivers, "Images and layers"': 'https://docs.docker.com/engine/storage/drivers/#images-and-layers',
    'Best practices for making container images': 'https://e-whisper.com/posts/8023/',
  },
  examples: [
    {
      title: 'Package lists that the layer above has already',
      bad: `
        FROM debian:12
        RUN apt-get update && apt-get install -y curl
        RUN rm -rf «/var/lib/apt/lists/*»`,
      good: `
        FROM debian:12
        RUN apt-get update && apt-get install -y curl \\
            && rm -rf /var/lib/apt/lists/*`,
    },
    {
      title: 'A download, over several lines',
      bad: `
        FROM debian:12
        RUN curl -fsSLo /tmp/tool.tgz https://example.com/tool.tgz \\
            && tar -xzf /tmp/tool.tgz -C /opt
        RUN rm -f «/tmp/tool.tgz»`,
      good: `
        FROM debian:12
        RUN curl -fsSLo /tmp/tool.tgz https://example.com/tool.tgz \\
            && tar -xzf /tmp/tool.tgz -C /opt \\
            && rm -f /tmp/tool.tgz`,
    },
    {
      title: 'Something stands between, and copied files',
      bad: `
        FROM fedora:43 AS base
        RUN dnf install -y gcc
        FROM base
        COPY build /tmp/build
        RUN /tmp/build/run
        RUN dnf «clean» all && rm -rf «/tmp/build» && find «/var/cache/dnf» -delete`,
    },
    {
      title: 'Caches of package managers',
      bad: `
        FROM node:22
        WORKDIR /app
        COPY package.json ./
        RUN npm install
        ENV NODE_ENV=production
        RUN npm «cache» clean --force
        RUN rm -rf «/root/.npm»`,
    },
    {
      title: 'In the RUN that made them, or with more to do',
      good: `
        FROM debian:12
        RUN apt-get update && apt-get install -y curl && rm -rf /var/lib/apt/lists/*
        RUN rm -rf /var/lib/apt/lists/*
        COPY tool.tgz /tmp/
        RUN tar -xzf /tmp/tool.tgz -C /opt && rm /tmp/tool.tgz`,
    },
    {
      title: 'What no layer of this file made',
      good: `
        FROM debian:12
        COPY app /app
        RUN rm -rf /usr/share/doc/* /var/cache/nginx /etc/nginx/conf.d/default.conf
        RUN yum clean all`,
    },
    {
      title: 'A stage that is only copied from, even as a whole',
      good: `
        FROM debian:12 AS build
        RUN apt-get update && apt-get install -y curl
        RUN rm -rf /var/lib/apt/lists/*
        FROM scratch
        COPY --from=build / /`,
    },
    {
      title: 'Mounts',
      good: `
        FROM debian:12
        RUN --mount=type=cache,target=/var/lib/apt --mount=type=cache,target=/var/cache/apt \\
            apt-get update && apt-get install -y curl
        RUN rm -rf /var/lib/apt/lists/*
        RUN --mount=type=tmpfs,target=/tmp curl -o /tmp/a https://example.com/a
        RUN rm -rf /tmp/a
        RUN npm ci
        RUN --mount=type=cache,target=/root/.npm npm cache clean --force`,
    },
    {
      title: 'An archive cache that Debian images empty by themselves',
      good: `
        FROM debian:12
        RUN apt-get update && apt-get install -y curl && rm -rf /var/lib/apt/lists/*
        RUN apt-get clean`,
    },
  ],
  *check(file) {
    for (const stage of file.stages) {
      if (!stage.ships || stage.start.family === 'windows') continue;
      for (const run of stage.instructions) {
        if (run.keyword !== 'RUN' || run.script?.readable === false) continue;
        const { commands } = run;
        if (commands.length === 0 || !commands.every(isTidying)) continue;
        const before = earlierIn(stage, run);
        for (const command of commands) {
          for (const { at, folders } of aimsOf(command)) {
            if (isMounted(run, folders)) continue;
            const maker = before.find((node) => folders.some((folder) => leaves(node, folder)));
            if (!maker) continue;
            yield {
              at,
              message: say`This only hides the files: they stay in the layer of the ${maker.keyword} that made them.`,
              related: [{ at: maker.head, message: say`The files come from here.` }],
              fix: () => joined(maker, run),
            };
          }
        }
      }
    }
  },
});

const QUIET: ReadonlySet<string> = new Set(['set', 'echo', 'true', ':', 'cd', 'sync', 'rmdir', 'exit', 'du', 'df']);

/** Whether the call clears something away, or does nothing to the files. */
const isTidying = (command: Command): boolean =>
  QUIET.has(command.program.text) ||
  command.program.text === 'rm' ||
  clearedBy(command) !== undefined ||
  deletedBy(command).length > 0 ||
  (cacheOf(command) !== undefined && REMOVALS.has(command.subcommand?.text ?? ''));

const REMOVALS: ReadonlySet<string> = new Set(['autoremove', 'remove', 'purge', 'del', 'erase', 'rm', 'uninstall']);

interface Aim {
  readonly at: Word;
  readonly folders: readonly string[];
}

/** What the call clears away, by the word that says so. */
function aimsOf(command: Command): readonly Aim[] {
  const cleared = clearedBy(command);
  if (cleared) {
    const folders = foldersOf(cleared.folders, command.state);
    // The lists are not cleared by it, and Debian's images keep no archives.
    if (cleared.name === 'apt') return [];
    return command.subcommand ? [{ at: command.subcommand, folders }] : [];
  }
  const paths = deletedBy(command);
  const named =
    command.program.text === 'rm' ? removedBy(command).filter(({ literal }) => literal) : [command.subcommand];
  return named.flatMap((at, index) => {
    const path = paths[index];
    return at && path !== undefined && DEEP.test(path) ? [{ at, folders: [path] }] : [];
  });
}

/** A path from the root that is more than the root, or a folder of the system as a whole. */
const DEEP = /^\/(?!(usr|etc|var|opt|home|lib|bin|srv)?$)/;

/** Whether the instruction puts something into the folder and leaves it there. */
function leaves(node: Instruction, folder: string): boolean {
  if (node.keyword === 'COPY' || node.keyword === 'ADD') {
    const target = node.target && node.valueOf(node.target);
    if (target === undefined) return false;
    const place = resolve(startOf(node.state), target);
    if (isWithin(place, folder)) return true;
    return node.sources.some(
      ({ text, literal }) => literal && resolve(place, text.slice(text.lastIndexOf('/') + 1)) === folder,
    );
  }
  if (node.keyword !== 'RUN' || isMounted(node, [folder])) return false;
  const made = node.commands.findLastIndex((command) => makes(command, folder));
  return made >= 0 && !node.commands.some((command, index) => index > made && clears(command, folder));
}

function makes(command: Command, folder: string): boolean {
  const { args, redirections, state, program } = command;
  const cache = fillsCache(command) ? cacheOf(command) : undefined;
  if (cache && !command.has(...cache.disables)) {
    const folders = foldersOf(cache.folders, state);
    if (folders.some((one) => isWithin(folder, one) || isWithin(one, folder))) return true;
  }
  if (!MAKERS.has(program.text) && redirections.length === 0) return false;
  const names = [...(MAKERS.has(program.text) ? args : []), ...redirections.flatMap(({ target }) => target ?? [])];
  return names.some(({ text, literal }) => literal && text.startsWith('/') && isWithin(text, folder));
}

/** Programs that write the paths they are given. */
const MAKERS: ReadonlySet<string> = new Set(['curl', 'wget', 'tar', 'unzip', 'git', 'cp', 'mv', 'install', 'aria2c']);

const clears = (command: Command, folder: string): boolean =>
  deletedBy(command).some((path) => isWithin(folder, path) || isWithin(path, folder)) ||
  foldersOf(clearedBy(command)?.folders ?? [], command.state).some(
    (one) => isWithin(folder, one) || isWithin(one, folder),
  );

/** One RUN of both, where the files are made right above. */
function joined(maker: Instruction, run: Run): Fix | undefined {
  if (maker.keyword !== 'RUN' || run.previous !== maker || run.hasCommentAbove) return undefined;
  if (maker.flags.length + run.flags.length > 0 || !maker.script || !run.script) return undefined;
  const edit = leavesNothingBehind(maker.script) && canFollow(run.script) ? merge(maker, run) : undefined;
  return edit && suggestion('Delete in the RUN that makes the files', edit);
}
