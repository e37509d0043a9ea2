import { fix, replaceIn, suggestion } from '../../edit.js';
import { AS_PEERS, parfumSees } from '../../knowledge/peers.js';
import { pipedFrom, runOf, sourceText, type Word } from '../../model/index.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'sha256sum-two-spaces',
  kinds: ['dockerfile'],
  severity: 'warning',
  profile: 'recommended',
  tags: ['packages', 'broken-build', 'alpine'],
  since: 'next',
  peers: { parfum: ['sha256sumEchoOneSpaces'] },
  summary: 'Put two blanks between the checksum and the file for sha256sum --check.',
  docs: `
A line of a list of checksums is the checksum, two blanks and the name of the file. With one blank BusyBox, the
\`sha256sum\` of Alpine, finds no line to check, and the build stops. GNU's takes it, so it is only told as a note where the
base image has that one.

Write two blanks. A blank and an asterisk are right as well: the asterisk stands for a binary file.`,
  sources: {
    'GNU coreutils, "cksum output modes"':
      'https://www.gnu.org/software/coreutils/manual/html_node/cksum-output-modes.html',
    'BusyBox, sha256sum': 'https://www.busybox.net/downloads/BusyBox.html#sha256sum',
  },
  options: {
    asPeers: { ...AS_PEERS, about: 'Judge as docker-parfum does: the form with an asterisk is one blank too.' },
  },
  differs: [
    {
      from: 'parfum/sha256sumEchoOneSpaces',
      they: 'flags the form `hash *file`',
      we: 'take it for right',
      why: 'The asterisk is the second character, and says that the file is read as binary.',
    },
  ],
  examples: [
    {
      title: 'One blank on Alpine',
      bad: `
        FROM alpine:3.22
        RUN wget -q https://example.com/a.tgz && echo «"$SUM a.tgz"» | sha256sum -c -`,
      good: `
        FROM alpine:3.22
        RUN wget -q https://example.com/a.tgz && echo "$SUM  a.tgz" | sha256sum -c -`,
    },
    {
      title: 'In single quotes, by the long flag, behind sudo',
      bad: `
        FROM debian:12
        RUN echo «'0123456789abcdef /tmp/a.tgz'» | sudo sha256sum --check --strict`,
      good: `
        FROM debian:12
        RUN echo '0123456789abcdef  /tmp/a.tgz' | sudo sha256sum --check --strict`,
    },
    {
      title: 'Two blanks, and the mark of a binary file',
      good: `
        FROM alpine:3.22
        RUN echo "$SUM  a.tgz" | sha256sum -c - && echo "$SUM *a.tgz" | sha256sum -c -
        RUN echo "$SUM  *a.tgz" | sha256sum -c -`,
    },
    {
      title: 'No blank, several single blanks, words apart',
      good: `
        FROM alpine:3.22
        RUN echo "$LINE" | sha256sum -c - && echo "$SUM my file" | sha256sum -c -
        RUN echo $SUM a.tgz | sha256sum -c -`,
    },
    {
      title: 'Nothing is checked, or another program writes the line or reads it',
      good: `
        FROM alpine:3.22
        RUN echo "some text" | sha256sum && printf "%s a.tgz" "$SUM" | sha256sum -c -
        RUN echo "$SUM a.tgz" | sha1sum -c - && sha256sum -c sums && echo "see sha256sum -c"`,
    },
    {
      title: 'As docker-parfum judges it',
      profile: 'all',
      bad: `
        FROM alpine:3.22
        RUN echo «"$SUM *a.tgz"» | sha256sum -c -`,
      good: `
        FROM alpine:3.22
        RUN echo "$SUM  a.tgz" | sha256sum -c -`,
    },
  ],
  *check(file, { options }) {
    for (const command of file.runCommands('sha256sum')) {
      const echo = pipedFrom(command);
      if (echo?.program.text !== 'echo' || !command.has('-c', '--check')) continue;
      if (echo.args.some((word) => /\s\s/.test(plain(word)))) continue;
      const at = echo.args.find((word) => plain(word).split(/\s/).length === 2);
      if (!at) continue;
      const isBinary = plain(at).includes(' *');
      if (isBinary && !options.asPeers) continue;
      const isPlain = sourceText(file, at).split(/\s/).length === 2;
      const spelled = isBinary
        ? suggestion('Write two blanks', replaceIn(at, ' *', '  '))
        : fix({ title: 'Write two blanks', changes: ['blanks'] }, replaceIn(at, ' ', '  '));
      yield {
        at,
        message: say`One blank stands between the checksum and the file; sha256sum wants two.`,
        ...(HAS_COREUTILS.has(runOf(command)?.state.family ?? '') ? { severity: 'info' as const } : {}),
        fix: isPlain ? spelled : undefined,
        ...(parfumSees(command) && parfumSees(echo) ? {} : { peers: [] }),
      };
    }
  },
});

const HAS_COREUTILS: ReadonlySet<string> = new Set(['debian', 'redhat', 'suse']);

/** The text of the word without its variables and substitutions. */
const plain = ({ parts }: Word): string => parts.map((part) => (part.kind === 'text' ? part.text : '$')).join('');
