import { fix, replace } from '../../edit.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'from-as-casing',
  kinds: ['dockerfile'],
  severity: 'warning',
  profile: 'recommended',
  tags: ['stages', 'style'],
  since: 'next',
  peers: { buildkit: ['FromAsCasing'] },
  summary: 'Write AS in the case of its FROM.',
  docs: `
\`FROM debian:12 as build\` builds, but warns at every build, and the name of the stage is easily read over.

Write both words in capitals, or both in small letters.`,
  sources: { FromAsCasing: 'https://docs.docker.com/reference/build-checks/from-as-casing/' },
  examples: [
    {
      title: 'FROM in capitals',
      bad: `
        FROM golang:1.27 «as» build
        FROM debian:12 «As» final`,
      good: `
        FROM golang:1.27 AS build
        FROM debian:12 AS final`,
      except: ['with lower-case keywords'],
    },
    {
      title: 'from in small letters',
      bad: `
        from golang:1.27 «AS» build
        from debian:12 «As» final`,
      good: `
        from golang:1.27 as build
        from debian:12 as final`,
    },
    {
      title: 'The same case, a FROM in mixed case, and no name',
      good: `
        FROM golang:1.27 AS build
        From golang:1.27 as test
        FROM debian:12`,
      except: ['with lower-case keywords'],
    },
  ],
  *check(file) {
    for (const { head, alias, words } of file.all('FROM')) {
      const [, as] = words;
      if (!alias || !as || words.length !== 3) continue;
      const { text } = head;
      const isUpper = text === text.toUpperCase();
      if (!isUpper && text !== text.toLowerCase()) continue;
      const wanted = isUpper ? 'AS' : 'as';
      if (as.text === wanted || as.text.toUpperCase() !== 'AS') continue;
      yield {
        at: as,
        message: say`${as.text} is in another case than its ${text}.`,
        fix: fix(`Write ${wanted}`, replace(as, wanted)),
      };
    }
  },
});
