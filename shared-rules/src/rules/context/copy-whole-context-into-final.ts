import { localSources } from '../../knowledge/context.js';
import { isDevLike } from '../../knowledge/stages.js';
import type { Stage } from '../../model/index.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'copy-whole-context-into-final',
  kinds: ['dockerfile'],
  severity: 'info',
  profile: 'recommended',
  tags: ['context', 'copy', 'stages', 'size'],
  since: '0.1.0',
  peers: { sonar: ['S6470'] },
  summary: 'Copy only what the program needs into the final stage.',
  docs: `
A final stage that takes what a builder has made and then copies the whole build context ships the sources as well:
a bigger image, code and configuration that were not meant to leave the house, and a layer that every change rebuilds.

Name the files and folders that the program needs at run time.

It is silent for programs that run from their sources, as those in Python, Ruby, PHP or JavaScript do.`,
  sources: {
    'Multi-stage builds': 'https://docs.docker.com/build/building/multi-stage/',
    'Best practices for making container images': 'https://e-whisper.com/posts/8023/',
  },
  examples: [
    {
      title: 'A program and all of its sources',
      bad: `
        FROM golang:1.25 AS build
        RUN go build -o /server .
        FROM debian:13
        COPY --from=build /server /usr/bin/server
        COPY «.» /srv
        CMD ["server"]`,
    },
    {
      title: 'ADD, and a stage that the final one is based on',
      bad: `
        FROM maven:3-eclipse-temurin-21 AS build
        RUN mvn package
        FROM eclipse-temurin:21-jre AS base
        COPY --from=build /target/app.jar /app.jar
        FROM base
        ADD «./» /app
        CMD ["java", "-jar", "/app.jar"]`,
    },
    {
      title: 'Only what is needed, and all of it in the builder',
      good: `
        FROM golang:1.25 AS build
        COPY . .
        RUN go build -o /server .
        FROM debian:13
        COPY --from=build /server /usr/bin/server
        COPY config /etc/server
        CMD ["server"]`,
    },
    {
      title: 'Programs that run from their sources, by their base image or their start',
      good: `
        FROM node:22 AS deps
        RUN npm ci
        FROM registry.example.com/team/base:1
        COPY --from=deps /node_modules ./node_modules
        COPY . .
        CMD ["tini", "--", "node", "index.js"]`,
    },
    {
      title: 'A base image with an interpreter',
      good: `
        FROM python:3.13 AS wheels
        RUN pip wheel -r requirements.txt
        FROM python:3.13-slim
        COPY --from=wheels /wheels /wheels
        COPY . .
        ENTRYPOINT ["/app/start"]`,
    },
    {
      title: 'One stage, and nothing taken from the builder',
      good: `
        FROM debian:13
        COPY . /srv
        CMD ["/srv/run"]`,
    },
    {
      title: 'Files of another image, and a stage for development',
      good: `
        FROM golang:1.25 AS build
        RUN go build -o /server .
        FROM debian:13 AS tools
        COPY --from=ghcr.io/team/tool:1 /tool /usr/bin/
        COPY . /srv
        FROM debian:13 AS dev
        COPY --from=build /server /usr/bin/
        COPY . /srv
        CMD ["server"]`,
    },
    {
      title: 'A base that nobody knows, with nothing said of what it runs',
      good: `
        FROM golang:1.25 AS build
        RUN go build -o /server .
        FROM registry.example.com/team/base:1
        COPY --from=build /server /usr/bin/server
        COPY . /srv`,
    },
  ],
  *check(file) {
    const stage = file.finalStage;
    if (!stage || isDevLike(stage) || stage.start.family === 'windows' || mayRunSources(stage)) return;
    if (![...file.all('COPY')].some(({ stage: at, from }) => at?.ships && from?.stage)) return;
    for (const { copy, word, path } of localSources(file)) {
      if (path !== '' || !copy.stage?.ships || copy.flag('exclude')) continue;
      yield { at: word, message: say`All of the build context, the sources included, goes into the final image.` };
    }
  },
});

const INTERPRETERS =
  /^(python|pypy|ruby|jruby|php|node|deno|bun|perl|elixir|erlang|julia|lua|Rscript|r-base|swift-repl)/;

/** Programs that run what a project in such a language has installed. */
const RUNNERS =
  /^(gunicorn|uvicorn|hypercorn|daphne|uwsgi|celery|flask|django-admin|streamlit|puma|unicorn|rails|rackup|bundle|rake|npm|npx|yarn|pnpm|pm2|next|nodemon|ts-node|tsx|apache2|httpd|php-fpm.*|composer|supervisord|pipenv|poetry|uv|make)$/;

/** Whether what the stage starts may need its sources: an interpreter, a script, or something that nobody knows. */
function mayRunSources(stage: Stage): boolean {
  const { rootImage } = stage;
  if (rootImage && INTERPRETERS.test(rootImage.repository)) return true;
  const commands = (['ENTRYPOINT', 'CMD'] as const).flatMap((keyword) => stage.effective(keyword)?.commands ?? []);
  if (commands.length === 0) return stage.start.family === 'unknown';
  return commands.some(
    ({ program: { text }, path }) => INTERPRETERS.test(text) || RUNNERS.test(text) || /\.\w+$/.test(path),
  );
}
