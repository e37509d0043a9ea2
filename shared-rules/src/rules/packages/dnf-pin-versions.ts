import { PINNING_OPTIONS, unpinned } from '../../families/unpinned.js';
import { DNF } from '../../knowledge/pinning.js';
import { rule } from '../../rule.js';

export default rule({
  id: 'dnf-pin-versions',
  kinds: ['dockerfile'],
  severity: 'warning',
  profile: 'strict',
  tags: ['packages', 'reproducibility'],
  since: 'next',
  peers: { hadolint: ['DL3041'] },
  summary: 'Name the version of every package that dnf installs.',
  docs: `
Without a version, two builds of one commit differ: dnf installs whatever there is on the day, and an update that breaks
the program comes in unseen.

\`package-1.2.3-4.el9\` pins it, and \`package-1.2.*\` leaves room for updates; a module takes its stream, as in \`nodejs:20\`.
Repositories drop old builds, so that a full pin stops the build one day: that is why only the profile \`strict\` asks for
it. Where the base image is pinned by digest and rebuilt on a schedule, leave the rule off.`,
  sources: {
    'DNF command reference, "Specifying packages"':
      'https://dnf.readthedocs.io/en/latest/command_ref.html#specifying-packages',
  },

  options: PINNING_OPTIONS,
  differs: [
    {
      from: 'hadolint/DL3041',
      they: 'flags a word with a variable, unless ARG or ENV declares it and the word has a dash',
      we: 'silent',
      why: 'What only the build knows may well name the version.',
    },
    {
      from: 'hadolint/DL3041',
      they: 'flags a `.rpm` file without a dash in its name, groups, patterns and paths',
      we: 'silent',
      why: 'A file is one version, and the others name no package that could have one.',
    },
  ],
  examples: [
    {
      title: 'A package without a version',
      bad: `
        FROM fedora:40
        RUN dnf install -y «curl»`,
    },
    {
      title: 'Several, with one that is pinned, and a module without its stream',
      bad: `
        FROM fedora:40
        RUN dnf install -y \\
              git-2.43.0-1.el9 \\
              # for the health check
              «python3-devel» \\
              jq
        ONBUILD RUN dnf -y module install «nodejs»`,
    },
    {
      title: 'Pinned, by any means',
      good: `
        FROM fedora:40
        RUN dnf install -y curl-8.6.0-8.el9 git-2.43.* java-17-openjdk "jq-$JQ_VERSION" ./tool.rpm tool.rpm
        RUN dnf install -y https://example.com/x.rpm && dnf -y module install nodejs:20`,
    },
    {
      title: 'No package is named',
      good: `
        FROM fedora:40
        RUN dnf -y groupinstall Tools && dnf -y update && dnf install -y --enablerepo crb git-2.43.0-1.el9 @development 'php-*' /usr/bin/which
        RUN dnf install --assumeno curl`,
    },
    {
      title: 'Words that only the build knows, and what other programs call',
      good: `
        FROM fedora:40
        RUN dnf install -y $PACKAGES "\${NAME}" && sudo dnf install -y curl
        RUN echo dnf install -y curl`,
    },
    {
      title: 'The same on request',
      options: { variables: true, throughWrappers: true },
      bad: `
        FROM fedora:40
        RUN dnf install -y «$PACKAGES»
        RUN sudo dnf install -y «curl»`,
    },
    {
      title: 'As hadolint judges it',
      profile: 'all',
      bad: `
        FROM fedora:40
        ARG V
        ENV W=1
        RUN dnf install -y «foo» && dnf install -y a-$V «foo-$X» && dnf install -y «$V» && dnf install -y "b-\${W}" «c-devel»
        RUN dnf install «tool.rpm» && dnf module install «php» && sudo dnf install -y curl`,
    },
    {
      title: 'What hadolint lets pass',
      profile: 'all',
      good: `
        FROM fedora:40 AS base
        ENV V=1
        FROM base
        RUN dnf install -y foo-1.2-3.el9 java-17-openjdk a-$V my-tool.rpm && dnf update -y && dnf module install php:8 && dnf groupinstall x`,
    },
    {
      title: 'Its smaller and its newer form; groups are no packages',
      bad: `
        FROM fedora:41
        RUN microdnf install -y «curl» && dnf5 install -y «git» && dnf group install Tools`,
    },
    {
      title: 'hadolint knows dnf and microdnf',
      profile: 'all',
      bad: `
        FROM fedora:41
        RUN microdnf install -y «curl» && dnf5 install -y git && dnf group install Tools`,
    },
  ],
  *check(file, { options }) {
    yield* unpinned(file, DNF, options, ['hadolint/DL3041']);
  },
});
