import { addLineBefore, suggestion } from '../../edit.js';
import { coresOf, isTuned } from '../../knowledge/nginx.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'nginx-worker-processes-missing',
  kinds: ['nginx'],
  severity: 'hint',
  profile: 'recommended',
  tags: ['nginx', 'runtime', 'resources'],
  since: '0.1.0',
  summary: 'Let nginx use as many processors as its container may.',
  docs: `
Without \`worker_processes\` nginx starts a single worker, which runs on one processor. What the limit of the container
allows beyond that is paid for and never used.

Write the number of processors that the container may use. It is silent where no limit is known.`,
  sources: {
    worker_processes: 'https://nginx.org/en/docs/ngx_core_module.html#worker_processes',
    'Best practices for making container images': 'https://e-whisper.com/posts/8023/',
  },
  examples: [
    {
      title: 'A Compose service that may use two processors',
      files: {
        Dockerfile: 'FROM debian:13\nCOPY nginx.conf /etc/nginx/nginx.conf\n',
        'compose.yaml': 'services:\n  web:\n    build: .\n    cpus: 2\n',
      },
      bad: `
        «user» nginx;
        events {}`,
      good: `
        worker_processes 2;
        user nginx;
        events {}`,
    },
    {
      title: 'A limit of one and a half',
      files: {
        Dockerfile: 'FROM debian:13\nCOPY . /etc/nginx/\n',
        'compose.yaml':
          'services:\n  web:\n    build: .\n    deploy:\n      resources:\n        limits:\n          cpus: "1.5"\n',
      },
      bad: `
        «events» {}
        http { include conf.d/*.conf; }`,
      good: `
        worker_processes 2;
        events {}
        http { include conf.d/*.conf; }`,
    },
    {
      title: 'Nobody knows the limit',
      good: `
        events {}`,
    },
    {
      title: 'A limit of one',
      files: {
        Dockerfile: 'FROM debian:13\nCOPY nginx.conf /etc/nginx/nginx.conf\n',
        'compose.yaml': 'services:\n  web:\n    build: .\n    cpus: 1\n',
      },
      good: `
        events {}`,
    },
    {
      title: 'The directive is there',
      files: {
        Dockerfile: 'FROM debian:13\nCOPY nginx.conf /etc/nginx/nginx.conf\n',
        'compose.yaml': 'services:\n  web:\n    build: .\n    cpus: 4\n',
      },
      good: `
        worker_processes 1;
        events {}`,
    },
    {
      title: 'A file that another one includes, or that includes others at the top',
      files: {
        Dockerfile: 'FROM debian:13\nCOPY nginx.conf /etc/nginx/nginx.conf\n',
        'compose.yaml': 'services:\n  web:\n    build: .\n    cpus: 4\n',
      },
      good: `
        server { listen 80; }`,
    },
    {
      title: 'What is included at the top may hold it',
      files: {
        Dockerfile: 'FROM debian:13\nCOPY nginx.conf /etc/nginx/nginx.conf\n',
        'compose.yaml': 'services:\n  web:\n    build: .\n    cpus: 4\n',
      },
      good: `
        include workers.conf;
        events {}`,
    },
  ],
  *check(file, { workspace }) {
    const [first] = file.directives;
    const mayHoldIt = file.directives.some(({ name }) => name.text === 'worker_processes' || name.text === 'include');
    if (!file.isMain || !first || mayHoldIt) return;
    const uses = workspace.uses();
    const limit = coresOf(uses);
    if (!limit || limit.cores < 2 || isTuned(workspace.nearest('Dockerfile', 'dockerfile'), uses)) return;
    yield {
      at: first.name,
      message: say`nginx starts one worker, and the container may use ${limit.cores} processors.`,
      related: [{ at: limit.node, path: limit.path, message: say`The limit stands here.` }],
      fix: suggestion(`Start ${limit.cores} workers`, addLineBefore(first, `worker_processes ${limit.cores};`)),
    };
  },
});
