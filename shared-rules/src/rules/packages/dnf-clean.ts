import { chain, fix } from '../../edit.js';
import { leavesCache } from '../../knowledge/caches.js';
import { verbOf } from '../../knowledge/commands.js';
import { argument } from '../../knowledge/hadolint.js';
import { keepsOut } from '../../knowledge/mounts.js';
import { AS_PEERS, uncleanedToHadolint } from '../../knowledge/peers.js';
import type { Command, Instructions } from '../../model/index.js';
import { rule, say } from '../../rule.js';

type Run = Instructions['RUN'];

export default rule({
  id: 'dnf-clean',
  kinds: ['dockerfile'],
  severity: 'warning',
  profile: 'recommended',
  tags: ['packages', 'size'],
  since: 'next',
  peers: {
    hadolint: ['DL3040'],
    trivy: ['DS-0019'],
    kics: ['Missing Dnf Clean All'],
    semgrep: ['missing-dnf-clean-all'],
  },
  summary: 'Clean the cache of dnf in the RUN that installs.',
  docs: `
dnf keeps the metadata of all repositories, often more than 100 MB, and the packages that it has downloaded below
\`/var/cache\`. The image does not need them, and a later RUN that removes them saves nothing: the layer below has them.

End the same RUN with \`dnf clean all\`. A cache mount on \`/var/cache/dnf\` (\`/var/cache/libdnf5\` since Fedora 41) keeps the
files out of the layer as well and speeds up the next build. In a stage that is only copied from, nothing is said.`,
  sources: {
    'DNF command reference, "clean"': 'https://dnf.readthedocs.io/en/latest/command_ref.html#clean-command',
    'Best practices for making container images': 'https://e-whisper.com/posts/8023/',
  },
  differs: [
    {
      from: 'hadolint/DL3040',
      they: 'flags it in every stage',
      we: 'silent in a stage that is only copied from',
      why: 'Nothing of it gets into the image.',
    },
    {
      from: 'hadolint/DL3040',
      they: 'takes any later `rm -rf` for a clean-up',
      we: 'asks for one that meets the cache',
      why: 'Removing something else leaves it in the layer.',
    },
  ],
  options: {
    asPeers: {
      ...AS_PEERS,
      about:
        'Judge as hadolint does: dnf and microdnf each by its own clean-up, the first of which has to come after the first install.',
    },
  },
  examples: [
    {
      title: 'A cache that stays in the layer',
      bad: `
        FROM fedora:40
        RUN dnf «install» -y curl`,
      good: `
        FROM fedora:40
        RUN dnf install -y curl && dnf clean all`,
    },
    {
      title: 'Cleaned before the last install, behind sudo, over several lines',
      bad: `
        FROM fedora:40
        USER app
        RUN sudo dnf install -y gcc && \\
            sudo dnf clean all && \\
            sudo dnf «install» -y jq`,
      good: `
        FROM fedora:40
        USER app
        RUN sudo dnf install -y gcc && \\
            sudo dnf clean all && \\
            sudo dnf install -y jq && \\
            sudo dnf clean all`,
    },
    {
      title: 'Cleaned after the install, in one way or another, and no install',
      good: `
        FROM fedora:40
        RUN dnf install -y curl && dnf clean all
        RUN dnf install -y git && dnf clean all && rm -rf /var/cache/dnf
        RUN dnf install -y jq && rm -rf /var/cache/dnf/*
        RUN dnf install -y vim && rm -rf /var/cache/*
        RUN yum install -y tig && dnf clean all
        RUN dnf search curl`,
    },
    {
      title: 'A cache on a mount, and a stage that is only copied from',
      good: `
        FROM fedora:40 AS build
        RUN dnf install -y gcc
        FROM fedora:40
        RUN --mount=type=cache,target=/var/cache/dnf dnf install -y curl
        RUN --mount=type=tmpfs,target=/var/cache dnf install -y curl
        COPY --from=build /app /app`,
    },
    {
      title: 'As hadolint judges it: each program by its own clean-up, in any stage',
      profile: 'all',
      bad: `
        FROM redhat/ubi9-minimal
        RUN microdnf clean all && microdnf «install» -y git`,
    },
    {
      title: 'As hadolint judges it: in any stage, and by its own clean-up',
      profile: 'all',
      bad: `
        FROM fedora:40 AS build
        RUN dnf «install» -y curl && microdnf clean all
        FROM scratch`,
      good: `
        FROM fedora:40 AS build
        RUN dnf install -y curl && microdnf clean all && dnf clean all
        FROM scratch`,
    },
    {
      title: 'As hadolint judges it: any rm -rf counts, and so does a mount of the cache',
      profile: 'all',
      good: `
        FROM fedora:40
        RUN dnf install -y curl && rm -rf /tmp/a
        RUN --mount=type=cache,target=/var/cache/libdnf5 dnf install -y git`,
    },
  ],
  *check(file, { options }) {
    for (const run of file.runs(...PROGRAMS)) {
      for (const program of PROGRAMS) {
        const seen = reportedByHadolint(run, program);
        const install = options.asPeers ? seen : leavesCache(run, [program]);
        if (!install) continue;
        const sudo = install.wrappers.some((wrapper) => wrapper.program.text === 'sudo') ? 'sudo ' : '';
        // hadolint looks at the first clean-up alone, so that another one would not help.
        const isCleaned = options.asPeers && run.commands.some((command) => isCleanUp(command, program));
        const edit = isCleaned ? undefined : chain(run, `${sudo}${program} clean all`);
        yield {
          at: argument(install, 'install') ?? verbOf(install) ?? install.program,
          message: say`What ${program} downloads for the install stays in the layer.`,
          fix: edit && fix({ title: 'Clean up in the same RUN', changes: ['package caches'] }, edit),
          ...(seen ? {} : { peers: [] }),
        };
      }
    }
  },
});

const PROGRAMS = ['dnf', 'dnf5', 'microdnf'];

const INSTALLS: ReadonlySet<string> = new Set('install in upgrade up upgrade-minimal up-min reinstall rei'.split(' '));

/** The first install of the RUN, unless the first clean-up comes after it. */
function reportedByHadolint(run: Run, program: string): Command | undefined {
  if (
    ['/var/cache/libdnf5', '.cache/libdnf5', '/var/cache/dnf', '/var/cache/yum'].some((folder) => keepsOut(run, folder))
  )
    return undefined;
  return uncleanedToHadolint(
    run.commands,
    (command) => command.program.text === program && command.args.some(({ text }) => INSTALLS.has(text)),
    (command) => isCleanUp(command, program),
  );
}

/** Any call with one of the words counts. */
const isCleanUp = (command: Command, program: string): boolean =>
  (command.program.text === program && (argument(command, 'clean') ?? argument(command, 'all')) !== undefined) ||
  (command.program.text === 'rm' &&
    (argument(command, '-rf') ?? argument(command, '/var/cache/libdnf5*')) !== undefined);
