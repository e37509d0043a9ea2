import type { Pair } from '../../model/index.js';
import { rule, say, type Finding } from '../../rule.js';

export default rule({
  id: 'key-value-syntax',
  kinds: ['dockerfile'],
  severity: 'error',
  profile: 'recommended',
  tags: ['syntax'],
  since: 'next',
  peers: {
    'dockerfile-utils': [
      'SYNTAX_MISSING_EQUALS',
      'SYNTAX_MISSING_NAMES',
      'SYNTAX_MISSING_SINGLE_QUOTE',
      'SYNTAX_MISSING_DOUBLE_QUOTE',
      'ARGUMENT_REQUIRES_TWO',
    ],
  },
  summary: 'Give every ENV, LABEL and ARG a name, and every quote its end.',
  docs: `
A builder refuses a pair without a name, a later word of ENV or LABEL without \`=\`, and a quote that is never closed: the
rest of the line has become part of the value then.

Write \`NAME=value\`, with both quotes around a value that holds blanks.`,
  sources: { 'ENV reference': 'https://docs.docker.com/reference/dockerfile/#env' },
  examples: [
    {
      title: 'No name, no value, no equals sign',
      bad: `
        FROM debian:12
        ENV «=1»
        ENV «A»
        ENV A=1 «B»
        ARG «=1»`,
    },
    {
      title: 'Quotes without an end',
      bad: `
        FROM debian:12
        ENV «A="one two»
        LABEL a=1 «b='two»`,
    },
    {
      title: 'Pairs, the old form, arguments without a default',
      good: `
        FROM debian:12
        ENV A=1 B="two words" C='it is' D=it\\'s
        ENV OLD it's "quoted
        ARG X Y=1
        LABEL "my label"=1`,
      except: ['with backticks for continuations'],
    },
  ],
  *check(file) {
    for (const node of file.allWithTriggers('ENV', 'LABEL', 'ARG')) {
      for (const pair of node.pairs) {
        const found = wrongWith(pair, node.keyword !== 'ARG' && node.isLegacy, node.keyword === 'ARG');
        if (found) yield found;
      }
    }
  },
});

function wrongWith(pair: Pair, isLegacy: boolean, isArgument: boolean): Finding | undefined {
  const told = (message: Finding['message'], code: string): Finding => ({
    at: pair,
    message,
    peers: [`dockerfile-utils/${code}`],
  });
  if (isLegacy) return pair.value ? undefined : told(say`${pair.name.text} has no value.`, 'ARGUMENT_REQUIRES_TWO');
  if (pair.openQuote === '"') return told(say`The double quote is never closed.`, 'SYNTAX_MISSING_DOUBLE_QUOTE');
  if (pair.openQuote) return told(say`The single quote is never closed.`, 'SYNTAX_MISSING_SINGLE_QUOTE');
  if (pair.name.text === '') return told(say`There is no name before the equals sign.`, 'SYNTAX_MISSING_NAMES');
  return pair.value || isArgument
    ? undefined
    : told(say`${pair.name.text} needs an equals sign and a value.`, 'SYNTAX_MISSING_EQUALS');
}
