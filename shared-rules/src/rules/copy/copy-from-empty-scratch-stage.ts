import { ancestry } from '../../model/index.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'copy-from-empty-scratch-stage',
  kinds: ['dockerfile'],
  severity: 'error',
  profile: 'recommended',
  tags: ['copy', 'broken-build'],
  since: 'next',
  peers: { tally: ['copy-from-empty-scratch-stage'] },
  summary: 'Do not copy from a stage that holds nothing.',
  docs: `
A stage on scratch into which nothing was copied is empty, so a COPY from it finds no file and the build stops.

Copy from the stage that makes the files, or put them into this one first.`,
  sources: {
    'COPY --from': 'https://docs.docker.com/reference/dockerfile/#copy---from',
    'Create a base image':
      'https://docs.docker.com/build/building/base-images/#create-a-minimal-base-image-using-scratch',
  },
  examples: [
    {
      title: 'Nothing to copy',
      bad: `
        FROM scratch AS empty
        ENV A=b
        FROM debian:12
        COPY --from=«empty» /app /app`,
    },
    {
      title: 'In a stage that starts from it',
      bad: `
        FROM scratch AS empty
        FROM empty AS more
        LABEL a=b
        FROM debian:12
        COPY --from=«more» /app /app`,
    },
    {
      title: 'Something was put there: by COPY, ADD or RUN, here or in its base',
      good: `
        FROM scratch AS base
        COPY app /app
        FROM base AS a
        FROM scratch AS b
        ADD rootfs.tar.xz /
        FROM scratch AS c
        RUN ["/app"]
        FROM debian:12
        COPY --from=a /app /app
        COPY --from=b /app /app
        COPY --from=c /app /app`,
    },
    {
      title: 'No stage, and a stage on an image',
      good: `
        FROM debian:12 AS base
        FROM debian:12
        COPY --from=base /app /app
        COPY --from=busybox:1.37 /bin/sh /bin/sh`,
    },
  ],
  *check(file) {
    for (const { from } of file.all('COPY')) {
      const stage = from?.stage;
      if (!stage || stage.rootImage?.value !== 'scratch') continue;
      const holdsSomething = ancestry(stage).some(({ instructions }) =>
        instructions.some(({ keyword }) => ['ADD', 'COPY', 'RUN', 'WORKDIR', 'ONBUILD'].includes(keyword)),
      );
      if (!holdsSomething) yield { at: from.word, message: say`${from.word.text} is empty: nothing was put into it.` };
    }
  },
});
