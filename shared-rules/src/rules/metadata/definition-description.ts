import { replaceIn, suggestion } from '../../edit.js';
import { commentsAbove, type Instructions } from '../../model/index.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'definition-description',
  kinds: ['dockerfile'],
  severity: 'hint',
  profile: 'all',
  tags: ['style'],
  since: 'next',
  peers: { buildkit: ['InvalidDefinitionDescription'] },
  summary: 'Begin the comment above an argument or a stage with its name.',
  docs: `
\`docker build --call=outline\` and \`--call=targets\` show the comment above an ARG or a named stage as its description, but
only where it begins with the name. Any other comment there is not shown, and a reader takes it for one.

Write \`# VERSION is the version that is built\`, or leave an empty line between the comment and the instruction.`,
  sources: {
    InvalidDefinitionDescription: 'https://docs.docker.com/reference/build-checks/invalid-definition-description/',
  },
  examples: [
    {
      title: 'A comment that says something else',
      bad: `
        «# the one that is built»
        ARG VERSION=1
        FROM debian:12`,
      good: `
        # VERSION the one that is built
        ARG VERSION=1
        FROM debian:12`,
      except: ['below a whale'],
    },
    {
      title: 'Above a stage',
      bad: `
        FROM debian:12
        # first line
        «# compiles»
        FROM debian:12 AS build`,
      good: `
        FROM debian:12
        # first line
        # build compiles
        FROM debian:12 AS build`,
    },
    {
      title: 'The name, an empty line, an empty comment, no name to describe',
      good: `
        # VERSION is the version that is built
        ARG VERSION=1
        # a remark

        ARG OTHER=1
        # a remark
        #
        ARG MORE=1
        # A or B
        ARG A B
        # the base
        FROM debian:12
        # builds
        RUN make`,
      except: ['below a whale'],
    },
  ],
  *check(file) {
    for (const node of file.all('ARG', 'FROM')) {
      const names = namesOf(node);
      const comment = commentsAbove(file, node).at(-1);
      const [first] = names;
      if (!comment || !first || comment.text === '') continue;
      const word = comment.text.split(/\s/, 1)[0] ?? '';
      if (names.includes(word)) continue;
      yield {
        at: comment,
        message: say`The comment is no description of ${first}, since it does not begin with that name.`,
        fix: suggestion(`Begin with ${first}`, replaceIn(comment, comment.text, `${first} ${comment.text}`)),
      };
    }
  },
});

const namesOf = (node: Instructions['ARG' | 'FROM']): readonly string[] =>
  node.keyword === 'ARG' ? node.pairs.map(({ name }) => name.text) : node.alias ? [node.alias.text] : [];
