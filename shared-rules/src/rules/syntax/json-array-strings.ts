import { rule, say } from '../../rule.js';

export default rule({
  id: 'json-array-strings',
  kinds: ['dockerfile'],
  severity: 'error',
  profile: 'recommended',
  tags: ['syntax'],
  since: 'next',
  summary: 'Put only strings into a JSON array.',
  docs: `
A JSON array of an instruction holds strings. With a number, a \`null\` or an array in it a builder neither takes it for
an array nor for plain text: it stops.

Put every element into double quotes: \`["sleep", "60"]\`.`,
  sources: { 'Shell and exec form': 'https://docs.docker.com/reference/dockerfile/#exec-form' },
  examples: [
    {
      title: 'A number, and an array within an array',
      bad: `
        FROM debian:12
        CMD ["sleep", «6»0]`,
    },
    {
      title: 'An array within an array, in a trigger',
      bad: `
        FROM debian:12
        ONBUILD ENTRYPOINT [«[»"/srv/run"]]`,
    },
    {
      title: 'Strings, and text that is no JSON',
      good: `
        FROM debian:12
        CMD ["sleep", "60"]
        RUN [ 1 -lt 2 ]`,
    },
  ],
  *check(file) {
    for (const { badElement } of file.allWithTriggers()) {
      if (badElement)
        yield { at: badElement, message: say`Every element of the array must be a string in double quotes.` };
    }
  },
});
