import { insertAfter, suggestion, type Fix } from '../../edit.js';
import { isWithin } from '../../knowledge/mounts.js';
import { givesAway, inImage, volumesOf } from '../../knowledge/paths.js';
import { isStateFolder } from '../../knowledge/state-folders.js';
import { isRoot } from '../../knowledge/users.js';
import type { Dockerfile, Instruction, Instructions, Stage } from '../../model/index.js';
import { rule, say } from '../../rule.js';

type Copy = Instructions['COPY' | 'ADD'];

export default rule({
  id: 'copy-after-user-without-chown',
  kinds: ['dockerfile'],
  severity: 'hint',
  profile: 'recommended',
  tags: ['copy', 'users', 'permissions'],
  since: 'next',
  peers: { tally: ['copy-after-user-without-chown'] },
  summary: 'Give files that the program writes to its user by --chown: COPY makes them root’s, whatever USER says.',
  docs: `
USER says who runs what comes, not whom copied files belong to: these are root's. In a folder for data the program then
fails with "Permission denied" at its first write.

Say whom they are for: \`COPY --chown=app init.db /var/lib/app/\`. Code and settings are best left to root: whoever breaks
into the program cannot rewrite it. So only folders for data, and those of a VOLUME, are reported under \`recommended\`.`,
  sources: {
    'COPY --chown': 'https://docs.docker.com/reference/dockerfile/#copy---chown---chmod',
    'Best practices for making container images': 'https://e-whisper.com/posts/8023/',
  },
  options: {
    everywhere: {
      type: 'boolean',
      default: { recommended: false, strict: true },
      about: 'Report also what is copied elsewhere, where the program may only read.',
    },
  },
  examples: [
    {
      title: 'Into a folder for data, and into a volume',
      bad: `
        FROM debian:12
        USER app:staff
        «COPY» init.db /var/lib/shop/
        «ADD» seed.tgz /srv/files/
        VOLUME /srv/files`,
      good: `
        FROM debian:12
        USER app:staff
        COPY --chown=app:staff init.db /var/lib/shop/
        ADD --chown=app:staff seed.tgz /srv/files/
        VOLUME /srv/files`,
    },
    {
      title: 'The user of the stage that this one starts from, by number',
      bad: `
        FROM debian:12 AS base
        USER 1000
        WORKDIR /data
        FROM base
        «COPY» --from=build init.db .`,
      good: `
        FROM debian:12 AS base
        USER 1000
        WORKDIR /data
        FROM base
        COPY --chown=1000 --from=build init.db .`,
    },
    {
      title: 'Everywhere, where a team wants it',
      profile: 'strict',
      bad: `
        FROM node:22
        WORKDIR /app
        USER node
        «COPY» . .`,
      good: `
        FROM node:22
        WORKDIR /app
        USER node
        COPY --chown=node . .`,
    },
    {
      title: 'Code, which the program may only read',
      good: `
        FROM node:22
        WORKDIR /app
        USER node
        COPY . .`,
    },
    {
      title: 'With an owner, and with one that comes later',
      profile: 'strict',
      good: `
        FROM debian:12
        USER app
        COPY --chown=app init.db /data/
        COPY more.db /data/more/
        COPY tool /usr/local/bin/
        USER root
        RUN chown -R app /data
        USER app`,
    },
    {
      title: 'As root, as whom only the build knows, by a trigger, on Windows',
      profile: 'strict',
      good: `
        FROM debian:12 AS one
        COPY init.db /data/
        USER app
        USER root
        COPY more.db /data/
        ARG NAME
        USER $NAME
        COPY most.db /data/
        ONBUILD COPY rest.db /data/
        FROM mcr.microsoft.com/windows/servercore:ltsc2022
        USER ContainerUser
        COPY init.db C:/data/`,
    },
  ],
  *check(file, { options }) {
    for (const copy of file.all('COPY', 'ADD')) {
      const { user, family } = copy.state;
      if (!user.known || user.value === '' || isRoot(user.value) || family === 'windows' || copy.flag('chown'))
        continue;
      const target = copy.target && copy.valueOf(copy.target);
      const path = target === undefined ? undefined : inImage(target, copy.state);
      const isWritten = path !== undefined && (isStateFolder(path) || isInVolume(file, copy, path));
      const isOthers = path !== undefined && (SYSTEM.test(path) || isGivenLater(copy, path));
      if ((!isWritten && !options.everywhere) || isOthers) continue;
      yield {
        at: copy.head,
        message: say`What is copied here is root's, and ${user.value} cannot write to it.`,
        ...(isWritten ? { severity: 'warning' as const } : {}),
        fix: withOwner(copy, user.value),
      };
    }
  },
});

/** Folders of the distribution, which are root's for good. */
const SYSTEM = /^\/(usr|etc|s?bin|lib\d*)(\/|$)/;

const isGivenLater = (copy: Copy, path: string): boolean => {
  const all = copy.stage?.instructions ?? [];
  return all.slice(all.indexOf(copy) + 1).some((node) => node.keyword === 'RUN' && givesAway(node, path));
};

const VOLUMES = new WeakMap<Dockerfile, ReadonlyMap<Stage, readonly string[]>>();

/** Whether the path lies in a volume of its stage or of one that the stage is based on. */
function isInVolume(file: Dockerfile, { stage }: Copy, path: string): boolean {
  let volumes = VOLUMES.get(file);
  if (!volumes) {
    volumes = new Map(file.stages.map((each) => [each, each.instructions.flatMap(foldersOf)]));
    VOLUMES.set(file, volumes);
  }
  for (let at = stage; at; at = at.base && !('kind' in at.base) ? at.base : undefined) {
    if (volumes.get(at)?.some((folder) => isWithin(path, folder))) return true;
  }
  return false;
}

const foldersOf = (node: Instruction): readonly string[] =>
  node.keyword === 'VOLUME' ? [...volumesOf(node).values()] : [];

function withOwner(copy: Copy, user: string): Fix | undefined {
  // A name is looked up in the image, which has none if it is made from nothing.
  const isKnown = /^\d+(:\d+)?$/.test(user) || copy.stage?.rootImage?.name !== 'scratch';
  return isKnown && /^[\w.:-]+$/.test(user)
    ? suggestion(`Give it to ${user}`, insertAfter(copy.head, ` --chown=${user}`))
    : undefined;
}
