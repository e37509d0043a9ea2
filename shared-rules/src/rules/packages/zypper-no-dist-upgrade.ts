import { verbOf } from '../../knowledge/commands.js';
import { AS_PEERS, hadolintSees } from '../../knowledge/peers.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'zypper-no-dist-upgrade',
  kinds: ['dockerfile'],
  severity: 'warning',
  profile: 'recommended',
  tags: ['packages', 'reproducibility'],
  since: 'next',
  peers: { hadolint: ['DL3035'] },
  summary: 'Do not move a whole distribution forward by zypper dist-upgrade within a build.',
  docs: `
\`zypper dist-upgrade\` replaces every package of the base image by whatever the repositories hold that day, and may remove
some. The image becomes another one than the tag says, and its layer is as large as the base image again.

Take a newer base image instead. On Tumbleweed, which knows no other way to update, nothing is said.`,
  sources: {
    'zypper(8)': 'https://en.opensuse.org/SDB:Zypper_manual',
  },

  options: {
    asPeers: {
      ...AS_PEERS,
      about: 'Judge as hadolint does: by any of the words, on every image.',
    },
  },
  differs: [
    {
      from: 'hadolint/DL3035',
      they: 'flags `dup` on every image',
      we: 'silent on Tumbleweed',
      why: 'It is how a rolling release is updated.',
    },
    {
      from: 'hadolint/DL3035',
      they: 'takes any word `dup` for the subcommand',
      we: 'flags the subcommand alone',
      why: 'A package may have that name.',
    },
  ],
  examples: [
    {
      title: 'A distribution moved forward',
      bad: `
        FROM opensuse/leap:15.6
        RUN zypper -n «dist-upgrade» && zypper clean
        RUN sudo zypper «dup» -y`,
    },
    {
      title: 'In a trigger',
      bad: `
        FROM opensuse/leap:15.6
        ONBUILD RUN zypper -n «dup»`,
    },
    {
      title: 'Updates within the release, and other words',
      good: `
        FROM opensuse/leap:15.6
        RUN zypper -n in dup && zypper -n in curl && zypper --help dup && echo zypper dup && zypper dup --dry-run`,
    },
    {
      title: 'A rolling release',
      good: `
        FROM opensuse/tumbleweed
        RUN zypper -n dup`,
    },
    {
      title: 'As hadolint judges it',
      profile: 'all',
      bad: `
        FROM opensuse/tumbleweed
        RUN zypper -n «dup» && zypper in «dist-upgrade» && sudo zypper dup`,
    },
    {
      title: 'Updates, to hadolint',
      profile: 'all',
      good: `
        FROM opensuse/leap:15.6
        RUN zypper -n in curl && zypper -n install git && zypper clean`,
    },
  ],
  *check(file, { options }) {
    for (const command of file.runCommands('zypper')) {
      const isSeen = hadolintSees(command);
      const seen = isSeen ? command.args.find(({ text }) => VERBS.includes(text)) : undefined;
      const verb = verbOf(command);
      const isRolling = command.instruction?.stage?.rootImage?.name.includes('tumbleweed') === true;
      const isMeant = verb && VERBS.includes(verb.text) && !isRolling && !command.has('--help', '-D', '--dry-run');
      const at = options.asPeers ? seen : isMeant ? verb : undefined;
      if (!at) continue;
      yield {
        at,
        message: say`zypper ${at.text} turns the base image into another one.`,
        ...(isSeen ? {} : { peers: [] }),
      };
    }
  },
});

const VERBS = ['dist-upgrade', 'dup'];
