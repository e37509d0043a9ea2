import { replace, suggestion } from '../../edit.js';
import { AS_PEERS } from '../../knowledge/peers.js';
import { argumentOf, MOVING_TAGS, versionElsewhere } from '../../knowledge/versions.js';
import type { Image, Word } from '../../model/index.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'no-latest-tag',
  kinds: ['dockerfile'],
  severity: 'warning',
  profile: 'recommended',
  tags: ['base-image', 'reproducibility'],
  since: '0.1.0',
  peers: {
    hadolint: ['DL3007'],
    trivy: ['DS-0001'],
    checkov: ['CKV_DOCKER_7'],
    kics: ["Image Version Using 'latest'"],
    dockle: ['DKL-DI-0006'],
    semgrep: ['avoid-latest-version'],
    sonar: ['S6596'],
  },
  summary: 'Do not build on a tag that moves, such as latest.',
  docs: `
\`latest\` is whatever the makers of an image published last, a new major version included.
The same Dockerfile then builds one thing today and another tomorrow, and nobody can say later what went into an image.
\`stable\`, \`edge\`, \`lts\` and the like move in the same way, at another pace; they are reported more quietly.

Name the version that the program was tried with, as in \`python:3.12-slim\`; a digest pins it to the byte.

Leave the rule off for images that are rebuilt and tested against the newest base on purpose.`,
  sources: {
    'FROM reference': 'https://docs.docker.com/reference/dockerfile/#from',
    'Best practices for building': 'https://docs.docker.com/build/building/best-practices/#pin-base-image-versions',
    'Best practices for making container images': 'https://e-whisper.com/posts/8023/',
  },
  differs: [
    {
      from: 'hadolint/DL3007',
      they: 'flags the tag `latest` alone, as it is written',
      we: 'flags `stable`, `lts` and others that move, and a default of an argument that is one',
      why: 'They change under the same name just as `latest` does.',
    },
  ],
  options: {
    asPeers: {
      ...AS_PEERS,
      about: 'Judge as hadolint does: only a tag that is `latest` to the letter, none that comes from a variable.',
    },
  },
  examples: [
    {
      title: 'The latest image',
      bad: `
        FROM debian:«latest»
        RUN make
        FROM registry.example.com:5000/team/app:«latest»`,
    },
    {
      title: 'The version that another stage names',
      bad: `
        FROM golang:1.25 AS build
        RUN go build -o /app
        FROM golang:«latest»
        COPY --from=build /app /app`,
      good: `
        FROM golang:1.25 AS build
        RUN go build -o /app
        FROM golang:1.25
        COPY --from=build /app /app`,
    },
    {
      title: 'Tags that move as well',
      bad: `
        FROM node:«lts» AS build
        FROM nginx:«stable»`,
    },
    {
      title: 'A build argument that is latest by default',
      bad: `
        ARG TAG=latest
        ARG BASE=debian:latest
        FROM debian:«\${TAG}»
        FROM «$BASE»
        FROM alpine:«\${UNSET:-latest}»`,
    },
    {
      title: 'A version, a digest, no tag at all',
      good: `
        FROM debian:12
        FROM debian:latest@sha256:1782cafde43390b032f960c0fad3def745fac18994ced169003cb56e9a93c028
        FROM debian
        FROM team/latest:1`,
    },
    {
      title: 'A tag that only the build knows',
      good: `
        ARG TAG
        ARG VERSION=12
        FROM debian:\${TAG}
        FROM debian:\${VERSION}`,
    },
    {
      title: 'As hadolint judges it: by the letter',
      profile: 'all',
      bad: `
        ARG TAG=latest
        FROM debian:\${TAG:-latest}
        FROM node:lts
        FROM debian:«latest»`,
    },
  ],
  *check(file, { options }) {
    for (const { image, base } of file.all('FROM')) {
      const moving = options.asPeers ? latestText(image) : 'kind' in base ? movingTag(image) : undefined;
      if (!moving) continue;
      const { at, tag } = moving;
      const argument = image.word.literal ? undefined : argumentOf(file, image);
      yield {
        at,
        message:
          at.text === tag
            ? say`${image.name}:${tag} is another image whenever its makers publish one.`
            : say`${at.text} is ${at === image.tag ? tag : (image.value ?? tag)} by default, another image whenever its makers publish one.`,
        ...(tag === 'latest' ? {} : { severity: 'info' as const }),
        fix: () => {
          const version = versionElsewhere(file, image);
          if (version === undefined) return undefined;
          return suggestion(`Use ${version}, as another stage does`, replace(image.word, version));
        },
        ...(argument ? { related: [{ at: argument, message: say`The default is set here.` }] } : {}),
        ...(tag !== 'latest' ? { peers: [] } : image.word.literal ? {} : { peers: ['trivy/DS-0001'] }),
      };
    }
  },
});

interface Moving {
  readonly at: Word;
  readonly tag: string;
}

/** The tag as hadolint reads it. */
const latestText = ({ tag, digest }: Image): Moving | undefined =>
  tag?.text === 'latest' && !digest ? { at: tag, tag: tag.text } : undefined;

/** The tag with the defaults of its arguments put in, if it moves. */
function movingTag({ word, tag, digest, resolved }: Image): Moving | undefined {
  const name = resolved?.tag ?? (tag?.literal === true ? tag.text : undefined);
  if (name === undefined || digest || resolved?.digest !== undefined || !MOVING_TAGS.has(name)) return undefined;
  return { at: tag ?? word, tag: name };
}
