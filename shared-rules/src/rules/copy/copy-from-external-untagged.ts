import { isKnownImage } from '../../knowledge/images.js';
import type { CopySource, Dockerfile } from '../../model/index.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'copy-from-external-untagged',
  kinds: ['dockerfile'],
  severity: 'warning',
  profile: 'recommended',
  tags: ['copy', 'reproducibility'],
  since: 'next',
  summary: 'Name the version of an image that files are taken from.',
  docs: `
\`COPY --from\` and a mount's \`from\` may name an image of a registry, which then is as much a part of the build as a base
image. With \`latest\` or no tag it is whatever was published last, so that a build changes or breaks without a change in the
repository.

Name the version, as in \`COPY --from=ghcr.io/astral-sh/uv:0.8.4 /uv /bin/\`, or give the image a stage of its own, where
tools that update base images find it.

A COPY from a plain name that is no stage is reported by copy-from-known-stage.`,
  sources: {
    'COPY --from': 'https://docs.docker.com/reference/dockerfile/#copy---from',
    'RUN --mount=type=bind': 'https://docs.docker.com/reference/dockerfile/#run---mounttypebind',
    'Using uv in Docker': 'https://docs.astral.sh/uv/guides/integration/docker/',
    'Best practices for making container images': 'https://e-whisper.com/posts/8023/',
  },
  examples: [
    {
      title: 'latest',
      bad: `
        FROM python:3.13-slim
        COPY --from=«ghcr.io/astral-sh/uv:latest» /uv /uvx /bin/`,
    },
    {
      title: 'A mount, with latest and without a tag',
      bad: `
        FROM python:3.13-slim
        RUN --mount=from=«ghcr.io/astral-sh/uv»,source=/uv,target=/bin/uv uv sync
        RUN --mount=type=bind,from=«busybox:latest»,target=/mnt ls /mnt
        RUN --mount=type=bind,from=«alpine»,target=/mnt ls /mnt
        ONBUILD RUN --mount=type=bind,from=«busybox»,target=/mnt ls /mnt`,
    },
    {
      title: 'Versions, digests, stages by name and number',
      good: `
        FROM golang:1.27 AS build
        FROM debian:12
        COPY --from=build /app /app
        COPY --from=0 /app /app
        COPY --from=ghcr.io/astral-sh/uv:0.8.4 /uv /bin/
        COPY --from=busybox:latest@sha256:1782cafde43390b032f960c0fad3def745fac18994ced169003cb56e9a93c028 /bin/sh /bin/
        RUN --mount=from=build,target=/mnt ls /mnt
        RUN --mount=from=busybox:1.37,target=/mnt ls /mnt`,
    },
    {
      title: 'Variables, and names that may be a build context of its own',
      good: `
        FROM debian:12
        COPY --from=$TOOLS /a /a
        RUN --mount=from=sources,target=/mnt ls /mnt
        RUN --mount=type=cache,target=/root/.cache ls`,
    },
  ],
  *check(file) {
    for (const { word, image } of originsOf(file)) {
      yield {
        at: word,
        message: image.tag
          ? say`${word.text} is another image whenever its makers publish one.`
          : say`${word.text} has no tag, so it is whatever was published last.`,
      };
    }
  },
});

/** Every `from` that names an image without a version. */
function* originsOf(file: Dockerfile): Iterable<CopySource> {
  for (const node of file.allWithTriggers('COPY', 'RUN')) {
    const origins = node.keyword === 'COPY' ? [node.from] : node.mounts.map(({ origin }) => origin);
    for (const origin of origins) {
      if (!origin || origin.stage || !origin.word.literal || /^\d*$/.test(origin.word.text)) continue;
      const { tag, digest, name } = origin.image;
      if (digest || (tag && tag.text !== 'latest')) continue;
      // Without a tag, a COPY from it is reported as one from no known stage; any other name may be a context's.
      if (tag || (node.keyword === 'RUN' && (name.includes('/') || isKnownImage(name)))) yield origin;
    }
  }
}
