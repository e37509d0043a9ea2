import { replace, suggestion, type Fix } from '../../edit.js';
import { nearestNames } from '../../knowledge/nearest.js';
import { AS_PEERS } from '../../knowledge/peers.js';
import type { Dockerfile, Instructions, Word } from '../../model/index.js';
import { rule, say, type Message } from '../../rule.js';

export default rule({
  id: 'copy-from-known-stage',
  kinds: ['dockerfile'],
  severity: 'warning',
  profile: 'recommended',
  tags: ['stages', 'broken-build'],
  since: '0.1.0',
  peers: {
    hadolint: ['DL3022'],
    kics: ["COPY '--from' Without FROM Alias Defined Previously"],
  },
  summary: 'Let COPY --from name a stage above, or an image with its version.',
  docs: `
What \`--from\` names is looked for among the stages, and then taken for an image.
A stage that was renamed or misspelled thus becomes the name of an image: the build asks a registry for it and stops,
or copies from whatever a stranger has published under that name.

Name a stage that stands above, or say by a tag or a digest that an image is meant.`,
  sources: {
    'COPY --from': 'https://docs.docker.com/reference/dockerfile/#copy---from',
    'Multi-stage builds': 'https://docs.docker.com/build/building/multi-stage/#use-an-external-image-as-a-stage',
  },
  differs: [
    {
      from: 'hadolint/DL3022',
      they: 'compares names of stages with their case',
      we: 'compares without it',
      why: 'Builders do, too.',
    },
    {
      from: 'hadolint/DL3022',
      they: 'flags a variable',
      we: 'silent',
      why: 'Only the build knows the stage, and builders say so themselves.',
    },
  ],
  options: {
    asPeers: { ...AS_PEERS, about: 'Compare names of stages with their case, as hadolint does; builders do not.' },
  },
  examples: [
    {
      title: 'A misspelled stage',
      bad: `
        FROM golang:1.23 AS build
        RUN go build -o /app
        FROM debian:12
        COPY --from=«biuld» /app /app`,
      good: `
        FROM golang:1.23 AS build
        RUN go build -o /app
        FROM debian:12
        COPY --from=build /app /app`,
    },
    {
      title: 'A stage that comes later',
      bad: `
        FROM debian:12
        COPY --from=«assets» /site /site
        FROM node:22 AS assets
        RUN npm run site`,
    },
    {
      title: 'An image without a tag, and a number that no stage has',
      bad: `
        FROM debian:12
        COPY --from=«nginx» /etc/nginx/nginx.conf /etc/nginx/
        COPY --chown=1:1 --from=«17» /a /b`,
    },
    {
      title: 'Stages above, in any case and by number, and the stage itself, which is another rule',
      good: `
        FROM golang:1.23 AS build
        FROM debian:12 AS final
        COPY --from=build /app /app
        COPY --from=Build /app /app
        COPY --from=0 /app /app
        COPY --from=1 /app /app
        COPY --from=final /app /app`,
    },
    {
      title: 'Images with a version',
      good: `
        FROM debian:12
        COPY --from=nginx:1.27 /etc/nginx/nginx.conf /etc/nginx/
        COPY --from=registry.example.com:5000/team/tool@sha256:1782cafde43390b032f960c0fad3def745fac18994ced169003cb56e9a93c028 /tool /`,
    },
    {
      title: 'Other instructions, and what an ONBUILD holds',
      good: `
        FROM debian:12
        COPY . /app
        RUN --mount=type=bind,from=other,target=/other make
        ONBUILD COPY --from=other /app /app`,
    },
    {
      title: 'A variable, which builders refuse',
      good: `
        FROM debian:12
        ARG SOURCE
        COPY --from=\${SOURCE} /app /app`,
    },
    {
      title: 'Without any FROM there is no stage',
      bad: `
        COPY --from=«0» /app /app`,
    },
    {
      title: 'As hadolint judges it: with the case of the name',
      profile: 'all',
      bad: `
        FROM golang:1.23 AS build
        FROM debian:12
        COPY --from=«Build» /app /app`,
      good: `
        FROM golang:1.23 AS build
        FROM debian:12
        COPY --from=build /app /app`,
    },
  ],
  *check(file, { options: { asPeers } }) {
    const key = (name: string): string => (asPeers ? name : name.toLowerCase());
    const above = new Map<string, string>();
    const byName = new Map(file.stages.map(({ name }) => [name?.text.toLowerCase(), name]));
    let count = 0;
    for (const node of file.all('FROM', 'COPY')) {
      if (node.keyword === 'FROM') {
        count += 1;
        if (node.alias) above.set(key(node.alias.text), node.alias.text);
        continue;
      }
      const word = node.from?.word;
      // A variable is no stage and no image: no builder puts anything in its place.
      if (!word || word.text === '' || word.text.includes(':') || (!word.literal && !asPeers)) continue;
      const number = asPeers ? Number.parseInt(word.text, 10) : Number(word.text);
      if (above.has(key(word.text)) || number < count) continue;
      const below = node.from.stage ? undefined : byName.get(word.text.toLowerCase());
      yield {
        at: word,
        message: messageFor(word, node.from.stage !== undefined, below !== undefined),
        fix: below ? undefined : () => nameOfStage(word, namesAbove(file, node)),
        ...(below ? { related: [{ at: below, message: say`The stage is here.` }] } : {}),
      };
    }
  },
});

/** The names of the stages that the COPY may reach. */
const namesAbove = (file: Dockerfile, { stage }: Instructions['COPY']): readonly string[] =>
  file.stages.flatMap(({ index, name }) => (name && stage && index < stage.index ? [name.text] : []));

function messageFor({ text }: Word, isAbove: boolean, isBelow: boolean): Message {
  if (isAbove) return say`No stage above is called ${text} in just this case.`;
  if (isBelow) return say`The stage ${text} comes only below, where COPY cannot reach it.`;
  return Number.isInteger(Number(text))
    ? say`No stage above has the number ${text}.`
    : say`No stage above is called ${text}, so it is taken for an image without a tag.`;
}

function nameOfStage(word: Word, names: Iterable<string>): Fix | undefined {
  const [name] = word.literal ? nearestNames(word.text, names, 1) : [];
  return name === undefined ? undefined : suggestion(`Copy from ${name}`, replace(word, name));
}
