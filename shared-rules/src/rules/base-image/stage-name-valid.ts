import { rule, say } from '../../rule.js';

export default rule({
  id: 'stage-name-valid',
  kinds: ['dockerfile'],
  severity: 'error',
  profile: 'recommended',
  tags: ['syntax'],
  since: 'next',
  peers: { 'dockerfile-utils': ['INVALID_BUILD_STAGE_NAME'] },
  summary: 'Begin the name of a stage with a letter, and go on with letters, digits, dots, dashes and underscores.',
  docs: `
A builder refuses a stage with any other name: a number would be taken for the place of a stage, a slash for an image.

Choose a name such as \`build\` or \`build-2\`.`,
  sources: { 'FROM reference': 'https://docs.docker.com/reference/dockerfile/#from' },
  examples: [
    {
      title: 'A number first',
      bad: `
        FROM debian:12 AS «1st»`,
    },
    {
      title: 'A slash, a variable',
      bad: `
        FROM debian:12 AS «team/build»
        FROM debian:12 AS «$NAME»`,
    },
    {
      title: 'Names that will do',
      good: `
        FROM debian:12 AS build
        FROM debian:12 AS build_2.0-rc
        FROM debian:12`,
    },
  ],
  *check(file) {
    for (const { name } of file.stages) {
      if (name && !/^[a-z][a-z0-9_.-]*$/i.test(name.text))
        yield { at: name, message: say`${name.text} cannot be the name of a stage.` };
    }
  },
});
