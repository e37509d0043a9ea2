import { fix, replace } from '../../edit.js';
import { signalName, signalWord } from '../../knowledge/signals.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'prefer-canonical-stopsignal',
  kinds: ['dockerfile'],
  severity: 'hint',
  profile: 'recommended',
  tags: ['signals', 'style'],
  since: '0.1.0',
  peers: { tally: ['prefer-canonical-stopsignal'] },
  summary: 'Write a STOPSIGNAL by its full name, as SIGTERM.',
  docs: `
\`STOPSIGNAL 3\`, \`quit\` and \`SIGQUIT\` are the same signal. A reader has to know the numbers by heart, and a search for the
signal's name finds only one of the spellings.

Write the full name in capitals. Numbers that have no name of their own are left as they are.`,
  sources: {
    STOPSIGNAL: 'https://docs.docker.com/reference/dockerfile/#stopsignal',
    'signal(7)': 'https://man7.org/linux/man-pages/man7/signal.7.html',
  },
  examples: [
    {
      title: 'A number, a short name, lower case and quotes',
      bad: `
        FROM debian:13 AS one
        STOPSIGNAL «15»
        FROM debian:13 AS two
        STOPSIGNAL «INT»
        FROM debian:13 AS three
        STOPSIGNAL «sigquit»
        FROM debian:13
        STOPSIGNAL «"SIGTERM"»`,
      good: `
        FROM debian:13 AS one
        STOPSIGNAL SIGTERM
        FROM debian:13 AS two
        STOPSIGNAL SIGINT
        FROM debian:13 AS three
        STOPSIGNAL SIGQUIT
        FROM debian:13
        STOPSIGNAL SIGTERM`,
    },
    {
      title: 'A real-time signal',
      bad: `
        FROM debian:13
        STOPSIGNAL «rtmin+3»`,
      good: `
        FROM debian:13
        STOPSIGNAL SIGRTMIN+3`,
    },
    {
      title: 'Full names, and a number without one',
      good: `
        FROM debian:13 AS one
        STOPSIGNAL SIGTERM
        FROM debian:13 AS two
        STOPSIGNAL SIGRTMIN+3
        FROM debian:13
        STOPSIGNAL 37`,
    },
    {
      title: 'A variable',
      good: `
        FROM debian:13
        ARG SIGNAL=15
        STOPSIGNAL $SIGNAL`,
    },
    {
      title: 'Windows, which knows no signals',
      good: `
        FROM mcr.microsoft.com/windows/nanoserver:ltsc2022
        STOPSIGNAL 15`,
    },
  ],
  *check(file) {
    for (const node of file.all('STOPSIGNAL')) {
      const word = signalWord(node);
      const name = word && signalName(word.text);
      if (!word || name === undefined || node.written(word) === name) continue;
      yield {
        at: word,
        message: say`The full name of this signal is ${name}.`,
        fix: fix({ title: `Write ${name}`, changes: ['stop signal'] }, replace(word, name)),
      };
    }
  },
});
