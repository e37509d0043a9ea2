import { LABELS, labelsOfType, isUri } from '../../knowledge/labels.js';
import { AS_PEERS } from '../../knowledge/peers.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'label-url',
  kinds: ['dockerfile'],
  severity: 'warning',
  profile: 'recommended',
  tags: ['metadata', 'policy'],
  since: 'next',
  peers: { hadolint: ['DL3052'] },
  summary: 'Write whole addresses in the labels that hold one.',
  docs: `
Registries and update bots turn these labels into links. An address without its scheme leads nowhere.

Write it from the scheme on: \`https://example.com/app\`. Which labels are meant, the option \`labels\` of
label-required says, by the type \`url\`; as long as it names none, nothing is reported.`,
  sources: {
    'RFC 3986': 'https://www.rfc-editor.org/rfc/rfc3986',
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
      from: 'hadolint/DL3052',
      they: 'flags a label whose value is a variable or empty',
      we: 'silent on values that the build fills in, and leaves empty ones to label-empty',
      why: 'What the build puts in is not known from the file.',
    },
  ],
  examples: [
    {
      title: 'An address without its scheme',
      options: { labels: { label: 'url', other: 'text' } },
      bad: `
        FROM debian:12
        LABEL label=«"example.com/app"» other="x"`,
    },
    {
      title: 'A path, a blank, and a percent sign on its own',
      options: { labels: { label: 'url' } },
      bad: `
        FROM debian:12
        LABEL label=«"/docs"»
        LABEL label=«'https://example.com/a b'»
        LABEL label=«https://example.com/100%»`,
    },
    {
      title: 'Values that fit',
      options: { labels: { label: 'url' } },
      good: `
        FROM debian:12
        LABEL label=https://example.com
        LABEL label="https://user@example.com:8080/a?b=c#d"
        LABEL label="https://[2001:db8::1]/%20"
        LABEL label="mailto:team@example.com"
        LABEL label="git+ssh://git@example.com/app.git"`,
    },
    {
      title: 'A value that the build fills in, and an empty one',
      options: { labels: { label: 'url' } },
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
      options: { labels: { label: 'url' } },
      bad: `
        FROM debian:12
        ARG VALUE
        LABEL label=«$VALUE»
        LABEL label=«""»`,
    },
  ],
  *check(file, { options: { labels, asPeers } }) {
    for (const { pair, value, text } of labelsOfType(file, labels, 'url', asPeers)) {
      if (isUri(text)) continue;
      yield { at: value, message: say`The label ${pair.name.text} is no whole address: ${text}` };
    }
  },
});
