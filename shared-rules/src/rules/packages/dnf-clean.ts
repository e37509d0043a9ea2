import { byWords, uncleaned, type Cleaning } from '../../families/cleaning.js';
import { AS_PEERS } from '../../knowledge/peers.js';
import { rule } from '../../rule.js';

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
    yield* uncleaned(file, HOW, options);
  },
});

const HOW: Cleaning = {
  programs: ['dnf', 'dnf5', 'microdnf'],
  call: 'clean all',
  ...byWords({
    mounts: ['/var/cache/libdnf5', '.cache/libdnf5', '/var/cache/dnf', '/var/cache/yum'],
    installs: 'install in upgrade up upgrade-minimal up-min reinstall rei'.split(' '),
    cleans: ['clean', 'all'],
    removals: ['-rf', '/var/cache/libdnf5*'],
  }),
};
