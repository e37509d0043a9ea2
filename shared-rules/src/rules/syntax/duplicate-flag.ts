import { remove, suggestion } from '../../edit.js';
import { FLAGS } from '../../knowledge/flags.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'duplicate-flag',
  kinds: ['dockerfile'],
  severity: 'error',
  profile: 'recommended',
  tags: ['syntax'],
  since: 'next',
  peers: { 'dockerfile-utils': ['FLAG_DUPLICATE'] },
  summary: 'Give a flag only once.',
  docs: `
A builder refuses a flag that is given twice, rather than guess which of the two is meant. Only \`--mount\`,
\`--exclude\` and \`--device\` may be repeated.

Keep the one that is meant.`,
  sources: { 'Dockerfile reference': 'https://docs.docker.com/reference/dockerfile/' },
  examples: [
    {
      title: 'Two owners',
      bad: `
        FROM debian:12
        COPY --chown=app «--chown»=web . /srv`,
      good: `
        FROM debian:12
        COPY --chown=app . /srv`,
    },
    {
      title: 'In a trigger, and three times',
      bad: `
        FROM debian:12
        ONBUILD HEALTHCHECK --retries=1 «--retries»=2 «--retries»=3 CMD true`,
      good: `
        FROM debian:12
        ONBUILD HEALTHCHECK --retries=1 CMD true`,
    },
    {
      title: 'Those that may be repeated',
      good: `
        FROM debian:12
        RUN --mount=type=cache,target=/a --mount=type=cache,target=/b make
        COPY --exclude=*.md --exclude=*.txt . /srv`,
    },
  ],
  *check(file) {
    for (const node of file.allWithTriggers()) {
      const seen = new Set<string>();
      for (const flag of node.flags) {
        const known = FLAGS[node.keyword]?.[flag.name];
        if (known && known.repeats !== true && seen.has(flag.name)) {
          yield {
            at: flag.label,
            message: say`--${flag.name} is given already.`,
            fix: suggestion('Remove the later one', remove(flag)),
          };
        }
        seen.add(flag.name);
      }
    }
  },
});
