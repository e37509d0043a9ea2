import { rule, say } from '../../rule.js';

export default rule({
  id: 'stage-name-reserved',
  kinds: ['dockerfile'],
  severity: 'warning',
  profile: 'recommended',
  tags: ['stages', 'clarity'],
  since: 'next',
  peers: { hadolint: ['DL3063'], buildkit: ['ReservedStageName'] },
  summary: 'Give no stage the name scratch or context.',
  docs: `
To the builder \`scratch\` is the empty image and \`context\` the files that are sent to it. A stage of that name may be
passed over: what refers to it gets nothing, or other files.

Call the stage by what it is for.`,
  sources: {
    ReservedStageName: 'https://docs.docker.com/reference/build-checks/reserved-stage-name/',
    'Multi-stage builds': 'https://docs.docker.com/build/building/multi-stage/#name-your-build-stages',
  },
  examples: [
    {
      title: 'The two names',
      bad: `
        FROM debian:12 AS «scratch»
        RUN make
        FROM debian:12 AS «context»`,
    },
    {
      title: 'In any case, as the builder reads it',
      bad: `
        FROM debian:12 AS «Scratch»`,
    },
    {
      title: 'Other names, and the empty image itself',
      good: `
        FROM debian:12 AS from-scratch
        FROM debian:12 AS context-files
        FROM scratch
        FROM scratch AS final`,
    },
  ],
  *check(file) {
    for (const { alias } of file.all('FROM')) {
      if (!alias || !RESERVED.has(alias.text.toLowerCase())) continue;
      yield {
        at: alias,
        message: say`${alias.text} means something else to the builder than a stage.`,
        ...(RESERVED.has(alias.text) ? {} : { peers: ['buildkit/ReservedStageName'] }),
      };
    }
  },
});

const RESERVED: ReadonlySet<string> = new Set(['scratch', 'context']);
