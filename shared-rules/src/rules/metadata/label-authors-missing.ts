import { addInstructionAfter, insertAfter, quoted, suggestion, type Fix } from '../../edit.js';
import { isForDevelopment } from '../../knowledge/stages.js';
import type { Dockerfile, Instructions, Pair, Stage } from '../../model/index.js';
import { rule, say } from '../../rule.js';

const AUTHORS = 'org.opencontainers.image.authors';

export default rule({
  id: 'label-authors-missing',
  kinds: ['dockerfile'],
  severity: 'hint',
  profile: 'all',
  tags: ['metadata'],
  since: 'next',
  summary: 'Name the authors of the image by a label.',
  docs: `
When an image misbehaves at night, somebody who has nothing but the image has to find out whom to ask.

\`LABEL ${AUTHORS}="Team <team@example.com>"\` says it; \`docker inspect\` shows it, and registries do too.
\`LABEL maintainer\`, once the advice, is a key of nobody's: tools that know the OCI specification look for the other one.

Leave it where the base image or the build in CI sets the label.`,
  sources: {
    'OCI annotations': 'https://github.com/opencontainers/image-spec/blob/main/annotations.md',
    'LABEL reference': 'https://docs.docker.com/reference/dockerfile/#label',
    'Best practices for making container images': 'https://e-whisper.com/posts/8023/',
  },
  options: {
    authors: { type: 'text', default: 'Name <name@example.com>', about: 'The value of the label that the fix writes.' },
  },
  examples: [
    {
      title: 'No label at all',
      bad: `
        FROM golang:1.23 AS build
        LABEL org.opencontainers.image.authors="Builder"
        FROM «debian:12»
        CMD ["sh"]`,
      good: `
        FROM golang:1.23 AS build
        LABEL org.opencontainers.image.authors="Builder"
        FROM debian:12
        LABEL org.opencontainers.image.authors="Name <name@example.com>"
        CMD ["sh"]`,
    },
    {
      title: 'The key of old',
      bad: `
        FROM debian:12 AS base
        LABEL «maintainer»="Jane <jane@example.com>" version="1"
        FROM base
        CMD ["sh"]`,
      good: `
        FROM debian:12 AS base
        LABEL maintainer="Jane <jane@example.com>" org.opencontainers.image.authors="Jane <jane@example.com>" version="1"
        FROM base
        CMD ["sh"]`,
    },
    {
      title: 'The key of old, in the old form',
      bad: `
        FROM debian:12
        LABEL «maintainer» Jane Doe`,
      good: `
        FROM debian:12
        LABEL maintainer Jane Doe
        LABEL org.opencontainers.image.authors="Jane Doe"`,
    },
    {
      title: 'A label in the stage, or in the one it starts from',
      good: `
        FROM debian:12 AS base
        LABEL org.opencontainers.image.authors="Jane Doe"
        FROM base
        CMD ["sh"]`,
    },
    {
      title: 'MAINTAINER, which is another rule, and a stage for tests',
      good: `
        FROM debian:12 AS base
        MAINTAINER Jane Doe
        FROM base AS test
        CMD ["sh"]`,
    },
    {
      title: 'A base for others that is told so by a MAINTAINER',
      good: `
        FROM debian:12
        MAINTAINER Jane Doe`,
    },
  ],
  *check(file, { options: { authors } }) {
    const stage = file.finalStage;
    const image = stage?.from?.image;
    if (!stage?.from || !image || isForDevelopment(stage, file)) return;
    const labels = labelsOf(stage);
    if (stage.effective('MAINTAINER') || labels.some(({ pair }) => pair.name.text === AUTHORS)) return;
    const old = labels.find(({ pair }) => pair.name.text.toLowerCase() === 'maintainer');
    yield old
      ? {
          at: old.pair.name,
          message: say`Tools look for ${AUTHORS}, not for ${old.pair.name.text}.`,
          fix: () => twin(file, old.node, old.pair),
        }
      : {
          at: image,
          message: say`No label names the authors of this image.`,
          fix: suggestion(
            `Add a label ${AUTHORS}`,
            addInstructionAfter(stage.from, `LABEL ${AUTHORS}=${quoted(file, authors)}`),
          ),
        };
  },
});

interface Label {
  readonly node: Instructions['LABEL'];
  readonly pair: Pair;
}

/** The labels of the stage and of those it is based on. */
function labelsOf(stage: Stage): readonly Label[] {
  const own = stage.instructions.flatMap((node) =>
    node.keyword === 'LABEL' ? node.pairs.map((pair) => ({ node, pair })) : [],
  );
  return stage.base && !('kind' in stage.base) ? [...own, ...labelsOf(stage.base)] : own;
}

function twin(file: Dockerfile, node: Instructions['LABEL'], { value }: Pair): Fix | undefined {
  if (!value || node.isOpen) return undefined;
  const title = `Add a label ${AUTHORS}`;
  if (!node.isLegacy) return suggestion(title, insertAfter(value, ` ${AUTHORS}=${node.written(value)}`));
  return value.literal
    ? suggestion(title, addInstructionAfter(node, `LABEL ${AUTHORS}=${quoted(file, value.text)}`))
    : undefined;
}
