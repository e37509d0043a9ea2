import { ASKING_OPTIONS, asks, type Asking } from '../../families/assume-yes.js';
import { rule } from '../../rule.js';

const PEERS = { hadolint: ['DL3034'] };

export default rule({
  id: 'zypper-assume-yes',
  kinds: ['dockerfile'],
  severity: 'warning',
  profile: 'recommended',
  tags: ['packages', 'broken-build'],
  since: 'next',
  peers: PEERS,
  summary: 'Call zypper with -y, since nobody can answer its question during a build.',
  docs: `
zypper asks before it installs, updates or removes. A build has no terminal to answer from, so the question counts as a no,
and the build stops.

\`-y\` behind the subcommand answers it, and so does \`--non-interactive\` (\`-n\`) before it; behind \`install\`, \`-n\` means a name.`,
  sources: {
    'zypper(8)': 'https://en.opensuse.org/SDB:Zypper_manual',
  },

  options: ASKING_OPTIONS,
  differs: [
    {
      from: 'hadolint/DL3034',
      they: 'takes `-n` behind the subcommand for an answer',
      we: 'flags it',
      why: 'There it means that a name follows, and zypper still asks.',
    },
    {
      from: 'hadolint/DL3034',
      they: 'does not look at `update` and `dist-upgrade`',
      we: 'flags them',
      why: 'They ask the same question.',
    },
  ],
  examples: [
    {
      title: 'An install without -y',
      bad: `
        FROM opensuse/leap:15.6
        RUN zypper «install» curl`,
      good: `
        FROM opensuse/leap:15.6
        RUN zypper install -y curl`,
    },
    {
      title: 'Behind sudo, over several lines, and in a trigger',
      bad: `
        FROM opensuse/leap:15.6
        RUN sudo zypper \\
              «install» \\
              # for the health check
              curl
        ONBUILD RUN zypper «remove» git`,
      good: `
        FROM opensuse/leap:15.6
        RUN sudo zypper \\
              install -y \\
              # for the health check
              curl
        ONBUILD RUN zypper remove -y git`,
    },
    {
      title: 'Other calls ask as well, and -n behind install is no answer',
      bad: `
        FROM opensuse/leap:15.6
        RUN zypper «up»
        RUN zypper «in» -n curl`,
      good: `
        FROM opensuse/leap:15.6
        RUN zypper up -y
        RUN zypper in -y -n curl`,
    },
    {
      title: 'The answer in any spelling, and what asks nothing',
      good: `
        FROM opensuse/leap:15.6
        RUN zypper install -y a && zypper --non-interactive in b && zypper -n in c && zypper -qn rm d
        RUN zypper in --no-confirm e && zypper in --dry-run f && yes | zypper in g && zypper search install && zypper ref
        RUN zypper in $ZYPPER_FLAGS h`,
    },
    {
      title: 'As hadolint judges it',
      profile: 'all',
      bad: `
        FROM opensuse/leap:15.6
        RUN zypper up && zypper «si» a && zypper «patch»`,
      good: `
        FROM opensuse/leap:15.6
        RUN zypper up && zypper si -y a && zypper patch -y`,
    },
    {
      title: 'Yes to hadolint',
      profile: 'all',
      good: `
        FROM opensuse/leap:15.6
        RUN zypper in -n a && zypper -n rm b && zypper in --no-confirm c && sudo zypper in d`,
    },
  ],
  *check(file, { options }) {
    yield* asks(file, HOW, options, PEERS);
  },
});

/** Source: the manual named above. */
const HOW: Asking = {
  programs: ['zypper'],
  verbs: ['install', 'in', 'remove', 'rm', 'source-install', 'si', 'patch', 'update', 'up', 'dist-upgrade', 'dup'],
  toHadolint: { programs: ['zypper'], verbs: ['install', 'in', 'remove', 'rm', 'source-install', 'si', 'patch'] },
  yes: ['-y', '--no-confirm', '--non-interactive'],
  yesBefore: ['-n'],
  idle: ['-h', '--help', '-D', '--dry-run'],
};
