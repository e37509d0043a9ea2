import { asAssignment, fix, suggestion, type Fix } from '../../edit.js';
import type { Dockerfile, Instructions } from '../../model/index.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'legacy-key-value',
  kinds: ['dockerfile'],
  severity: 'warning',
  profile: 'recommended',
  tags: ['syntax'],
  since: '0.1.0',
  peers: { buildkit: ['LegacyKeyValueFormat'] },
  summary: 'Write ENV and LABEL as name=value.',
  docs: `
Without an equals sign the first word is the name and all the rest is the value.
Whoever adds a second pair to the line, or writes \`ENV A=1\` as \`ENV A 1 B 2\`, makes one long value of it, without a
warning from the builder's parser. The form is kept for old files only and may go.

Write \`name=value\`, with quotes around a value that holds blanks. The value stays the same; where it runs over several
lines, its indent is part of it, and somebody should look whether that was meant.`,
  sources: {
    'ENV reference': 'https://docs.docker.com/reference/dockerfile/#env',
    LegacyKeyValueFormat: 'https://docs.docker.com/reference/build-checks/legacy-key-value-format/',
  },
  examples: [
    {
      title: 'A name and a value',
      bad: `
        FROM debian:12
        ENV «LANG C.UTF-8»
        LABEL «team   platform»`,
      good: `
        FROM debian:12
        ENV LANG=C.UTF-8
        LABEL team=platform`,
    },
    {
      title: 'A value with blanks, one with variables, and one that looks like more pairs',
      bad: `
        FROM debian:12
        ENV «GREETING hello   world»
        ENV «OPTIONS --home \${HOME:-/root} --path $PATH:/opt/bin» 
        ENV «A 1 B=2»`,
      good: `
        FROM debian:12
        ENV GREETING="hello   world"
        ENV OPTIONS="--home \${HOME:-/root} --path $PATH:/opt/bin" 
        ENV A="1 B=2"`,
    },
    {
      title: 'Quotes and escapes keep what they mean',
      bad: `
        FROM debian:12
        ENV «A "two words"»
        ENV «B 'as it $is'»
        ENV «C say "hi there" to $USER»
        ENV «D 'it costs $5' today»
        ENV «E one\\ word»
        ENV «F a \\"b\\" c»
        ENV «G =1»`,
      good: `
        FROM debian:12
        ENV A="two words"
        ENV B='as it $is'
        ENV C="say hi there to $USER"
        ENV D="it costs \\$5 today"
        ENV E=one\\ word
        ENV F="a \\"b\\" c"
        ENV G==1`,
    },
    {
      title: 'Over lines: the layout stays, and so do the blanks that it puts into the value',
      bad: `
        FROM debian:12
        ENV «OPTIONS -a \\
            -b»
        ENV \\
          «NAME \\
            value»`,
      good: `
        FROM debian:12
        ENV OPTIONS="-a \\
            -b"
        ENV \\
          NAME=value`,
    },
    {
      title: 'A comment between the lines stays where it is',
      bad: `
        FROM debian:12
        ENV «OPTIONS -a \\
            # why
            -b»`,
      good: `
        FROM debian:12
        ENV OPTIONS="-a \\
            # why
            -b"`,
    },
    {
      title: 'What the builder refuses, and a comment before the value, are left to a person',
      bad: `
        FROM debian:12
        ENV «MESSAGE it's open»
        ENV «KEYS \\
          # of the makers
          one \\
          two»`,
    },
    {
      title: 'The new form, one pair or several',
      good: `
        FROM debian:12
        ENV A=1 B="two words" \\
            C=3
        LABEL org.example.team=platform
        ARG D
        ONBUILD ENV E 5`,
    },
  ],
  *check(file) {
    for (const node of file.all('ENV', 'LABEL')) {
      const [pair] = node.pairs;
      if (!node.isLegacy || !pair?.value) continue;
      yield {
        at: pair,
        message: say`Everything behind ${pair.name.text} is its value in this old form of ${node.keyword}.`,
        fix: asPair(file, node),
      };
    }
  },
});

function asPair(file: Dockerfile, node: Instructions['ENV' | 'LABEL']): Fix | undefined {
  const assignment = asAssignment(file, node);
  if (!assignment) return undefined;
  const title = 'Write name=value';
  return assignment.isSure ? fix(title, ...assignment.edits) : suggestion(title, ...assignment.edits);
}
