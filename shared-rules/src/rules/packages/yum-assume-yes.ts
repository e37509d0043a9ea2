import { ASKING_OPTIONS, asks, type Asking } from '../../families/assume-yes.js';
import { rule } from '../../rule.js';

const PEERS = { hadolint: ['DL3030'], parfum: ['yumInstallForceYes'] };

export default rule({
  id: 'yum-assume-yes',
  kinds: ['dockerfile'],
  severity: 'warning',
  profile: 'recommended',
  tags: ['packages', 'broken-build'],
  since: 'next',
  peers: PEERS,
  summary: 'Call yum with -y, since nobody can answer its question during a build.',
  docs: `
yum asks before it installs, updates or removes. A build has no terminal to answer from, so the question counts as a no,
and the build stops.

\`-y\` answers it, and so does \`--assumeyes\`. Where \`assumeyes\` is set in the configuration, nothing is said.`,
  sources: {
    'yum(8)': 'https://man7.org/linux/man-pages/man8/yum.8.html',
  },

  options: ASKING_OPTIONS,
  differs: [
    {
      from: 'hadolint/DL3030',
      they: 'looks at the installs alone',
      we: 'also flags updates, removals and installs of modules',
      why: 'They ask the same question.',
    },
    {
      from: 'hadolint/DL3030',
      they: 'flags an install that is answered by `assumeyes` in the configuration',
      we: 'silent',
      why: 'It asks nothing.',
    },
  ],
  examples: [
    {
      title: 'An install without -y',
      bad: `
        FROM centos:7
        RUN yum «install» curl`,
      good: `
        FROM centos:7
        RUN yum install -y curl`,
    },
    {
      title: 'Behind sudo, over several lines, and in a trigger',
      bad: `
        FROM centos:7
        RUN sudo yum \\
              «install» \\
              # for the health check
              curl
        ONBUILD RUN yum «remove» git`,
      good: `
        FROM centos:7
        RUN sudo yum \\
              install -y \\
              # for the health check
              curl
        ONBUILD RUN yum remove -y git`,
    },
    {
      title: 'Other calls ask as well',
      bad: `
        FROM centos:7
        RUN yum «update»
        RUN yum module «install» nodejs:20`,
      good: `
        FROM centos:7
        RUN yum update -y
        RUN yum module install -y nodejs:20`,
    },
    {
      title: 'The answer in any spelling, and what asks nothing',
      good: `
        FROM centos:7
        RUN yum install -y a && yum -qy install b && yum install --assumeyes c && yum --setopt=assumeyes=1 install d
        RUN yum install --assumeno e; yes | yum install f && yum clean all && yum search install
        RUN yum install $OPTIONS g`,
    },
    {
      title: 'Answered once and for all',
      good: `
        FROM centos:7
        RUN echo assumeyes=1 >> /etc/yum.conf
        RUN yum install curl`,
    },
    {
      title: 'As hadolint and docker-parfum judge it',
      profile: 'all',
      bad: `
        FROM centos:7
        RUN yum update && yum -q «groupinstall» Tools && yum remove x && sudo yum «install» y`,
      good: `
        FROM centos:7
        RUN yum update && yum -q groupinstall -y Tools && yum remove x && sudo yum install -y y`,
    },
    {
      title: 'Yes to hadolint',
      profile: 'all',
      good: `
        FROM centos:7
        RUN yum -y install a && yum install --assumeyes b && yum localinstall -qy c && sudo yum update`,
    },
  ],
  *check(file, { options }) {
    yield* asks(file, HOW, options, PEERS);
  },
});

/** Source: the manual named above. */
const HOW: Asking = {
  programs: ['yum'],
  verbs: [
    'install',
    'reinstall',
    'update',
    'upgrade',
    'downgrade',
    'distro-sync',
    'swap',
    'remove',
    'erase',
    'autoremove',
    'builddep',
    'groupinstall',
    'localinstall',
    'group install',
    'module install',
  ],
  toHadolint: { programs: ['yum'], verbs: ['install', 'groupinstall', 'localinstall'] },
  yes: ['-y', '--assumeyes'],
  idle: ['-h', '--help', '--assumeno'],
  setting: 'assumeyes',
};
