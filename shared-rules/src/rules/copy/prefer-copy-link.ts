import { insertAfter, suggestion } from '../../edit.js';
import { isDevLike } from '../../knowledge/stages.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'prefer-copy-link',
  kinds: ['dockerfile'],
  severity: 'hint',
  profile: 'all',
  tags: ['copy', 'cache', 'speed'],
  since: 'next',
  summary: 'Copy with --link, so that a layer outlives a new base image.',
  docs: `
A COPY builds on all layers below it: a new base image makes every one of them again. With \`--link\` the files become a
layer of their own that is put on top, so it is kept when what lies below changes, and can be made at the same time.

Add \`--link\`. It follows no symbolic link in the target's path: where a folder of the target is one, as \`/bin\` or
\`/var/run\`, it puts a real folder in its place. It needs version 1.4 of the Dockerfile syntax.`,
  sources: { 'Dockerfile reference, "COPY --link"': 'https://docs.docker.com/reference/dockerfile/#copy---link' },
  examples: [
    {
      title: 'From another stage',
      bad: `
        FROM golang:1.25 AS build
        RUN go build -o /app
        FROM alpine:3.22
        «COPY» --from=build /app /usr/local/bin/app`,
      good: `
        FROM golang:1.25 AS build
        RUN go build -o /app
        FROM alpine:3.22
        COPY --link --from=build /app /usr/local/bin/app`,
    },
    {
      title: 'From the build context, in a later stage; the owner by number',
      bad: `
        FROM node:22 AS build
        FROM nginx:1.29
        «COPY» --chown=101:101 index.html /usr/share/nginx/html/`,
      good: `
        FROM node:22 AS build
        FROM nginx:1.29
        COPY --link --chown=101:101 index.html /usr/share/nginx/html/`,
    },
    {
      title: 'Into a folder that is often a link',
      good: `
        FROM golang:1.25 AS build
        FROM debian:12
        COPY --from=build /app /bin/app
        COPY --from=build /lib.so /lib/
        COPY --from=build /pid /var/run/app
        COPY --from=build /app app
        COPY --from=build /x $TARGET`,
    },
    {
      title: 'An owner by name, the flag itself, and a first stage',
      good: `
        FROM golang:1.25 AS build
        COPY . .
        FROM scratch
        COPY --chown=app --from=build /app /app
        COPY --link --from=build /app /app`,
      except: ['behind another stage'],
    },
  ],
  *check(file) {
    for (const copy of file.all('COPY')) {
      const { stage, target, from } = copy;
      if (!stage || !target || isDevLike(stage) || stage.start.family === 'windows' || copy.flag('link')) continue;
      if (!from && stage.index < 1) continue;
      if (!target.literal || !target.text.startsWith('/') || LINKS.test(target.text)) continue;
      const owner = copy.flag('chown')?.value?.text;
      if (owner !== undefined && !/^\d+(:\d+)?$/.test(owner)) continue;
      yield {
        at: copy.head,
        message: say`Without --link, this layer is made again with every new base image.`,
        fix: suggestion('Add --link', insertAfter(copy.head, ' --link')),
      };
    }
  },
});

/** Folders that are symbolic links in most distributions. Source: the Filesystem Hierarchy Standard, "merged /usr". */
const LINKS = /^\/(bin|sbin|lib(32|64|x32)?|var\/run|var\/lock|usr\/tmp)(\/|$)/;
