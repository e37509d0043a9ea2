import { FLAGS } from '../../knowledge/flags.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'flag-value',
  kinds: ['dockerfile'],
  severity: 'error',
  profile: 'recommended',
  tags: ['syntax'],
  since: 'next',
  peers: {
    'dockerfile-utils': ['FLAG_MISSING_VALUE', 'FLAG_EXPECTED_BOOLEAN_VALUE', 'FLAG_INVALID_LINK_VALUE'],
  },
  summary: 'Give a flag the kind of value that it takes.',
  docs: `
A builder refuses \`--chown\` without a value, \`--link=maybe\`, a mode that is none, and a checksum for a COPY. The
whole build stops there.

Write the value behind an equals sign, without blanks around it.`,
  sources: { 'Dockerfile reference': 'https://docs.docker.com/reference/dockerfile/' },
  examples: [
    {
      title: 'No value, and one that is neither true nor false',
      bad: `
        FROM debian:12
        COPY «--chown» . /srv
        COPY --link=«maybe» . /srv
        ADD --keep-git-dir=«» https://example.com/a.git /a`,
      except: ['with backticks for continuations'],
    },
    {
      title: 'A mode that is none',
      bad: `
        FROM debian:12
        COPY --chmod=«executable» . /srv
        COPY --chmod=«99» . /srv`,
    },
    {
      title: 'Values as they are meant, and such as only the build knows',
      good: `
        FROM --platform=$BUILDPLATFORM debian:12
        ARG MODE=755
        COPY --link --chown=1:1 --chmod=755 . /a
        COPY --link=false --chmod=u=rwX,go=rX . /b
        COPY --link=$LINK --chmod=$MODE . /c
        HEALTHCHECK --interval=5s --retries=3 CMD true`,
    },
  ],
  *check(file) {
    for (const node of file.allWithTriggers()) {
      for (const { label, name, value } of node.flags) {
        const takes = FLAGS[node.keyword]?.[name]?.takes;
        if (takes === 'value' && value === undefined) {
          yield {
            at: label,
            message: say`--${name} needs a value.`,
            peers: UTILS.has(node.keyword) ? ['dockerfile-utils/FLAG_MISSING_VALUE'] : [],
          };
        } else if (takes === 'boolean' && value?.literal === true && !/^(true|false)$/i.test(value.text)) {
          yield {
            at: value,
            message: say`--${name} is true or false.`,
            peers: ['dockerfile-utils/FLAG_EXPECTED_BOOLEAN_VALUE', 'dockerfile-utils/FLAG_INVALID_LINK_VALUE'],
          };
        } else if (name === 'chmod' && takes && value?.literal === true && !MODE.test(value.text)) {
          yield { at: value, message: say`${value.text} is no file mode, such as 644 or u=rwX,go=rX.`, peers: [] };
        }
      }
    }
  },
});

/** Instructions whose flags dockerfile-utils knows. */
const UTILS: ReadonlySet<string> = new Set(['FROM', 'ADD', 'COPY', 'HEALTHCHECK']);

/** Octal up to 07777, or symbolic. Source: BuildKit's reading of chmod. */
const MODE = /^(0*[0-7]{1,4}|[ugoa]*([-+=][rwxXstugo]*)+(,[ugoa]*([-+=][rwxXstugo]*)+)*)$/;
