import type { Instruction, Stage } from '../../model/index.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'too-many-layers',
  kinds: ['dockerfile'],
  severity: 'info',
  profile: 'all',
  tags: ['layers', 'size'],
  since: 'next',
  summary: 'Keep the number of layers of an image within bounds.',
  docs: `
Every RUN, COPY and ADD makes a layer. Each costs a request when the image is pulled and a mount when a container starts,
and Docker's overlay driver ends at 127 of them, those of the base image included: a build that goes beyond fails.

Join RUN instructions that belong together, copy files together, or make the result in a stage of its own and copy it over
with one COPY. Stages that are only copied from do not count.`,
  sources: {
    'Best practices for building, "Use multi-stage builds"':
      'https://docs.docker.com/build/building/best-practices/#use-multi-stage-builds',
    'Best practices for making container images': 'https://e-whisper.com/posts/8023/',
  },
  options: {
    max: { type: 'integer', min: 1, default: 40, about: 'The number of layers from which on an image is reported.' },
  },
  examples: [
    {
      title: 'One more than is allowed, those of a base stage included',
      options: { max: 3 },
      bad: `
        FROM debian:12 AS base
        RUN a
        COPY b /b
        FROM base
        ENV C=c
        RUN d
        «ADD» e.tar /e
        RUN f`,
    },
    {
      title: 'Another bound, in the only stage',
      options: { max: 1 },
      bad: `
        FROM debian:12
        RUN a
        «RUN» b`,
    },
    {
      title: 'As many as are allowed, and the layers of a stage that is only copied from',
      options: { max: 2 },
      good: `
        FROM debian:12 AS build
        RUN a
        RUN b
        RUN c
        FROM debian:12
        RUN d
        COPY --from=build /e /e
        CMD ["/e"]`,
    },
  ],
  *check({ finalStage }, { options }) {
    if (!finalStage) return;
    const layers = layersOf(finalStage);
    const at = layers[options.max];
    if (!at) return;
    yield {
      at: at.head,
      message: say`The image has ${layers.length} layers of its own, more than ${options.max}.`,
      // The base image has some as well, and the driver takes 127.
      ...(layers.length >= 120 ? { severity: 'error' as const } : {}),
    };
  },
});

/** What makes a layer in the stage and in those it is based on, in order. */
function layersOf(stage: Stage): readonly Instruction[] {
  const own = stage.instructions.filter(({ keyword }) => keyword === 'RUN' || keyword === 'COPY' || keyword === 'ADD');
  return stage.base && !('kind' in stage.base) ? [...layersOf(stage.base), ...own] : own;
}
