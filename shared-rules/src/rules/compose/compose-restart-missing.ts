import { setIn, suggestion } from '../../edit.js';
import { startsServer } from '../../knowledge/images.js';
import { dataPathsOf } from '../../knowledge/stateful.js';
import type { Service } from '../../model/index.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'compose-restart-missing',
  kinds: ['compose'],
  severity: 'hint',
  profile: 'all',
  tags: ['compose', 'start'],
  since: 'next',
  summary: 'Say what happens when a server ends.',
  docs: `
A service without \`restart\` stays down once it has crashed, and after the host has been restarted.

Write \`restart: unless-stopped\`. Leave it out for what is to end, such as migrations and tests, and while developing.`,
  sources: {
    'Start containers automatically': 'https://docs.docker.com/engine/containers/start-containers-automatically/',
    'Best practices for making container images': 'https://e-whisper.com/posts/8023/',
  },
  examples: [
    {
      title: 'An image that is built here',
      bad: `
        services:
          «api»:
            build: .
            ports:
              - 8080:8080`,
      good: `
        services:
          api:
            build: .
            ports:
              - 8080:8080
            restart: unless-stopped`,
    },
    {
      title: 'A service with a port, and a database',
      bad: `
        services:
          «web»:
            image: example/web:1.2
            ports: ["8080:8080"]
          «db»:
            image: postgres:17`,
      good: `
        services:
          web:
            image: example/web:1.2
            ports: ["8080:8080"]
            restart: unless-stopped
          db:
            image: postgres:17
            restart: unless-stopped`,
    },
    {
      title: 'A policy, in the one or the other form, and what is to end',
      good: `
        services:
          old:
            image: nginx:1.29
            restart: "no"
          new:
            image: nginx:1.29
            deploy: { restart_policy: { condition: on-failure } }
          db-migrate:
            image: postgres:17
          task:
            image: example/task:1.2`,
    },
  ],
  *check(file) {
    for (const service of file.services()) {
      if (!isServer(service) || !service.lacks('restart') || !service.lacks('deploy', 'restart_policy')) continue;
      const edit = setIn(service.settings, ['restart'], 'unless-stopped');
      yield {
        at: service.name,
        message: say`${service.name.text} stays down once it has ended.`,
        fix: edit && suggestion('Start it again', edit),
      };
    }
  },
});

const ERRAND =
  /(?:^|[-_.])(?:migrat\w*|init|setup|seed|tests?|e2e|ci|lint|build|job|backup|restore|create|import|load)(?:$|[-_.])/i;

function isServer({ name, image, ports, entrypoint, settings }: Service): boolean {
  if (ERRAND.test(name.text) || entrypoint || settings.node('profiles') !== undefined) return false;
  return (
    ports.length > 0 || (image !== undefined && (startsServer(image.name) || dataPathsOf(image.name) !== undefined))
  );
}
