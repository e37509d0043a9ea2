import { removeEntry, suggestion } from '../../edit.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'compose-cpu-limit-set',
  kinds: ['compose'],
  severity: 'hint',
  profile: 'all',
  tags: ['compose', 'resources', 'performance'],
  since: 'next',
  summary: 'Set no limit on the processor time of a service.',
  docs: `
A service that has used up its limit stands still until the next tenth of a second, even on a host that is idle: answers
come late for no reason that anybody sees.

Leave the limit out. Keep it where a service is to be held away from others on the same machine, as on the machine of a
developer.`,
  sources: {
    'Compose: deploy': 'https://docs.docker.com/reference/compose-file/deploy/#resources',
    'Best practices for making container images': 'https://e-whisper.com/posts/8023/',
  },
  examples: [
    {
      title: 'The only limit there is goes with its keys',
      bad: `
        services:
          app:
            image: example/app:1.2
            deploy:
              resources:
                limits:
                  «cpus»: "2"`,
      good: `
        services:
          app:
            image: example/app:1.2`,
    },
    {
      title: 'In the one and the other form',
      bad: `
        services:
          new:
            image: example/app:1.2
            deploy:
              resources:
                limits:
                  «cpus»: "0.5"
                  memory: 1G
          old:
            image: example/app:1.2
            «cpus»: 0.5`,
      good: `
        services:
          new:
            image: example/app:1.2
            deploy:
              resources:
                limits:
                  memory: 1G
          old:
            image: example/app:1.2`,
    },
    {
      title: 'A reservation, and a variable',
      good: `
        services:
          app:
            image: example/app:1.2
            deploy:
              resources:
                reservations: { cpus: "0.5" }
          variable:
            image: example/app:1.2
            cpus: \${CPUS}`,
    },
  ],
  *check(file) {
    for (const { name, settings, cpuLimit } of file.services()) {
      const entry = settings.entry('deploy', 'resources', 'limits', 'cpus') ?? settings.entry('cpus');
      if (!entry || cpuLimit?.value === undefined) continue;
      const edit = removeEntry(entry);
      yield {
        at: entry.key,
        message: say`${name.text} is held up whenever it has used ${cpuLimit.node.text} of a processor, even on an idle host.`,
        fix: edit && suggestion('Take the limit away', edit),
      };
    }
  },
});
