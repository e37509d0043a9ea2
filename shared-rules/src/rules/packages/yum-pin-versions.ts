import { PINNING_OPTIONS, unpinned } from '../../families/unpinned.js';
import { YUM } from '../../knowledge/pinning.js';
import { rule } from '../../rule.js';

export default rule({
  id: 'yum-pin-versions',
  kinds: ['dockerfile'],
  severity: 'warning',
  profile: 'strict',
  tags: ['packages', 'reproducibility'],
  since: 'next',
  peers: { hadolint: ['DL3033'] },
  summary: 'Name the version of every package that yum installs.',
  docs: `
Without a version, two builds of one commit differ: yum installs whatever there is on the day, and an update that breaks
the program comes in unseen.

\`package-1.2.3-4.el9\` pins it, and \`package-1.2.*\` leaves room for updates; a module takes its stream, as in \`nodejs:20\`.
Repositories drop old builds, so that a full pin stops the build one day: that is why only the profile \`strict\` asks for
it. Where the base image is pinned by digest and rebuilt on a schedule, leave the rule off.`,
  sources: {
    'yum(8)': 'https://man7.org/linux/man-pages/man8/yum.8.html',
  },

  options: PINNING_OPTIONS,
  differs: [
    {
      from: 'hadolint/DL3033',
      they: 'flags a word with a variable, unless ARG or ENV declares it and the word has a dash',
      we: 'silent',
      why: 'What only the build knows may well name the version.',
    },
    {
      from: 'hadolint/DL3033',
      they: 'flags a `.rpm` file without a dash in its name, groups, patterns and paths',
      we: 'silent',
      why: 'A file is one version, and the others name no package that could have one.',
    },
  ],
  examples: [
    {
      title: 'A package without a version',
      bad: `
        FROM centos:7
        RUN yum install -y «curl»`,
    },
    {
      title: 'Several, with one that is pinned, and a module without its stream',
      bad: `
        FROM centos:7
        RUN yum install -y \\
              git-2.43.0-1.el9 \\
              # for the health check
              «python3-devel» \\
              jq
        ONBUILD RUN yum -y module install «nodejs»`,
    },
    {
      title: 'Pinned, by any means',
      good: `
        FROM centos:7
        RUN yum install -y curl-8.6.0-8.el9 git-2.43.* java-17-openjdk "jq-$JQ_VERSION" ./tool.rpm tool.rpm
        RUN yum install -y https://example.com/x.rpm && yum -y module install nodejs:20`,
    },
    {
      title: 'No package is named',
      good: `
        FROM centos:7
        RUN yum -y groupinstall Tools && yum -y update && yum install -y --enablerepo crb git-2.43.0-1.el9 @development 'php-*' /usr/bin/which
        RUN yum install --assumeno curl`,
    },
    {
      title: 'Words that only the build knows, and what other programs call',
      good: `
        FROM centos:7
        RUN yum install -y $PACKAGES "\${NAME}" && sudo yum install -y curl
        RUN echo yum install -y curl`,
    },
    {
      title: 'The same on request',
      options: { variables: true, throughWrappers: true },
      bad: `
        FROM centos:7
        RUN yum install -y «$PACKAGES»
        RUN sudo yum install -y «curl»`,
    },
    {
      title: 'As hadolint judges it',
      profile: 'all',
      bad: `
        FROM centos:7
        ARG V
        ENV W=1
        RUN yum install -y «foo» && yum install -y a-$V «foo-$X» && yum install -y «$V» && yum install -y "b-\${W}" «c-devel»
        RUN yum install «tool.rpm» && yum module install «php» && sudo yum install -y curl`,
    },
    {
      title: 'What hadolint lets pass',
      profile: 'all',
      good: `
        FROM centos:7 AS base
        ENV V=1
        FROM base
        RUN yum install -y foo-1.2-3.el9 java-17-openjdk a-$V my-tool.rpm && yum update -y && yum module install php:8 && yum groupinstall x`,
    },
  ],
  *check(file, { options }) {
    yield* unpinned(file, YUM, options, ['hadolint/DL3033']);
  },
});
