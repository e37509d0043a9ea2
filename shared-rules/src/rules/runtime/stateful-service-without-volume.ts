import { addInstructionBefore, suggestion, type Fix } from '../../edit.js';
import { startsSomething } from '../../knowledge/building.js';
import { packageName, packagesIn, removesPackages } from '../../knowledge/managers.js';
import { isWithin } from '../../knowledge/mounts.js';
import { serviceOf } from '../../knowledge/services.js';
import { isMountedBeside } from '../../knowledge/stage-graph.js';
import { isForDevelopment } from '../../knowledge/stages.js';
import { dataPathsOf } from '../../knowledge/stateful.js';
import { ancestry, around, type Dockerfile, type Located, type Stage } from '../../model/index.js';
import { rule, say, type Message } from '../../rule.js';

export default rule({
  id: 'stateful-service-without-volume',
  kinds: ['dockerfile'],
  severity: 'warning',
  profile: 'recommended',
  tags: ['runtime', 'data'],
  since: 'next',
  summary: 'Declare a volume where a server keeps its data.',
  docs: `
Without a volume a server writes its data into the container's own layer: it is lost with the container, at the next
deployment at the latest, and every write goes through the slow overlay file system.

Declare the folder with VOLUME, or mount one there in Compose or Kubernetes. Official images of databases declare theirs
already. A mount that a Compose file beside the Dockerfile names counts as well.

Many teams do without VOLUME: images built on this one cannot take it back, and each container without a mount leaves an
anonymous volume behind. Where volumes are always mounted from outside, set \`preferVolumeInOrchestrator\`.`,
  sources: {
    'VOLUME reference': 'https://docs.docker.com/reference/dockerfile/#volume',
    'Best practices for building': 'https://docs.docker.com/build/building/best-practices/#volume',
    'Best practices for making container images': 'https://e-whisper.com/posts/8023/',
  },
  options: {
    preferVolumeInOrchestrator: {
      type: 'boolean',
      default: false,
      about: 'Volumes are mounted by Compose, Kubernetes or the like, and never declared in an image.',
    },
  },
  examples: [
    {
      title: 'A database that is installed',
      bad: `
        FROM debian:12
        RUN apt-get update && apt-get install -y «mariadb-server»
        USER mysql
        CMD ["mariadbd"]`,
      good: `
        FROM debian:12
        RUN apt-get update && apt-get install -y mariadb-server
        VOLUME ["/var/lib/mysql"]
        USER mysql
        CMD ["mariadbd"]`,
    },
    {
      title: 'A base image that declares no volume itself',
      bad: `
        FROM «docker.elastic.co/elasticsearch/elasticsearch:8.15.0»
        COPY elasticsearch.yml config/`,
    },
    {
      title: 'A folder for data, and a database in a file',
      bad: `
        FROM python:3.13-slim
        ENV UPLOAD_DIR=«/srv/uploads» A=b
        ENV DATABASE_URL=«sqlite:////data/app.db»
        VOLUME /srv/other
        CMD ["python", "app.py"]`,
      good: `
        FROM python:3.13-slim
        ENV UPLOAD_DIR=/srv/uploads A=b
        ENV DATABASE_URL=sqlite:////data/app.db
        VOLUME /srv/other
        VOLUME ["/srv/uploads"]
        VOLUME ["/data"]
        CMD ["python", "app.py"]`,
    },
    {
      title: 'A VOLUME, here or in the stage that this one starts from, or around the folder',
      good: `
        FROM debian:12 AS base
        RUN apt-get update && apt-get install -y redis-server
        VOLUME ["/var/lib"]
        FROM base
        ENV STORAGE_PATH=/var/lib/files
        CMD ["redis-server"]`,
    },
    {
      title: 'Official images declare their volumes',
      good: `
        FROM postgres:17
        COPY init.sql /docker-entrypoint-initdb.d/`,
    },
    {
      title: 'A Compose file mounts it',
      files: { 'compose.yaml': 'services:\n  db:\n    build: .\n    volumes:\n      - data:/var/lib/mysql\n' },
      good: `
        FROM debian:12
        RUN apt-get update && apt-get install -y mariadb-server
        CMD ["mariadbd"]`,
    },
    {
      title: 'Volumes are the affair of the orchestrator',
      options: { preferVolumeInOrchestrator: true },
      good: `
        FROM debian:12
        RUN apt-get update && apt-get install -y mariadb-server
        CMD ["mariadbd"]`,
    },
    {
      title: 'Clients, a stage that is only copied from, a stage for tests',
      good: `
        FROM debian:12 AS build
        RUN apt-get update && apt-get install -y postgresql
        FROM debian:12 AS test
        RUN apt-get update && apt-get install -y postgresql postgresql-client
        COPY --from=build /a /a
        CMD ["/a"]`,
    },
    {
      title: 'Data that comes with the image, and an image that starts nothing',
      good: `
        FROM python:3.13-slim
        ENV DATA_DIR=/srv/models CACHE_DIR=/tmp/cache UPLOAD_DIR=$HOME/x
        COPY models /srv/models
        CMD ["python", "app.py"]`,
    },
    {
      title: 'Nothing is started',
      good: `
        FROM debian:12
        RUN apt-get update && apt-get install -y redis-server`,
    },
  ],
  *check(file, { options, workspace }) {
    const stage = file.finalStage;
    if (!stage || options.preferVolumeInOrchestrator || isForDevelopment(stage, file)) return;
    for (const { at, path, message, severity } of statesOf(file, stage)) {
      if (isCovered(stage, path) || isMountedBeside(workspace, path)) continue;
      yield { at, message, fix: declare(stage, path), ...(severity ? { severity } : {}) };
    }
  },
});

interface Kept {
  readonly at: Located;
  readonly path: string;
  readonly message: Message;
  readonly severity?: 'info';
}

/** Base images of servers that declare no volume. Source: their Dockerfiles. */
const WITHOUT_VOLUME: ReadonlySet<string> = new Set([
  ...['elasticsearch', 'opensearch', 'grafana', 'grafana-oss', 'grafana-enterprise'],
]);

/** What is kept in the image of the stage, and where. */
function* statesOf(file: Dockerfile, stage: Stage): Iterable<Kept> {
  const { rootImage } = stage;
  if (rootImage && WITHOUT_VOLUME.has(rootImage.repository)) {
    const name = rootImage.resolved?.name ?? rootImage.name;
    const [path] = dataPathsOf(name, rootImage.resolved?.tag ?? rootImage.tag?.text) ?? [];
    if (path !== undefined)
      yield {
        at: rootImage,
        path,
        message: say`${rootImage.repository} keeps its data in ${path}, which is no volume.`,
      };
  }
  if (!startsSomething(stage)) return;
  for (const command of file.runCommands()) {
    if (command.instruction?.stage?.ships !== true || command.instruction.isTrigger) continue;
    if (around(command).after.some(removesPackages)) continue;
    for (const word of packagesIn(command)) {
      const path = serviceOf(packageName(word))?.data;
      if (path !== undefined && word.literal)
        yield { at: word, path, message: say`${packageName(word)} keeps its data in ${path}, which is no volume.` };
    }
  }
  for (const { instructions } of ancestry(stage)) {
    for (const node of instructions) {
      if (node.keyword !== 'ENV') continue;
      for (const { name, value } of node.pairs) {
        const path = value?.literal === true ? folderOf(name.text, value.text) : undefined;
        if (path === undefined || !value || comesWithImage(stage, path)) continue;
        yield { at: value, path, message: say`${path} is for data, by its name, and no volume.`, severity: 'info' };
      }
    }
  }
}

/** Names of settings for a folder that a program writes to. */
const FOLDER_NAME = /(^|_)(UPLOADS?|STORAGE|STATE)_(DIR|PATH|FOLDER|ROOT)$/;

/** The folder that a setting names for data; undefined for any other. */
function folderOf(name: string, value: string): string | undefined {
  const file = /^sqlite(?:3|\+\w+)?:\/\/\/(\/.+)$/.exec(value)?.[1];
  const path = file?.slice(0, file.lastIndexOf('/')) ?? (FOLDER_NAME.test(name) ? value : '');
  return /^\/\w/.test(path) && !/^\/(tmp|usr|etc|dev|run|proc|opt|bin)(\/|$)/.test(path) ? path : undefined;
}

/** Whether the image brings what lies there. */
const comesWithImage = (stage: Stage, path: string): boolean =>
  ancestry(stage).some(({ instructions }) =>
    instructions.some(
      (node) =>
        (node.keyword === 'COPY' || node.keyword === 'ADD') &&
        node.target !== undefined &&
        isWithin(node.target.text, path),
    ),
  );

/** Whether a VOLUME is the folder, lies in it or around it; one whose path is not known may do so. */
const isCovered = (stage: Stage, path: string): boolean =>
  ancestry(stage).some(({ instructions }) =>
    instructions.some(
      (node) =>
        node.keyword === 'VOLUME' &&
        node.words.some(({ text, literal }) => !literal || isWithin(path, text) || isWithin(text, path)),
    ),
  );

/** Declaring the volume before what says who runs what, once all its files are made. */
function declare(stage: Stage, path: string): Fix | undefined {
  const last = stage.instructions.findLastIndex(({ keyword }) => ['RUN', 'COPY', 'ADD', 'VOLUME'].includes(keyword));
  const first = stage.instructions.find(
    ({ keyword }, index) => index > last && ['USER', 'ENTRYPOINT', 'CMD'].includes(keyword),
  );
  return first && suggestion(`Declare ${path} a volume`, addInstructionBefore(first, `VOLUME ["${path}"]`));
}
