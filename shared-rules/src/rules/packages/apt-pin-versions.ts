import { DRY_RUN, installsPackages } from '../../knowledge/apt.js';
import { objectsOf } from '../../knowledge/commands.js';
import { argument, codesOf } from '../../knowledge/hadolint.js';
import { AS_PEERS, hadolintSees } from '../../knowledge/peers.js';
import type { Command, Word } from '../../model/index.js';
import { rule, say } from '../../rule.js';

const PEERS = {
  hadolint: ['DL3008'],
  kics: ['Apt Get Install Pin Version Not Defined'],
};

export default rule({
  id: 'apt-pin-versions',
  kinds: ['dockerfile'],
  severity: 'warning',
  profile: 'strict',
  tags: ['packages', 'reproducibility'],
  since: '0.1.0',
  peers: PEERS,
  summary: 'Name the version of every package that apt-get installs.',
  docs: `
Without a version, apt-get installs whatever the archive holds on the day of the build: two builds of one commit differ,
and an update that breaks the program comes in unseen.

\`package=1.2.3-1\` pins it; \`package=1.2.*\` leaves room for security updates. The price is high: Debian and Ubuntu drop
old versions from their archives, so that a full pin stops the build one day. That is why only the profile \`strict\`
asks for it. A base image pinned by digest together with \`snapshot.debian.org\` or \`--snapshot\` pins everything at once;
where that is done, leave the rule off.`,
  sources: {
    'apt-get(8)': 'https://manpages.debian.org/bookworm/apt/apt-get.8.en.html',
    'Best practices for building, "apt-get"': 'https://docs.docker.com/build/building/best-practices/#apt-get',
    'snapshot.debian.org': 'https://snapshot.debian.org/',
  },
  differs: [
    {
      from: 'hadolint/DL3008',
      they: 'flags a word that is only a variable',
      we: 'silent; option `variables` has it flagged',
      why: 'The version may be in the variable.',
    },
    {
      from: 'hadolint/DL3008',
      they: 'looks at apt-get alone',
      we: 'looks at apt as well',
      why: 'It installs the same packages.',
    },
    {
      from: 'hadolint/DL3008',
      they: 'flags removals such as `nano-`, patterns and tasks',
      we: 'silent',
      why: 'They name no package that could have a version.',
    },
  ],
  options: {
    asPeers: {
      ...AS_PEERS,
      about: 'Judge as hadolint does: apt-get alone, and every word that is no flag is a package.',
    },
    variables: {
      type: 'boolean',
      default: { recommended: false, all: true },
      about: 'Also report words that only the build knows, as $PACKAGES.',
    },
    throughWrappers: {
      type: 'boolean',
      default: false,
      about: 'Also report what is called by sudo, env and other programs that run a program.',
    },
  },
  examples: [
    {
      title: 'A package without a version',
      bad: `
        FROM debian:12
        RUN apt-get update && apt-get install -y «curl»`,
    },
    {
      title: 'Several, with one that is pinned; the first without a version is marked',
      bad: `
        FROM debian:12
        RUN apt-get install -y \\
              git=1:2.39.5-0+deb12u1 \\
              # for the health check
              «g++» \\
              jq
        RUN apt install -y «libc6:i386»
        ONBUILD RUN apt-get -qq install «vim»`,
    },
    {
      title: 'Pinned, by any means',
      good: `
        FROM debian:12
        RUN apt-get install -y curl=7.88.1-10+deb12u8 git=1:2.39.* "jq=$JQ_VERSION"
        RUN apt-get install -y nodejs/bookworm-backports ./tool.deb /tmp/other.deb third.deb
        RUN apt-get -o Dpkg::Use-Pty=0 -t bookworm-backports install curl=7.88.1-10+deb12u8`,
    },
    {
      title: 'No package is named',
      good: `
        FROM debian:12
        RUN apt-get update && apt-get install -y -f && apt-get upgrade -y && echo apt-get install curl
        RUN apt-get install -s curl && apt-get install --snapshot=20250101T000000Z curl`,
    },
    {
      title: 'Removals, patterns, tasks and words that only the build knows',
      good: `
        FROM debian:12
        RUN apt-get install -y vim- 'php8.2-*' ubuntu-desktop^ $PACKAGES "linux-headers-$(uname -r)" $(cat packages.txt)`,
    },
    {
      title: 'Words that only the build knows, on request',
      options: { variables: true },
      bad: `
        FROM debian:12
        RUN apt-get install -y «$PACKAGES»`,
    },
    {
      title: 'Behind other programs, on request',
      options: { throughWrappers: true },
      bad: `
        FROM debian:12
        RUN sudo apt-get install -y «curl»`,
    },
    {
      title: 'Other programs are not looked behind unless asked to',
      good: `
        FROM debian:12
        RUN sudo apt-get install -y curl`,
    },
    {
      title: 'As hadolint judges it',
      profile: 'all',
      bad: `
        FROM debian:12
        RUN apt-get install -y «$PACKAGES»
        RUN apt-get install -y $NAME=$VERSION «vim-»
        RUN apt-get -o a=b install -c «file» x=1; apt install curl; sudo apt-get install curl
        RUN apt-get install --target-release stable «curl»
        RUN apt-get -yt stable install «curl» && apt-get install --target-release=stable «git»`,
    },
    {
      title: 'What hadolint lets pass',
      profile: 'all',
      good: `
        FROM debian:12
        RUN apt-get install -y curl=7.88.1-10 nodejs/stable ./a.deb b.deb "$NAME=$VERSION" && apt-get -yt stable install
        RUN apt-get update && apt-get install`,
    },
  ],
  *check(file, { options }) {
    for (const command of file.runCommands('apt-get', 'apt')) {
      if (command.wrappers.length > 0 && !options.throughWrappers && !hadolintSees(command)) continue;
      const isSeen = command.program.text === 'apt-get' && hadolintSees(command);
      if (options.asPeers && !isSeen && !options.throughWrappers) continue;
      const words = options.asPeers ? packagesToHadolint(command) : packagesOf(command);
      const loose = words.filter((word) => (word.literal || options.variables) && !isPinned(word));
      const [first, ...more] = loose;
      if (!first) continue;
      yield {
        at: first,
        message:
          more.length === 0
            ? say`${first.text} is installed in whatever version there is on the day.`
            : say`${first.text} and ${more.length} more are installed in whatever version there is on the day.`,
        related: more.map((word) => ({ at: word, message: say`${word.text} has no version either.` })),
        peers: codesOf(PEERS, { hadolint: isSeen }),
      };
    }
  },
});

/** What stands in the word as it is; in the name of a variable nothing is a mark. */
const textsOf = ({ parts }: Word): readonly string[] =>
  parts.flatMap((part) => (part.kind === 'text' ? part.text : []));

const isPinned = (word: Word): boolean =>
  textsOf(word).some((text) => text.includes('=') || text.includes('/')) || word.text.endsWith('.deb');

/** Flags with which nothing is installed, or with which one date pins it all. Source: apt-get(8). */
const OTHERWISE = [...DRY_RUN, '-S', '--snapshot'];

const packagesOf = (command: Command): readonly Word[] =>
  installsPackages(command) && !command.has(...OTHERWISE)
    ? objectsOf(command).filter((word) => !word.literal || !isUnpinnable(word.text))
    : [];

/** A removal (`vim-`), a task (`desktop^`), a pattern. */
const isUnpinnable = (text: string): boolean => /[-^*?[]$|[*?[\]^]/.test(text);

/** Every word that is no flag, without `install` and the value of the target release. */
function packagesToHadolint(command: Command): readonly Word[] {
  if (!argument(command, 'install')) return [];
  return command.args.filter(({ text }, index) => {
    const isFlag = text.startsWith('-') && text !== '-' && text !== '--';
    return text !== 'install' && !isFlag && !takesRelease(command.args[index - 1]?.text ?? '');
  });
}

const takesRelease = (text: string): boolean => text === '--target-release' || /^-[^-=]*t[^=]*$/.test(text);
