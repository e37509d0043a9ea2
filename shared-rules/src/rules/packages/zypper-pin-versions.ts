import { PINNING_OPTIONS, unpinned } from '../../families/unpinned.js';
import { ZYPPER } from '../../knowledge/pinning.js';
import { rule } from '../../rule.js';

export default rule({
  id: 'zypper-pin-versions',
  kinds: ['dockerfile'],
  severity: 'warning',
  profile: 'strict',
  tags: ['packages', 'reproducibility'],
  since: 'next',
  peers: { hadolint: ['DL3037'] },
  summary: 'Name the version of every package that zypper installs.',
  docs: `
Without a version, two builds of one commit differ: zypper installs whatever there is on the day, and an update that breaks
the program comes in unseen.

\`"package=1.2.3"\` pins it, and \`"package>=1.2"\` sets a floor; quote it, or the shell takes \`>\` for a redirection. Repositories
drop old builds, so that a full pin stops the build one day: that is why only the profile \`strict\` asks for it.`,
  sources: {
    'zypper(8)': 'https://en.opensuse.org/SDB:Zypper_manual',
  },

  options: PINNING_OPTIONS,
  differs: [
    {
      from: 'hadolint/DL3037',
      they: 'flags a word that is a variable',
      we: 'silent',
      why: 'What only the build knows may well name the version.',
    },
    {
      from: 'hadolint/DL3037',
      they: 'takes the value of `--type`, `--repo` and other flags for a package',
      we: 'silent',
      why: 'It is none.',
    },
  ],
  examples: [
    {
      title: 'A package without a version',
      bad: `
        FROM opensuse/leap:15.6
        RUN zypper install -y «curl»`,
    },
    {
      title: 'Several, with one that is pinned',
      bad: `
        FROM opensuse/leap:15.6
        RUN zypper -n in \\
              "git=2.43.0" \\
              # for the health check
              «curl» \\
              jq
        ONBUILD RUN zypper in -y «vim»`,
    },
    {
      title: 'Pinned, by any means',
      good: `
        FROM opensuse/leap:15.6
        RUN zypper in -y "curl=8.6.0" "git>=2.43" "jq<2" tool.rpm "less=$LESS_VERSION"`,
    },
    {
      title: 'No package is named',
      good: `
        FROM opensuse/leap:15.6
        RUN zypper in -y -t pattern devel_basis && zypper -n in --from repo -r other "curl=8.6.0" && zypper -n -R /x up && zypper in -D curl
        RUN zypper -n in '!less' 'php8-*'`,
    },
    {
      title: 'Words that only the build knows, and what other programs call',
      good: `
        FROM opensuse/leap:15.6
        RUN zypper in -y $PACKAGES "\${NAME}" && sudo zypper in -y curl
        RUN echo zypper in -y curl`,
    },
    {
      title: 'The same on request',
      options: { variables: true, throughWrappers: true },
      bad: `
        FROM opensuse/leap:15.6
        RUN zypper in -y «$PACKAGES»
        RUN sudo zypper in -y «curl»`,
    },
    {
      title: 'As hadolint judges it',
      profile: 'all',
      bad: `
        FROM opensuse/leap:15.6
        RUN zypper in -y -t «pattern» devel_basis && zypper install «$PACKAGES» && sudo zypper in curl`,
    },
    {
      title: 'What hadolint lets pass',
      profile: 'all',
      good: `
        FROM opensuse/leap:15.6
        RUN zypper in "a=1" "b>=2" c.rpm && zypper up x && zypper in -y`,
    },
  ],
  *check(file, { options }) {
    yield* unpinned(file, ZYPPER, options, ['hadolint/DL3037']);
  },
});
