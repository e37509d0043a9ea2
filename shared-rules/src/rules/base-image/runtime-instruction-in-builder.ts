import { removeLines, suggestion } from '../../edit.js';
import { isTargetOf } from '../../knowledge/stage-graph.js';
import { isDevLike } from '../../knowledge/stages.js';
import type { Stage } from '../../model/index.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'runtime-instruction-in-builder',
  kinds: ['dockerfile'],
  severity: 'hint',
  profile: 'recommended',
  tags: ['base-image', 'clarity'],
  since: 'next',
  summary: 'Say what a container does only in stages that containers are made of.',
  docs: `
No container is ever made of a stage that others only copy from: its CMD, EXPOSE or HEALTHCHECK does nothing. It misleads
whoever reads it, and often it was meant for the final stage and is missing there.

Remove it, or move it to the final stage. A stage that is built by itself with \`--target\` is let be where a compose file,
a bake file, a workflow or a script beside the Dockerfile says so.`,
  sources: {
    'Multi-stage builds': 'https://docs.docker.com/build/building/multi-stage/',
    'CMD reference': 'https://docs.docker.com/reference/dockerfile/#cmd',
  },
  examples: [
    {
      title: 'A CMD that never runs',
      bad: `
        FROM golang:1.27 AS build
        RUN go build -o /server .
        «CMD ["go", "run", "."]»
        FROM debian:12
        COPY --from=build /server /server
        CMD ["/server"]`,
      good: `
        FROM golang:1.27 AS build
        RUN go build -o /server .
        FROM debian:12
        COPY --from=build /server /server
        CMD ["/server"]`,
    },
    {
      title: 'In a base of the builder, over several lines',
      bad: `
        FROM node:24 AS base
        «EXPOSE 3000»
        FROM base AS build
        «HEALTHCHECK \\
          CMD curl -f http://localhost:3000/»
        RUN npm run build
        FROM nginx:1.29
        COPY --from=build /dist /usr/share/nginx/html`,
      good: `
        FROM node:24 AS base
        FROM base AS build
        RUN npm run build
        FROM nginx:1.29
        COPY --from=build /dist /usr/share/nginx/html`,
    },
    {
      title: 'Stages that the final one starts from, or that nothing refers to',
      good: `
        FROM node:24 AS base
        CMD ["node", "server.js"]
        FROM base AS worker
        CMD ["node", "worker.js"]
        FROM base
        EXPOSE 3000`,
    },
    {
      title: 'A stage for development',
      good: `
        FROM node:24 AS dev
        CMD ["npm", "run", "dev"]
        FROM node:24
        COPY --from=dev /app /app`,
    },
    {
      title: 'A stage that is a target of its own',
      files: { 'compose.yaml': 'services:\n  api:\n    build: { context: ., target: api }\n' },
      good: `
        FROM node:24 AS api
        CMD ["node", "server.js"]
        FROM nginx:1.29
        COPY --from=api /dist /usr/share/nginx/html`,
    },
  ],
  *check(file, { workspace }) {
    const used = new Set<Stage>();
    for (const stage of file.stages) {
      if (!stage.isOutput) continue;
      let at: Stage | undefined = stage;
      while (at && !used.has(at)) {
        used.add(at);
        at = at.base && !('kind' in at.base) ? at.base : undefined;
      }
    }
    for (const node of file.all('CMD', 'ENTRYPOINT', 'EXPOSE', 'HEALTHCHECK', 'STOPSIGNAL', 'VOLUME')) {
      const { stage, keyword } = node;
      if (!stage?.from || used.has(stage) || isDevLike(stage)) continue;
      const name = stage.name?.text;
      if (name !== undefined && isTargetOf(workspace, name)) continue;
      yield {
        at: node,
        message: say`${keyword} does nothing here: no container is made of ${name ?? `stage ${stage.index}`}.`,
        fix: suggestion(`Remove the ${keyword}`, removeLines(node)),
      };
    }
  },
});
