import { remove, removeLines, suggestion } from '../../edit.js';
import { LABELS } from '../../knowledge/labels.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'label-superfluous',
  kinds: ['dockerfile'],
  severity: 'info',
  profile: 'recommended',
  tags: ['metadata', 'policy'],
  since: 'next',
  peers: { hadolint: ['DL3050'] },
  summary: 'Set no labels but those that your team has agreed on, where it asks for that.',
  docs: `
A label that nobody agreed on is mostly a misspelt one: \`org.opencontainers.image.licence\` is set, and whatever looks for
\`licenses\` finds nothing. Others give away what does not belong outside.

With the option \`strict\` only the labels of the option \`labels\` may be set, or those of label-required where that is not
given. As long as \`strict\` is not set, nothing is reported.`,
  sources: {
    'OCI annotations': 'https://github.com/opencontainers/image-spec/blob/main/annotations.md',
    'LABEL reference': 'https://docs.docker.com/reference/dockerfile/#label',
  },
  options: {
    labels: LABELS,
    strict: { type: 'boolean', default: false, about: 'Report every label that is not among the labels.' },
  },
  examples: [
    {
      title: 'A label that is misspelt',
      options: { strict: true, labels: { 'org.opencontainers.image.licenses': 'spdx' } },
      bad: `
        FROM debian:12
        LABEL org.opencontainers.image.licenses="MIT" \\
              «org.opencontainers.image.licence»="MIT"
        LABEL «"team"»=a
        CMD ["/server"]`,
      good: `
        FROM debian:12
        LABEL org.opencontainers.image.licenses="MIT"
        CMD ["/server"]`,
    },
    {
      title: 'Where no label is agreed on, every one',
      options: { strict: true },
      bad: `
        FROM debian:12
        LABEL «team» the a team
        CMD ["/server"]`,
      good: `
        FROM debian:12
        CMD ["/server"]`,
    },
    {
      title: 'Not strict',
      options: { labels: { 'org.opencontainers.image.licenses': 'spdx' } },
      good: `
        FROM debian:12
        LABEL team="a"`,
    },
    {
      title: 'A label that is agreed on',
      options: { strict: true, labels: { team: 'text' } },
      good: `
        FROM debian:12
        LABEL team="a"`,
    },
  ],
  *check(file, { options }) {
    if (!options.strict) return;
    const agreed = new Set(Object.keys(options.labels));
    for (const node of file.all('LABEL')) {
      for (const pair of node.pairs) {
        const { name } = pair;
        if (agreed.has(name.text)) continue;
        yield {
          at: name,
          message: say`${name.text} is none of the labels agreed on.`,
          fix: suggestion(`Remove ${name.text}`, node.pairs.length === 1 ? removeLines(node) : remove(pair)),
        };
      }
    }
  },
});
