import { replaceIn, suggestion } from '../../edit.js';
import { LABELS, labelsOfType, isMailAddress } from '../../knowledge/labels.js';
import { AS_PEERS } from '../../knowledge/peers.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'label-email',
  kinds: ['dockerfile'],
  severity: 'warning',
  profile: 'recommended',
  tags: ['metadata', 'policy'],
  since: 'next',
  peers: { hadolint: ['DL3058'] },
  summary: 'Write addresses of e-mail in labels as a plain address.',
  docs: `
The label says whom to write to when an image has a hole. With a misspelt address the mail does not arrive.

Write the address alone, without a name around it: \`team@example.com\`. Which labels are meant, the option \`labels\` of
label-required says, by the type \`email\`; as long as it names none, nothing is reported.`,
  sources: {
    'RFC 5322': 'https://www.rfc-editor.org/rfc/rfc5322#section-3.4.1',
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
      from: 'hadolint/DL3058',
      they: 'flags a label whose value is a variable or empty',
      we: 'silent on values that the build fills in, and leaves empty ones to label-empty',
      why: 'What the build puts in is not known from the file.',
    },
  ],
  examples: [
    {
      title: 'An address in words',
      options: { labels: { label: 'email', other: 'text' } },
      bad: `
        FROM debian:12
        LABEL label=«"team at example.com"» other="x"`,
    },
    {
      title: 'Parts that are missing',
      options: { labels: { label: 'email' } },
      bad: `
        FROM debian:12
        LABEL label=«@example.com»
        LABEL label=«team@»
        LABEL label=«"team.@example.com"»`,
    },
    {
      title: 'The address is there',
      options: { labels: { label: 'email' } },
      bad: `
        FROM debian:12
        LABEL label=«"Team <team@example.com>"»`,
      good: `
        FROM debian:12
        LABEL label="team@example.com"`,
    },
    {
      title: 'Values that fit',
      options: { labels: { label: 'email' } },
      good: `
        FROM debian:12
        LABEL label=team@example.com
        LABEL label='"the team"@example.com'
        LABEL label=team+images@[192.0.2.1]`,
    },
    {
      title: 'A value that the build fills in, and an empty one',
      options: { labels: { label: 'email' } },
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
      options: { labels: { label: 'email' } },
      bad: `
        FROM debian:12
        ARG VALUE
        LABEL label=«$VALUE»
        LABEL label=«""»`,
    },
  ],
  *check(file, { options: { labels, asPeers } }) {
    for (const { pair, value, text } of labelsOfType(file, labels, 'email', asPeers)) {
      if (isMailAddress(text)) continue;
      const better = addressIn(text);
      yield {
        at: value,
        message: say`The label ${pair.name.text} is no address of e-mail: ${text}`,
        fix: better === undefined ? undefined : suggestion(`Write ${better}`, replaceIn(value, text, better)),
      };
    }
  },
});

/** The address of a text that names its owner before it. */
function addressIn(text: string): string | undefined {
  const [, address] = /^[^<>]*<([^<>]*)>$/.exec(text) ?? [];
  return address !== undefined && isMailAddress(address) ? address : undefined;
}
