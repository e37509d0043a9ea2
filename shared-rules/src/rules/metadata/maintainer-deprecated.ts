import { fix, quoted, removeLines, replace, replaceKeyword, type Fix } from '../../edit.js';
import type { Dockerfile, Instructions } from '../../model/index.js';
import { rule, say } from '../../rule.js';

const LABEL = 'org.opencontainers.image.authors';

export default rule({
  id: 'maintainer-deprecated',
  kinds: ['dockerfile'],
  severity: 'warning',
  profile: 'recommended',
  tags: ['metadata', 'deprecated'],
  since: '0.1.0',
  peers: {
    hadolint: ['DL4000'],
    buildkit: ['MaintainerDeprecated'],
    'dockerfile-utils': ['DEPRECATED_MAINTAINER'],
    trivy: ['DS-0022'],
    checkov: ['CKV_DOCKER_6'],
    kics: ['MAINTAINER Instruction Being Used'],
    semgrep: ['maintainer-is-deprecated'],
    sonar: ['S6586'],
  },
  summary: 'Name the authors by a label, not by MAINTAINER.',
  docs: `
MAINTAINER has been deprecated since Docker 1.13. It fills a field that hardly anything shows, holds one name only,
and other builders of OCI images ignore it.

A label holds the same text and can be searched and overridden: \`${LABEL}\` is the key that the
OCI image specification gives it. \`LABEL maintainer\`, once the advice, has been superseded by it.`,
  sources: {
    'MAINTAINER reference': 'https://docs.docker.com/reference/dockerfile/#maintainer-deprecated',
    'OCI annotations': 'https://github.com/opencontainers/image-spec/blob/main/annotations.md',
    'Best practices for making container images': 'https://e-whisper.com/posts/8023/',
  },
  examples: [
    {
      title: 'A name',
      bad: `
        FROM debian:12
        «MAINTAINER» Jane Doe <jane@example.com>`,
      good: `
        FROM debian:12
        LABEL org.opencontainers.image.authors="Jane Doe <jane@example.com>"`,
    },
    {
      title: 'In quotes, and with signs that a label would read otherwise',
      bad: `
        FROM debian:12 AS one
        «MAINTAINER» "Jane Doe <jane@example.com>"
        FROM debian:12 AS two
        «MAINTAINER» Conor "Bud" O'Brien, $5`,
      good: `
        FROM debian:12 AS one
        LABEL org.opencontainers.image.authors="Jane Doe <jane@example.com>"
        FROM debian:12 AS two
        LABEL org.opencontainers.image.authors="Conor \\"Bud\\" O'Brien, \\$5"`,
    },
    {
      title: 'Over two lines',
      bad: `
        FROM debian:12
        # who to ask
        «MAINTAINER» Jane Doe \\
          <jane@example.com>`,
      good: `
        FROM debian:12
        # who to ask
        LABEL org.opencontainers.image.authors="Jane Doe <jane@example.com>"`,
    },
    {
      title: 'Beside the label',
      bad: `
        FROM debian:12
        «MAINTAINER» Jane
        LABEL org.opencontainers.image.authors="Jane Doe"
        CMD ["sh"]`,
      good: `
        FROM debian:12
        LABEL org.opencontainers.image.authors="Jane Doe"
        CMD ["sh"]`,
    },
    {
      title: 'Labels, and an ONBUILD, which takes no MAINTAINER at all',
      good: `
        FROM debian:12
        LABEL maintainer="Jane Doe"
        ONBUILD MAINTAINER Jane Doe`,
    },
  ],
  *check(file) {
    for (const maintainer of file.all('MAINTAINER')) {
      yield {
        at: maintainer.head,
        message: say`MAINTAINER is deprecated; a label names the authors.`,
        fix: asLabel(file, maintainer),
      };
    }
  },
});

function asLabel(file: Dockerfile, maintainer: Instructions['MAINTAINER']): Fix | undefined {
  const written = maintainer.written(maintainer.body);
  if (written === '') return undefined;
  const labels = maintainer.stage?.instructions.filter((node) => node.keyword === 'LABEL') ?? [];
  if (labels.some(({ pairs }) => pairs.some(({ name }) => name.text === LABEL))) {
    return fix({ title: 'Delete it, since the label is there', changes: ['metadata'] }, removeLines(maintainer));
  }
  const name = unquoted(written).replace(/\s+/g, ' ');
  return fix(
    { title: `Write a label ${LABEL}`, changes: ['metadata'] },
    replaceKeyword(maintainer, 'LABEL'),
    replace(maintainer.body, `${LABEL}=${quoted(file, name)}`),
  );
}

/** The text between quotes that stand around all of it. */
function unquoted(text: string): string {
  const [quote] = text;
  const inside = text.slice(1, -1);
  const isQuoted = (quote === '"' || quote === "'") && text.endsWith(quote) && !inside.includes(quote);
  return isQuoted && text.length > 1 ? inside : text;
}
