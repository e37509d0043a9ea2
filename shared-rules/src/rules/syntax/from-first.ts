import { rule, say } from '../../rule.js';

export default rule({
  id: 'from-first',
  kinds: ['dockerfile'],
  severity: 'error',
  profile: 'recommended',
  tags: ['syntax'],
  since: 'next',
  peers: { hadolint: ['DL3061'], 'dockerfile-utils': ['NO_SOURCE_IMAGE'] },
  summary: 'Begin with FROM; only ARG may stand before it.',
  docs: `
An instruction needs an image to work on. A builder refuses a file that has none, and any instruction but ARG before the
first FROM.

Put a FROM at the head of the file: an image, or \`scratch\` for an empty one.`,
  sources: { 'FROM reference': 'https://docs.docker.com/reference/dockerfile/#from' },
  examples: [
    {
      title: 'Instructions before it',
      bad: `
        ARG A
        «ENV» B=1
        «RUN» make
        FROM debian:12`,
      except: ['behind another stage'],
    },
    {
      title: 'None at all',
      bad: `
        «RUN» make`,
      except: ['behind another stage'],
    },
    {
      title: 'Directives, comments and arguments before it',
      good: `
        # syntax=docker/dockerfile:1
        # a comment
        ARG A=1
        FROM debian:12
        RUN make`,
      except: ['below a whale', 'with backticks for continuations'],
    },
  ],
  *check(file) {
    let isFirst = true;
    for (const node of file.all()) {
      if (node.keyword === 'FROM') return;
      if (node.keyword === 'ARG' || node.head.text === '') continue;
      yield {
        at: node.head,
        message: say`${node.head.text} comes before the first FROM, so that there is no image for it to work on.`,
        peers: ['hadolint/DL3061', ...(isFirst ? ['dockerfile-utils/NO_SOURCE_IMAGE'] : [])],
      };
      isFirst = false;
    }
  },
});
