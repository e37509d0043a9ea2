import { replaceIn, suggestion, type Fix } from '../../edit.js';
import { isMemoryByCompose } from '../../knowledge/built-services.js';
import { isWithin } from '../../knowledge/mounts.js';
import { environmentPair } from '../../knowledge/python.js';
import { mainCommandsOf } from '../../knowledge/start.js';
import { isForDevelopment } from '../../knowledge/stages.js';
import type { Command, Word } from '../../model/index.js';
import { rule, say } from '../../rule.js';

/** Variables that name a folder in which a running program writes all the time, and whether what it writes is small. */
const VARIABLES: Readonly<Record<string, 'small' | 'any'>> = {
  PROMETHEUS_MULTIPROC_DIR: 'small',
  prometheus_multiproc_dir: 'small',
  MPLCONFIGDIR: 'any',
};

/** Flags that do. Sources: the manuals of the programs. */
const FLAGS: Readonly<Record<string, RegExp>> = {
  uwsgi: /^--[\w-]*-tmp$|^--[\w-]*-tmp=/,
  celery: /^(-S|--statedb)(=|$)/,
  'redis-server': /^--dir(=|$)/,
  php: /^(-d)?session\.save_path=/,
  'php-fpm': /^(-d)?session\.save_path=/,
};

export default rule({
  id: 'tmp-used-as-cache',
  kinds: ['dockerfile'],
  severity: 'info',
  profile: 'recommended',
  tags: ['runtime', 'performance'],
  since: 'next',
  summary: 'Do not let a running program keep its caches and sessions in the /tmp of the image.',
  docs: `
/tmp of a container lies in its writable layer, on the overlay file system: writing there is slow, fills the disk of the
host, and fails where the file system is read-only. What is kept there is gone with the container.

Give the folder a tmpfs: \`docker run --tmpfs /tmp\`, \`tmpfs:\` in Compose, an \`emptyDir\` with \`medium: Memory\` on
Kubernetes; what is to last belongs on a volume. Small files that are touched often may go to /dev/shm, which is memory
anyway, 64 MB of it by default. Leave it where /tmp is a tmpfs already.`,
  sources: {
    'tmpfs mounts': 'https://docs.docker.com/engine/storage/tmpfs/',
    'Prometheus client for Python, multiprocess mode': 'https://prometheus.github.io/client_python/multiprocess/',
    'Best practices for making container images': 'https://e-whisper.com/posts/8023/',
  },
  examples: [
    {
      title: 'Metrics that all workers write',
      bad: `
        FROM python:3.13-slim
        ENV PROMETHEUS_MULTIPROC_DIR=«/tmp/metrics»
        CMD ["gunicorn", "app:api"]`,
      good: `
        FROM python:3.13-slim
        ENV PROMETHEUS_MULTIPROC_DIR=/dev/shm/metrics
        CMD ["gunicorn", "app:api"]`,
    },
    {
      title: 'Sessions and state',
      bad: `
        FROM debian:12 AS a
        CMD ["redis-server", "--dir", "«/tmp»"]`,
    },
    {
      title: 'In one word with the flag, and a variable',
      bad: `
        FROM python:3.13-slim
        ENV MPLCONFIGDIR=«/var/tmp/matplotlib»
        ENTRYPOINT ["celery", "-A", "app", "worker", "«--statedb=/tmp/worker.state»"]`,
    },
    {
      title: 'Elsewhere, or set anew',
      good: `
        FROM python:3.13-slim
        ENV PROMETHEUS_MULTIPROC_DIR=/tmp/metrics MPLCONFIGDIR=/tmp/m
        ENV PROMETHEUS_MULTIPROC_DIR=/dev/shm MPLCONFIGDIR=/var/cache/matplotlib
        CMD ["celery", "-A", "app", "worker", "--statedb", "/var/lib/celery/state"]`,
    },
    {
      title: 'On a tmpfs, by the Compose file beside it',
      files: { 'compose.yaml': 'services:\n  api:\n    build: .\n    tmpfs:\n      - /tmp\n' },
      good: `
        FROM python:3.13-slim
        ENV PROMETHEUS_MULTIPROC_DIR=/tmp/metrics
        CMD ["celery", "-A", "app", "worker", "--statedb=/tmp/state"]`,
    },
    {
      title: 'During the build, in another stage, in one for development',
      good: `
        FROM python:3.13 AS build
        ENV MPLCONFIGDIR=/tmp/m
        RUN redis-server --dir /tmp
        FROM python:3.13-slim AS dev
        ENV MPLCONFIGDIR=/tmp/m`,
    },
    {
      title: 'By a variable, and other programs',
      good: `
        FROM python:3.13-slim
        ARG DIR=/tmp
        ENV MPLCONFIGDIR=$DIR
        CMD ["my-server", "--dir", "/tmp"]`,
    },
  ],
  *check(file, { workspace }) {
    const stage = file.finalStage;
    if (!stage || isForDevelopment(stage, file)) return;
    for (const [name, size] of Object.entries(VARIABLES)) {
      const value = environmentPair(stage, name)?.value;
      const folder = value?.literal ? temporary(value.text) : undefined;
      if (!value || folder === undefined || isMemoryByCompose(value.text, workspace)) continue;
      yield { at: value, message: message(name), fix: size === 'small' ? toMemory(value, folder) : undefined };
    }
    for (const command of mainCommandsOf(stage)) {
      for (const { at, name, path } of foldersOf(command))
        if (!isMemoryByCompose(path, workspace)) yield { at, message: message(name) };
    }
  },
});

const message = (name: string) => say`${name} is in /tmp, which lies on the disk of the container's layer.`;

/** The folder for temporary files that a path lies in. */
const temporary = (path: string): string | undefined => ['/tmp', '/var/tmp'].find((folder) => isWithin(path, folder));

const toMemory = (value: Word, folder: string): Fix =>
  suggestion('Move it to /dev/shm', replaceIn(value, folder, '/dev/shm'));

function* foldersOf({
  program,
  args,
}: Command): Iterable<{ readonly at: Word; readonly name: string; readonly path: string }> {
  const pattern = FLAGS[program.text];
  if (!pattern) return;
  for (const [index, word] of args.entries()) {
    if (!pattern.test(word.text)) continue;
    const [name = '', own] = word.text.split('=');
    const at = own === undefined ? args[index + 1] : word;
    const path = own ?? at?.text ?? '';
    if (at?.literal && temporary(path) !== undefined) yield { at, name, path };
  }
}
