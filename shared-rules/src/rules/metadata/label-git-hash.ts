import { replaceIn, suggestion } from '../../edit.js';
import { LABELS, labelsOfType } from '../../knowledge/labels.js';
import { AS_PEERS } from '../../knowledge/peers.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'label-git-hash',
  kinds: ['dockerfile'],
  severity: 'warning',
  profile: 'recommended',
  tags: ['metadata', 'policy'],
  since: 'next',
  peers: { hadolint: ['DL3055'] },
  summary: 'Name commits in labels by their hash.',
  docs: `
The label is how one gets from a running image to the source it was made of. A branch or a tag moves on, and then it
leads to other code.

Write the hash, as \`git rev-parse HEAD\` prints it. Which labels are meant, the option \`labels\` of
label-required says, by the type \`hash\`; as long as it names none, nothing is reported.`,
  sources: {
    'git rev-parse': 'https://git-scm.com/docs/git-rev-parse',
    'OCI annotations': 'https://github.com/opencontainers/image-spec/blob/main/annotations.md',
  },
  options: {
    labels: LABELS,
    asPeers: {
      ...AS_PEERS,
      about:
        'Judge as hadolint does: 7 or 40 digits alone, and the value as it is written, variables and empty values too.',
    },
  },
  differs: [
    {
      from: 'hadolint/DL3055',
      they: 'flags a label whose value is a variable or empty',
      we: 'silent on values that the build fills in, and leaves empty ones to label-empty',
      why: 'What the build puts in is not known from the file.',
    },
    {
      from: 'hadolint/DL3055',
      they: 'takes 7 or 40 digits alone',
      we: 'takes any from 7 to 40, and 64',
      why: 'In large repositories git abbreviates to more than 7, and hashes by SHA-256 have 64.',
    },
  ],
  examples: [
    {
      title: 'A branch',
      options: { labels: { label: 'hash', other: 'text' } },
      bad: `
        FROM debian:12
        LABEL label=«main» other="x"`,
    },
    {
      title: 'A tag, too few digits, and another letter',
      options: { labels: { label: 'hash' } },
      bad: `
        FROM debian:12
        LABEL label=«v1.2.3»
        LABEL label=«a1b2c3»
        LABEL label=«g1b2c3d»`,
    },
    {
      title: 'In small letters it is one',
      options: { labels: { label: 'hash' } },
      bad: `
        FROM debian:12
        LABEL label=«A1B2C3D»`,
      good: `
        FROM debian:12
        LABEL label=a1b2c3d`,
    },
    {
      title: 'Values that fit',
      options: { labels: { label: 'hash' } },
      good: `
        FROM debian:12
        LABEL label=a1b2c3d
        LABEL label=a1b2c3d4e5
        LABEL label=0123456789abcdef0123456789abcdef01234567`,
    },
    {
      title: 'A value that the build fills in, and an empty one',
      options: { labels: { label: 'hash' } },
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
      options: { labels: { label: 'hash' } },
      bad: `
        FROM debian:12
        ARG VALUE
        LABEL label=«$VALUE»
        LABEL label=«a1b2c3d4e5»
        LABEL label=a1b2c3d`,
    },
  ],
  *check(file, { options: { labels, asPeers } }) {
    const form = asPeers ? SHORT_OR_WHOLE : HASH;
    for (const { pair, value, text } of labelsOfType(file, labels, 'hash', asPeers)) {
      if (form.test(text)) continue;
      const better = form.test(text.toLowerCase()) ? text.toLowerCase() : undefined;
      yield {
        at: value,
        message: say`The label ${pair.name.text} is no hash of a commit: ${text}`,
        fix: better === undefined ? undefined : suggestion(`Write ${better}`, replaceIn(value, text, better)),
      };
    }
  },
});

const SHORT_OR_WHOLE = /^(?:[0-9a-f]{7}|[0-9a-f]{40})$/;
const HASH = /^(?:[0-9a-f]{7,40}|[0-9a-f]{64})$/;
