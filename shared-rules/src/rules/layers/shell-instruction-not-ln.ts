import { addInstructionBefore, removeLines, suggestion, type Fix } from '../../edit.js';
import { operandsOf } from '../../knowledge/commands.js';
import { AS_PEERS, hadolintSees } from '../../knowledge/peers.js';
import { lastOf, runOf, type Command, type Instructions } from '../../model/index.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'shell-instruction-not-ln',
  kinds: ['dockerfile'],
  severity: 'warning',
  profile: 'recommended',
  tags: ['build', 'correctness'],
  since: 'next',
  peers: { hadolint: ['DL4005'] },
  summary: 'Choose the shell of a build with SHELL; leave /bin/sh as it is.',
  docs: `
\`/bin/sh\` belongs to the system. Its own scripts, and those of packages, are written for the shell that is there, and an
update of that shell's package may put the link back, whereupon the build breaks at another place.

\`SHELL ["/bin/bash", "-c"]\` makes bash the shell of all RUN that follow, and of the shell forms of CMD and ENTRYPOINT. Keep
the link where programs in the container call \`/bin/sh\` and need bash.`,
  sources: {
    SHELL: 'https://docs.docker.com/reference/dockerfile/#shell',
    'Debian Policy, "Scripts"': 'https://www.debian.org/doc/debian-policy/ch-files.html#scripts',
  },
  options: {
    asPeers: { ...AS_PEERS, about: 'Judge as hadolint does: any ln that names /bin/sh.' },
  },
  differs: [
    {
      from: 'hadolint/DL4005',
      they: 'flags any ln that names /bin/sh',
      we: 'flags a link of that name to bash or another shell that SHELL can name',
      why: 'A link elsewhere changes nothing, and an image that has only BusyBox needs the link.',
    },
  ],
  examples: [
    {
      title: 'A link in place of SHELL',
      bad: `
        FROM debian:12
        RUN «ln» -sf /bin/bash /bin/sh
        RUN make`,
      good: `
        FROM debian:12
        SHELL ["/bin/bash", "-c"]
        RUN make`,
    },
    {
      title: 'The old one removed first',
      bad: `
        FROM debian:12
        RUN rm /bin/sh && «ln» -s /bin/bash /bin/sh
        RUN make`,
      good: `
        FROM debian:12
        SHELL ["/bin/bash", "-c"]
        RUN make`,
    },
    {
      title: 'Among other steps, in a trigger',
      bad: `
        FROM debian:12
        RUN apt-get update && «ln» -snf bash /bin/sh
        ONBUILD RUN «ln» -sf /bin/bash /bin/sh`,
    },
    {
      title: 'Other links, and the word alone',
      good: `
        FROM debian:12
        RUN ln -s /bin/bash /usr/local/bin/sh && ln -s /bin/sh /shell && echo ln -s /bin/bash /bin/sh`,
    },
    {
      title: 'BusyBox, which is all that there is',
      good: `
        FROM gcr.io/distroless/base-debian12:debug
        RUN ["/busybox/ln", "-s", "/busybox/sh", "/bin/sh"]`,
    },
    {
      title: 'As hadolint judges it',
      profile: 'all',
      bad: `
        FROM debian:12
        RUN «ln» -s /bin/sh /shell && sudo ln -s /bin/bash /bin/sh`,
    },
  ],
  *check(file, { options }) {
    for (const command of file.runCommands('ln')) {
      const run = runOf(command);
      if (!run || !command.args.some(({ text }) => text === '/bin/sh')) continue;
      const isSeen = hadolintSees(command);
      const shell = shellOf(command);
      if (options.asPeers ? !isSeen : !shell) continue;
      yield {
        at: command.program,
        message: say`/bin/sh belongs to the system; SHELL chooses the shell of a build.`,
        fix: shell === undefined ? undefined : asShell(run, command, shell),
        ...(isSeen ? {} : { peers: [] }),
      };
    }
  },
});

/** The shell that becomes /bin/sh. */
function shellOf(command: Command): string | undefined {
  const [source, target] = operandsOf(command);
  if (!source || target?.text !== '/bin/sh' || !['bash', 'zsh', 'ksh'].includes(lastOf(source.text))) return undefined;
  return source.text.includes('/') ? source.text : `/bin/${source.text}`;
}

/** A SHELL in place of the RUN, where that does nothing but change the link. */
function asShell(run: Instructions['RUN'], link: Command, shell: string): Fix | undefined {
  const isAll = run.commands.every(
    (command) =>
      command === link ||
      (['rm', 'mv', 'unlink'].includes(command.program.text) && operandsOf(command)[0]?.text === '/bin/sh'),
  );
  if (!isAll || run.isTrigger || run.script?.readable !== true || !shell.startsWith('/')) return undefined;
  return suggestion(
    `Use SHELL with ${shell}`,
    addInstructionBefore(run, `SHELL [${JSON.stringify(shell)}, "-c"]`),
    removeLines(run),
  );
}
