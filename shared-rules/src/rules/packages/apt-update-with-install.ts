import { insertBefore, suggestion, type Fix } from '../../edit.js';
import {
  DRY_RUN,
  installsPackages,
  isInstallToParfum,
  mountsLists,
  removesLists,
  updatesLists,
} from '../../knowledge/apt.js';
import { isOpaque, jumps, objectsOf } from '../../knowledge/commands.js';
import { AS_PEERS, parfumSees } from '../../knowledge/peers.js';
import { around, canFollow, runOf, type Command, type Instruction, type Instructions } from '../../model/index.js';
import { rule, say } from '../../rule.js';

type Run = Instructions['RUN'];

export default rule({
  id: 'apt-update-with-install',
  kinds: ['dockerfile'],
  severity: 'warning',
  profile: 'recommended',
  tags: ['packages', 'broken-build'],
  since: 'next',
  peers: { parfum: ['aptGetUpdatePrecedesInstall'] },
  summary: 'Call apt-get update before apt-get install in the same RUN.',
  docs: `
The images of Debian and Ubuntu come without package lists, so \`apt-get install\` alone ends with "Unable to locate
package". Where an earlier RUN fetched lists and removed them again, the same happens.

Write \`apt-get update && apt-get install …\` in one RUN. Lists that an earlier RUN fetched and left are reported there,
by \`update-alone\`. A base image of your own may well bring lists; nothing is said about images that are not known.`,
  sources: {
    'Best practices for building, "apt-get"': 'https://docs.docker.com/build/building/best-practices/#apt-get',
    'Best practices for making container images': 'https://e-whisper.com/posts/8023/',
  },
  differs: [
    {
      from: 'parfum/aptGetUpdatePrecedesInstall',
      they: 'wants an update before every install in the same RUN',
      we: 'silent with lists on a mount, for packages from files, and where an earlier RUN of the stage left lists',
      why: 'There the install finds what it needs.',
    },
  ],
  options: {
    asPeers: {
      ...AS_PEERS,
      about: 'Judge as docker-parfum does: every install wants an update before it in the same RUN.',
    },
  },
  examples: [
    {
      title: 'No lists at all',
      bad: `
        FROM debian:12
        RUN apt-get «install» -y curl`,
      good: `
        FROM debian:12
        RUN apt-get update && apt-get install -y curl`,
    },
    {
      title: 'The lists are gone; behind sudo, in a chain over several lines',
      bad: `
        FROM ubuntu:24.04
        RUN apt-get update && apt-get install -y curl && rm -rf /var/lib/apt/lists/*
        USER app
        RUN mkdir -p /srv \\
            && sudo apt-get -q «install» -y git`,
      good: `
        FROM ubuntu:24.04
        RUN apt-get update && apt-get install -y curl && rm -rf /var/lib/apt/lists/*
        USER app
        RUN mkdir -p /srv \\
            && sudo apt-get update && sudo apt-get -q install -y git`,
    },
    {
      title: 'Updated after the install, and in a branch',
      bad: `
        FROM debian:12
        RUN if test -f /a; then apt-get «install» -y curl; fi
        RUN apt-get «install» -y git; apt-get update`,
    },
    {
      title: 'Packages from files',
      good: `
        FROM debian:12
        COPY tool.deb /tmp/
        RUN apt-get install -y /tmp/tool.deb ./other.deb $PACKAGES && apt-get install -y --no-download curl`,
    },
    {
      title: 'Lists on a mount',
      good: `
        FROM debian:12
        RUN --mount=type=cache,target=/var/lib/apt,sharing=locked apt-get install -y curl`,
    },
    {
      title: 'A base image that is not known, or no Debian',
      good: `
        FROM example.com/base:1
        RUN apt-get install -y curl
        FROM fedora:43
        RUN apt-get install -y curl`,
    },
    {
      title: 'Lists that an earlier RUN left, or that something unseen may fetch',
      good: `
        FROM debian:12 AS base
        RUN apt-get update
        FROM base
        RUN apt-get install -y curl
        FROM debian:12
        RUN curl -fsSL https://example.com/setup.sh | bash - && apt-get install -y nodejs
        RUN apt-get install -y git`,
    },
    {
      title: 'As docker-parfum judges it',
      profile: 'all',
      bad: `
        FROM example.com/base:1
        RUN apt-get update
        RUN apt-get «install» -y curl
        RUN apt-get «install» -y ./a.deb`,
      good: `
        FROM example.com/base:1
        RUN apt-get update
        RUN apt-get update && apt-get install -y curl
        RUN apt-get update && apt-get install -y ./a.deb`,
    },
  ],
  *check(file, { options }) {
    for (const command of file.runCommands('apt-get', 'apt', 'aptitude')) {
      const run = runOf(command);
      if (!run) continue;
      const seen = isReportedByParfum(command);
      if (!(options.asPeers ? seen : lacksLists(run, command))) continue;
      yield {
        at: command.args.find(({ text }) => text === 'install') ?? command.program,
        message: say`Nothing fetches the package lists that this install needs.`,
        fix: updateBefore(run, command),
        ...(seen ? {} : { peers: [] }),
      };
    }
  },
});

const isReportedByParfum = (command: Command): boolean =>
  isInstallToParfum(command) &&
  !around(command).before.some((earlier) => parfumSees(earlier) && earlier.args.some(({ text }) => text === 'update'));

function lacksLists(run: Run, command: Command): boolean {
  const { before } = around(command);
  if (run.isTrigger || run.state.family !== 'debian' || run.script?.readable === false) return false;
  if (!installsPackages(command) || command.has(...DRY_RUN, '--no-download') || mountsLists(run)) return false;
  const packages = objectsOf(command);
  if (packages.length === 0 || packages.some(({ text, literal }) => !literal || /\.deb$|^[./]/.test(text)))
    return false;
  if (
    before.some(
      (earlier) => updatesLists(earlier) || isOpaque(earlier) || earlier.args.some(({ text }) => text === 'update'),
    )
  )
    return false;
  if (run.script && jumps(run.script)) return false;
  return !hasLists(run);
}

/** Whether lists may lie in the image when the RUN begins. */
function hasLists(run: Run): boolean {
  for (let node = earlier(run); node; node = earlier(node)) {
    if (node.keyword === 'COPY' || node.keyword === 'ADD') {
      if (node.target?.text.startsWith('/var/lib/apt') !== false || node.target.text === '/') return true;
    }
    if (node.keyword !== 'RUN') continue;
    if (node.script?.readable === false) return true;
    const { commands } = node;
    const update = commands.findLastIndex(
      (command) => updatesLists(command) || isOpaque(command) || fetchesUnseen(command),
    );
    const removal = commands.findLastIndex(removesLists);
    if (update >= 0 && !mountsLists(node)) return removal < update;
    if (removal >= 0) return false;
  }
  return false;
}

/** Programs that call apt-get update themselves. */
const fetchesUnseen = ({ program, args }: Command): boolean =>
  [
    'playwright',
    'npx',
    'apt-fast',
    'nala',
    'install_packages',
    'rosdep',
    'ubuntu-drivers',
    'install2.r',
    'extrepo',
  ].includes(program.text) || args.some(({ text }) => text === 'update' || text === 'install-deps');

/** The instruction that ran before, in the stage or in those it is based on. */
function earlier(node: Instruction): Instruction | undefined {
  const { previous, stage } = node;
  if (previous && previous.keyword !== 'FROM') return previous;
  for (let at = stage?.base; at && !('kind' in at); at = at.base) {
    const last = at.instructions.at(-1);
    if (last) return last;
  }
  return undefined;
}

function updateBefore(run: Run, command: Command): Fix | undefined {
  if (run.isTrigger || run.form !== 'shell' || !run.script || !canFollow(run.script)) return undefined;
  const outer = command.wrappers[0] ?? command;
  if (command.wrappers.some(({ program }) => program.text !== 'sudo')) return undefined;
  const isStep = run.script.statements.some((statement) => isLink(statement, outer));
  const sudo = outer === command ? '' : 'sudo ';
  return isStep
    ? suggestion('Fetch the lists before', insertBefore(outer, `${sudo}${command.program.text} update && `))
    : undefined;
}

type Statement = NonNullable<Run['script']>['statements'][number];

const isLink = (statement: Statement, command: Command): boolean =>
  statement.kind === 'list'
    ? isLink(statement.left, command) || isLink(statement.right, command)
    : statement.kind === 'command' && statement.command === command;
