import { uncleaned, type Cleaning } from '../../families/cleaning.js';
import { objectsOf, verbOf } from '../../knowledge/commands.js';
import { keepsOut } from '../../knowledge/mounts.js';
import { AS_PEERS, parfumSees } from '../../knowledge/peers.js';
import type { Command } from '../../model/index.js';
import { rule } from '../../rule.js';

export default rule({
  id: 'npm-cache-clean',
  kinds: ['dockerfile'],
  severity: 'info',
  profile: 'recommended',
  tags: ['packages', 'node', 'size'],
  since: 'next',
  peers: { parfum: ['npmCacheCleanAfterInstall'] },
  summary: 'Clean the cache of npm in the RUN that installs, or keep it on a mount.',
  docs: `
npm keeps every package it downloads in \`~/.npm\`, a second time beside \`node_modules\`. In the image nobody asks for it again.

End the RUN with \`npm cache clean --force\`, or do better: \`RUN --mount=type=cache,target=/root/.npm\` keeps the cache out of the
layer and for the next build. In a stage that is only copied from, nothing is said.`,
  sources: {
    'npm-cache(1)': 'https://docs.npmjs.com/cli/commands/npm-cache',
    'Cache mounts': 'https://docs.docker.com/build/cache/optimize/#use-cache-mounts',
  },

  options: {
    asPeers: {
      ...AS_PEERS,
      about: 'Judge as docker-parfum does: in any stage, by a later npm cache clean alone, and for pnpm too.',
    },
  },
  differs: [
    {
      from: 'parfum/npmCacheCleanAfterInstall',
      they: 'flags stages that are only copied from',
      we: 'silent',
      why: 'Nothing of them is in the image but what is copied.',
    },
    {
      from: 'parfum/npmCacheCleanAfterInstall',
      they: 'asks pnpm for `npm cache clean`',
      we: 'silent',
      why: 'pnpm has a cache of its own.',
    },
  ],
  examples: [
    {
      title: 'A cache that stays in the layer',
      bad: `
        FROM node:22
        RUN npm «ci»`,
      good: `
        FROM node:22
        RUN npm ci && npm cache clean --force`,
    },
    {
      title: 'Cleaned before the last install, over several lines',
      bad: `
        FROM node:22
        RUN npm ci && npm cache clean --force && \\
            npm «install» -g serve@14`,
      good: `
        FROM node:22
        RUN npm ci && npm cache clean --force && \\
            npm install -g serve@14 && \\
            npm cache clean --force`,
    },
    {
      title: 'Cleaned, in one way or another, and no install',
      good: `
        FROM node:22
        RUN npm ci && npm cache clean --force
        RUN npm i && rm -rf ~/.npm
        RUN npm ci && rm -rf /root/.npm/_cacache
        RUN npm run build && npm cache verify`,
    },
    {
      title: 'A mount, a stage that is only copied from, and pnpm, which has no such call',
      good: `
        FROM node:22 AS build
        RUN npm ci
        FROM node:22
        RUN --mount=type=cache,target=/root/.npm npm ci
        RUN --mount=type=tmpfs,target=/root/.npm npm install
        RUN pnpm install
        COPY --from=build /app /app`,
    },
    {
      title: 'As docker-parfum judges it: a clean-up comes later, in any stage',
      profile: 'all',
      bad: `
        FROM node:22 AS build
        RUN npm cache clean --force && npm «add» express
        FROM scratch`,
      good: `
        FROM node:22 AS build
        RUN npm cache clean --force && npm add express && npm cache clean --force
        FROM scratch`,
    },
    {
      title: 'docker-parfum asks it of pnpm as well',
      profile: 'all',
      bad: `
        FROM node:22
        RUN pnpm «add» express && echo done`,
    },
    {
      title: 'Clean to docker-parfum',
      profile: 'all',
      good: `
        FROM node:22 AS build
        RUN npm ci && npm i x && npm cache rm
        RUN --mount=type=cache,target=/root/.npm npm ci
        FROM node:22
        COPY --from=build /app /app`,
    },
  ],
  *check(file, { options }) {
    yield* uncleaned(file, options.asPeers ? { ...HOW, programs: ['npm', 'pnpm'] } : HOW, options);
  },
});

const INSTALLS = ['install', 'i', 'add', 'ci'];

const isCleanUp = (command: Command): boolean =>
  command.program.text === 'npm' &&
  verbOf(command)?.text === 'cache' &&
  ['clean', 'rm', 'clear'].includes(objectsOf(command)[0]?.text ?? '');

const HOW: Cleaning = {
  programs: ['npm'],
  call: 'cache clean --force',
  // For pnpm the call does not exist, so that none is added.
  isCleanUp: (command, program) => program === 'pnpm' && command.program.text === 'pnpm',
  reported: (run, program) => {
    if (keepsOut(run, '.npm')) return undefined;
    const seen = run.commands.filter(parfumSees);
    const cleaned = seen.findLastIndex(isCleanUp);
    return seen
      .slice(cleaned + 1)
      .find((command) => command.program.text === program && INSTALLS.includes(verbOf(command)?.text ?? ''));
  },
};
