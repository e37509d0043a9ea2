import { isWithin } from '../../knowledge/mounts.js';
import { rule, say } from '../../rule.js';

/** Folders that belong to the kernel, the devices and the boot loader. Source: hier(7). */
const SYSTEM = ['/proc', '/sys', '/dev', '/boot', '/initrd', '/lost+found'];

export default rule({
  id: 'workdir-system-directory',
  kinds: ['dockerfile'],
  severity: 'warning',
  profile: 'recommended',
  tags: ['runtime', 'workdir'],
  since: 'next',
  peers: { trivy: ['DS-0030'] },
  summary: 'Do not work in a folder of the kernel, the devices or the boot loader.',
  docs: `
\`/proc\`, \`/sys\` and \`/dev\` are mounted anew when a container starts: what the build has put there is gone. The others are
for files that a container does not have.

Choose a folder of the application's own, such as \`/app\` or \`/srv/app\`. \`/dev/shm\` is memory to work with, and fine.`,
  sources: {
    WORKDIR: 'https://docs.docker.com/reference/dockerfile/#workdir',
    'hier(7)': 'https://manpages.debian.org/bookworm/manpages/hier.7.en.html',
  },
  examples: [
    {
      title: 'Folders of the system',
      bad: `
        FROM debian:12
        WORKDIR «/proc»
        WORKDIR «/sys/fs»
        WORKDIR «/dev/app»
        WORKDIR «"/boot"»`,
    },
    {
      title: 'By a variable whose value is known, and by steps',
      bad: `
        FROM debian:12
        ARG DIR=/initrd
        WORKDIR «$DIR»
        WORKDIR /
        WORKDIR «lost+found»`,
    },
    {
      title: "Folders of one's own, and names that only begin alike",
      good: `
        FROM debian:12
        WORKDIR /app
        WORKDIR /devel
        WORKDIR /process/sys
        WORKDIR dev`,
    },
    {
      title: 'Memory to work with, and what only the build knows',
      good: `
        FROM debian:12
        WORKDIR /dev/shm
        WORKDIR /dev/shm/work
        ARG DIR
        WORKDIR $DIR`,
    },
  ],
  *check(file) {
    for (const node of file.all('WORKDIR')) {
      const text = node.valueOf(node.path);
      if (text === undefined) continue;
      const { workdir } = node.state;
      const path = text.startsWith('/')
        ? text
        : workdir.known
          ? `${workdir.value.replace(/\/+$/, '')}/${text}`
          : undefined;
      if (path === undefined || isWithin(path, '/dev/shm') || !SYSTEM.some((folder) => isWithin(path, folder)))
        continue;
      yield { at: node.path, message: say`${path} belongs to the system; what the build puts there does not last.` };
    }
  },
});
