import { removeLines, replace, suggestion } from '../../edit.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'escape-directive',
  kinds: ['dockerfile'],
  severity: 'error',
  profile: 'recommended',
  tags: ['syntax'],
  since: 'next',
  peers: { 'dockerfile-utils': ['INVALID_ESCAPE_DIRECTIVE', 'DUPLICATED_ESCAPE_DIRECTIVE'] },
  summary: 'Name each directive once; escape is a backslash or a backtick.',
  docs: `
A builder refuses any escape character but the backslash and the backtick, and every directive that is given twice: the
whole build stops before its first step.

Keep one line for each directive; the backtick is for files with the paths of Windows.`,
  sources: { 'Parser directives': 'https://docs.docker.com/reference/dockerfile/#escape' },
  examples: [
    {
      title: 'Another character',
      bad: `
        # escape=«^»
        FROM debian:12`,
      choices: {
        'Use the backslash': `
        # escape=\\
        FROM debian:12`,
        'Use the backtick': `
        # escape=\`
        FROM debian:12`,
      },
      except: ['below a whale', 'behind another stage', 'with backticks for continuations', 'behind a byte order mark'],
    },
    {
      title: 'Twice',
      bad: `
        # escape=\\
        «# escape=\`»
        FROM debian:12`,
      good: `
        # escape=\\
        FROM debian:12`,
      except: ['below a whale', 'behind another stage', 'with backticks for continuations'],
    },
    {
      title: 'One that is right',
      good: `
        # escape=\`
        FROM debian:12`,
      except: ['below a whale', 'behind another stage', 'with backticks for continuations'],
    },
  ],
  *check(file) {
    const seen = new Set<string>();
    for (const directive of file.directives) {
      const name = directive.name.text.toLowerCase();
      const { value } = directive;
      if (seen.has(name)) {
        yield {
          at: directive,
          message: say`${name} is set already, and a builder takes it only once.`,
          fix: suggestion('Remove the second one', removeLines(directive)),
          peers: name === 'escape' ? ['dockerfile-utils/DUPLICATED_ESCAPE_DIRECTIVE'] : [],
        };
      } else if (name === 'escape' && value.text !== '\\' && value.text !== '`') {
        yield {
          at: value,
          message: say`The escape character is a backslash or a backtick, not ${value.text}.`,
          choices: [
            suggestion('Use the backslash', replace(value, '\\')),
            suggestion('Use the backtick', replace(value, '`')),
          ],
          peers: ['dockerfile-utils/INVALID_ESCAPE_DIRECTIVE'],
        };
      }
      seen.add(name);
    }
  },
});
