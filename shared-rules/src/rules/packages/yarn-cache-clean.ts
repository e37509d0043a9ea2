import { uncleaned, type Cleaning } from '../../families/cleaning.js';
import { verbOf } from '../../knowledge/commands.js';
import { argument } from '../../knowledge/hadolint.js';
import { isWithin, keepsOut, targetsKeptOut } from '../../knowledge/mounts.js';
import { AS_PEERS, hadolintSees, parfumSees, uncleanedToHadolint } from '../../knowledge/peers.js';
import type { Command, Instructions } from '../../model/index.js';
import { rule } from '../../rule.js';

type Run = Instructions['RUN'];

export default rule({
  id: 'yarn-cache-clean',
  kinds: ['dockerfile'],
  severity: 'info',
  profile: 'recommended',
  tags: ['packages', 'node', 'size'],
  since: 'next',
  peers: { hadolint: ['DL3060'], parfum: ['yarnCacheCleanAfterInstall'] },
  summary: 'Clean the cache of Yarn in the RUN that installs, or keep it on a mount.',
  docs: `
Yarn keeps every package it downloads in a cache, a second time beside \`node_modules\`. In the image nobody asks for it again.

End the RUN with \`yarn cache clean\`, or do better: a cache mount on Yarn's folder keeps the cache out of the layer and for the
next build. In a stage that is only copied from, nothing is said.`,
  sources: {
    'Yarn, "yarn cache"': 'https://classic.yarnpkg.com/lang/en/docs/cli/cache/',
    'Cache mounts': 'https://docs.docker.com/build/cache/optimize/#use-cache-mounts',
  },

  options: {
    asPeers: {
      ...AS_PEERS,
      about:
        'Judge as hadolint does: by any call with cache or clean, the first of which has to come after the first install.',
    },
  },
  differs: [
    {
      from: 'hadolint/DL3060',
      they: 'knows `yarn install` alone',
      we: 'also flags `yarn` and `yarn add`',
      why: 'They fill the same cache.',
    },
    {
      from: 'hadolint/DL3060',
      they: 'knows mounts on `.cache/yarn` alone',
      we: 'also knows `YARN_CACHE_FOLDER`, `--cache-folder` and folders around the cache',
      why: 'They keep it out as well.',
    },
  ],
  examples: [
    {
      title: 'A cache that stays in the layer',
      bad: `
        FROM node:22
        RUN yarn «install»`,
      good: `
        FROM node:22
        RUN yarn install && yarn cache clean`,
    },
    {
      title: 'Without a subcommand, and by add',
      bad: `
        FROM node:22
        RUN «yarn» --frozen-lockfile
        RUN yarn «add» express`,
      good: `
        FROM node:22
        RUN yarn --frozen-lockfile && yarn cache clean
        RUN yarn add express && yarn cache clean`,
    },
    {
      title: 'Cleaned, in one way or another, and no install',
      good: `
        FROM node:22
        RUN yarn install && yarn cache clean
        RUN yarn && rm -rf /usr/local/share/.cache
        RUN yarn build && yarn cache list`,
    },
    {
      title: 'A mount, and a stage that is only copied from',
      good: `
        FROM node:22 AS build
        RUN yarn install
        FROM node:22
        RUN --mount=type=cache,target=/usr/local/share/.cache/yarn yarn install
        RUN --mount=type=tmpfs,target=/root/.cache/yarn yarn
        COPY --from=build /app /app`,
    },
    {
      title: 'A mount that Yarn is told of',
      good: `
        FROM node:22
        ENV YARN_CACHE_FOLDER=/y
        RUN --mount=type=cache,target=/y yarn install
        RUN --mount=type=cache,target=/z yarn install --cache-folder /z`,
    },
    {
      title: 'As hadolint judges it: the first clean-up has to come after the first install',
      profile: 'all',
      bad: `
        FROM node:22
        RUN yarn cache clean && yarn «install»`,
    },
    {
      title: 'As hadolint judges it: a mount of another folder',
      profile: 'all',
      bad: `
        FROM node:22
        RUN --mount=type=cache,target=/y yarn «install»`,
      good: `
        FROM node:22
        RUN --mount=type=cache,target=/y yarn install && yarn cache clean`,
    },
    {
      title: 'docker-parfum knows the bare call and sudo',
      profile: 'all',
      bad: `
        FROM node:22
        RUN «yarn»`,
      good: `
        FROM node:22
        RUN yarn && yarn cache clean`,
    },
    {
      title: 'Clean to hadolint',
      profile: 'all',
      good: `
        FROM node:22 AS build
        RUN yarn install
        FROM node:22
        RUN yarn install && yarn clean
        RUN --mount=type=cache,target=/root/.cache/yarn yarn install
        RUN yarn add x`,
    },
  ],
  *check(file, { options }) {
    yield* uncleaned(file, HOW, options);
  },
});

/** Whether Yarn is told of a folder that is on a mount. */
function isToldOfMount(run: Run): boolean {
  const told = run.commands.flatMap((command) => command.flag('--cache-folder')?.value?.text ?? []);
  const set = run.state.env.lookup('YARN_CACHE_FOLDER')?.value;
  return [...told, ...(set === undefined ? [] : [set])].some((folder) =>
    targetsKeptOut(run).some((target) => isWithin(folder, target) || isWithin(target, folder)),
  );
}

const isYarn = ({ program }: Command): boolean => program.text === 'yarn';

const isCleanUp = (command: Command): boolean =>
  isYarn(command) && (argument(command, 'cache') ?? argument(command, 'clean')) !== undefined;

const HOW: Cleaning = {
  programs: ['yarn'],
  call: 'cache clean',
  isCleanUp,
  isExempt: isToldOfMount,
  reported: (run) => {
    const { stage, commands, isTrigger } = run;
    if (stage && !isTrigger && !stage.isFinal && !stage.isBase) return undefined;
    const isKeptOut = keepsOut(run, '.cache/yarn');
    if (isKeptOut && !commands.some((command) => hadolintSees(command) && isCleanUp(command))) return undefined;
    return (
      uncleanedToHadolint(
        commands,
        (command) => isYarn(command) && argument(command, 'install') !== undefined,
        isCleanUp,
      ) ?? (isKeptOut ? undefined : uncleanedToParfum(run))
    );
  },
};

/** docker-parfum adds the calls that hadolint takes for no install: those without a subcommand, and those by sudo. */
function uncleanedToParfum({ commands }: Run): Command | undefined {
  const seen = commands.filter((command) => isYarn(command) && parfumSees(command));
  const cleaned = seen.findLastIndex(isCleanUp);
  return seen
    .slice(cleaned + 1)
    .find((command) =>
      command.wrappers.length > 0
        ? verbOf(command)?.text === 'install'
        : command.subcommand === undefined && !command.has('--version', '-v'),
    );
}
