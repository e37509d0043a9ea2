import { isWithin } from '../../knowledge/mounts.js';
import { inImage, volumesOf } from '../../knowledge/paths.js';
import { isStateFolder } from '../../knowledge/state-folders.js';
import { isRoot } from '../../knowledge/users.js';
import type { Stage } from '../../model/index.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'no-unneeded-chown',
  kinds: ['dockerfile'],
  severity: 'hint',
  profile: 'all',
  tags: ['copy', 'users', 'security'],
  since: 'next',
  peers: { kics: ['Chown Flag Exists'] },
  summary: 'Leave code to root, so that the program cannot rewrite itself.',
  docs: `
With \`--chown\` the program owns its own code: whoever breaks into it can change what it does, and the change lasts as long
as the container. Root's files can be read and run by everybody just as well.

Copy code and settings without \`--chown\`, and give the user only folders for data, caches and logs.

It is a matter of taste: leave the rule off where the program builds or unpacks something in its own folder.`,
  sources: {
    'COPY --chown': 'https://docs.docker.com/reference/dockerfile/#copy---chown---chmod',
  },
  examples: [
    {
      title: 'Code that the program owns',
      bad: `
        FROM node:22
        WORKDIR /app
        COPY «--chown=node:node» . .
        USER node
        CMD ["node", "server.js"]`,
    },
    {
      title: 'A program, by the number of its user',
      bad: `
        FROM debian:12
        ADD «--chown=1000» server.tgz /opt/server/
        USER 1000:1000
        CMD ["/opt/server/bin"]`,
    },
    {
      title: 'Folders for data, caches and logs',
      good: `
        FROM node:22
        VOLUME /uploads
        COPY --chown=node init.db /var/lib/shop/
        COPY --chown=node cache /app/cache/
        COPY --chown=node files /uploads/
        COPY --chown=node logs /app/storage/logs/
        USER node`,
    },
    {
      title: 'Another owner than who runs it, and an image that runs as root',
      good: `
        FROM debian:12 AS one
        COPY --chown=app . /app/
        FROM debian:12
        COPY --chown=www-data . /app/
        COPY . /srv/
        USER app`,
    },
  ],
  *check(file) {
    for (const copy of file.all('COPY', 'ADD')) {
      const flag = copy.flag('chown');
      const owner = flag?.value?.text.split(':')[0];
      const user = copy.stage?.result.user;
      if (!flag || !user?.known || owner === undefined || isRoot(user.value) || user.value.split(':')[0] !== owner)
        continue;
      const target = copy.target && copy.valueOf(copy.target);
      const path = target === undefined ? undefined : inImage(target, copy.state);
      if (path === undefined || isStateFolder(path) || DATA.test(path) || inVolume(copy.stage, path)) continue;
      yield { at: flag, message: say`${owner} runs the program and owns it as well, so it can rewrite itself.` };
    }
  },
});

/** Folders that say by their name that the program writes to them. */
const DATA =
  /\/(data|db|cache|\.cache|logs?|tmp|temp|uploads?|storage|state|sessions?|run|media|static|backups?)(\/|$)/;

const inVolume = (stage: Stage | undefined, path: string): boolean =>
  stage?.instructions.some(
    (node) => node.keyword === 'VOLUME' && [...volumesOf(node).values()].some((folder) => isWithin(path, folder)),
  ) === true;
