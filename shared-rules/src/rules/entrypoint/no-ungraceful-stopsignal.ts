import { replace, suggestion } from '../../edit.js';
import { gracefulSignalOf, isSystemd, processOf, signalName, signalWord } from '../../knowledge/signals.js';
import type { Stage } from '../../model/index.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'no-ungraceful-stopsignal',
  kinds: ['dockerfile'],
  severity: 'warning',
  profile: 'recommended',
  tags: ['runtime', 'signals'],
  since: '0.1.0',
  peers: { tally: ['no-ungraceful-stopsignal'] },
  summary: 'Stop a container by a signal that its program can answer.',
  docs: `
No program can catch SIGKILL, and SIGSTOP only freezes it. With one of them as STOPSIGNAL every stop cuts the program off:
requests are lost, files and databases stay half written.

Write SIGTERM, or the signal by which the program ends gracefully. What has not ended after the grace period is killed
anyhow.`,
  sources: {
    STOPSIGNAL: 'https://docs.docker.com/reference/dockerfile/#stopsignal',
    'signal(7)': 'https://man7.org/linux/man-pages/man7/signal.7.html',
    'Best practices for making container images': 'https://e-whisper.com/posts/8023/',
  },
  examples: [
    {
      title: 'A server that is killed',
      bad: `
        FROM debian:13
        STOPSIGNAL «SIGKILL»
        CMD ["/server"]`,
      good: `
        FROM debian:13
        STOPSIGNAL SIGTERM
        CMD ["/server"]`,
    },
    {
      title: 'By number and in short, in quotes and in lower case',
      bad: `
        FROM debian:13 AS one
        STOPSIGNAL «9»
        FROM debian:13 AS two
        STOPSIGNAL «"kill"»
        FROM debian:13
        STOPSIGNAL «sigstop»`,
      good: `
        FROM debian:13 AS one
        STOPSIGNAL SIGTERM
        FROM debian:13 AS two
        STOPSIGNAL SIGTERM
        FROM debian:13
        STOPSIGNAL SIGTERM`,
    },
    {
      title: 'A program with a signal of its own',
      bad: `
        FROM debian:13
        STOPSIGNAL «KILL»
        CMD ["nginx", "-g", "daemon off;"]`,
      good: `
        FROM debian:13
        STOPSIGNAL SIGQUIT
        CMD ["nginx", "-g", "daemon off;"]`,
    },
    {
      title: 'Signals that can be answered',
      good: `
        FROM debian:13 AS one
        STOPSIGNAL SIGTERM
        FROM debian:13 AS two
        STOPSIGNAL 2
        FROM debian:13
        STOPSIGNAL SIGRTMIN+3`,
    },
    {
      title: 'A variable',
      good: `
        FROM debian:13
        ARG SIGNAL=SIGKILL
        STOPSIGNAL $SIGNAL`,
    },
    {
      title: 'Windows, which knows no signals',
      good: `
        FROM mcr.microsoft.com/windows/nanoserver:ltsc2022
        STOPSIGNAL SIGKILL`,
    },
  ],
  *check(file) {
    for (const node of file.all('STOPSIGNAL')) {
      const word = signalWord(node);
      const name = word && signalName(word.text);
      if (!word || (name !== 'SIGKILL' && name !== 'SIGSTOP')) continue;
      const better = node.stage ? signalFor(node.stage) : 'SIGTERM';
      yield {
        at: word,
        message:
          name === 'SIGKILL'
            ? say`No program can catch ${word.text}: every stop cuts it off in the middle of its work.`
            : say`${word.text} freezes the program instead of ending it.`,
        fix: suggestion(`Stop it by ${better}`, replace(word, better)),
      };
    }
  },
});

function signalFor(stage: Stage): string {
  const command = processOf(stage)?.command;
  if (!command) return 'SIGTERM';
  return isSystemd(command) ? 'SIGRTMIN+3' : (gracefulSignalOf(command.program.text) ?? 'SIGTERM');
}
