import { replaceIn, suggestion } from '../../edit.js';
import { LABELS, labelsOfType, isSemanticVersion } from '../../knowledge/labels.js';
import { AS_PEERS } from '../../knowledge/peers.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'label-semver',
  kinds: ['dockerfile'],
  severity: 'warning',
  profile: 'recommended',
  tags: ['metadata', 'policy'],
  since: 'next',
  peers: { hadolint: ['DL3056'] },
  summary: 'Write versions in labels as Semantic Versioning does.',
  docs: `
Update bots and roll-outs compare versions by their three numbers. One with a \`v\` in front or a number too few sorts
wrong, or is skipped.

Write \`1.2.3\`, with what comes before a release behind a hyphen: \`1.2.3-rc.1\`. Which labels are meant, the option \`labels\` of
label-required says, by the type \`semver\`; as long as it names none, nothing is reported.`,
  sources: {
    'Semantic Versioning': 'https://semver.org',
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
      from: 'hadolint/DL3056',
      they: 'flags a label whose value is a variable or empty',
      we: 'silent on values that the build fills in, and leaves empty ones to label-empty',
      why: 'What the build puts in is not known from the file.',
    },
  ],
  examples: [
    {
      title: 'A word in front',
      options: { labels: { label: 'semver', other: 'text' } },
      bad: `
        FROM debian:12
        LABEL label=«release-1.2.3» other="x"`,
    },
    {
      title: 'Numbers too few and too many, zeros in front, a word',
      options: { labels: { label: 'semver' } },
      bad: `
        FROM debian:12
        LABEL label=«1.2»
        LABEL label=«1.02.3»
        LABEL label=«1.2.3.4»
        LABEL label=«latest»
        LABEL label=«1.2.3-»
        LABEL label=«1.2.3-01»`,
    },
    {
      title: 'Without the letter it is one',
      options: { labels: { label: 'semver' } },
      bad: `
        FROM debian:12
        LABEL label=«v1.2.3»
        LABEL label=«"v2.0.0-rc.1"»`,
      good: `
        FROM debian:12
        LABEL label=1.2.3
        LABEL label="2.0.0-rc.1"`,
    },
    {
      title: 'Values that fit',
      options: { labels: { label: 'semver' } },
      good: `
        FROM debian:12
        LABEL label=1.2.3
        LABEL label=0.0.0-rc.1+build.05
        LABEL label=1.0.0--x`,
    },
    {
      title: 'A value that the build fills in, and an empty one',
      options: { labels: { label: 'semver' } },
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
      options: { labels: { label: 'semver' } },
      bad: `
        FROM debian:12
        ARG VALUE
        LABEL label=«$VALUE»
        LABEL label=«""»`,
    },
  ],
  *check(file, { options: { labels, asPeers } }) {
    for (const { pair, value, text } of labelsOfType(file, labels, 'semver', asPeers)) {
      if (isSemanticVersion(text)) continue;
      const better = /^v\d/.test(text) && isSemanticVersion(text.slice(1)) ? text.slice(1) : undefined;
      yield {
        at: value,
        message: say`The label ${pair.name.text} is no semantic version: ${text}`,
        fix: better === undefined ? undefined : suggestion(`Write ${better}`, replaceIn(value, text, better)),
      };
    }
  },
});
