import { replace, suggestion } from '../../edit.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'shell-json-form',
  kinds: ['dockerfile'],
  severity: 'error',
  profile: 'recommended',
  tags: ['syntax'],
  since: 'next',
  peers: { 'dockerfile-utils': ['SHELL_JSON_FORM', 'SHELL_REQUIRES_ONE'], sonar: ['S7030'] },
  summary: 'Write SHELL as a JSON array with a program in it.',
  docs: `
SHELL has no other form than a JSON array, and it must name at least the program. A builder refuses anything else.

Write \`SHELL ["/bin/bash", "-c"]\`: every word a string, the command that is to be run left out.`,
  sources: { 'SHELL reference': 'https://docs.docker.com/reference/dockerfile/#shell' },
  examples: [
    {
      title: 'Words instead of an array',
      bad: `
        FROM debian:12
        SHELL «/bin/bash -o pipefail -c»`,
      good: `
        FROM debian:12
        SHELL ["/bin/bash", "-o", "pipefail", "-c"]`,
    },
    {
      title: 'An array that is broken, and one that is empty',
      bad: `
        FROM debian:12
        SHELL «["/bin/bash", "-c"»
        SHELL «[]»`,
    },
    {
      title: 'An array',
      good: `
        FROM debian:12
        SHELL ["/bin/bash", "-c"]`,
    },
  ],
  *check(file) {
    for (const node of file.allWithTriggers('SHELL')) {
      const { argv, badElement, body, nearJson, words } = node;
      if (body.text.trim() === '' || argv.length > 0 || badElement) continue;
      const isEmpty = /^\[\s*\]$/.test(body.text.trim());
      const array = words.map(({ text }) => JSON.stringify(text)).join(', ');
      const isPlain = !isEmpty && !nearJson && words.every(({ text }) => /^[\w./:\\+=-]+$/.test(text));
      yield {
        at: body,
        message: isEmpty
          ? say`SHELL names no program.`
          : nearJson
            ? say`SHELL must be a JSON array, and this is none: ${nearJson.reason}.`
            : say`SHELL must be a JSON array.`,
        fix:
          isPlain && !node.isContinued
            ? suggestion('Write it as a JSON array', replace(body, `[${array}]`))
            : undefined,
        peers: isEmpty ? ['dockerfile-utils/SHELL_REQUIRES_ONE'] : ['dockerfile-utils/SHELL_JSON_FORM', 'sonar/S7030'],
      };
    }
  },
});
