import { fix, suggestion, wordsAfter, type Fix } from '../../edit.js';
import { addressesOf, fileIn, mayHoldFlags, onlyAsks } from '../../knowledge/downloads.js';
import { AS_PEERS, hadolintSees } from '../../knowledge/peers.js';
import type { Command } from '../../model/index.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'wget-progress',
  kinds: ['dockerfile'],
  severity: 'info',
  profile: 'strict',
  tags: ['packages', 'build', 'layout'],
  since: 'next',
  peers: { hadolint: ['DL3047'] },
  summary: 'Keep the progress bar of wget out of the build log.',
  docs: `
Without a terminal wget prints a line of dots for each 50 KB. A download of 100 MB fills the build log with two thousand
lines, and what matters is not found among them.

\`--progress=dot:giga\` prints a line for each 32 MB, \`-nv\` one line for each file, \`-q\` none. The wget of BusyBox, which
Alpine has, knows only \`-q\`. Nothing is said about keys, checksums and scripts, which are small.`,
  sources: {
    'GNU Wget manual, "Download Options"': 'https://www.gnu.org/software/wget/manual/html_node/Download-Options.html',
    'BusyBox, wget': 'https://busybox.net/downloads/BusyBox.html#wget',
  },
  options: {
    asPeers: { ...AS_PEERS, about: 'Judge as hadolint does: whatever else wget is asked to do.' },
  },
  differs: [
    {
      from: 'hadolint/DL3047',
      they: 'flags every call without one of the flags',
      we: 'silent about keys, checksums and scripts, with --spider and --version, where the messages go elsewhere, and where options stand in a variable',
      why: 'There the bar is short or not printed at all, or nobody can tell.',
    },
  ],
  examples: [
    {
      title: 'Thousands of lines of dots',
      bad: `
        FROM debian:12
        RUN «wget» -O /a.tgz https://example.com/a.tgz`,
      good: `
        FROM debian:12
        RUN wget --progress=dot:giga -O /a.tgz https://example.com/a.tgz`,
    },
    {
      title: 'In JSON, in a trigger; BusyBox',
      bad: `
        FROM debian:12
        RUN ["«wget»", "https://example.com/b"]
        ONBUILD RUN «wget» https://example.com/c
        FROM alpine:3.22
        RUN «wget» https://example.com/d`,
      good: `
        FROM debian:12
        RUN ["wget", "--progress=dot:giga", "https://example.com/b"]
        ONBUILD RUN wget --progress=dot:giga https://example.com/c
        FROM alpine:3.22
        RUN wget -q https://example.com/d`,
    },
    {
      title: 'Quiet in one way or another',
      good: `
        FROM debian:12
        RUN wget -q https://example.com/a && wget -qO- https://example.com/a && wget --quiet https://example.com/a
        RUN wget -nv https://example.com/a && wget --no-verbose https://example.com/a
        RUN wget -o /log https://example.com/a && wget --output-file=/log https://example.com/a
        RUN wget -a /log https://example.com/a && wget --append-output=/log https://example.com/a
        RUN wget --progress=bar:force https://example.com/a`,
    },
    {
      title: 'Nothing is downloaded, the messages go elsewhere, options that are elsewhere, the word alone',
      good: `
        FROM debian:12
        RUN wget --spider https://example.com && wget --version && apt-get install -y wget && command -v wget
        RUN wget https://example.com/a 2>/dev/null && wget https://example.com/b > /log 2>&1 && wget $WGET_OPTS https://example.com`,
    },
    {
      title: 'Keys, checksums and scripts, which are small',
      good: `
        FROM debian:12
        RUN wget https://example.com/key.asc && wget https://example.com/SHA256SUMS https://example.com/install.sh`,
    },
    {
      title: 'As hadolint judges it',
      profile: 'all',
      bad: `
        FROM debian:12
        RUN «wget» --spider https://example.com && «wget» https://example.com/a 2>/dev/null; sudo wget https://example.com`,
      good: `
        FROM debian:12
        RUN wget --progress=dot:giga --spider https://example.com && wget --progress=dot:giga https://example.com/a 2>/dev/null; sudo wget https://example.com`,
    },
  ],
  *check(file, { options }) {
    for (const command of file.runCommands('wget')) {
      if (command.has(...QUIET) || command.args.some(({ text }) => text === '-nv')) continue;
      const isSeen = hadolintSees(command);
      if (options.asPeers ? !isSeen : isOther(command)) continue;
      yield {
        at: command.program,
        message: say`wget fills the build log with its progress bar.`,
        fix: quieter(command),
        ...(isSeen ? {} : { peers: [] }),
      };
    }
  },
});

const QUIET = ['--progress', '-q', '--quiet', '-o', '--output-file', '-a', '--append-output', '--no-verbose'];

/** Whether no bar comes into the log, or nobody can tell. */
const isOther = (command: Command): boolean =>
  onlyAsks(command) ||
  mayHoldFlags(command) ||
  command.has('--spider', '-b', '--background') ||
  isSmall(command) ||
  command.redirections.some(({ descriptor, operator }) => descriptor === 2 || operator.startsWith('&>'));

/** Whether all that is downloaded is text, of which there are but a few lines of dots. */
function isSmall(command: Command): boolean {
  const addresses = addressesOf(command);
  return addresses.length > 0 && addresses.every(({ url }) => SMALL.test(fileIn(url)));
}

const SMALL =
  /\.(asc|gpg|sig|pub|key|pem|crt|sha\d+|sha\d+sum|md5|txt|list|repo|sh|py|json|ya?ml|html?|xml|conf|patch|diff|md)$|^(key|keys|sha\d+sums?)$/i;

function quieter({ program, state }: Command): Fix {
  switch (state.family) {
    case 'debian':
    case 'redhat':
    case 'suse':
      return fix(
        { title: 'Add --progress=dot:giga', changes: ['progress'] },
        wordsAfter(program, '--progress=dot:giga'),
      );
    case 'alpine':
      return suggestion('Add -q', wordsAfter(program, '-q'));
    default:
      return suggestion('Add --progress=dot:giga', wordsAfter(program, '--progress=dot:giga'));
  }
}
