import { isForDevelopment } from '../../knowledge/stages.js';
import type { Stage } from '../../model/index.js';
import { rule, say } from '../../rule.js';
import type { Workspace } from '../../workspace.js';

const VERSION = 'org.opencontainers.image.version';
const WORKFLOWS = '.github/workflows';

export default rule({
  id: 'oci-version-label-missing',
  kinds: ['dockerfile'],
  severity: 'hint',
  profile: 'all',
  tags: ['metadata'],
  since: 'next',
  summary: 'Say by a label which version of the program the image holds.',
  docs: `
A tag can be moved, and an image that is pulled by digest has none: without a label nobody can tell which version runs there.

\`LABEL ${VERSION}=$VERSION\`, filled in from a build argument, stays with the image. CI that adds labels by itself, as
\`docker/metadata-action\` does, needs no line in the Dockerfile.`,
  sources: {
    'OCI annotations': 'https://github.com/opencontainers/image-spec/blob/main/annotations.md',
    'docker/metadata-action': 'https://github.com/docker/metadata-action',
    'Best practices for making container images': 'https://e-whisper.com/posts/8023/',
  },
  examples: [
    {
      title: 'No label',
      bad: `
        FROM «debian:12»
        CMD ["sh"]`,
    },
    {
      title: 'A label in a stage that is not shipped, and another label',
      bad: `
        FROM golang:1.23 AS build
        LABEL org.opencontainers.image.version="1.2.3"
        FROM «gcr.io/distroless/static»
        LABEL org.opencontainers.image.title="app"
        COPY --from=build /app /app`,
    },
    {
      title: 'A label, here or in the stage it starts from',
      good: `
        FROM debian:12 AS base
        ARG VERSION
        LABEL org.opencontainers.image.version=$VERSION
        FROM base
        CMD ["sh"]`,
    },
    {
      title: 'A workflow that adds the labels',
      files: { '.github/workflows/image.yml': 'steps:\n  - uses: docker/metadata-action@v5\n' },
      good: `
        FROM debian:12
        CMD ["sh"]`,
    },
    {
      title: 'A stage for development',
      good: `
        FROM debian:12 AS dev
        CMD ["sh"]`,
    },
  ],
  *check(file, { workspace }) {
    const stage = file.finalStage;
    const image = stage?.from?.image;
    if (!stage || !image || isForDevelopment(stage, file) || hasVersion(stage) || isLabelled(workspace)) return;
    yield { at: image, message: say`No label ${VERSION} says what version the image holds.` };
  },
});

const hasVersion = ({ instructions, base }: Stage): boolean =>
  instructions.some((node) => node.keyword === 'LABEL' && node.pairs.some(({ name }) => name.text === VERSION)) ||
  (base !== undefined && !('kind' in base) && hasVersion(base));

/** Whether a workflow of the project adds labels to what it builds. */
const isLabelled = (workspace: Workspace): boolean =>
  (workspace.list(WORKFLOWS) ?? []).some((name) =>
    /docker\/metadata-action|org\.opencontainers\.image\.version/.test(workspace.read(`${WORKFLOWS}/${name}`) ?? ''),
  );
