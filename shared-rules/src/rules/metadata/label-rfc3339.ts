import { LABELS, labelsOfType, isDateTime } from '../../knowledge/labels.js';
import { AS_PEERS } from '../../knowledge/peers.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'label-rfc3339',
  kinds: ['dockerfile'],
  severity: 'warning',
  profile: 'recommended',
  tags: ['metadata', 'policy'],
  since: 'next',
  peers: { hadolint: ['DL3053'] },
  summary: 'Write dates in labels as RFC 3339 does, with time and zone.',
  docs: `
What sorts or cleans up images by their date reads one form of it. Any other is skipped, or taken for another day.

Write \`2026-01-31T12:00:00Z\`, as \`date -u +%Y-%m-%dT%H:%M:%SZ\` prints it. Which labels are meant, the option \`labels\` of
label-required says, by the type \`rfc3339\`; as long as it names none, nothing is reported.`,
  sources: {
    'RFC 3339': 'https://www.rfc-editor.org/rfc/rfc3339',
    'OCI annotations': 'https://github.com/opencontainers/image-spec/blob/main/annotations.md',
  },
  options: {
    labels: LABELS,
    asPeers: {
      ...AS_PEERS,
      about: 'Judge the value as it is written, as hadolint does: variables and empty values too.',
    },
  },
  differs: [
    {
      from: 'hadolint/DL3053',
      they: 'flags a label whose value is a variable or empty',
      we: 'silent on values that the build fills in, and leaves empty ones to label-empty',
      why: 'What the build puts in is not known from the file.',
    },
  ],
  examples: [
    {
      title: 'A date without its time',
      options: { labels: { label: 'rfc3339', other: 'text' } },
      bad: `
        FROM debian:12
        LABEL label=«"2026-01-31"» other="x"`,
    },
    {
      title: 'No zone, a day that there is not, another form, and an hour that there is not',
      options: { labels: { label: 'rfc3339' } },
      bad: `
        FROM debian:12
        LABEL label=«"2026-01-31T12:00:00"»
        LABEL label=«"2026-02-30T12:00:00Z"»
        LABEL label=«"31.01.2026 12:00"»
        LABEL label=«"2026-01-31T24:00:00Z"»`,
    },
    {
      title: 'Values that fit',
      options: { labels: { label: 'rfc3339' } },
      good: `
        FROM debian:12
        LABEL label=2026-01-31T12:00:00Z
        LABEL label="2024-02-29T23:59:60.123+02:00"
        LABEL label=2026-01-31t12:00:00z`,
    },
    {
      title: 'A value that the build fills in, and an empty one',
      options: { labels: { label: 'rfc3339' } },
      good: `
        FROM debian:12
        ARG VALUE
        LABEL label=$VALUE
        LABEL label="\${VALUE}"
        LABEL label=""`,
    },
    {
      title: 'Labels of another type, or of none',
      options: { labels: { other: 'text' } },
      good: `
        FROM debian:12
        LABEL other="no such value" label="no such value"`,
    },
    {
      title: 'As hadolint judges it',
      profile: 'all',
      options: { labels: { label: 'rfc3339' } },
      bad: `
        FROM debian:12
        ARG VALUE
        LABEL label=«$VALUE»
        LABEL label=«""»`,
    },
  ],
  *check(file, { options: { labels, asPeers } }) {
    for (const { pair, value, text } of labelsOfType(file, labels, 'rfc3339', asPeers)) {
      if (isDateTime(text)) continue;
      yield { at: value, message: say`The label ${pair.name.text} is no date with time and zone: ${text}` };
    }
  },
});
