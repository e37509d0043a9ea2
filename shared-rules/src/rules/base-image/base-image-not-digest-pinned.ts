import { originsOf } from '../../knowledge/stage-graph.js';
import type { Dockerfile, Image } from '../../model/index.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'base-image-not-digest-pinned',
  kinds: ['dockerfile'],
  severity: 'hint',
  profile: 'all',
  tags: ['base-image', 'reproducibility', 'security'],
  since: 'next',
  peers: { sonar: ['S7023'], semgrep: ['dockerfile-source-not-pinned'] },
  summary: 'Pin a base image by its digest.',
  docs: `
Makers of images move their tags with every fix, so the same tag is another image next week. Whoever gets hold of the
registry can move it, too. Only a digest names one image for good: \`python:3.13-slim@sha256:…\`.

A pinned image gets no more fixes by itself. Pin only where a tool such as Renovate or Dependabot raises the digest, or
security fixes stop with the day it was written.

The digest is told by \`docker buildx imagetools inspect python:3.13-slim\`. Images in \`allowedImages\`, those of one's own
team for instance, are let pass; a \`*\` at the end stands for anything.`,
  sources: {
    'Pin base image versions': 'https://docs.docker.com/build/building/best-practices/#pin-base-image-versions',
    'Renovate: Docker': 'https://docs.renovatebot.com/docker/',
    'Best practices for making container images': 'https://e-whisper.com/posts/8023/',
  },
  options: {
    allowedImages: {
      type: 'strings',
      default: [],
      about: 'Names of images that need no digest; `*` at the end is a wildcard.',
    },
  },
  examples: [
    {
      title: 'Tags alone',
      bad: `
        FROM «python:3.13-slim»
        COPY --from=«ghcr.io/astral-sh/uv:0.8.4» /uv /bin/
        RUN --mount=from=«busybox:1.37»,target=/b ls`,
    },
    {
      title: 'What is no digest',
      bad: `
        FROM «python:3.13-slim@sha256:1234»`,
    },
    {
      title: 'Digests',
      good: `
        FROM python:3.13-slim@sha256:1782cafde43390b032f960c0fad3def745fac18994ced169003cb56e9a93c028
        COPY --from=busybox@sha256:1782cafde43390b032f960c0fad3def745fac18994ced169003cb56e9a93c028 /bin/sh /bin/`,
    },
    {
      title: 'Nothing, stages, variables',
      good: `
        ARG BASE=debian:12
        FROM scratch AS empty
        FROM empty
        FROM $BASE
        COPY --from=empty / /`,
    },
    {
      title: 'Images that are allowed',
      options: { allowedImages: ['example.com/team/*', 'debian'] },
      good: `
        FROM example.com/team/base:1
        FROM debian:12`,
    },
  ],
  *check(file, { options }) {
    for (const image of imagesIn(file)) {
      const { word, digest, name } = image;
      if (!word.literal || word.text === 'scratch' || word.text === '') continue;
      if (digest) {
        if (/^sha256:[0-9a-f]{64}$|^sha512:[0-9a-f]{128}$/.test(digest.text)) continue;
        yield {
          at: image,
          message: say`${digest.text} is no digest: sha256: and 64 hexadecimal digits.`,
          severity: 'error',
        };
      } else if (!options.allowedImages.some((pattern) => isNamed(name, pattern))) {
        yield {
          at: image,
          message: say`${word.text} may be another image tomorrow; only a digest names one for good.`,
        };
      }
    }
  },
});

function* imagesIn(file: Dockerfile): Iterable<Image> {
  for (const node of file.all('FROM', 'COPY', 'RUN')) {
    if (node.keyword === 'FROM') {
      if ('kind' in node.base) yield node.image;
      continue;
    }
    for (const { stage, image, word } of originsOf(node)) if (!stage && !/^\d+$/.test(word.text)) yield image;
  }
}

const isNamed = (name: string, pattern: string): boolean =>
  pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
