import { AS_PEERS, hadolintSees } from '../../knowledge/peers.js';
import type { Command, Instructions } from '../../model/index.js';
import { runOf } from '../../model/index.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'no-useless-command',
  kinds: ['dockerfile'],
  severity: 'info',
  profile: 'recommended',
  tags: ['build', 'correctness'],
  since: 'next',
  peers: { hadolint: ['DL3001'] },
  summary: 'Leave out of a build what makes sense only on a running machine.',
  docs: `
A RUN begins and ends with its own processes, on a machine that is gone afterwards. \`top\`, \`free\` and \`shutdown\` say or
do nothing there that the image would keep; a mount or a started service is gone when the RUN ends; an editor waits for
someone who never comes.

Leave the command out, or put it where the container runs. Nothing is said about \`ps\` and \`kill\` in a RUN that starts a
process in the background, about \`ssh\` with an SSH mount, and about \`mount\` in a RUN outside the sandbox.`,
  sources: {
    RUN: 'https://docs.docker.com/reference/dockerfile/#run',
    'RUN --mount=type=ssh': 'https://docs.docker.com/reference/dockerfile/#run---mounttypessh',
  },
  options: {
    asPeers: { ...AS_PEERS, about: 'Judge as hadolint does: any call of these commands.' },
  },
  differs: [
    {
      from: 'hadolint/DL3001',
      they: 'flags ps and kill everywhere',
      we: 'silent in a RUN that starts a process in the background',
      why: 'A database is filled by starting it, waiting for it and ending it, all in one RUN.',
    },
    {
      from: 'hadolint/DL3001',
      they: 'flags ssh and mount everywhere',
      we: 'silent with an SSH mount, and outside the sandbox',
      why: 'There they do what they are called for.',
    },
    {
      from: 'hadolint/DL3001',
      they: 'flags service',
      we: 'leaves it to run-starts-service',
      why: 'That rule tells what becomes of the service.',
    },
  ],
  examples: [
    {
      title: 'Words of a running machine',
      bad: `
        FROM debian:12
        RUN «free» -m && make && «ps» aux
        RUN «mount» -t tmpfs tmpfs /mnt; «shutdown» -r now`,
    },
    {
      title: 'In a trigger, over several lines',
      bad: `
        FROM debian:12
        ONBUILD RUN make \\
            && «vim» /etc/app.conf
        RUN «ssh» build@example.com make && «top» -bn1`,
    },
    {
      title: 'The words as arguments, and others like them',
      good: `
        FROM debian:12
        RUN apt-get install -y ssh vim && echo free kill && command -v ps && pkill -0 init
        CMD ["top"]`,
    },
    {
      title: 'With a process in the background, a mount of keys, outside the sandbox; a service',
      good: `
        # syntax=docker/dockerfile:1-labs
        FROM debian:12
        RUN mysqld & sleep 5; mysql < /schema.sql; ps aux; kill %1
        RUN pg_ctl start && kill "$(cat /run/pg.pid)"
        RUN --mount=type=ssh ssh -T git@example.com || true
        RUN --security=insecure mount -t tmpfs tmpfs /mnt
        RUN service ssh status`,
    },
    {
      title: 'As hadolint judges it',
      profile: 'all',
      bad: `
        FROM debian:12
        RUN mysqld & sleep 5; «kill» %1
        RUN --mount=type=ssh «ssh» -T git@example.com
        RUN «service» ssh status && sudo ps && /bin/ps`,
    },
  ],
  *check(file, { options }) {
    for (const command of file.runCommands(...Object.keys(WHY))) {
      const { program } = command;
      const run = runOf(command);
      const isSeen = hadolintSees(command);
      if (!run || (options.asPeers ? !isSeen : hasReason(run, command))) continue;
      yield {
        at: program,
        message: say`${program.text} ${WHY[program.text] ?? ''}.`,
        ...(isSeen ? {} : { peers: [] }),
      };
    }
  },
});

const WHY: Readonly<Record<string, string>> = {
  free: 'tells of the machine that builds, not of the image',
  kill: 'finds no process in a RUN that starts none',
  mount: 'holds no longer than this RUN',
  ps: 'finds no process in a RUN but its own',
  service: 'starts what is gone when this RUN ends',
  shutdown: 'has no machine to shut down in a build',
  ssh: 'has no keys in a build without an SSH mount',
  top: 'tells of the machine that builds, not of the image',
  vim: 'waits for someone at the keyboard',
};

function hasReason(run: Instructions['RUN'], { program, args }: Command): boolean {
  switch (program.text) {
    case 'kill':
    case 'ps':
      return startsProcess(run);
    case 'mount':
      return run.flag('security') !== undefined || args.length === 0;
    case 'ssh':
      return (
        run.mounts.some(({ type }) => type === 'ssh' || type === 'secret') || args.every(({ text }) => text === '-V')
      );
    case 'vim':
      // With commands of its own it is a program like any other.
      return args.some(({ text }) => text.startsWith('+') || /^-[a-zA-Z]*[cesE]/.test(text) || text === '--version');
    case 'service':
      return true;
    default:
      return args.some(({ text }) => text === '--version');
  }
}

/** Whether something of the RUN goes on in the background, as far as the text shows. */
const startsProcess = ({ script, commands }: Instructions['RUN']): boolean =>
  script?.statements.some(({ terminator }) => terminator === '&') === true ||
  commands.some(
    ({ program, args }) => /start|ctl$/.test(program.text) || args.some(({ text }) => /start|daemon/.test(text)),
  );
