import { setScalar, suggestion } from '../../edit.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'compose-memory-reservation-not-equal',
  kinds: ['compose'],
  severity: 'hint',
  profile: 'recommended',
  tags: ['compose', 'resources'],
  since: 'next',
  summary: 'Reserve as much memory as the limit allows.',
  docs: `
What a service may use above its reservation is promised to nobody. When all grow at once, the host runs out of memory and
the kernel kills one of them.

Give reservation and limit the same value. Leave it on a machine that runs nothing else, or for development.`,
  sources: {
    'Compose: deploy': 'https://docs.docker.com/reference/compose-file/deploy/#resources',
    'Resource constraints': 'https://docs.docker.com/engine/containers/resource_constraints/',
    'Best practices for making container images': 'https://e-whisper.com/posts/8023/',
  },
  examples: [
    {
      title: 'A reservation below the limit',
      bad: `
        services:
          app:
            image: example/app:1.2
            deploy:
              resources:
                limits:
                  memory: 1G
                reservations:
                  memory: «256M»`,
      good: `
        services:
          app:
            image: example/app:1.2
            deploy:
              resources:
                limits:
                  memory: 1G
                reservations:
                  memory: 1G`,
    },
    {
      title: 'The older keys',
      bad: `
        services:
          app:
            image: example/app:1.2
            mem_limit: 512m
            mem_reservation: «"256m"»`,
      good: `
        services:
          app:
            image: example/app:1.2
            mem_limit: 512m
            mem_reservation: "512m"`,
    },
    {
      title: 'The same in other units, one of them alone, and a variable',
      good: `
        services:
          same:
            image: example/app:1.2
            mem_limit: 1g
            mem_reservation: 1024m
          alone:
            image: example/app:1.2
            mem_limit: 1g
          variable:
            image: example/app:1.2
            mem_limit: \${LIMIT}
            mem_reservation: 1g`,
    },
  ],
  *check(file) {
    for (const { name, memoryLimit: limit, memoryRequest: reserved } of file.services()) {
      if (limit?.value === undefined || reserved?.value === undefined || limit.value === reserved.value) continue;
      const edit = setScalar(reserved.node, limit.node.text);
      yield {
        at: reserved.node,
        message: say`${name.text} may grow from ${reserved.node.text} to ${limit.node.text}, which nobody has set aside.`,
        fix: edit && suggestion(`Reserve ${limit.node.text}`, edit),
      };
    }
  },
});
