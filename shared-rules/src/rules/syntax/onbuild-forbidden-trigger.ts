import { rule, say } from '../../rule.js';

export default rule({
  id: 'onbuild-forbidden-trigger',
  kinds: ['dockerfile'],
  severity: 'error',
  profile: 'recommended',
  tags: ['syntax'],
  since: 'next',
  peers: {
    hadolint: ['DL3043'],
    'dockerfile-utils': ['ONBUILD_CHAINING_DISALLOWED', 'ONBUILD_TRIGGER_DISALLOWED'],
  },
  summary: 'Put no ONBUILD, FROM or MAINTAINER into an ONBUILD.',
  docs: `
What ONBUILD holds runs in the build of an image that is based on this one. FROM, MAINTAINER and another ONBUILD make no
sense there, and a builder refuses them.

What the image below is to start from stands in its own FROM; instructions that it is to run stand in ONBUILDs of their own.`,
  sources: { 'ONBUILD limitations': 'https://docs.docker.com/reference/dockerfile/#onbuild-limitations' },
  examples: [
    {
      title: 'All three',
      bad: `
        FROM debian:12
        ONBUILD «FROM» debian:12
        ONBUILD «MAINTAINER» somebody`,
    },
    {
      title: 'Another ONBUILD',
      bad: `
        FROM debian:12
        ONBUILD «ONBUILD» RUN make`,
    },
    {
      title: 'What may stand there',
      good: `
        FROM debian:12
        ONBUILD RUN make
        ONBUILD COPY --from=build /a /a`,
    },
  ],
  *check(file) {
    for (const { trigger } of file.all('ONBUILD')) {
      if (!trigger || !FORBIDDEN.has(trigger.keyword)) continue;
      yield {
        at: trigger.head,
        message: say`ONBUILD cannot hold ${trigger.keyword}.`,
        peers: [
          'hadolint/DL3043',
          trigger.keyword === 'ONBUILD'
            ? 'dockerfile-utils/ONBUILD_CHAINING_DISALLOWED'
            : 'dockerfile-utils/ONBUILD_TRIGGER_DISALLOWED',
        ],
      };
    }
  },
});

const FORBIDDEN: ReadonlySet<string> = new Set(['ONBUILD', 'FROM', 'MAINTAINER']);
