import { fix, wordsAfter } from '../../edit.js';
import { objectsOf, removedBy, verbOf } from '../../knowledge/commands.js';
import { argument, codesOf } from '../../knowledge/hadolint.js';
import { holds, keepsOut } from '../../knowledge/mounts.js';
import { AS_PEERS, hadolintSees, parfumSees } from '../../knowledge/peers.js';
import { around, runOf, type Command, type Instructions } from '../../model/index.js';
import { rule, say } from '../../rule.js';

type Run = Instructions['RUN'];

const PEERS = {
  hadolint: ['DL3019'],
  parfum: ['apkAddUseNoCache'],
  trivy: ['DS-0025'],
  kics: ['Apk Add Using Local Cache Path'],
  dockle: ['DKL-DI-0004'],
  semgrep: ['missing-apk-no-cache'],
};

export default rule({
  id: 'apk-no-cache',
  kinds: ['dockerfile'],
  severity: 'info',
  profile: 'recommended',
  tags: ['packages', 'size'],
  since: '0.1.0',
  peers: PEERS,
  summary: 'Call apk add with --no-cache, so that no package index stays in the image.',
  docs: `
Without \`--no-cache\`, apk add works with the package index that some earlier layer left in \`/var/cache/apk\`. That
index is dead weight in the image, and once the layer comes from the build cache it names packages that the mirrors have
dropped, so that the install fails.

\`--no-cache\` fetches the index for this one call and keeps nothing; \`apk update\` and \`--update-cache\` are not needed
then. A cache mount on \`/var/cache/apk\` or \`/etc/apk/cache\` keeps the files out of the image too, and speeds up the
next build; so does \`rm -rf /var/cache/apk/*\` at the end of the same RUN, without the speed.`,
  sources: {
    'apk(8)': 'https://man.archlinux.org/man/apk.8',
    'Alpine Wiki, "Local APK cache"': 'https://wiki.alpinelinux.org/wiki/Local_APK_cache',
    'Best practices for making container images': 'https://e-whisper.com/posts/8023/',
  },
  differs: [
    {
      from: 'hadolint/DL3019',
      they: 'flags it in every stage',
      we: 'silent on a fresh index in a stage that is only copied from',
      why: 'Nothing of it gets into the image.',
    },
    {
      from: 'hadolint/DL3019',
      they: 'takes only a mount on /var/cache/apk for a cache',
      we: 'takes one on /etc/apk/cache for one as well',
      why: 'That is where apk keeps it by default.',
    },
    {
      from: 'parfum/apkAddUseNoCache',
      they: 'flags it in every stage',
      we: 'silent on a fresh index in a stage that is only copied from, and with a cache mount',
      why: 'Nothing of it gets into the image.',
    },
  ],
  options: {
    asPeers: {
      ...AS_PEERS,
      about: 'Judge as hadolint and docker-parfum do: only mounts and removals of /var/cache/apk count.',
    },
  },
  examples: [
    {
      title: 'An install that needs an index in the image',
      bad: `
        FROM alpine:3.22
        RUN apk update && apk «add» curl`,
      good: `
        FROM alpine:3.22
        RUN apk update && apk add --no-cache curl`,
    },
    {
      title: 'Over several lines, behind sudo, in every form of RUN',
      bad: `
        FROM alpine:3.22
        RUN sudo apk --update \\
              «add» \\
              # for the health check
              curl
        RUN ["apk", "«add»", "curl"]
        RUN <<EOF
        apk «add» -t .build gcc
        EOF
        ONBUILD RUN apk «add» $PACKAGES`,
      good: `
        FROM alpine:3.22
        RUN sudo apk --update \\
              add --no-cache \\
              # for the health check
              curl
        RUN ["apk", "add", "--no-cache", "curl"]
        RUN <<EOF
        apk add --no-cache -t .build gcc
        EOF
        ONBUILD RUN apk add --no-cache $PACKAGES`,
    },
    {
      title: 'The flag, anywhere in the call',
      good: `
        FROM alpine:3.22
        RUN apk add --no-cache curl && apk --no-cache add git && apk add jq --no-cache`,
    },
    {
      title: 'A cache outside the image',
      good: `
        FROM alpine:3.22
        RUN --mount=type=cache,target=/var/cache/apk apk add curl
        RUN --mount=type=tmpfs,target=/var/cache/apk apk add curl
        RUN --mount=type=cache,target=/etc/apk/cache apk add curl
        RUN --mount=type=cache,target=/var/cache,sharing=locked apk add curl`,
    },
    {
      title: 'A cache that goes in the same RUN',
      good: `
        FROM alpine:3.22
        RUN apk update && apk add curl && apk add git && rm -rf /var/cache/apk/*
        RUN apk -U add curl && rm -rf /tmp/* /var/cache/*`,
    },
    {
      title: 'A cache that is cleared too early',
      bad: `
        FROM alpine:3.22
        RUN rm -rf /var/cache/apk/* && apk -U «add» curl`,
      good: `
        FROM alpine:3.22
        RUN rm -rf /var/cache/apk/* && apk -U add --no-cache curl`,
    },
    {
      title: 'A fresh index in a stage that is only copied from',
      good: `
        FROM alpine:3.22 AS build
        RUN apk update && apk add gcc
        RUN apk -U add make
        FROM alpine:3.22
        COPY --from=build /app /app`,
    },
    {
      title: 'An index of unknown age in a stage that is only copied from',
      bad: `
        FROM alpine:3.22 AS build
        RUN apk «add» gcc
        FROM alpine:3.22
        COPY --from=build /app /app`,
      good: `
        FROM alpine:3.22 AS build
        RUN apk add --no-cache gcc
        FROM alpine:3.22
        COPY --from=build /app /app`,
    },
    {
      title: 'Nothing is fetched',
      good: `
        FROM alpine:3.22
        RUN apk update && apk upgrade && apk del curl && echo apk add curl
        RUN apk --root /image --initdb add && apk add --no-network --simulate curl`,
    },
    {
      title: 'As hadolint and docker-parfum judge it',
      profile: 'all',
      bad: `
        FROM alpine:3.22
        RUN apk «add» curl; sudo apk «add» git; sh -c 'apk add jq'; apk --initdb «add»`,
      good: `
        FROM alpine:3.22
        RUN apk add --no-cache curl; sudo apk add --no-cache git; sh -c 'apk add jq'; apk --initdb add --no-cache`,
    },
    {
      title: 'As hadolint and docker-parfum judge it, where the flag would take the cache from a mount',
      profile: 'all',
      bad: `
        FROM alpine:3.22
        RUN --mount=type=cache,target=/etc/apk/cache apk «add» curl
        RUN --mount=type=cache,target=/var/cache apk «add» curl && rm -rf /var/cache/*`,
    },
    {
      title: 'As hadolint judges it: without a network there is nothing to mend',
      profile: 'all',
      bad: `
        FROM alpine:3.22
        RUN apk «add» --no-network --virtual .run curl`,
    },
    {
      title: 'What hadolint and docker-parfum let pass',
      profile: 'all',
      good: `
        FROM alpine:3.22
        RUN apk add curl && rm -rf /var/cache/apk/* && apk add --no-cache git
        RUN --mount=type=cache,target=/var/cache/apk apk add curl`,
    },
  ],
  *check(file, { options }) {
    for (const command of file.runCommands('apk')) {
      const run = runOf(command);
      if (!run) continue;
      const sees = verdicts(run, command);
      const verb = options.asPeers
        ? sees.hadolint || sees.parfum
          ? argument(command, 'add')
          : undefined
        : needsIndex(run, command)
          ? verbOf(command)
          : undefined;
      if (!verb) continue;
      yield {
        at: verb,
        message: say`apk add works with a package index that lies in the image.`,
        // Without a network only the index that is there can serve, and a cache mount is there to be filled.
        fix:
          command.has('--no-network') || keepsIndex(run)
            ? undefined
            : fix({ title: 'Add --no-cache', changes: ['package caches'] }, wordsAfter(verb, '--no-cache')),
        peers: codesOf(PEERS, sees),
      };
    }
  },
});

function needsIndex(run: Run, command: Command): boolean {
  if (verbOf(command)?.text !== 'add' || command.has('--no-cache', '--cache-dir', '--no-network')) return false;
  const isHandedPackages = command.wrappers.some(({ program }) => program.text === 'xargs');
  if (objectsOf(command).length === 0 && !isHandedPackages) return false;
  // Where nothing ships, a fresh index does no harm.
  if (run.stage?.ships === false && isFresh(command)) return false;
  if (keepsIndex(run)) return false;
  return !around(command).after.some((later) => removedBy(later).some(({ text }) => CACHE.test(text)));
}

/** Whether a mount holds the index. */
const keepsIndex = (run: Run): boolean => holds(run, '/var/cache/apk') || holds(run, '/etc/apk/cache');

/** Whether the index is fetched in the same RUN. */
const isFresh = (command: Command): boolean =>
  command.has('-U', '--update', '--update-cache') ||
  around(command).before.some((earlier) => earlier.program.text === 'apk' && verbOf(earlier)?.text === 'update');

/** Paths whose removal takes the index along. */
const CACHE = /var\/cache\/apk|^\/var\/cache\/?\*?$|etc\/apk\/cache/;

/** hadolint decides on what it looks at; docker-parfum adds the calls that it does not see. */
function verdicts(run: Run, command: Command): { readonly hadolint: boolean; readonly parfum: boolean } {
  const isExempt =
    command.has('--no-cache') ||
    keepsOut(run, '/var/cache/apk') ||
    around(command).after.some((later) => removedBy(later).some(({ text }) => text.includes('var/cache/apk')));
  return {
    hadolint: hadolintSees(command) && argument(command, 'add') !== undefined && !isExempt,
    parfum: parfumSees(command) && command.subcommand?.text === 'add' && !isExempt,
  };
}
