import { fix, insertBefore, merge, removeLines, suggestion, type Fix } from '../../edit.js';
import { isOpaque, jumps, verbOf } from '../../knowledge/commands.js';
import {
  addsRepository,
  installs,
  MANAGER_PROGRAMS,
  managerOf,
  refreshes,
  removesPackages,
  usesLists,
  type Manager,
} from '../../knowledge/managers.js';
import { holds } from '../../knowledge/mounts.js';
import { AS_PEERS } from '../../knowledge/peers.js';
import {
  around,
  canFollow,
  leavesNothingBehind,
  onlyCommand,
  runOf,
  visitAfter,
  type Command,
  type Dockerfile,
  type Instruction,
  type Instructions,
  type Statement,
} from '../../model/index.js';
import { rule, say } from '../../rule.js';

type Run = Instructions['RUN'];

export default rule({
  id: 'update-alone',
  kinds: ['dockerfile'],
  severity: 'warning',
  profile: 'recommended',
  tags: ['packages', 'cache', 'broken-build'],
  since: '0.1.0',
  peers: {
    trivy: ['DS-0017'],
    checkov: ['CKV_DOCKER_5'],
    kics: ['Update Instruction Alone'],
    dockle: ['CIS-DI-0007'],
  },
  summary: 'Fetch package lists in the RUN that installs from them.',
  docs: `
A RUN that only fetches package lists comes from the build cache for as long as its text stays the same. The install in
a later RUN then works with lists that are weeks old: it misses security updates, or asks for files that the mirrors have
dropped, and the build ends with 404.

Write \`apt-get update && apt-get install …\` in one RUN: whenever the list of packages changes, the lists are fetched
anew. A cache mount on the folder of the lists is another way.`,
  sources: {
    'Best practices for building, "apt-get"': 'https://docs.docker.com/build/building/best-practices/#apt-get',
    'Best practices for making container images': 'https://e-whisper.com/posts/8023/',
  },
  options: {
    asPeers: {
      ...AS_PEERS,
      about: 'Report as scanners do: also where the RUN calls a script or a program that may install by itself.',
    },
  },
  examples: [
    {
      title: 'An update whose layer outlives the mirrors',
      bad: `
        FROM debian:12
        RUN apt-get «update»
        RUN apt-get install -y curl`,
      good: `
        FROM debian:12
        RUN apt-get update \\
            && apt-get install -y curl`,
    },
    {
      title: 'The other package managers',
      bad: `
        FROM alpine:3.22 AS alpine
        RUN apk «update»
        FROM fedora:41 AS fedora
        RUN dnf «makecache» && echo done
        FROM centos:7 AS centos
        RUN yum -q «check-update» || true
        FROM opensuse/leap:15.6
        RUN zypper --non-interactive «ref»`,
    },
    {
      title: 'Behind sudo, over several lines, with a comment between',
      bad: `
        FROM debian:12
        RUN sudo apt-get «update» -qq && \\
            mkdir -p /srv

        # what the program needs
        RUN sudo apt-get install -y curl && \\
            sudo rm -rf /var/lib/apt/lists/*`,
      good: `
        FROM debian:12
        RUN sudo apt-get update -qq && \\
            mkdir -p /srv && \\
        # what the program needs
            sudo apt-get install -y curl && \\
            sudo rm -rf /var/lib/apt/lists/*`,
    },
    {
      title: 'Something stands between: the update moves to the install',
      bad: `
        FROM debian:12
        RUN apt-get -qq «update»
        ENV LANG=C.UTF-8
        COPY app.conf /etc/
        RUN mkdir /srv/app && apt-get install -y curl`,
      good: `
        FROM debian:12
        ENV LANG=C.UTF-8
        COPY app.conf /etc/
        RUN mkdir /srv/app && apt-get -qq update && apt-get install -y curl`,
    },
    {
      title: 'The next RUN updates by itself',
      bad: `
        FROM debian:12
        RUN apt-get «update»
        RUN apt-get update && apt-get install -y curl`,
      good: `
        FROM debian:12
        RUN apt-get update && apt-get install -y curl`,
    },
    {
      title: 'Installing first and fetching then is no better',
      bad: `
        FROM debian:12
        RUN apt-get install -y curl && apt-get «update»
        ONBUILD RUN apt «update»`,
    },
    {
      title: 'Exec forms and heredocs, which cannot be merged',
      bad: `
        FROM debian:12
        RUN ["apt-get", "«update»"]
        RUN <<EOF
        apt-get «update»
        EOF
        RUN ["apt-get", "install", "-y", "curl"]`,
    },
    {
      title: 'A repository is added, and a later RUN updates again: only a hint',
      bad: `
        FROM debian:12
        RUN echo "deb https://example.com stable main" > /etc/apt/sources.list.d/x.list && apt-get «update»
        RUN apt-get update && apt-get install -y x`,
    },
    {
      title: 'An install of the same package manager follows in the RUN',
      good: `
        FROM debian:12
        RUN apt-get update && apt-get install -y curl
        RUN apt-get update && apt upgrade -y
        RUN apt-get update && apt-get build-dep -y curl
        RUN apt-get update; if true; then echo curl | xargs apt-get install -y; fi
        RUN <<EOF
        apt-get update
        apt-get install -y git
        EOF
        FROM alpine:3.22
        RUN apk update && apk add curl && yum makecache && yum groupinstall tools && zypper ref && zypper in curl`,
    },
    {
      title: 'Lists on a mount',
      good: `
        FROM debian:12
        RUN --mount=type=cache,target=/var/lib/apt apt-get update
        RUN --mount=type=cache,target=/var/lib/apt apt-get install -y curl`,
    },
    {
      title: 'What follows in the RUN may install by itself',
      good: `
        FROM debian:12
        RUN apt-get update && ./install.sh
        RUN apt-get update && bash /tmp/setup
        RUN apt-get update && install_packages curl
        RUN apt-get update && $INSTALL curl
        RUN add() { apt-get install -y "$@"; }; apt-get update; add curl
        RUN for i in 1 2 3; do apt-get install -y git && break || apt-get update; done`,
    },
    {
      title: 'A removal, and no install behind it',
      good: `
        FROM debian:12
        RUN apt-get update && apt-get purge -y imagemagick`,
    },
    {
      title: 'Other subcommands, and the words elsewhere',
      good: `
        FROM fedora:41
        RUN yum update -y && dnf upgrade -y && echo apt-get update
        CMD ["apt-get", "update"]`,
    },
    {
      title: 'As scanners judge it: a script is no install',
      profile: 'all',
      bad: `
        FROM debian:12
        RUN apt-get «update» && ./install.sh`,
    },
  ],
  *check(file, { options }) {
    for (const command of file.runCommands(...MANAGER_PROGRAMS)) {
      const manager = managerOf(command);
      const run = runOf(command);
      if (!manager || !run || !refreshes(manager, command)) continue;
      if (manager.folders.some((folder) => holds(run, folder))) continue;
      const { after } = around(command);
      // The last of several speaks for all of them.
      if (after.some((later) => refreshes(manager, later) || installs(manager, later))) continue;
      if (!options.asPeers && mayInstall(manager, run, after)) continue;
      // Fetched for a removal, which has no need of the lists, they harm an install only.
      if (!options.asPeers && after.some(removesPackages) && !nextInstall(manager, run)) continue;
      const verb = verbOf(command) ?? command.program;
      const isForRepository = run.commands.some(addsRepository) && isRefreshedAfter(file, manager, run);
      yield {
        at: verb,
        message: isForRepository
          ? say`A later RUN fetches the lists again; this ${command.program.text} ${verb.text} is of no use to it.`
          : say`${command.program.text} ${verb.text} has a layer of its own: the lists grow old in the build cache.`,
        ...(isForRepository ? { severity: 'hint' as const } : {}),
        fix: isForRepository ? undefined : remedy(manager, run, command),
      };
    }
  },
});

/** Whether what follows in the RUN may install by means that the text does not show, or not in this order. */
function mayInstall(manager: Manager, { script, commands }: Run, after: readonly Command[]): boolean {
  if (script?.readable === false) return true;
  if (script && jumps(script) && commands.some((command) => installs(manager, command))) return true;
  return after.some((later) => usesLists(manager, later) || isOpaque(later));
}

const isRefresh = (manager: Manager, node: Instruction): boolean =>
  node.keyword === 'RUN' && node.commands.some((command) => refreshes(manager, command));

function isRefreshedAfter(file: Dockerfile, manager: Manager, run: Run): boolean {
  let isRefreshed = false;
  visitAfter(file, run, (node) => isRefreshed || (isRefreshed = isRefresh(manager, node)));
  return isRefreshed;
}

function remedy(manager: Manager, run: Run, command: Command): Fix | undefined {
  if (run.isTrigger || run.form !== 'shell') return undefined;
  const isAll = run.script !== undefined && isOnly(run, command);
  const target = nextInstall(manager, run);
  if (!target) return undefined;
  const { run: later, install, refreshed } = target;
  if (refreshed) return isAll ? suggestion('Remove this RUN', removeLines(run)) : undefined;
  if (later === run.next && areAlike(run, later) && run.script && later.script) {
    const edit = leavesNothingBehind(run.script) && canFollow(later.script) ? merge(run, later) : undefined;
    if (edit) return fix({ title: 'Merge with the RUN that installs', changes: ['layers'] }, edit);
  }
  const text = plainText(command);
  const outer = install.wrappers[0] ?? install;
  if (!isAll || text === undefined || !later.script || !canFollow(later.script)) return undefined;
  // In a pipeline or a branch the update would be another part of it.
  if (!later.script.statements.some((statement) => isStep(statement, outer))) return undefined;
  return suggestion('Move it to the RUN that installs', removeLines(run), insertBefore(outer, `${text} && `));
}

/** Whether the command is one of the steps of a chain of `&&`. */
const isStep = (statement: Statement, command: Command): boolean =>
  statement.kind === 'list'
    ? isStep(statement.left, command) || isStep(statement.right, command)
    : statement.kind === 'command' && statement.command === command;

/** The next RUN of the stage that installs, and whether it fetches the lists itself. */
function nextInstall(
  manager: Manager,
  run: Run,
): { readonly run: Run; readonly install: Command; readonly refreshed: boolean } | undefined {
  for (let node = run.next; node && node.keyword !== 'FROM'; node = node.next) {
    if (node.keyword !== 'RUN') continue;
    const install = node.commands.find((command) => installs(manager, command));
    if (install) {
      return {
        run: node,
        install,
        refreshed: around(install).before.some((command) => refreshes(manager, command)),
      };
    }
    if (isRefresh(manager, node)) return undefined;
  }
  return undefined;
}

/** Whether the RUN does nothing else. */
const isOnly = ({ script }: Run, command: Command): boolean => {
  const only = script && onlyCommand(script);
  return only !== undefined && (only === command || (command.wrappers.length === 1 && command.wrappers[0] === only));
};

const areAlike = (first: Run, second: Run): boolean => {
  const flagsOf = ({ flags }: Run): string =>
    flags
      .map(({ name, value }) => `${name}=${value?.text ?? ''}`)
      .sort()
      .join(' ');
  return flagsOf(first) === flagsOf(second);
};

/** The call as it is written, if it holds nothing that needs quotes. */
function plainText(command: Command): string | undefined {
  const outer = command.wrappers[0] ?? command;
  if (outer.redirections.length > 0 || outer.assignments.length > 0) return undefined;
  const words = outer.args.map(({ text }) => text);
  return words.every((text) => /^[\w./:=-]+$/.test(text)) ? [outer.path, ...words].join(' ') : undefined;
}
