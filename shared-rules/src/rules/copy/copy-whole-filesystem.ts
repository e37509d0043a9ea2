import { rule, say } from '../../rule.js';

export default rule({
  id: 'copy-whole-filesystem',
  kinds: ['dockerfile'],
  severity: 'warning',
  profile: 'recommended',
  tags: ['copy', 'size'],
  since: 'next',
  peers: { hadolint: ['DL3067'] },
  summary: 'Copy what is needed of another stage, not its whole file system.',
  docs: `
\`COPY --from=build / /\` brings everything along that the other stage holds: compilers, caches, sources and secrets, and
replaces system files on the way. The image is as large as if there had been one stage.

Copy the program and its files, as in \`COPY --from=build /app /app\`; to go on from another stage, write \`FROM build\`.`,
  sources: {
    'Multi-stage builds': 'https://docs.docker.com/build/building/multi-stage/',
    'COPY --from': 'https://docs.docker.com/reference/dockerfile/#copy---from',
  },
  options: {
    asPeers: {
      type: 'boolean',
      default: { recommended: false, all: true },
      about: 'Report it for a stage from scratch too, where it makes one layer out of many, as hadolint does.',
    },
  },
  differs: [
    {
      from: 'hadolint/DL3067',
      they: 'flags a copy into an empty stage from scratch',
      we: 'leave it alone',
      why: 'It is the known way to make one layer out of an image that was built for it.',
    },
  ],
  examples: [
    {
      title: 'Everything of a stage over another system',
      bad: `
        FROM golang:1.27 AS build
        RUN go build -o /app
        FROM debian:12
        «COPY --from=build / /»`,
    },
    {
      title: 'One of several sources, in quotes, from an image',
      bad: `
        FROM debian:12
        «COPY --from=busybox:1.37 ["/etc", "/", "/"]»`,
    },
    {
      title: 'Other sources and targets',
      good: `
        FROM golang:1.27 AS build
        RUN go build -o /app
        FROM debian:12
        COPY --from=build /app/ /app/
        COPY --from=build / /rootfs
        COPY --from=build /* /
        COPY --from=build /rootfs /`,
    },
    {
      title: 'Without --from it is the build context',
      good: `
        FROM debian:12
        COPY / /`,
    },
    {
      title: 'One layer out of many',
      good: `
        FROM debian:12 AS build
        RUN apt-get update && apt-get install -y curl
        FROM scratch
        COPY --from=build / /`,
    },
    {
      title: 'As hadolint judges it',
      profile: 'all',
      bad: `
        FROM debian:12 AS build
        FROM scratch
        «COPY --from=build / /»`,
    },
  ],
  *check(file, { options: { asPeers } }) {
    for (const node of file.all('COPY')) {
      const { from, sources, target, stage } = node;
      if (!from || target?.text !== '/' || !sources.some(({ text }) => text === '/')) continue;
      if (!asPeers && stage?.rootImage?.name === 'scratch') continue;
      yield { at: node, message: say`The whole file system of ${from.word.text} is copied over this one.` };
    }
  },
});
