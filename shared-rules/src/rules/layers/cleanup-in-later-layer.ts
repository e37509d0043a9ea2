import { merge, suggestion, type Fix } from '../../edit.js';
import { lateCleanUps } from '../../knowledge/late-clean-ups.js';
import { canFollow, leavesNothingBehind, type Instruction, type Instructions } from '../../model/index.js';
import { rule, say } from '../../rule.js';

type Run = Instructions['RUN'];

export default rule({
  id: 'cleanup-in-later-layer',
  kinds: ['dockerfile'],
  severity: 'warning',
  profile: 'recommended',
  tags: ['layers', 'size'],
  since: 'next',
  summary: 'Delete files in the RUN that makes them, not in a later one.',
  docs: `
Deleting a file in a later layer only hides it. Its bytes stay in the layer below: everybody who pulls the image still
downloads them, and anybody can read them there. The image becomes a little bigger, not smaller.

Delete in the same RUN that made the files, joined with \`&&\`; or keep them out of the layer with a mount; or work in a
stage of its own and copy over what the image needs. Where a copied file is not wanted, do not copy it.
A secret that was deleted this way is still in the image: see that it is replaced.

In a stage that is only copied from, nothing is said: its layers do not ship.`,
  sources: {
    'Best practices for building': 'https://docs.docker.com/build/building/best-practices/#run',
    'About storage drivers, "Images and layers"': 'https://docs.docker.com/engine/storage/drivers/#images-and-layers',
    'Best practices for making container images': 'https://e-whisper.com/posts/8023/',
  },
  examples: [
    {
      title: 'Package lists that the layer above has already',
      bad: `
        FROM debian:12
        RUN apt-get update && apt-get install -y curl
        RUN rm -rf «/var/lib/apt/lists/*»`,
      good: `
        FROM debian:12
        RUN apt-get update && apt-get install -y curl \\
            && rm -rf /var/lib/apt/lists/*`,
    },
    {
      title: 'A download, over several lines',
      bad: `
        FROM debian:12
        RUN curl -fsSLo /tmp/tool.tgz https://example.com/tool.tgz \\
            && tar -xzf /tmp/tool.tgz -C /opt
        RUN rm -f «/tmp/tool.tgz»`,
      good: `
        FROM debian:12
        RUN curl -fsSLo /tmp/tool.tgz https://example.com/tool.tgz \\
            && tar -xzf /tmp/tool.tgz -C /opt \\
            && rm -f /tmp/tool.tgz`,
    },
    {
      title: 'Something stands between, and copied files',
      bad: `
        FROM fedora:43 AS base
        RUN dnf install -y gcc
        FROM base
        COPY build /tmp/build
        RUN /tmp/build/run
        RUN dnf «clean» all && rm -rf «/tmp/build» && find «/var/cache/dnf» -delete`,
    },
    {
      title: 'Caches of package managers',
      bad: `
        FROM node:22
        WORKDIR /app
        COPY package.json ./
        RUN npm install
        ENV NODE_ENV=production
        RUN npm «cache» clean --force
        RUN rm -rf «/root/.npm»`,
    },
    {
      title: 'In the RUN that made them, or with more to do',
      good: `
        FROM debian:12
        RUN apt-get update && apt-get install -y curl && rm -rf /var/lib/apt/lists/*
        RUN rm -rf /var/lib/apt/lists/*
        COPY tool.tgz /tmp/
        RUN tar -xzf /tmp/tool.tgz -C /opt && rm /tmp/tool.tgz`,
    },
    {
      title: 'What no layer of this file made',
      good: `
        FROM debian:12
        COPY app /app
        RUN rm -rf /usr/share/doc/* /var/cache/nginx /etc/nginx/conf.d/default.conf
        RUN yum clean all`,
    },
    {
      title: 'A stage that is only copied from, even as a whole',
      good: `
        FROM debian:12 AS build
        RUN apt-get update && apt-get install -y curl
        RUN rm -rf /var/lib/apt/lists/*
        FROM scratch
        COPY --from=build / /`,
    },
    {
      title: 'Mounts',
      good: `
        FROM debian:12
        RUN --mount=type=cache,target=/var/lib/apt --mount=type=cache,target=/var/cache/apt \\
            apt-get update && apt-get install -y curl
        RUN rm -rf /var/lib/apt/lists/*
        RUN --mount=type=tmpfs,target=/tmp curl -o /tmp/a https://example.com/a
        RUN rm -rf /tmp/a
        RUN npm ci
        RUN --mount=type=cache,target=/root/.npm npm cache clean --force`,
    },
    {
      title: 'An archive cache that Debian images empty by themselves',
      good: `
        FROM debian:12
        RUN apt-get update && apt-get install -y curl && rm -rf /var/lib/apt/lists/*
        RUN apt-get clean`,
    },
  ],
  *check(file) {
    for (const stage of file.stages) {
      for (const run of stage.instructions) {
        if (run.keyword !== 'RUN') continue;
        for (const { at, maker } of lateCleanUps(stage, run)) {
          yield {
            at,
            message: say`This only hides the files: they stay in the layer of the ${maker.keyword} that made them.`,
            related: [{ at: maker.head, message: say`The files come from here.` }],
            fix: () => joined(maker, run),
          };
        }
      }
    }
  },
});

/** One RUN of both, where the files are made right above. */
function joined(maker: Instruction, run: Run): Fix | undefined {
  if (maker.keyword !== 'RUN' || run.previous !== maker || run.hasCommentAbove) return undefined;
  if (maker.flags.length + run.flags.length > 0 || !maker.script || !run.script) return undefined;
  const edit = leavesNothingBehind(maker.script) && canFollow(run.script) ? merge(maker, run) : undefined;
  return edit && suggestion('Delete in the RUN that makes the files', edit);
}
