import { replace, suggestion } from '../../edit.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'from-as-keyword',
  kinds: ['dockerfile'],
  severity: 'error',
  profile: 'recommended',
  tags: ['syntax'],
  since: 'next',
  peers: { 'dockerfile-utils': ['INVALID_AS', 'ARGUMENT_REQUIRES_ONE_OR_THREE'] },
  summary: 'Write FROM image, or FROM image AS name.',
  docs: `
FROM takes an image, or an image, the word AS and a name. A builder refuses everything else.

Put AS before the name, and blanks around it.`,
  sources: { 'FROM reference': 'https://docs.docker.com/reference/dockerfile/#from' },
  examples: [
    {
      title: 'Another word',
      bad: `
        FROM debian:12 «ALS» build`,
      good: `
        FROM debian:12 AS build`,
      except: ['with lower-case keywords'],
    },
    {
      title: 'No word, and words too many',
      bad: `
        FROM debian:12 «build»
        FROM debian:12 AS build «now»`,
    },
    {
      title: 'As it is meant',
      good: `
        FROM --platform=linux/amd64 debian:12
        FROM debian:12 as build`,
    },
  ],
  *check(file) {
    for (const { words } of file.all('FROM')) {
      const [, second, third] = words;
      const last = words.at(-1);
      if (!second || !last) continue;
      if (words.length !== 3)
        yield {
          at: last,
          message: say`FROM takes an image, or an image, AS and a name.`,
          peers: ['dockerfile-utils/ARGUMENT_REQUIRES_ONE_OR_THREE'],
        };
      else if (third && second.text.toLowerCase() !== 'as')
        yield {
          at: second,
          message: say`AS stands before the name of a stage, not ${second.text}.`,
          fix: suggestion('Write AS', replace(second, 'AS')),
          peers: ['dockerfile-utils/INVALID_AS'],
        };
    }
  },
});
