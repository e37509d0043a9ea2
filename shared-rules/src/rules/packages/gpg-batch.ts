import { fix, wordsAfter } from '../../edit.js';
import { AS_PEERS, parfumSees } from '../../knowledge/peers.js';
import type { Command } from '../../model/index.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'gpg-batch',
  kinds: ['dockerfile'],
  severity: 'info',
  profile: 'recommended',
  tags: ['packages', 'broken-build'],
  since: 'next',
  peers: { parfum: ['gpgUseBatchFlag'] },
  summary: 'Call gpg with --batch, since nobody can answer its questions during a build.',
  docs: `
gpg is made for people: it asks when it is in doubt, and looks for a terminal that a build does not have. The build then
stops at a question, or gpg goes on as nobody has meant.

\`--batch\` tells it that nobody is there, so that it fails at once and says why. \`--no-tty\` alone does not: it only keeps
gpg from writing to the terminal. Calls that only print or turn a key into another form ask nothing and may stay without.`,
  sources: {
    'gpg(1), "--batch"': 'https://manpages.debian.org/bookworm/gpg/gpg.1.en.html#batch',
    'Docker Official Images, "Security"': 'https://github.com/docker-library/official-images#security',
  },
  options: {
    asPeers: { ...AS_PEERS, about: 'Judge as docker-parfum does: any call of gpg, none of gpg2.' },
  },
  differs: [
    {
      from: 'parfum/gpgUseBatchFlag',
      they: 'flags every call of gpg',
      we: 'leave out calls that print, list or only convert a key',
      why: 'They ask nothing.',
    },
    {
      from: 'parfum/gpgUseBatchFlag',
      they: 'knows gpg alone, plain or behind sudo',
      we: 'also flag gpg2 and calls behind other wrappers',
      why: 'It is the same program.',
    },
  ],
  examples: [
    {
      title: 'A key is fetched, a signature is verified',
      bad: `
        FROM debian:12
        RUN «gpg» --keyserver hkps://keys.openpgp.org --recv-keys "$KEY" \\
          && sudo «gpg» --no-tty --verify a.tgz.asc a.tgz`,
      good: `
        FROM debian:12
        RUN gpg --batch --keyserver hkps://keys.openpgp.org --recv-keys "$KEY" \\
          && sudo gpg --batch --no-tty --verify a.tgz.asc a.tgz`,
    },
    {
      title: 'By its other name, in an exec form, behind a pipe',
      bad: `
        FROM debian:12
        RUN ["«gpg2»", "--import", "/key.asc"]
        RUN curl -fsSL https://example.com/key.asc | «gpg» --import`,
      good: `
        FROM debian:12
        RUN ["gpg2", "--batch", "--import", "/key.asc"]
        RUN curl -fsSL https://example.com/key.asc | gpg --batch --import`,
    },
    {
      title: 'The flag is there, and gpgv, which has none',
      good: `
        FROM debian:12
        RUN gpg --batch --import /key.asc && gpg --yes --batch --verify a.asc a
        RUN gpgv --keyring /key.gpg a.asc a && apt-get install -y gpg`,
    },
    {
      title: 'Calls that ask nothing',
      good: `
        FROM debian:12
        RUN gpg --version && gpg --list-keys && gpg --fingerprint KEY
        RUN curl -fsSL https://example.com/key.asc | gpg --dearmor -o /usr/share/keyrings/key.gpg`,
    },
    {
      title: 'As docker-parfum judges it',
      profile: 'all',
      bad: `
        FROM debian:12
        RUN «gpg» --version && curl https://example.com/key | «gpg» --dearmor`,
      good: `
        FROM debian:12
        RUN gpg --batch --version && curl https://example.com/key | gpg --batch --dearmor`,
    },
    {
      title: 'What docker-parfum does not know',
      profile: 'all',
      good: `
        FROM debian:12
        RUN gpg2 --import /key.asc && env A=1 gpg --import /key.asc`,
    },
  ],
  *check(file, { options }) {
    for (const command of file.runCommands('gpg', 'gpg2')) {
      if (command.has('--batch')) continue;
      const isSeen = command.program.text === 'gpg' && parfumSees(command);
      if (options.asPeers ? !isSeen : asksNothing(command)) continue;
      yield {
        at: command.program,
        message: say`${command.program.text} without --batch may ask, and nobody is there to answer.`,
        fix: fix({ title: 'Add --batch', changes: ['confirmation'] }, wordsAfter(command.program, '--batch')),
        ...(isSeen ? {} : { peers: [] }),
      };
    }
  },
});

/** Whether the call only prints something, or turns a key into another form. */
const asksNothing = (command: Command): boolean =>
  command.has('--version', '--help', '-h', '--dearmor', '--enarmor', '--fingerprint', '--show-keys', '--print-md') ||
  command.flags.some(({ name }) => name.startsWith('--list-'));
