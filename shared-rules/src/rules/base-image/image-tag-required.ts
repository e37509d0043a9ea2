import { replace, suggestion } from '../../edit.js';
import { AS_PEERS } from '../../knowledge/peers.js';
import { argumentOf, versionElsewhere } from '../../knowledge/versions.js';
import type { Instructions } from '../../model/index.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'image-tag-required',
  kinds: ['dockerfile'],
  severity: 'warning',
  profile: 'recommended',
  tags: ['base-image', 'reproducibility'],
  since: '0.1.0',
  peers: {
    hadolint: ['DL3006'],
    trivy: ['DS-0001'],
    checkov: ['CKV_DOCKER_7'],
    kics: ['Image Version Not Explicit'],
    semgrep: ['missing-image-version'],
    sonar: ['S6596'],
  },
  summary: 'Name the version of a base image.',
  docs: `
An image without a tag is \`latest\`: whatever its makers published last.
The same Dockerfile then builds one thing today and another tomorrow, and a build that worked stops for no reason in the
repository.

Name the version that the program was tried with, as in \`python:3.12-slim\`; a digest pins it to the byte.
How exact a tag should be is a choice: the more exact, the more often it has to be raised to get security fixes.

Leave the rule off where the image is built locally in the same run and never has another tag.`,
  sources: {
    'FROM reference': 'https://docs.docker.com/reference/dockerfile/#from',
    'Best practices for building': 'https://docs.docker.com/build/building/best-practices/#pin-base-image-versions',
    'Best practices for making container images': 'https://e-whisper.com/posts/8023/',
  },
  differs: [
    {
      from: 'hadolint/DL3006',
      they: 'takes the port of `localhost:5000/app` for a tag',
      we: 'flags it: a port is no tag',
      why: 'The image has no tag, and which one is pulled changes without notice.',
    },
    {
      from: 'hadolint/DL3006',
      they: 'flags a stage whose name is written in another case',
      we: 'silent: the name is that of a stage',
      why: 'Builders do not look at the case of stage names.',
    },
    {
      from: 'hadolint/DL3006',
      they: 'says nothing where the image begins with a variable',
      we: 'flags it where the default of the argument has no tag',
      why: 'The default is what everybody builds who sets nothing.',
    },
  ],
  options: {
    asPeers: {
      ...AS_PEERS,
      about:
        'Judge as hadolint does: by the text alone, so that only a variable at the very start is left alone and stage names are compared with their case.',
    },
  },
  examples: [
    {
      title: 'A base image without a tag',
      bad: `
        FROM «debian»
        RUN make`,
    },
    {
      title: 'A port is no tag',
      bad: `
        FROM «registry.example.com:5000/team/app»
        FROM «localhost:5000/app»`,
    },
    {
      title: 'The version that another stage names',
      bad: `
        FROM node:22-slim AS build
        RUN npm ci
        FROM «node»
        COPY --from=build /app /app`,
      good: `
        FROM node:22-slim AS build
        RUN npm ci
        FROM node:22-slim
        COPY --from=build /app /app`,
    },
    {
      title: 'A stage that bears the name of its own image',
      bad: `
        FROM --platform=$BUILDPLATFORM «node» AS node
        RUN npm ci`,
    },
    {
      title: 'A build argument whose default has no tag',
      bad: `
        ARG BASE=ubuntu
        FROM «\${BASE}»`,
    },
    {
      title: 'A tag, a digest, a tag from a variable',
      good: `
        ARG VERSION
        FROM debian:12
        FROM registry.example.com:5000/team/app:1
        FROM debian@sha256:1782cafde43390b032f960c0fad3def745fac18994ced169003cb56e9a93c028
        FROM python:\${VERSION}
        FROM python:\${VERSION:-3.12}`,
    },
    {
      title: 'Nothing, and earlier stages by their names',
      good: `
        FROM scratch
        FROM golang:1.23 AS Build
        FROM Build AS test
        FROM build`,
    },
    {
      title: 'Images that only the build knows',
      good: `
        ARG BASE
        ARG SUFFIX
        ARG TAGGED=debian:12
        FROM $BASE
        FROM registry.example.com/team/\${SUFFIX}
        FROM $TAGGED`,
    },
    {
      title: 'As hadolint judges it: by the text, with stage names in their own case',
      profile: 'all',
      bad: `
        ARG SUFFIX
        ARG UNTAGGED=debian
        FROM $UNTAGGED AS Build
        FROM «build»
        FROM Build
        FROM «registry.example.com/\${SUFFIX}»`,
    },
  ],
  *check(file, { options }) {
    const names = new Set<string>();
    for (const from of file.all('FROM')) {
      const { image, alias } = from;
      const untagged = options.asPeers ? untaggedText(from, names) : untaggedImage(from);
      if (alias) names.add(alias.text);
      if (untagged === undefined) continue;
      const argument = untagged === image.word.text ? undefined : argumentOf(file, image);
      yield {
        at: image.word,
        message:
          untagged === image.word.text
            ? say`${untagged} has no tag, so it is whatever was published last.`
            : say`${image.word.text} is ${untagged} by default, which has no tag.`,
        fix: () => {
          const version = versionElsewhere(file, image);
          if (version === undefined) return undefined;
          return suggestion(`Use ${version}, as another stage does`, replace(image.word, version));
        },
        ...(argument ? { related: [{ at: argument, message: say`The default is set here.` }] } : {}),
        ...(image.word.literal || options.asPeers ? {} : { peers: ['trivy/DS-0001'] }),
      };
    }
  },
});

type From = Instructions['FROM'];

/** The image as hadolint reads it. */
function untaggedText({ image }: From, names: ReadonlySet<string>): string | undefined {
  const { text } = image.word;
  if (image.tag || image.digest || text === 'scratch' || text.startsWith('$') || names.has(text)) return undefined;
  return text;
}

/** The image with the defaults of its arguments put in, if it is one without a tag. */
function untaggedImage({ image, base }: From): string | undefined {
  const { tag, digest, value, resolved } = image;
  if (tag || digest || resolved?.tag !== undefined || resolved?.digest !== undefined) return undefined;
  if (!('kind' in base) || value === undefined || value === '' || value === 'scratch') return undefined;
  return value;
}
