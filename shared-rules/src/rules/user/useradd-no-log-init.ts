import { fix, wordsAfter } from '../../edit.js';
import { codesOf } from '../../knowledge/hadolint.js';
import { AS_PEERS, hadolintSees, parfumSees } from '../../knowledge/peers.js';
import type { Command, Word } from '../../model/index.js';
import { rule, say } from '../../rule.js';

const PEERS = { hadolint: ['DL3046'], parfum: ['DL3046'] };

export default rule({
  id: 'useradd-no-log-init',
  kinds: ['dockerfile'],
  severity: 'warning',
  profile: 'recommended',
  tags: ['user', 'size'],
  since: 'next',
  peers: PEERS,
  summary: 'Pass --no-log-init to useradd where the number of the user is large.',
  docs: `
useradd writes a record for the new user into \`/var/log/faillog\` and \`/var/log/lastlog\`, at a place in the file given by the user's
number. With a number such as 1000000 these files are hundreds of megabytes of nothing, and the layer stores all of it:
the builder does not keep the holes.

\`-l\` (\`--no-log-init\`) leaves the record out.`,
  sources: {
    'Best practices for building, "USER"': 'https://docs.docker.com/build/building/best-practices/#user',
    'useradd(8)': 'https://man7.org/linux/man-pages/man8/useradd.8.html',
  },

  options: {
    asPeers: {
      ...AS_PEERS,
      about:
        'Judge as hadolint does, by the length of the word behind -u, and as docker-parfum where hadolint does not look.',
    },
  },
  differs: [
    {
      from: 'hadolint/DL3046',
      they: 'does not measure `--uid`',
      we: 'measures it',
      why: 'It is the same flag.',
    },
    {
      from: 'hadolint/DL3046',
      they: 'measures the name of a variable',
      we: 'silent',
      why: 'Its value may be small.',
    },
    {
      from: 'parfum/DL3046',
      they: 'flags every call without `-l`',
      we: 'flags large numbers alone',
      why: 'The record of a small number takes no room.',
    },
  ],
  examples: [
    {
      title: 'A large number',
      bad: `
        FROM debian:12
        RUN useradd -u «1000000» app`,
      good: `
        FROM debian:12
        RUN useradd -l -u 1000000 app`,
    },
    {
      title: 'In the long form, behind sudo, and from the environment',
      bad: `
        FROM debian:12
        ENV APP_UID=200000
        RUN sudo useradd --create-home \\
              # of the directory service
              --uid «1234567» app
        ONBUILD RUN useradd --uid=«654321» app`,
      good: `
        FROM debian:12
        ENV APP_UID=200000
        RUN sudo useradd -l --create-home \\
              # of the directory service
              --uid 1234567 app
        ONBUILD RUN useradd -l --uid=654321 app`,
    },
    {
      title: 'The flag is there',
      good: `
        FROM debian:12
        RUN useradd -l -u 1000000 a && useradd --no-log-init -u 1000000 b && useradd -lmu 1000000 c`,
    },
    {
      title: 'A small number, none, and one that only the build knows',
      good: `
        FROM debian:12
        RUN useradd -u 1000 a && useradd -m b && useradd -u 65532 c && useradd -u \${APP_USER_ID} d && adduser -u 1000000 e && groupadd -g 1000000 f`,
    },
    {
      title: 'As hadolint and docker-parfum judge it',
      profile: 'all',
      bad: `
        FROM debian:12
        RUN useradd -u «\${APP_UID}» a && useradd -mu «100000» b && useradd --uid 1000000 c
        RUN sudo «useradd» d`,
      good: `
        FROM debian:12
        RUN useradd -l -u \${APP_UID} a && useradd -l -mu 100000 b && useradd --uid 1000000 c
        RUN sudo useradd -l d`,
    },
    {
      title: 'What hadolint lets pass',
      profile: 'all',
      good: `
        FROM debian:12
        RUN useradd a && useradd -u 99999 b && useradd -l -u 100000 c && useradd --no-log-init -u 100000 d && useradd --uid=1000000 e`,
    },
  ],
  *check(file, { options }) {
    for (const command of file.runCommands('useradd')) {
      if (command.has('-l', '--no-log-init')) continue;
      const seen = hadolintSees(command) ? largeToHadolint(command) : undefined;
      const parfum = parfumSees(command);
      const ours = largeNumber(command);
      const at = options.asPeers ? (seen ?? (parfum && !hadolintSees(command) ? command.program : undefined)) : ours;
      if (!at) continue;
      yield {
        at,
        message: say`useradd writes a log file as large as the number of the user.`,
        fix: fix({ title: 'Add -l', changes: ['login records'] }, wordsAfter(command.program, '-l')),
        peers: codesOf(PEERS, { hadolint: seen !== undefined, parfum }),
      };
    }
  },
});

/** From here on the files are of megabytes. */
const LARGE = 100_000;

function largeNumber(command: Command): Word | undefined {
  const number = command.flag('-u', '--uid')?.value;
  return number?.literal && Number(number.text) >= LARGE ? number : undefined;
}

/** hadolint counts the letters of the word behind a short -u. */
const largeToHadolint = ({ args }: Command): Word | undefined =>
  args.find(({ text }, index) => text.length > 5 && /^-[^-=]*u[^=]*$/.test(args[index - 1]?.text ?? ''));
