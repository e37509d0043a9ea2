import { addItem, setIn, suggestion, type Fix } from '../../edit.js';
import { dataPathsOf, isDataElsewhere, isMountFor, isOftenCache } from '../../knowledge/stateful.js';
import type { ComposeFile, Service } from '../../model/index.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'compose-volume-missing',
  kinds: ['compose'],
  severity: 'warning',
  profile: 'recommended',
  tags: ['compose', 'state'],
  since: 'next',
  summary: 'Give a server that keeps data a named volume for it.',
  docs: `
\`docker compose down\` removes the container and with it all that the database has written. The anonymous volume that
the image declares stays behind without a name, where nobody finds it.

Mount a named volume over the data. Leave it where the data is to be gone: a \`tmpfs\` over it says so, and services and
files for tests are not reported. Caches such as redis are left alone.`,
  sources: {
    Volumes: 'https://docs.docker.com/engine/storage/volumes/',
    'Compose: volumes': 'https://docs.docker.com/reference/compose-file/volumes/',
    'Best practices for making container images': 'https://e-whisper.com/posts/8023/',
  },
  examples: [
    {
      title: 'A database without a volume',
      bad: `
        services:
          «db»:
            image: postgres:17
            environment:
              POSTGRES_DB: app`,
      good: `
        services:
          db:
            image: postgres:17
            environment:
              POSTGRES_DB: app
            volumes:
              - db-data:/var/lib/postgresql/data
        volumes:
          db-data:`,
    },
    {
      title: 'A volume for something else, and other volumes at the top',
      bad: `
        services:
          «db»:
            image: mysql:8.4
            volumes:
              - ./init:/docker-entrypoint-initdb.d:ro
        volumes:
          logs:`,
      good: `
        services:
          db:
            image: mysql:8.4
            volumes:
              - ./init:/docker-entrypoint-initdb.d:ro
              - db-data:/var/lib/mysql
        volumes:
          logs:
          db-data:`,
    },
    {
      title: 'A named volume, a folder, a tmpfs, and the whole disk of the container',
      good: `
        services:
          db:
            image: postgres:17
            volumes: [db:/var/lib/postgresql/data]
          mysql:
            image: mysql:8.4
            volumes:
              - { type: bind, source: ./data, target: /var/lib/mysql }
          mongo:
            image: mongo:8
            tmpfs: /data/db
          postgres:
            image: postgres:18
            volumes: ["\${DATA:-./data}:/var/lib/postgresql"]
        volumes:
          db:`,
    },
    {
      title: 'A cache, data elsewhere, a client, tests, and what another service holds',
      good: `
        services:
          cache:
            image: redis:8
          elsewhere:
            image: postgres:17
            environment: { PGDATA: /mnt/data }
          client:
            image: postgres:17
            entrypoint: psql
          test-db:
            image: postgres:17
          copy:
            image: postgres:17
            volumes_from: [elsewhere]
          shared:
            extends: { file: common.yaml, service: db }
            image: postgres:17`,
    },
    {
      title: 'A file for tests',
      path: 'docker-compose.test.yml',
      good: `
        services:
          db:
            image: postgres:17`,
    },
  ],
  *check(file) {
    for (const service of file.services()) {
      const { image, name, isPartial, entrypoint, mounts } = service;
      if (isPartial || entrypoint || !image?.node.literal || !service.lacks('volumes_from')) continue;
      const paths = dataPathsOf(image.name, image.tag);
      if (!paths || isOftenCache(image.name) || isDataElsewhere(service) || isForTests(service)) continue;
      if (mounts.some(({ target }) => target === undefined || paths.some((path) => isMountFor(target, path)))) continue;
      const [path = ''] = paths;
      yield {
        at: name,
        message: say`What ${image.name} keeps in ${path} is gone with the container of ${name.text}.`,
        fix: mount(file, service, path),
      };
    }
  },
});

const isForTests = ({ name }: Service): boolean => /(?:^|[-_.])(?:tests?|testing|e2e|ci)(?:$|[-_.])/i.test(name.text);

function mount({ root }: ComposeFile, { settings, name }: Service, path: string): Fix | undefined {
  const volume = `${name.text}-data`;
  const item = `${volume}:${path}`;
  const volumes = settings.list('volumes');
  const isAbsent = settings.lacks('volumes');
  const own = isAbsent ? setIn(settings, ['volumes'], `\n- ${item}`) : volumes && addItem(volumes, item);
  const top = root && setIn(root, ['volumes', volume], '');
  return own && top && suggestion('Give it a named volume', own, top);
}
