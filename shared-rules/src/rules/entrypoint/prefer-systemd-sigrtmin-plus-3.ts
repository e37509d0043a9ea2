import { addInstructionBefore, fix, replace } from '../../edit.js';
import { isSystemd, processOf, signalName, signalWord } from '../../knowledge/signals.js';
import { rule, say } from '../../rule.js';

const HALT = 'SIGRTMIN+3';

export default rule({
  id: 'prefer-systemd-sigrtmin-plus-3',
  kinds: ['dockerfile'],
  severity: 'warning',
  profile: 'recommended',
  tags: ['runtime', 'signals'],
  since: '0.1.0',
  peers: { tally: ['prefer-systemd-sigrtmin-plus-3'] },
  summary: 'Stop a container that runs systemd by SIGRTMIN+3.',
  docs: `
As process 1, systemd takes SIGTERM for a request to start itself anew. \`docker stop\` then waits out its grace period
and kills everything in the container, whatever its services were doing.

Write \`STOPSIGNAL SIGRTMIN+3\`, on which systemd ends its services and halts.`,
  sources: {
    'systemd(1), signals': 'https://www.freedesktop.org/software/systemd/man/latest/systemd.html#Signals',
    STOPSIGNAL: 'https://docs.docker.com/reference/dockerfile/#stopsignal',
  },
  examples: [
    {
      title: 'Systemd without a signal',
      bad: `
        FROM debian:13
        # boots
        CMD «["/lib/systemd/systemd"]»`,
      good: `
        FROM debian:13
        STOPSIGNAL SIGRTMIN+3
        # boots
        CMD ["/lib/systemd/systemd"]`,
    },
    {
      title: 'Another signal',
      bad: `
        FROM fedora:43
        STOPSIGNAL «SIGTERM»
        ENTRYPOINT ["/usr/sbin/init"]`,
      good: `
        FROM fedora:43
        STOPSIGNAL SIGRTMIN+3
        ENTRYPOINT ["/usr/sbin/init"]`,
    },
    {
      title: 'The signal is there, by any spelling, or in the stage that it starts from',
      good: `
        FROM fedora:43 AS base
        STOPSIGNAL RTMIN+3
        FROM base
        CMD ["/sbin/init"]`,
    },
    {
      title: 'A shell form, an init of another kind, and other programs',
      good: `
        FROM debian:13 AS one
        CMD /sbin/init
        FROM debian:13 AS two
        ENTRYPOINT ["/usr/bin/dumb-init", "--"]
        CMD ["/server"]
        FROM debian:13
        CMD ["/usr/local/bin/init"]`,
    },
    {
      title: 'A variable',
      good: `
        FROM debian:13
        ARG SIGNAL=SIGTERM
        STOPSIGNAL $SIGNAL
        CMD ["/sbin/init"]`,
    },
    {
      title: 'Windows, which knows no signals',
      good: `
        FROM mcr.microsoft.com/windows/nanoserver:ltsc2022
        CMD ["/sbin/init"]`,
    },
  ],
  *check(file) {
    for (const stage of file.stages) {
      const started = stage.start.family === 'windows' ? undefined : processOf(stage);
      if (!started || !isSystemd(started.command)) continue;
      const { node } = started;
      const signal = stage.effective('STOPSIGNAL');
      if (!signal && node.stage === stage && node.commandText) {
        yield {
          at: node.commandText,
          message: say`systemd does not end on SIGTERM, which is sent to it here.`,
          fix: fix(
            { title: `Stop it by ${HALT}`, changes: ['stop signal'] },
            addInstructionBefore(node, `STOPSIGNAL ${HALT}`),
          ),
        };
      }
      const word = signal?.stage === stage ? signalWord(signal) : undefined;
      if (!word || signalName(word.text) === HALT) continue;
      yield {
        at: word,
        message: say`systemd does not end on ${word.text}.`,
        fix: fix({ title: `Stop it by ${HALT}`, changes: ['stop signal'] }, replace(word, HALT)),
      };
    }
  },
});
