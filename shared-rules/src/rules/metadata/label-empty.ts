import { LABELS } from '../../knowledge/labels.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'label-empty',
  kinds: ['dockerfile'],
  severity: 'warning',
  profile: 'recommended',
  tags: ['metadata', 'policy'],
  since: 'next',
  peers: { hadolint: ['DL3051'] },
  summary: 'Give the labels that your team wants a value.',
  docs: `
An empty label passes every check for its presence, and whoever looks the owner or the source up finds nothing.

Fill it in, or let the build do so: \`ARG REVISION\` and \`LABEL org.opencontainers.image.revision=$REVISION\`. The labels are
those of the option \`labels\` of label-required; as long as none is named there, nothing is reported.`,
  sources: {
    'OCI annotations': 'https://github.com/opencontainers/image-spec/blob/main/annotations.md',
    'LABEL reference': 'https://docs.docker.com/reference/dockerfile/#label',
  },
  options: { labels: LABELS },
  examples: [
    {
      title: 'Quotes around nothing, and nothing at all',
      options: { labels: { team: 'text', version: 'semver' } },
      bad: `
        FROM debian:12
        LABEL team=«""» other=""
        LABEL team=«» version=«''»`,
    },
    {
      title: 'The old form',
      options: { labels: { team: 'text' } },
      bad: `
        FROM debian:12
        LABEL team «""»`,
    },
    {
      title: 'Labels that nobody asks for',
      options: { labels: { team: 'text' } },
      good: `
        FROM debian:12
        LABEL other=""`,
    },
    {
      title: 'A value, a blank, and a variable',
      options: { labels: { team: 'text', version: 'semver', note: 'text' } },
      good: `
        FROM debian:12
        ARG VERSION
        LABEL team=a version=$VERSION note=" "`,
    },
  ],
  *check(file, { options }) {
    const wanted = new Set(Object.keys(options.labels));
    if (wanted.size === 0) return;
    for (const { pairs } of file.all('LABEL')) {
      for (const { name, value } of pairs) {
        if (value?.text === '' && wanted.has(name.text)) {
          yield { at: value, message: say`The label ${name.text} is empty.` };
        }
      }
    }
  },
});
