import { insertBefore, remove, suggestion, type Fix } from '../../edit.js';
import { stretch, type Instructions } from '../../model/index.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'healthcheck-form',
  kinds: ['dockerfile'],
  severity: 'error',
  profile: 'recommended',
  tags: ['healthcheck', 'broken-build'],
  since: 'next',
  peers: {
    'dockerfile-utils': [
      'UNKNOWN_TYPE',
      'HEALTHCHECK_CMD_ARGUMENT_MISSING',
      'ARGUMENT_UNNECESSARY',
      'ARGUMENT_REQUIRES_AT_LEAST_ONE',
    ],
  },
  summary: 'Write HEALTHCHECK with CMD and a command, or with NONE alone.',
  docs: `
The command of a health check stands behind the word CMD. Without it, as in \`HEALTHCHECK curl http://localhost/\`, the build
stops with "Unknown type".

Write \`HEALTHCHECK CMD curl -f http://localhost/\`, with its flags before CMD, or \`HEALTHCHECK NONE\` to switch off one that
comes from the base image.`,
  sources: {
    'HEALTHCHECK reference': 'https://docs.docker.com/reference/dockerfile/#healthcheck',
  },
  examples: [
    {
      title: 'A command without CMD',
      bad: `
        FROM python:3.13
        HEALTHCHECK --interval=30s «curl» -f http://localhost/
        ONBUILD HEALTHCHECK «["/check"]»`,
      good: `
        FROM python:3.13
        HEALTHCHECK --interval=30s CMD curl -f http://localhost/
        ONBUILD HEALTHCHECK CMD ["/check"]`,
    },
    {
      title: 'NONE with more behind it',
      bad: `
        FROM debian:12
        HEALTHCHECK NONE «curl -f http://localhost/»`,
      good: `
        FROM debian:12
        HEALTHCHECK NONE`,
    },
    {
      title: 'CMD without a command, and flags without their dashes',
      bad: `
        FROM debian:12 AS one
        HEALTHCHECK --interval=30s «CMD»
        FROM debian:12
        HEALTHCHECK «interval=30s» CMD ["/check"]`,
    },
    {
      title: 'CMD and a command, and NONE, in any case',
      good: `
        FROM debian:12 AS one
        HEALTHCHECK --interval=30s CMD curl -f http://localhost/
        FROM debian:12 AS two
        HEALTHCHECK cmd ["/check"]
        FROM debian:12
        HEALTHCHECK none`,
    },
  ],
  *check(file) {
    for (const node of file.allWithTriggers('HEALTHCHECK')) {
      // Where nothing stands at all, the text cannot be read, which is told as such.
      const [type, second] = node.words;
      if (!type) continue;
      const kind = type.text.toUpperCase();
      if (kind === 'CMD') {
        if (second) continue;
        yield {
          at: type,
          message: say`No command stands behind ${type.text}.`,
          peers: ['dockerfile-utils/HEALTHCHECK_CMD_ARGUMENT_MISSING'],
        };
      } else if (kind !== 'NONE') {
        yield {
          at: type,
          message: say`HEALTHCHECK takes CMD or NONE, not ${type.text}.`,
          fix: withCmd(node),
          peers: ['dockerfile-utils/UNKNOWN_TYPE'],
        };
      } else if (second) {
        const more = stretch(second, node.words.at(-1) ?? second);
        yield {
          at: more,
          message: say`NONE switches the health check off; nothing may follow it.`,
          fix: suggestion('Leave NONE alone', remove(more)),
          peers: ['dockerfile-utils/ARGUMENT_UNNECESSARY'],
        };
      }
    }
  },
});

/** Puts CMD before what looks like a command. */
function withCmd({ words }: Instructions['HEALTHCHECK']): Fix | undefined {
  const [first, ...others] = words;
  const isCommand = first && /^(?:\[|[/\w][\w./-]*$)/.test(first.text);
  if (!isCommand || others.some(({ text }) => text.toUpperCase() === 'CMD')) return undefined;
  return suggestion('Put CMD before it', insertBefore(first, 'CMD '));
}
