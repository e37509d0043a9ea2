import { chain, fix, suggestion, type Fix } from '../../edit.js';
import {
  APT,
  installsPackages,
  isCleanedToHadolint,
  isInstallToParfum,
  mountsLists,
  mountsListsToHadolint,
  needOfLists,
  removesLists,
  removesListsToParfum,
  updatesLists,
} from '../../knowledge/apt.js';
import { isOpaque, jumps } from '../../knowledge/commands.js';
import { lateCleanUps } from '../../knowledge/late-clean-ups.js';
import { removesPackages } from '../../knowledge/managers.js';
import { argument, codesOf } from '../../knowledge/hadolint.js';
import { AS_PEERS, hadolintSees } from '../../knowledge/peers.js';
import { anyBefore, type Command, type Dockerfile, type Instructions, type Word } from '../../model/index.js';
import { rule, say } from '../../rule.js';

type Run = Instructions['RUN'];

const PEERS = {
  hadolint: ['DL3009'],
  parfum: ['aptGetInstallThenRemoveAptLists'],
  kics: ['Apt Get Install Lists Were Not Deleted'],
  dockle: ['DKL-DI-0005'],
  semgrep: ['remove-package-lists', 'remove-package-cache'],
};

export default rule({
  id: 'apt-clean-lists',
  kinds: ['dockerfile'],
  severity: 'info',
  profile: 'recommended',
  tags: ['packages', 'size'],
  since: '0.1.0',
  peers: PEERS,
  summary: 'Remove the package lists in the RUN that fetches them.',
  docs: `
apt-get update fetches the lists of all packages there are, some 20 to 50 MB, into \`/var/lib/apt/lists\`. The image does
not need them, and they are out of date in a day. A later RUN that removes them saves nothing: the layer below has them.

End the same RUN with \`rm -rf /var/lib/apt/lists/*\`. \`apt-get clean\` is not enough, it leaves the lists;
\`apt-get distclean\` of newer releases takes them. Or keep them out of the layer altogether:
\`RUN --mount=type=cache,target=/var/lib/apt,sharing=locked --mount=type=cache,target=/var/cache/apt,sharing=locked\`.
In a stage that is only copied from, the lists cost nothing, and nothing is said there. An update without an install is the
matter of \`update-alone\`, a removal that comes too late that of \`cleanup-in-later-layer\`.`,
  sources: {
    'Best practices for building, "apt-get"': 'https://docs.docker.com/build/building/best-practices/#apt-get',
    'Best practices for making container images': 'https://e-whisper.com/posts/8023/',
    'Cache mounts': 'https://docs.docker.com/build/cache/optimize/#use-cache-mounts',
  },
  differs: [
    {
      from: 'hadolint/DL3009',
      they: 'flags an update without an install, and lists that a later RUN removes',
      we: 'leave the one to update-alone, the other to cleanup-in-later-layer',
      why: 'One mistake is told once, by the rule that knows most of it.',
    },
    {
      from: 'hadolint/DL3009',
      they: 'takes any later `rm -rf` for a clean-up',
      we: 'asks for a removal that meets the lists',
      why: 'Removing something else leaves them in the layer.',
    },
    {
      from: 'parfum/aptGetInstallThenRemoveAptLists',
      they: 'wants the lists removed behind every install',
      we: 'flags the RUN that fetches the lists',
      why: 'An install alone writes none.',
    },
    {
      from: 'hadolint/DL3009',
      they: 'flags it in some stages that are only copied from',
      we: 'silent there',
      why: 'Nothing of it gets into the image.',
    },
  ],
  options: {
    asPeers: {
      ...AS_PEERS,
      about:
        'Judge as hadolint and docker-parfum do: an update without rm -rf of anything, an install without a later rm of the lists.',
    },
  },
  examples: [
    {
      title: 'Lists that stay in the layer',
      bad: `
        FROM debian:12
        RUN apt-get «update» && apt-get install -y curl`,
      good: `
        FROM debian:12
        RUN apt-get update && apt-get install -y curl && rm -rf /var/lib/apt/lists/*`,
    },
    {
      title: 'Over several lines, behind sudo; clean leaves the lists',
      bad: `
        FROM debian:12
        USER app
        RUN sudo apt-get «update» && \\
            sudo apt-get install -y curl && \\
            # archives only
            sudo apt-get clean`,
      good: `
        FROM debian:12
        USER app
        RUN sudo apt-get update && \\
            sudo apt-get install -y curl && \\
            # archives only
            sudo apt-get clean && \\
            sudo rm -rf /var/lib/apt/lists/*`,
    },
    {
      title: 'In a heredoc, and removed too early',
      bad: `
        FROM debian:12
        RUN <<EOF
        set -e
        rm -rf /var/lib/apt/lists/*
        apt-get «update»
        apt-get install -y curl
        EOF`,
      good: `
        FROM debian:12
        RUN <<EOF
        set -e
        rm -rf /var/lib/apt/lists/*
        apt-get update
        apt-get install -y curl
        rm -rf /var/lib/apt/lists/*
        EOF`,
    },
    {
      title: 'Removing something else',
      bad: `
        FROM debian:12
        RUN apt-get «update» && apt-get install -y curl && rm -rf /tmp/*`,
      good: `
        FROM debian:12
        RUN apt-get update && apt-get install -y curl && rm -rf /tmp/* && rm -rf /var/lib/apt/lists/*`,
    },
    {
      title: 'A base that the final stage starts from, and a trigger',
      bad: `
        FROM debian:12 AS base
        RUN apt-get «update» && apt-get install -y curl
        ONBUILD RUN apt-get «update» && apt-get install -y git
        FROM base
        CMD ["curl"]`,
      good: `
        FROM debian:12 AS base
        RUN apt-get update && apt-get install -y curl && rm -rf /var/lib/apt/lists/*
        ONBUILD RUN apt-get update && apt-get install -y git && rm -rf /var/lib/apt/lists/*
        FROM base
        CMD ["curl"]`,
    },
    {
      title: 'A later RUN that installs from these lists keeps them from being removed here',
      bad: `
        FROM debian:12
        RUN apt-get «update» && apt-get install -y curl
        COPY . /src
        RUN apt-get install -y git`,
    },
    {
      title: 'An install after something that fetches lists unseen',
      bad: `
        FROM debian:12
        RUN curl -fsSL https://example.com/setup.sh | bash - && apt-get «install» -y nodejs`,
      good: `
        FROM debian:12
        RUN curl -fsSL https://example.com/setup.sh | bash - && apt-get install -y nodejs && rm -rf /var/lib/apt/lists/*`,
    },
    {
      title: 'A repository is added, which fetches the lists as well',
      bad: `
        FROM ubuntu:24.04
        RUN apt-get update && rm -rf /var/lib/apt/lists/* && «add-apt-repository» -y ppa:example/ppa`,
      good: `
        FROM ubuntu:24.04
        RUN apt-get update && rm -rf /var/lib/apt/lists/* && add-apt-repository -y ppa:example/ppa && rm -rf /var/lib/apt/lists/*`,
    },
    {
      title: 'An update without an install, and lists that a later RUN removes in vain, which are other rules',
      good: `
        FROM debian:12
        RUN apt-get update
        RUN apt-get update && apt-get install -y curl
        RUN rm -rf /var/lib/apt/lists/*`,
    },
    {
      title: 'Lists that go in the same RUN',
      good: `
        FROM debian:12
        RUN clean() { rm -rf /var/lib/apt/lists/*; }; apt-get update; apt-get install -y gcc; clean
        RUN apt-get update && apt-get install -y curl && rm -rf /var/lib/apt/lists/*
        RUN apt-get update && apt-get install -y git && rm -r /var/lib/apt/lists && mkdir /var/lib/apt/lists
        RUN apt-get update && apt-get install -y jq && rm -rf /var/lib/apt/* /tmp/*
        RUN apt-get update && apt-get install -y tig && find /var/lib/apt/lists -type f -delete
        RUN apt-get update && apt-get install -y vim && apt-get distclean
        RUN apt-get update && apt-get install -y nano && rm -rf "$LISTS"`,
    },
    {
      title: 'Lists on a mount',
      good: `
        FROM debian:12
        RUN --mount=type=cache,target=/var/lib/apt/lists apt-get update && apt-get install -y curl
        RUN --mount=type=cache,target=/var/lib/apt --mount=type=cache,target=/var/cache/apt \\
            apt-get update && apt-get install -y git
        RUN --mount=type=tmpfs,target=/var/lib/apt/lists apt-get update && apt-get install -y jq`,
    },
    {
      title: 'A stage that is only copied from, and lists that another layer fetched',
      good: `
        FROM debian:12 AS build
        RUN apt-get update && apt-get install -y gcc
        FROM debian:12
        RUN --mount=type=tmpfs,target=/var/lib/apt/lists apt-get update
        RUN apt-get install -y curl && apt-get remove -y git && apt-get clean
        COPY --from=build /app /app`,
    },
    {
      title: 'As hadolint judges it: rm -rf of anything counts, in any place; env hides the update',
      profile: 'all',
      bad: `
        FROM debian:12 AS base
        RUN apt-get «update»
        RUN rm -rf /tmp/a; aptitude update
        RUN env A=1 apt-get update
        FROM base
        RUN rm -r /tmp/a && apt «update»`,
      good: `
        FROM debian:12 AS base
        RUN apt-get update && rm -rf /var/lib/apt/lists/*
        RUN rm -rf /tmp/a; aptitude update
        RUN env A=1 apt-get update
        FROM base
        RUN rm -r /tmp/a && apt update && rm -rf /var/lib/apt/lists/*`,
    },
    {
      title: 'As docker-parfum judges it: every install wants the lists removed behind it',
      profile: 'all',
      bad: `
        FROM debian:12
        RUN rm -rf /var/lib/apt/lists/*; apt-get «install» -y curl
        RUN apt-get update && apt-get «install» -y git && rm -rf /var/lib/apt/lists`,
      good: `
        FROM debian:12
        RUN rm -rf /var/lib/apt/lists/*; apt-get install -y curl && rm -rf /var/lib/apt/lists/*
        RUN apt-get update && apt-get install -y git && rm -rf /var/lib/apt/lists && rm -rf /var/lib/apt/lists/*`,
    },
    {
      title: 'What both let pass',
      profile: 'all',
      good: `
        FROM debian:12 AS build
        RUN apt-get update && apt-get install -y gcc
        FROM debian:12
        RUN apt-get update && apt-get install -y curl && rm -rf /var/lib/apt/lists/*
        RUN --mount=type=cache,target=/var/lib/apt/lists apt-get update && apt-get install -y git
        RUN --mount=type=cache,target=/var/lib/apt --mount=type=cache,target=/var/cache/apt apt-get update
        COPY --from=build /app /app`,
    },
  ],
  *check(file, { options }) {
    const runs = new Set<Run>();
    const hasFetched = anyBefore((node) => node.keyword === 'RUN' && node.commands.some(updatesLists));
    for (const { instruction } of file.runCommands(...APT)) if (instruction?.keyword === 'RUN') runs.add(instruction);
    for (const run of runs) {
      const sees = verdicts(run);
      const places = options.asPeers
        ? (sees.update ?? sees.installs)
        : isSaidElsewhere(run)
          ? []
          : leavesLists(run, hasFetched);
      for (const command of [places].flat()) {
        const verb = argument(command, 'update') ?? argument(command, 'install') ?? command.program;
        yield {
          at: verb,
          message:
            verb.text === 'install'
              ? say`The package lists stay in the layer of this install.`
              : say`The package lists that ${calledAs(command, verb)} fetches stay in the layer.`,
          // What lies on a mount is not in the layer, and others need it there.
          fix: () => (mountsLists(run) ? undefined : removal(file, run, command)),
          peers: codesOf(PEERS, { hadolint: sees.update !== undefined, parfum: sees.installs.length > 0 }),
        };
      }
    }
  },
});

/** Whether another rule says it: `update-alone`, or `cleanup-in-later-layer` of the RUN that removes them in vain. */
function isSaidElsewhere(run: Run): boolean {
  const { commands, stage } = run;
  const last = commands.findLastIndex(updatesLists);
  const update = commands[last];
  const after = commands.slice(last + 1);
  const isAlone =
    update !== undefined &&
    APT.includes(update.program.text) &&
    !after.some((one) => installsPackages(one) || isOpaque(one));
  if (isAlone && !after.some(removesPackages)) return true;
  return (
    stage?.instructions.some(
      (later) =>
        later.keyword === 'RUN' &&
        later !== run &&
        later.commands.some(removesLists) &&
        [...lateCleanUps(stage, later)].some(
          ({ maker, folders }) => maker === run && folders.some((folder) => folder.startsWith('/var/lib/apt')),
        ),
    ) === true
  );
}

const calledAs = ({ program }: Command, verb: Word): string =>
  verb.text === program.text ? program.text : `${program.text} ${verb.text}`;

/** The command by which the lists come into a layer that ships, if they stay there. */
function leavesLists(run: Run, hasFetched: (run: Run) => boolean): readonly Command[] {
  if (!run.isTrigger && run.stage?.ships === false) return [];
  if (run.script?.readable === false || mountsLists(run)) return [];
  const { commands } = run;
  const last = commands.findLastIndex(updatesLists);
  const isCleaned = (index: number): boolean => commands.some((command, at) => at > index && removesLists(command));
  const update = commands[last];
  if (update) return isCleaned(last) || isCleanedByFunction(run) ? [] : [update];
  // Where no layer has fetched lists in sight, an install that works must have got them from what is called before it.
  const install = commands.findIndex(installsPackages);
  const found = commands[install];
  if (!found || isCleaned(install) || !commands.slice(0, install).some(isOpaque)) return [];
  return run.state.family === 'debian' && !hasFetched(run) ? [found] : [];
}

/** A clean-up that is written down first and called at the end. */
const isCleanedByFunction = ({ script, commands }: Run): boolean =>
  script !== undefined && jumps(script) && commands.some(removesLists);

interface Verdicts {
  /** What hadolint reports: the RUN, by its first update. */
  readonly update: Command | undefined;
  /** What docker-parfum reports. */
  readonly installs: readonly Command[];
}

function verdicts(run: Run): Verdicts {
  const { commands, stage, isTrigger } = run;
  const isRelevant = isTrigger || stage === undefined || stage.isFinal || stage.isBase;
  if (!isRelevant || mountsListsToHadolint(run)) return { update: undefined, installs: [] };
  const isClean = commands.some((command) => hadolintSees(command) && isCleanedToHadolint(command));
  return {
    update: isClean
      ? undefined
      : commands.find(
          (command) =>
            APT.includes(command.program.text) && hadolintSees(command) && argument(command, 'update') !== undefined,
        ),
    installs: commands.filter(
      (command, index) => isInstallToParfum(command) && !commands.slice(index + 1).some(removesListsToParfum),
    ),
  };
}

/** Removing the lists at the end of the RUN; not where a later one installs from them. */
function removal(file: Dockerfile, run: Run, command: Command): Fix | undefined {
  const sudo = command.wrappers.some(({ program }) => program.text === 'sudo') ? 'sudo ' : '';
  const edit = chain(run, `${sudo}rm -rf /var/lib/apt/lists/*`);
  if (!edit) return undefined;
  const need = needOfLists(file, run);
  if (need === 'needed') return undefined;
  const title = 'Remove the package lists in the same RUN';
  return need === 'unknown' || run.isTrigger
    ? suggestion(title, edit)
    : fix({ title, changes: ['package caches'] }, edit);
}
