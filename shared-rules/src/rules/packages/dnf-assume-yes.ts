import { ASKING_OPTIONS, asks, type Asking } from '../../families/assume-yes.js';
import { rule } from '../../rule.js';

const PEERS = { hadolint: ['DL3038'] };

export default rule({
  id: 'dnf-assume-yes',
  kinds: ['dockerfile'],
  severity: 'warning',
  profile: 'recommended',
  tags: ['packages', 'broken-build'],
  since: 'next',
  peers: PEERS,
  summary: 'Call dnf with -y, since nobody can answer its question during a build.',
  docs: `
dnf asks before it installs, updates or removes. A build has no terminal to answer from, so the question counts as a no,
and the build stops.

\`-y\` answers it, and so does \`--assumeyes\`. Where \`assumeyes\` is set in the configuration, nothing is said.`,
  sources: {
    'DNF command reference': 'https://dnf.readthedocs.io/en/latest/command_ref.html',
  },

  options: ASKING_OPTIONS,
  differs: [
    {
      from: 'hadolint/DL3038',
      they: 'looks at the installs alone',
      we: 'also flags updates, removals, installs of modules, and dnf5',
      why: 'They ask the same question.',
    },
    {
      from: 'hadolint/DL3038',
      they: 'flags an install that is answered by `assumeyes` in the configuration',
      we: 'silent',
      why: 'It asks nothing.',
    },
  ],
  examples: [
    {
      title: 'An install without -y',
      bad: `
        FROM fedora:40
        RUN dnf «install» curl`,
      good: `
        FROM fedora:40
        RUN dnf install -y curl`,
    },
    {
      title: 'Behind sudo, over several lines, and in a trigger',
      bad: `
        FROM fedora:40
        RUN sudo dnf \\
              «install» \\
              # for the health check
              curl
        ONBUILD RUN dnf «remove» git`,
      good: `
        FROM fedora:40
        RUN sudo dnf \\
              install -y \\
              # for the health check
              curl
        ONBUILD RUN dnf remove -y git`,
    },
    {
      title: 'Other calls ask as well',
      bad: `
        FROM fedora:40
        RUN dnf «update»
        RUN dnf module «install» nodejs:20`,
      good: `
        FROM fedora:40
        RUN dnf update -y
        RUN dnf module install -y nodejs:20`,
    },
    {
      title: 'The answer in any spelling, and what asks nothing',
      good: `
        FROM fedora:40
        RUN dnf install -y a && dnf -qy install b && dnf install --assumeyes c && dnf --setopt=assumeyes=1 install d
        RUN dnf install --assumeno e; yes | dnf install f && dnf clean all && dnf search install
        RUN dnf install $OPTIONS g`,
    },
    {
      title: 'Answered once and for all',
      good: `
        FROM fedora:40
        RUN echo assumeyes=1 >> /etc/dnf/dnf.conf
        RUN dnf install curl`,
    },
    {
      title: 'Its smaller and its newer form',
      bad: `
        FROM fedora:41
        RUN microdnf «install» curl && dnf5 «install» git`,
      good: `
        FROM fedora:41
        RUN microdnf install -y curl && dnf5 install -y git`,
    },
    {
      title: 'As hadolint judges it',
      profile: 'all',
      bad: `
        FROM fedora:40
        RUN dnf update && microdnf -q «install» a && dnf remove b && dnf5 install c && sudo dnf install d`,
      good: `
        FROM fedora:40
        RUN dnf update && microdnf -q install -y a && dnf remove b && dnf5 install c && sudo dnf install d`,
    },
    {
      title: 'Yes to hadolint',
      profile: 'all',
      good: `
        FROM fedora:40
        RUN dnf -y install a && dnf install --assumeyes b && dnf localinstall -qy c`,
    },
  ],
  *check(file, { options }) {
    yield* asks(file, HOW, options, PEERS);
  },
});

/** Source: the manual named above. */
const HOW: Asking = {
  programs: ['dnf', 'dnf5', 'microdnf'],
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
  toHadolint: { programs: ['dnf', 'microdnf'], verbs: ['install', 'groupinstall', 'localinstall'] },
  yes: ['-y', '--assumeyes'],
  idle: ['-h', '--help', '--assumeno'],
  setting: 'assumeyes',
};
