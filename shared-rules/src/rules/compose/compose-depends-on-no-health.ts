import { dataPathsOf } from '../../knowledge/stateful.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'compose-depends-on-no-health',
  kinds: ['compose'],
  severity: 'info',
  profile: 'recommended',
  tags: ['compose', 'start'],
  since: 'next',
  summary: 'Wait until a database is ready, not only until it is started.',
  docs: `
The short form of \`depends_on\` waits until the container is started. A database takes seconds longer to answer: the
service connects too early, fails, and whether it recovers is a matter of luck.

Write the long form with \`condition: service_healthy\`, and give the other service a \`healthcheck\`.
Leave it for a service that tries again by itself.`,
  sources: {
    'Control startup order': 'https://docs.docker.com/compose/how-tos/startup-order/',
    'Best practices for making container images': 'https://e-whisper.com/posts/8023/',
  },
  examples: [
    {
      title: 'In brackets',
      bad: `
        services:
          web:
            image: example/web:1.2
            depends_on: [«queue»]
          queue:
            image: rabbitmq:4`,
    },
    {
      title: 'A database, and a service with a health check',
      bad: `
        services:
          web:
            image: example/web:1.2
            depends_on:
              - «db»
              - «api»
              - proxy
          db:
            image: postgres:17
          api:
            image: example/api:1.2
            healthcheck:
              test: [CMD, /app/health]
          proxy:
            image: example/proxy:1.2`,
    },
    {
      title: 'The long form with a condition',
      good: `
        services:
          web:
            image: example/web:1.2
            depends_on:
              db:
                condition: service_healthy
          db:
            image: postgres:17`,
    },
    {
      title: 'A health check that is switched off, and services that start again by themselves',
      good: `
        services:
          web:
            image: example/web:1.2
            depends_on: [api]
          worker:
            image: example/web:1.2
            restart: always
            depends_on: [db]
          api:
            image: example/api:1.2
            healthcheck: { disable: true }
          db:
            image: postgres:17`,
    },
  ],
  *check(file) {
    for (const service of file.services()) {
      // What is started again whenever it fails gets through in the end.
      const restart = service.get('restart')?.text ?? '';
      if (service.node('depends_on')?.type !== 'list' || /^(?:always|unless-stopped|on-failure)/.test(restart))
        continue;
      for (const { name } of service.dependsOn) {
        const other = file.service(name.text);
        if (!other) continue;
        const health = other.node('healthcheck');
        const isChecked = health?.type === 'map' && other.get('healthcheck', 'disable')?.text !== 'true';
        const { image } = other;
        const keepsState = image?.node.literal === true && dataPathsOf(image.name, image.tag) !== undefined;
        if (!isChecked && !(keepsState && health === undefined)) continue;
        yield {
          at: name,
          message: say`${service.name.text} waits until ${name.text} is started, not until it is ready.`,
        };
      }
    }
  },
});
