import { byWords, uncleaned, type Cleaning } from '../../families/cleaning.js';
import { AS_PEERS } from '../../knowledge/peers.js';
import { rule } from '../../rule.js';

export default rule({
  id: 'yum-clean',
  kinds: ['dockerfile'],
  severity: 'warning',
  profile: 'recommended',
  tags: ['packages', 'size'],
  since: 'next',
  peers: {
    hadolint: ['DL3032'],
    parfum: ['yumInstallRmVarCacheYum'],
    trivy: ['DS-0015'],
    kics: ['Yum Clean All Missing'],
  },
  summary: 'Clean the cache of yum in the RUN that installs.',
  docs: `
yum keeps the metadata of all repositories, often more than 100 MB, and the packages that it has downloaded in
\`/var/cache/yum\`. The image does not need them, and a later RUN that removes them saves nothing: the layer below has them.

End the same RUN with \`yum clean all\`; it asks nothing, so \`-y\` is not needed. A cache mount on \`/var/cache/yum\` keeps
the files out of the layer as well and speeds up the next build. In a stage that is only copied from, nothing is said.`,
  sources: {
    'yum(8)': 'https://man7.org/linux/man-pages/man8/yum.8.html',
    'Best practices for making container images': 'https://e-whisper.com/posts/8023/',
  },
  differs: [
    {
      from: 'hadolint/DL3032',
      they: 'flags it in every stage',
      we: 'silent in a stage that is only copied from',
      why: 'Nothing of it gets into the image.',
    },
    {
      from: 'hadolint/DL3032',
      they: 'takes any later `rm -rf` for a clean-up',
      we: 'asks for one that meets the cache',
      why: 'Removing something else leaves it in the layer.',
    },
    {
      from: 'parfum/yumInstallRmVarCacheYum',
      they: 'wants `rm -rf /var/cache/yum` behind every install',
      we: 'takes `yum clean all` and a cache mount as well',
      why: 'Both keep the cache out of the layer.',
    },
  ],
  options: {
    asPeers: {
      ...AS_PEERS,
      about:
        'Judge as hadolint does: the first clean-up has to come after the first install, in any stage, with or without a mount.',
    },
  },
  examples: [
    {
      title: 'A cache that stays in the layer',
      bad: `
        FROM centos:7
        RUN yum «install» -y curl`,
      good: `
        FROM centos:7
        RUN yum install -y curl && yum clean all`,
    },
    {
      title: 'Cleaned before the last install, behind sudo, over several lines',
      bad: `
        FROM centos:7
        USER app
        RUN sudo yum install -y gcc && \\
            sudo yum clean all && \\
            sudo yum «install» -y jq`,
      good: `
        FROM centos:7
        USER app
        RUN sudo yum install -y gcc && \\
            sudo yum clean all && \\
            sudo yum install -y jq && \\
            sudo yum clean all`,
    },
    {
      title: 'Cleaned after the install, in one way or another, and no install',
      good: `
        FROM centos:7
        RUN yum install -y curl && yum clean all
        RUN yum install -y git && yum clean all && rm -rf /var/cache/yum
        RUN yum install -y jq && rm -rf /var/cache/yum/*
        RUN yum install -y vim && rm -rf /var/cache/*
        RUN yum install -y tig && dnf clean all
        RUN yum search curl`,
    },
    {
      title: 'A cache on a mount, and a stage that is only copied from',
      good: `
        FROM centos:7 AS build
        RUN yum install -y gcc
        FROM centos:7
        RUN --mount=type=cache,target=/var/cache/yum yum install -y curl
        RUN --mount=type=tmpfs,target=/var/cache yum install -y curl
        COPY --from=build /app /app`,
    },
    {
      title: 'As hadolint judges it: the first clean-up has to come after the first install, in any stage',
      profile: 'all',
      bad: `
        FROM centos:7
        RUN yum clean all && yum «install» -y curl`,
    },
    {
      title: 'As hadolint judges it: in any stage, and by its own clean-up',
      profile: 'all',
      bad: `
        FROM centos:7 AS build
        RUN --mount=type=cache,target=/srv yum «install» -y git
        FROM scratch`,
      good: `
        FROM centos:7 AS build
        RUN --mount=type=cache,target=/srv yum install -y git && yum clean all
        FROM scratch`,
    },
    {
      title: 'As hadolint judges it: any rm -rf counts, and so does a mount of the cache',
      profile: 'all',
      good: `
        FROM centos:7
        RUN yum install -y curl && rm -rf /tmp/a
        RUN --mount=type=cache,target=/var/cache/yum yum install -y git`,
    },
  ],
  *check(file, { options }) {
    yield* uncleaned(file, HOW, options);
  },
});

const HOW: Cleaning = {
  programs: ['yum'],
  call: 'clean all',
  ...byWords({
    mounts: ['/var/cache/yum', '/var/cache/dnf'],
    installs: ['install'],
    cleans: ['clean', 'all'],
    removals: ['-rf', '/var/cache/yum/*'],
  }),
};
