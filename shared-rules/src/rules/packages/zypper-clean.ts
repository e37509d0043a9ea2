import { byWords, uncleaned, type Cleaning } from '../../families/cleaning.js';
import { AS_PEERS } from '../../knowledge/peers.js';
import { rule } from '../../rule.js';

export default rule({
  id: 'zypper-clean',
  kinds: ['dockerfile'],
  severity: 'warning',
  profile: 'recommended',
  tags: ['packages', 'size'],
  since: 'next',
  peers: {
    hadolint: ['DL3036'],
    trivy: ['DS-0020'],
    kics: ['Missing Zypper Clean'],
    semgrep: ['missing-zypper-clean'],
  },
  summary: 'Clean the cache of zypper in the RUN that installs.',
  docs: `
zypper keeps the metadata of all repositories and the packages that it has downloaded in \`/var/cache/zypp\`, tens of
megabytes. The image does not need them, and a later RUN that removes them saves nothing: the layer below has them.

End the same RUN with \`zypper clean\`. A cache mount on \`/var/cache/zypp\` keeps the files out of the layer as well and
speeds up the next build. In a stage that is only copied from, nothing is said.`,
  sources: {
    'zypper(8)': 'https://en.opensuse.org/SDB:Zypper_manual',
    'Best practices for making container images': 'https://e-whisper.com/posts/8023/',
  },
  differs: [
    {
      from: 'hadolint/DL3036',
      they: 'flags it in every stage',
      we: 'silent in a stage that is only copied from',
      why: 'Nothing of it gets into the image.',
    },
    {
      from: 'hadolint/DL3036',
      they: 'flags a RUN with a cache mount',
      we: 'silent where the cache is on a mount',
      why: 'It is no part of the layer.',
    },
  ],
  options: {
    asPeers: {
      ...AS_PEERS,
      about: 'Judge as hadolint does: the first clean-up has to come after the first install, in any stage.',
    },
  },
  examples: [
    {
      title: 'A cache that stays in the layer',
      bad: `
        FROM opensuse/leap:15.6
        RUN zypper «install» -y curl`,
      good: `
        FROM opensuse/leap:15.6
        RUN zypper install -y curl && zypper clean`,
    },
    {
      title: 'Cleaned before the last install, behind sudo, over several lines',
      bad: `
        FROM opensuse/leap:15.6
        USER app
        RUN sudo zypper install -y gcc && \\
            sudo zypper clean && \\
            sudo zypper «install» -y jq`,
      good: `
        FROM opensuse/leap:15.6
        USER app
        RUN sudo zypper install -y gcc && \\
            sudo zypper clean && \\
            sudo zypper install -y jq && \\
            sudo zypper clean`,
    },
    {
      title: 'Cleaned after the install, in one way or another, and no install',
      good: `
        FROM opensuse/leap:15.6
        RUN zypper install -y curl && zypper clean
        RUN zypper install -y git && zypper clean && rm -rf /var/cache/zypp
        RUN zypper install -y jq && rm -rf /var/cache/zypp/*
        RUN zypper install -y vim && rm -rf /var/cache/*
        RUN zypper in -y tig && zypper cc
        RUN zypper search curl`,
    },
    {
      title: 'A cache on a mount, and a stage that is only copied from',
      good: `
        FROM opensuse/leap:15.6 AS build
        RUN zypper install -y gcc
        FROM opensuse/leap:15.6
        RUN --mount=type=cache,target=/var/cache/zypp zypper install -y curl
        RUN --mount=type=tmpfs,target=/var/cache zypper install -y curl
        COPY --from=build /app /app`,
    },
    {
      title: 'As hadolint judges it: the first clean-up has to come after the first install, in any stage',
      profile: 'all',
      bad: `
        FROM opensuse/leap:15.6
        RUN zypper clean && zypper «install» -y curl`,
    },
    {
      title: 'As hadolint judges it: in any stage, and by its own clean-up',
      profile: 'all',
      bad: `
        FROM opensuse/leap:15.6 AS build
        RUN zypper «in» -y git && rm -rf /var/cache/zypp
        FROM scratch`,
      good: `
        FROM opensuse/leap:15.6 AS build
        RUN zypper in -y git && rm -rf /var/cache/zypp && zypper clean
        FROM scratch`,
    },
    {
      title: 'As hadolint judges it: a mount of the cache',
      profile: 'all',
      good: `
        FROM opensuse/leap:15.6
        RUN --mount=type=cache,target=/var/cache/zypp zypper install -y git`,
    },
  ],
  *check(file, { options }) {
    yield* uncleaned(file, HOW, options);
  },
});

const HOW: Cleaning = {
  programs: ['zypper'],
  call: 'clean',
  ...byWords({ mounts: ['/var/cache/zypp'], installs: ['install', 'in'], cleans: ['clean', 'cc'], removals: [] }),
};
