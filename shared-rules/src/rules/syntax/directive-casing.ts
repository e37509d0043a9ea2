import { fix, replace } from '../../edit.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'directive-casing',
  kinds: ['dockerfile'],
  severity: 'warning',
  profile: 'recommended',
  tags: ['style'],
  since: 'next',
  peers: { 'dockerfile-utils': ['CASING_DIRECTIVE'] },
  summary: 'Write parser directives in lower case.',
  docs: `
Builders take \`# Escape=\` for a directive, while people and many tools take it for a comment. By convention directives
are in lower case.

Write \`# escape=\`, \`# syntax=\` and \`# check=\`.`,
  sources: { 'Parser directives': 'https://docs.docker.com/reference/dockerfile/#parser-directives' },
  differs: [
    {
      from: 'dockerfile-utils/CASING_DIRECTIVE',
      they: 'looks at `escape` alone',
      we: 'looks at `syntax` and `check` as well',
      why: 'The convention is the same for all of them.',
    },
  ],
  examples: [
    {
      title: 'One directive',
      bad: `
        # «Check»=skip=JSONArgsRecommended
        FROM debian:12`,
      good: `
        # check=skip=JSONArgsRecommended
        FROM debian:12`,
      except: ['below a whale', 'behind another stage', 'with backticks for continuations'],
    },
    {
      title: 'Two directives',
      bad: `
        # «Syntax»=docker/dockerfile:1
        # «ESCAPE»=\\
        FROM debian:12`,
      good: `
        # syntax=docker/dockerfile:1
        # escape=\\
        FROM debian:12`,
      except: ['below a whale', 'behind another stage', 'with backticks for continuations'],
    },
    {
      title: 'A comment that is no directive',
      good: `
        FROM debian:12
        # Escape=x`,
    },
  ],
  *check(file) {
    for (const { name } of file.directives) {
      const lower = name.text.toLowerCase();
      if (name.text === lower) continue;
      yield {
        at: name,
        message: say`Directives are written in lower case.`,
        fix: fix(`Write ${lower}`, replace(name, lower)),
        peers: lower === 'escape' ? ['dockerfile-utils/CASING_DIRECTIVE'] : [],
      };
    }
  },
});
