import { replaceBetween, suggestion } from '../../edit.js';
import { stretch } from '../../model/index.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'key-value-space-before-equal',
  kinds: ['dockerfile'],
  severity: 'error',
  profile: 'recommended',
  tags: ['correctness'],
  since: 'next',
  peers: { sonar: ['S6574'] },
  summary: 'Put no blank before the equals sign of ENV or LABEL.',
  docs: `
With a blank before it, the equals sign is part of the value: \`ENV A =1\` sets A to \`=1\`. Nothing says so until the
program reads it.

Write \`A=1\`.`,
  sources: { 'ENV reference': 'https://docs.docker.com/reference/dockerfile/#env' },
  examples: [
    {
      title: 'A value that no fix takes apart',
      bad: `
        FROM debian:12
        ENV «A = "one two"»`,
    },
    {
      title: 'Blanks before the equals sign, and behind it',
      bad: `
        FROM debian:12
        ENV «A =1»
        LABEL «team = platform»`,
      good: `
        FROM debian:12
        ENV A=1
        LABEL team=platform`,
    },
    {
      title: 'No blanks, the old form, a value that begins so in quotes',
      good: `
        FROM debian:12
        ENV A=1
        ENV B two
        ENV C "= x"`,
    },
  ],
  *check(file) {
    for (const node of file.allWithTriggers('ENV', 'LABEL')) {
      const [pair] = node.pairs;
      const match = /^=\s*/.exec(pair?.value?.text ?? '');
      if (!pair?.value || !node.isLegacy || !match || !node.written(pair.value).startsWith('=')) continue;
      const rest = pair.value.part(match[0].length);
      const isPlain = rest?.literal === true && /^[\w./:+-]+$/.test(rest.text);
      yield {
        at: stretch(pair.name, pair.value),
        message: say`The equals sign becomes part of the value.`,
        fix: isPlain ? suggestion('Take the blanks out', replaceBetween(pair.name, rest, '=')) : undefined,
      };
    }
  },
});
