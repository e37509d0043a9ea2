import { setIn, suggestion } from '../../edit.js';
import { keepsHeartbeatOnDisk, startWords } from '../../knowledge/gunicorn.js';
import { isMountFor } from '../../knowledge/stateful.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'compose-tmpfs-for-tmp',
  kinds: ['compose'],
  severity: 'hint',
  profile: 'recommended',
  tags: ['compose', 'python', 'performance'],
  since: 'next',
  summary: 'Keep /tmp of a service that runs gunicorn in memory.',
  docs: `
gunicorn's workers prove that they are alive by touching a file under /tmp. On the container's disk that can block for
seconds, and the arbiter kills a worker that was well.

Mount a \`tmpfs\` over /tmp, or start gunicorn with \`--worker-tmp-dir /dev/shm\`.`,
  sources: {
    'gunicorn FAQ':
      'https://docs.gunicorn.org/en/stable/faq.html#how-do-i-avoid-gunicorn-excessively-blocking-in-os-fchmod',
    'Compose: tmpfs': 'https://docs.docker.com/reference/compose-file/services/#tmpfs',
    'Best practices for making container images': 'https://e-whisper.com/posts/8023/',
  },
  examples: [
    {
      title: 'By an entrypoint in a list',
      bad: `
        services:
          «app»:
            image: example/app:1.2
            entrypoint: [/venv/bin/gunicorn]
            command: [app:api]`,
      good: `
        services:
          app:
            image: example/app:1.2
            entrypoint: [/venv/bin/gunicorn]
            command: [app:api]
            tmpfs:
              - /tmp`,
    },
    {
      title: 'By the command of the service, and by the image that is built here',
      files: { Dockerfile: 'FROM python:3.13-slim\nCMD ["gunicorn", "app:api"]\n' },
      bad: `
        services:
          «command»:
            image: example/app:1.2
            command: gunicorn -b 0.0.0.0:8000 app:api
          «image»:
            build: .`,
      good: `
        services:
          command:
            image: example/app:1.2
            command: gunicorn -b 0.0.0.0:8000 app:api
            tmpfs:
              - /tmp
          image:
            build: .
            tmpfs:
              - /tmp`,
    },
    {
      title: 'In memory already, one way or another, or told by a configuration',
      good: `
        services:
          tmpfs:
            image: example/app:1.2
            command: gunicorn app:api
            tmpfs: /tmp
          flag:
            image: example/app:1.2
            command: gunicorn --worker-tmp-dir=/dev/shm app:api
          shm:
            image: example/app:1.2
            command: gunicorn app:api
            shm_size: 128m
          config:
            image: example/app:1.2
            command: gunicorn -c gunicorn.conf.py app:api
          variable:
            image: example/app:1.2
            command: gunicorn app:api
            environment: { GUNICORN_CMD_ARGS: --worker-tmp-dir /dev/shm }
          other:
            image: example/app:1.2
            command: uvicorn app:api`,
    },
  ],
  *check(file, { workspace }) {
    for (const service of file.services()) {
      if (!service.lacks('shm_size') || service.isPartial) continue;
      const dockerfile =
        service.build && !service.build.target ? workspace.builtBy(file, service)?.dockerfile : undefined;
      if (!keepsHeartbeatOnDisk(startWords(service, dockerfile), service)) continue;
      if (service.mounts.some(({ target }) => target === undefined || isMountFor(target, '/tmp'))) continue;
      const edit = service.lacks('tmpfs') ? setIn(service.settings, ['tmpfs'], '\n- /tmp') : undefined;
      yield {
        at: service.name,
        message: say`gunicorn keeps its heartbeat files on the disk of ${service.name.text}.`,
        fix: edit && suggestion('Keep /tmp in memory', edit),
      };
    }
  },
});
