import { replaceIn, suggestion } from '../../edit.js';
import { LABELS, labelsOfType } from '../../knowledge/labels.js';
import { isLicenseExpression, isLicenseId, licenseLike } from '../../knowledge/licenses.js';
import { AS_PEERS } from '../../knowledge/peers.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'label-spdx',
  kinds: ['dockerfile'],
  severity: 'warning',
  profile: 'recommended',
  tags: ['metadata', 'policy'],
  since: 'next',
  peers: { hadolint: ['DL3054'] },
  summary: 'Name licences in labels by their SPDX identifiers.',
  docs: `
Whoever ships an image has to know its licence, and tools look it up by its SPDX identifier. \`GPL v3\` or \`Apache\` they
do not know, and they take the image for one without a licence.

Write the identifier, as \`Apache-2.0\`, or several: \`MIT OR Apache-2.0\`. Which labels are meant, the option \`labels\` of
label-required says, by the type \`spdx\`; as long as it names none, nothing is reported.`,
  sources: {
    'SPDX licence list': 'https://spdx.org/licenses/',
    'OCI annotations': 'https://github.com/opencontainers/image-spec/blob/main/annotations.md',
  },
  options: {
    labels: LABELS,
    asPeers: {
      ...AS_PEERS,
      about:
        'Judge as hadolint does: only a single identifier, and the value as it is written, variables and empty values too.',
    },
  },
  differs: [
    {
      from: 'hadolint/DL3054',
      they: 'flags a label whose value is a variable or empty',
      we: 'silent on values that the build fills in, and leaves empty ones to label-empty',
      why: 'What the build puts in is not known from the file.',
    },
    {
      from: 'hadolint/DL3054',
      they: 'takes a single identifier alone',
      we: 'takes expressions of several as well',
      why: 'The OCI specification asks for an expression in its label for licences.',
    },
  ],
  examples: [
    {
      title: 'A name in plain words',
      options: { labels: { label: 'spdx', other: 'text' } },
      bad: `
        FROM debian:12
        LABEL label=«"Apache License 2.0"» other="x"`,
    },
    {
      title: 'Misspelt, and half an expression',
      options: { labels: { label: 'spdx' } },
      bad: `
        FROM debian:12
        LABEL label=«"Apache2"»
        LABEL label=«"MIT OR"»
        LABEL label=«"(MIT"»
        LABEL label=«"MIT Apache-2.0"»`,
    },
    {
      title: 'In another case it is one',
      options: { labels: { label: 'spdx' } },
      bad: `
        FROM debian:12
        LABEL label=«mit»
        LABEL label=«"APACHE-2.0"»`,
      good: `
        FROM debian:12
        LABEL label=MIT
        LABEL label="Apache-2.0"`,
    },
    {
      title: 'Values that fit',
      options: { labels: { label: 'spdx' } },
      good: `
        FROM debian:12
        LABEL label=MIT
        LABEL label=Apache-2.0
        LABEL label="GPL-2.0-only WITH Classpath-exception-2.0"
        LABEL label="(MIT OR GPL-2.0+) AND LicenseRef-Example"`,
    },
    {
      title: 'A value that the build fills in, and an empty one',
      options: { labels: { label: 'spdx' } },
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
      options: { labels: { label: 'spdx' } },
      bad: `
        FROM debian:12
        ARG VALUE
        LABEL label=«$VALUE»
        LABEL label=«"MIT OR Apache-2.0"»`,
    },
  ],
  *check(file, { options: { labels, asPeers } }) {
    for (const { pair, value, text } of labelsOfType(file, labels, 'spdx', asPeers)) {
      if (asPeers ? isLicenseId(text) : isLicenseExpression(text)) continue;
      const better = licenseLike(text);
      yield {
        at: value,
        message: say`The label ${pair.name.text} is no SPDX licence: ${text}`,
        fix: better === undefined ? undefined : suggestion(`Write ${better}`, replaceIn(value, text, better)),
      };
    }
  },
});
