import { insertAfter, remove, suggestion } from '../../edit.js';
import { AS_PEERS } from '../../knowledge/peers.js';
import type { Instructions, Word } from '../../model/index.js';
import { rule, say } from '../../rule.js';

type Copy = Instructions['COPY' | 'ADD'];

export default rule({
  id: 'executable-owned-by-non-root',
  kinds: ['dockerfile'],
  severity: 'info',
  profile: 'recommended',
  tags: ['security', 'copy', 'user'],
  since: 'next',
  peers: { sonar: ['S6504'] },
  summary: 'Let root own programs and the files of the system.',
  docs: `
Whoever breaks into the application has the rights of its user. If that user owns the program, or a file of the system, the
intruder can write another one in its place, which runs from then on.

Leave \`--chown\` out: a file that root owns can be read and run all the same. Where the owner has to stay, take the right to
write away: \`--chmod=0555\`. Nothing is said about data, nor about the application in \`/usr/src\`.`,
  sources: {
    'COPY --chown --chmod': 'https://docs.docker.com/reference/dockerfile/#copy---chown---chmod',
    'CWE-732: Incorrect Permission Assignment for Critical Resource': 'https://cwe.mitre.org/data/definitions/732.html',
  },
  options: {
    asPeers: { ...AS_PEERS, about: 'Judge as SonarQube does: any file below /usr counts, whatever it is.' },
  },
  differs: [
    {
      from: 'sonar/S6504',
      they: 'flags every copy to a folder below `/usr`',
      we: 'leave out `/usr/src`, `/usr/share` and web sites',
      why: 'The application and its data are kept there, not the system.',
    },
  ],
  examples: [
    {
      title: 'A script that its user may overwrite',
      bad: `
        FROM debian:12
        COPY --chown=app:app «start.sh» /app/`,
      good: `
        FROM debian:12
        COPY start.sh /app/`,
      choices: {
        'Take the right to write away': `
        FROM debian:12
        COPY --chown=app:app --chmod=0555 start.sh /app/`,
      },
    },
    {
      title: 'Folders of the system, in a trigger, as an array',
      bad: `
        FROM debian:12
        COPY --chown=1000 «tool» other /usr/local/bin/
        ONBUILD COPY --chown=app ["«tool.conf»", "/etc/tool.conf"]`,
      good: `
        FROM debian:12
        COPY tool other /usr/local/bin/
        ONBUILD COPY ["tool.conf", "/etc/tool.conf"]`,
      choices: {
        'Take the right to write away': `
        FROM debian:12
        COPY --chown=1000 --chmod=0555 tool other /usr/local/bin/
        ONBUILD COPY --chown=app ["tool.conf", "/etc/tool.conf"]`,
      },
    },
    {
      title: 'A group, and a mode that lets it write',
      bad: `
        FROM debian:12
        ADD --chown=root:app --chmod=0775 «tool» /bin/tool`,
      good: `
        FROM debian:12
        ADD --chmod=0775 tool /bin/tool`,
    },
    {
      title: 'Root owns it',
      good: `
        FROM debian:12
        COPY start.sh /app/
        COPY --chown=root:root tool /usr/local/bin/
        COPY --chown=0:0 start.sh /app/
        COPY --chown=:root start.sh /app/`,
    },
    {
      title: 'Data, and the folder of the application',
      good: `
        FROM debian:12
        COPY --chown=app . /app/
        COPY --chown=app page.html /srv/
        COPY --chown=app . /usr/src/app
        COPY --chown=app site /usr/share/nginx/html/`,
    },
    {
      title: 'Variables',
      good: `
        FROM debian:12
        ARG OWNER=app
        COPY --chown=$OWNER start.sh /app/
        COPY --chown=app $FILE.sh /app/
        COPY --chown=app --chmod=$MODE start.sh /app/`,
    },
    {
      title: 'Nobody may write it',
      good: `
        FROM debian:12
        COPY --chown=app --chmod=555 start.sh /app/
        COPY --chown=app:app --chmod=0500 tool /usr/local/bin/
        COPY --chown=root:app --chmod=0755 tool /usr/local/bin/
        COPY --chown=app --chmod=a-w start.sh /app/`,
    },
    {
      title: 'As SonarQube judges it',
      profile: 'all',
      bad: `
        FROM debian:12
        COPY --chown=app «.» /usr/src/app`,
      good: `
        FROM debian:12
        COPY . /usr/src/app`,
      choices: {
        'Take the right to write away': `
        FROM debian:12
        COPY --chown=app --chmod=0555 . /usr/src/app`,
      },
    },
  ],
  *check(file, { options }) {
    for (const node of file.allWithTriggers('COPY', 'ADD')) {
      const flag = node.flag('chown');
      if (!flag?.value?.literal || node.state.family === 'windows') continue;
      const [user = '', group = ''] = flag.value.text.split(':');
      const writers = [isRoot(user) ? [] : [USER], isRoot(group) ? [] : [GROUP]].flat();
      const chmod = node.flag('chmod')?.value;
      if (writers.length === 0 || (chmod && !mayWrite(chmod, writers))) continue;
      const at = inSystem(node, options.asPeers)
        ? node.sources[0]
        : node.sources.find(({ text, literal }) => literal && PROGRAM.test(text));
      if (!at) continue;
      yield {
        at,
        message: say`${isRoot(user) ? group : user} may overwrite ${at.text} in the container.`,
        related: [{ at: flag, message: say`The owner is set here.` }],
        fix: suggestion('Leave it to root', remove(flag)),
        choices: chmod ? undefined : [suggestion('Take the right to write away', insertAfter(flag, ' --chmod=0555'))],
      };
    }
  },
});

const PROGRAM = /\.(sh|bash|zsh|fish|py|rb|pl|php|bin|elf|so|service|timer|socket)$/;
const SYSTEM = /^\/(bin|boot|dev|etc|lib[^/]*|proc|root|usr|sbin)(\/|$)/;
/** Where programs of the system share `/usr` with what is none of it. */
const NOT_SYSTEM = /^\/usr\/(src|share|local\/(src|share|app|apache2\/htdocs))(\/|$)/;

function inSystem(node: Copy, asPeers: boolean): boolean {
  const target = node.target && node.valueOf(node.target);
  return target !== undefined && SYSTEM.test(target) && (asPeers || !NOT_SYSTEM.test(target));
}

const isRoot = (name: string): boolean => name === '' || name === 'root' || /^0+$/.test(name);

/** The places of their digits in a mode, from the right. */
const USER = 3;
const GROUP = 2;

/** Whether the mode leaves one of the owners the right to write; a variable may not. */
function mayWrite({ text, literal }: Word, writers: readonly number[]): boolean {
  if (!literal) return false;
  if (/^[0-7]+$/.test(text)) return writers.some((place) => '2367'.includes(text.at(-place) ?? '0'));
  return !/^([ugoa]*-[rwxX]*w|[ugoa]*=[rxX]+$)/.test(text);
}
