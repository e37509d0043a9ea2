import { rule, say } from '../../rule.js';

/** Folders that hold much more than what a build makes. */
const WHOLE_FOLDERS: ReadonlySet<string> = new Set([
  ...['/', '/usr', '/root', '/home', '/var', '/tmp', '/go'],
  ...['/root/.m2', '/root/.cargo', '/root/.gradle', '/root/.npm', '/root/.cache', '/usr/local/go'],
]);

export default rule({
  id: 'copy-from-builder-root',
  kinds: ['dockerfile'],
  severity: 'warning',
  profile: 'recommended',
  tags: ['copy', 'size', 'security'],
  since: 'next',
  summary: 'Copy from a build stage only what the program needs.',
  docs: `
Whole folders such as \`/usr\`, \`/root\` or \`/tmp\` of a build stage hold its compilers, caches and temporary files, and
perhaps credentials. Copied into the final stage, they undo what the separate stage is for.

Copy the results one by one. To gather many, let the build install them under a folder of its own, \`/out\`, and copy that.

Into an empty stage on scratch, \`COPY --from=build / /\` flattens an image to one layer on purpose; nothing is said then.`,
  sources: {
    'Multi-stage builds': 'https://docs.docker.com/build/building/multi-stage/',
    'COPY --from': 'https://docs.docker.com/reference/dockerfile/#copy---from',
  },
  examples: [
    {
      title: 'The home of root, and temporary files',
      bad: `
        FROM rust:1.90 AS build
        RUN cargo build --release
        FROM debian:12-slim
        COPY --from=build «/root» /root
        COPY --from=build /a «/tmp/» /work/`,
    },
    {
      title: 'In a base of the final stage',
      bad: `
        FROM golang:1.27 AS build
        FROM debian:12-slim AS base
        COPY --from=build «/usr/local/go» /usr/local/go
        FROM base
        CMD ["/app"]`,
    },
    {
      title: 'An image made flat on purpose',
      good: `
        FROM debian:12 AS build
        RUN rm -rf /usr/share/doc
        FROM scratch
        COPY --from=build / /`,
    },
    {
      title: 'What the build made',
      good: `
        FROM rust:1.90 AS build
        FROM debian:12-slim
        COPY --from=build /app/target/release/server /usr/local/bin/
        COPY --from=build /usr/local/lib/libx.so /usr/local/lib/
        COPY --from=build /root/.local/bin/tool /usr/local/bin/`,
    },
    {
      title: 'Stages that build, images, and the build context',
      good: `
        FROM golang:1.27 AS a
        FROM golang:1.27 AS b
        COPY --from=a /go /go
        FROM debian:12-slim
        COPY --from=golang:1.27 /usr/local/go /usr/local/go
        COPY --from=b /app /app
        COPY / /src`,
    },
    {
      title: 'The whole file system onto another is another rule',
      good: `
        FROM debian:12 AS build
        FROM debian:12
        COPY --from=build / /`,
    },
  ],
  *check(file) {
    for (const { from, stage, sources, target } of file.all('COPY')) {
      if (!from?.stage || stage?.ships !== true || stage.start.family === 'windows') continue;
      for (const source of sources) {
        const path = source.text.length > 1 ? source.text.replace(/\/$/, '') : source.text;
        if (!source.literal || !WHOLE_FOLDERS.has(path) || (path === '/' && target?.text === '/')) continue;
        yield {
          at: source,
          message: say`${path} of the stage ${from.word.text} holds much more than what it made.`,
        };
      }
    }
  },
});
