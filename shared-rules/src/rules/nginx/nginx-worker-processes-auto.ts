import { addInstructionAfter, replace, suggestion, within, type Fix } from '../../edit.js';
import { AUTOTUNE, copiesConfig, coresOf, hasOfficialEntrypoint, isTuned } from '../../knowledge/nginx.js';
import type { Dockerfile, NginxConfig, Word } from '../../model/index.js';
import { rule, say, type Finding, type Message } from '../../rule.js';
import type { Workspace } from '../../workspace.js';

export default rule({
  id: 'nginx-worker-processes-auto',
  kinds: ['nginx', 'dockerfile'],
  severity: 'warning',
  profile: 'recommended',
  tags: ['nginx', 'runtime', 'resources'],
  since: '0.1.0',
  summary: 'Give nginx a number of workers that fits the CPU limit of its container.',
  docs: `
With \`worker_processes auto\` nginx starts a worker for every processor of the host, whatever the container may use.
On a host with 64 processors and a limit of one, 64 workers take memory and wait for each other.

Write a number: the CPU limit, rounded up, or 2 where there is none to go by.

Since the article was written nothing has changed about \`auto\`: it does not see quotas. The official image, though, sets
the number by itself from quota and cpuset when \`${AUTOTUNE}\` is set; for that it
must be able to write nginx.conf.

It is a warning where a Compose file or a manifest tells the limit, and only mentioned where nobody knows it.`,
  sources: {
    worker_processes: 'https://nginx.org/en/docs/ngx_core_module.html#worker_processes',
    'Official image of nginx': 'https://hub.docker.com/_/nginx',
    'Best practices for making container images': 'https://e-whisper.com/posts/8023/',
  },
  options: {
    defaultWorkers: {
      type: 'integer',
      min: 1,
      default: 2,
      about: 'The number of workers that the fix writes where no CPU limit is known.',
    },
  },
  examples: [
    {
      title: 'Nobody knows the limit',
      bad: `
        worker_processes «auto»;
        events { worker_connections 1024; }`,
      good: `
        worker_processes 2;
        events { worker_connections 1024; }`,
    },
    {
      title: 'The limit of the Compose service that builds the image',
      files: {
        Dockerfile: 'FROM debian:13\nCOPY nginx.conf /etc/nginx/nginx.conf\n',
        'compose.yaml': 'services:\n  web:\n    build: .\n    cpus: 2.5\n',
      },
      bad: `
        user nginx;
        worker_processes «auto»;
        events {}`,
      good: `
        user nginx;
        worker_processes 3;
        events {}`,
    },
    {
      title: 'More workers than the limit allows to run',
      files: {
        Dockerfile: 'FROM debian:13\nCOPY . /etc/nginx/\n',
        'compose.yaml':
          'services:\n  web:\n    build: .\n    deploy:\n      resources:\n        limits:\n          cpus: "0.5"\n',
      },
      bad: `
        worker_processes «4»;
        events {}`,
      good: `
        worker_processes 1;
        events {}`,
    },
    {
      title: 'The official image can do it by itself',
      files: { Dockerfile: 'FROM nginx:1.29\nCOPY nginx.conf /etc/nginx/nginx.conf\n' },
      options: { defaultWorkers: 4 },
      bad: `
        worker_processes «auto»;
        events {}`,
      good: `
        worker_processes 4;
        events {}`,
      choices: {
        'Let the image set it at start': `
          worker_processes auto;
          events {}`,
      },
    },
    {
      title: 'Written by the Dockerfile',
      kind: 'dockerfile',
      bad: `
        FROM debian:13
        RUN sed -i «'s/^worker_processes .*/worker_processes auto;/'» /etc/nginx/nginx.conf
        RUN echo «"worker_processes auto;"» >> /etc/nginx/nginx.conf`,
    },
    {
      title: 'Numbers that fit',
      files: {
        Dockerfile: 'FROM debian:13\nCOPY nginx.conf /etc/nginx/nginx.conf\n',
        'compose.yaml': 'services:\n  web:\n    build: .\n    cpus: 2\n',
      },
      good: `
        worker_processes 2;
        events {}`,
    },
    {
      title: 'The image sets it at start',
      files: {
        Dockerfile: `FROM nginx:1.29\nENV ${AUTOTUNE}=1\nCOPY nginx.conf /etc/nginx/nginx.conf\n`,
      },
      good: `
        worker_processes auto;
        events {}`,
    },
    {
      title: 'Compose asks the image to set it at start, or binds the container to processors',
      files: {
        Dockerfile: 'FROM nginx:1.29\nCOPY nginx.conf /etc/nginx/nginx.conf\n',
        'compose.yaml': `services:\n  web:\n    build: .\n    environment:\n      ${AUTOTUNE}: 1\n`,
      },
      good: `
        worker_processes auto;
        events {}`,
    },
    {
      title: 'A container that is bound to processors',
      files: {
        Dockerfile: 'FROM debian:13\nCOPY nginx.conf /etc/nginx/nginx.conf\n',
        'compose.yaml': 'services:\n  web:\n    build: .\n    cpuset: 0,1\n',
      },
      good: `
        worker_processes auto;
        events {}`,
    },
    {
      title: 'A number without a limit, a variable, and a directive that is none of the main ones',
      good: `
        worker_processes 8;
        worker_processes \${WORKERS};
        events {}
        http { map $a $b { worker_processes auto; } }`,
    },
    {
      title: 'What the Dockerfile replaces, and a number',
      kind: 'dockerfile',
      good: `
        FROM debian:13
        RUN sed -i 's/worker_processes auto;/worker_processes 2;/' /etc/nginx/nginx.conf
        RUN grep -q "worker_processes auto" /etc/nginx/nginx.conf`,
    },
  ],
  *check(file, { options, workspace }) {
    if (file.kind === 'dockerfile') yield* writtenBy(file, workspace);
    else yield* inConfig(file, options.defaultWorkers, workspace);
  },
});

function* inConfig(file: NginxConfig, defaultWorkers: number, workspace: Workspace): Iterable<Finding> {
  for (const {
    parent,
    args: [value],
  } of file.all('worker_processes')) {
    if (parent || !value?.literal) continue;
    const dockerfile = workspace.nearest('Dockerfile', 'dockerfile');
    const uses = workspace.uses();
    if (isTuned(dockerfile, uses)) continue;
    const limit = coresOf(uses);
    if (value.text !== 'auto' && !(limit && Number(value.text) > limit.cores)) continue;
    const isUsed = dockerfile !== undefined && copiesConfig(dockerfile, file);
    yield {
      at: value,
      message: messageFor(value.text, limit?.cores),
      severity: limit ? 'warning' : isUsed ? 'info' : 'hint',
      related: limit ? [{ at: limit.node, path: limit.path, message: say`The limit stands here.` }] : [],
      fix: write(value, limit?.cores ?? defaultWorkers),
      choices: dockerfile && value.text === 'auto' ? tuning(dockerfile) : [],
    };
  }
}

const messageFor = (text: string, cores: number | undefined): Message =>
  cores === undefined
    ? say`nginx starts a worker for every processor of the host, whatever the container may use.`
    : text === 'auto'
      ? say`nginx starts a worker for every processor of the host, and the container may use ${cores}.`
      : say`nginx starts ${text} workers, and the container may use ${cores} processors.`;

const write = (value: Word, workers: number): Fix =>
  suggestion(`Start ${workers} ${workers === 1 ? 'worker' : 'workers'}`, replace(value, String(workers)));

function tuning(dockerfile: Dockerfile): readonly Fix[] {
  const stage = dockerfile.finalStage;
  if (!stage?.from || !hasOfficialEntrypoint(stage)) return [];
  const line = addInstructionAfter(stage.from, `ENV ${AUTOTUNE}=1`);
  return [suggestion('Let the image set it at start', within(dockerfile, line))];
}

/** Where the Dockerfile writes it into a configuration. */
function* writtenBy(file: Dockerfile, workspace: Workspace): Iterable<Finding> {
  for (const command of file.runCommands('sed', 'echo', 'printf')) {
    for (const word of command.args) {
      const written = word.text.split('worker_processes');
      if (written.length < 2 || !/^\s+auto\b/.test(written.at(-1) ?? '')) continue;
      const uses = workspace.uses();
      if (isTuned(file, uses)) return;
      const limit = coresOf(uses);
      yield { at: word, message: messageFor('auto', limit?.cores), severity: limit ? 'warning' : 'info' };
    }
  }
}
