import { signOfState } from '../../knowledge/state-folders.js';
import { mayStartAsRoot } from '../../knowledge/start.js';
import { idleUserOf, isRoot } from '../../knowledge/users.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'stateful-root-runtime',
  kinds: ['dockerfile'],
  severity: 'warning',
  profile: 'recommended',
  tags: ['security', 'users', 'volumes'],
  since: 'next',
  peers: { tally: ['stateful-root-runtime'], trivy: ['DS-0002'], checkov: ['CKV_DOCKER_3'], dockle: ['CIS-DI-0001'] },
  summary: 'Do not run as root what keeps data in a volume or in a folder of its own.',
  docs: `
A program that runs as root writes root's files into the volume, and on a folder of the host it writes there as root too.
Whoever breaks into it has the data; and a later move to another user fails on the files that are there already.

Make a user, give it the folder before VOLUME (\`RUN mkdir -p /data && chown app /data\`), and end with \`USER app\`.
Volumes that are in use have to change hands once. In Kubernetes, \`runAsUser\` and \`fsGroup\` do the same from outside.

Nothing is said where the entrypoint is seen to drop root by gosu, su-exec or setpriv. Leave the rule off for images that
drop it in a way that cannot be seen here.`,
  sources: {
    'USER reference': 'https://docs.docker.com/reference/dockerfile/#user',
    'VOLUME reference': 'https://docs.docker.com/reference/dockerfile/#volume',
    'Pod security context': 'https://kubernetes.io/docs/tasks/configure-pod-container/security-context/',
    'Best practices for making container images': 'https://e-whisper.com/posts/8023/',
  },
  examples: [
    {
      title: 'A volume',
      bad: `
        FROM debian:12
        RUN mkdir /data
        VOLUME «/data»
        CMD ["/server"]`,
    },
    {
      title: 'Root by name, and a volume of the stage that the final one starts from',
      bad: `
        FROM debian:12 AS base
        VOLUME ["«/var/lib/app»", "/logs"]
        FROM base
        USER root
        ENTRYPOINT ["/server"]`,
    },
    {
      title: 'Folders for data and for logs',
      bad: `
        FROM alpine:3.20
        RUN apk add --no-cache sqlite && mkdir -p «/var/lib/shop» /var/log/shop
        COPY server /
        CMD ["/server"]`,
    },
    {
      title: 'The working directory, and what is copied',
      bad: `
        FROM alpine:3.20
        WORKDIR «/data/shop»
        COPY init.db .
        CMD ["/server"]`,
    },
    {
      title: 'Another user, in the file or by the base image',
      good: `
        FROM debian:12 AS one
        VOLUME /data
        USER app
        CMD ["/server"]
        FROM gcr.io/distroless/static-debian12:nonroot
        VOLUME /data
        CMD ["/server"]`,
    },
    {
      title: 'The program drops root itself',
      files: { 'entrypoint.sh': '#!/bin/sh\nchown app /data\nexec su-exec app "$@"\n' },
      good: `
        FROM alpine:3.20
        VOLUME /data
        COPY entrypoint.sh /
        ENTRYPOINT ["/entrypoint.sh"]
        CMD ["server"]`,
    },
    {
      title: 'gosu in the entrypoint, and gosu installed for a script that nobody sees',
      good: `
        FROM debian:12 AS one
        VOLUME /data
        ENTRYPOINT ["gosu", "app", "/server"]
        FROM alpine:3.20
        RUN apk add --no-cache su-exec
        VOLUME /data
        ENTRYPOINT ["docker-entrypoint.sh"]`,
    },
    {
      title: 'Nothing that keeps state, and paths that only the build knows',
      good: `
        FROM debian:12
        ARG DATA
        VOLUME $DATA
        WORKDIR /srv/app
        RUN apt-get update && mkdir -p /var/lib/apt/lists/partial /var/cache/apt/archives/partial "$DATA/lib"
        COPY . .
        COPY app.conf /var/log/
        CMD ["/server"]`,
    },
    {
      title: 'A base whose user nobody knows, a base for other images, a stage for development',
      good: `
        FROM registry.example.com/team/base:1 AS one
        VOLUME /data
        CMD ["/server"]
        FROM debian:12 AS two
        RUN mkdir -p /var/lib/app
        FROM debian:12 AS dev
        VOLUME /data
        CMD ["/server"]`,
    },
    {
      title: 'A user that is there and not used, which is another rule',
      good: `
        FROM debian:12
        RUN useradd app
        VOLUME /data
        CMD ["/server"]`,
    },
  ],
  *check(file, { workspace }) {
    const stage = file.finalStage;
    if (!stage || stage.start.family === 'windows') return;
    const { user } = stage.result;
    if (!user.known || !isRoot(user.value)) return;
    const isStarted = stage.effective('CMD') ?? stage.effective('ENTRYPOINT');
    const sign = isStarted && !idleUserOf(stage) ? signOfState(stage) : undefined;
    if (!sign || mayStartAsRoot(file, stage, (path) => workspace.open(path, 'shell'))) return;
    yield { at: sign, message: say`The image runs as root, which then owns what is written to ${sign.text}.` };
  },
});
