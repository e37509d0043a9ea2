import { addBeforeStart, suggestion } from '../../edit.js';
import { mayStartAsRoot } from '../../knowledge/start.js';
import { idleUserOf } from '../../knowledge/users.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'user-created-but-never-used',
  kinds: ['dockerfile'],
  severity: 'warning',
  profile: 'recommended',
  tags: ['security', 'users'],
  since: 'next',
  peers: {
    tally: ['user-created-but-never-used'],
    trivy: ['DS-0002'],
    checkov: ['CKV_DOCKER_3'],
    dockle: ['CIS-DI-0001'],
  },
  summary: 'Switch to the user that the image makes for its program.',
  docs: `
The file makes a user, and the program runs as root all the same: whoever breaks into it may rewrite the image's files
and is one kernel bug away from the host. It looks safe and is not.

Add \`USER\` with the name before CMD or ENTRYPOINT. The program must be able to write where it writes: give it those
folders with \`COPY --chown\` or \`chown\`.

Nothing is said where the user is named anywhere else, as in \`chown\`, or where root is seen to be dropped at the start.`,
  sources: {
    'USER reference': 'https://docs.docker.com/reference/dockerfile/#user',
    'Best practices for building': 'https://docs.docker.com/build/building/best-practices/#user',
    'Best practices for making container images': 'https://e-whisper.com/posts/8023/',
  },
  examples: [
    {
      title: 'A user that is made and forgotten',
      bad: `
        FROM debian:12
        RUN groupadd -r worker && useradd -r -g worker «worker»
        COPY server /
        CMD ["/server"]`,
      good: `
        FROM debian:12
        RUN groupadd -r worker && useradd -r -g worker worker
        COPY server /
        USER worker
        CMD ["/server"]`,
    },
    {
      title: 'On Alpine, in the stage that the final one starts from, below a USER root',
      bad: `
        FROM alpine:3.20 AS base
        RUN addgroup -S web && adduser -S -G web «web»
        FROM base
        USER root
        ENTRYPOINT ["/server"]
        CMD ["--serve"]`,
      good: `
        FROM alpine:3.20 AS base
        RUN addgroup -S web && adduser -S -G web web
        FROM base
        USER root
        USER web
        ENTRYPOINT ["/server"]
        CMD ["--serve"]`,
    },
    {
      title: 'A user that is used',
      good: `
        FROM debian:12
        RUN useradd -r worker
        USER worker
        CMD ["/server"]`,
    },
    {
      title: 'A user that something else speaks of',
      good: `
        FROM debian:12 AS one
        RUN useradd -r worker && chown -R worker:worker /data
        FROM debian:12 AS two
        RUN useradd -r worker
        COPY --chown=worker server /
        FROM nginx:1.27
        RUN useradd -r worker && echo "user worker;" >> /etc/nginx/nginx.conf
        CMD ["nginx", "-g", "daemon off;"]`,
    },
    {
      title: 'A program that drops root itself',
      files: { 'docker-entrypoint.sh': '#!/bin/sh\nexec gosu worker "$@"\n' },
      good: `
        FROM debian:12
        RUN useradd -r worker
        COPY docker-entrypoint.sh /
        ENTRYPOINT ["/docker-entrypoint.sh"]`,
    },
    {
      title: 'A base that does not run as root, or that nobody knows',
      good: `
        FROM bitnami/node:22 AS one
        USER root
        RUN useradd worker
        USER 1001
        FROM registry.example.com/team/base:1
        RUN useradd worker
        CMD ["/server"]`,
    },
    {
      title: 'A group alone, accounts of packages, a name that only the build knows, a stage that is only copied from',
      good: `
        FROM debian:12 AS build
        RUN useradd worker
        FROM debian:12
        ARG NAME
        RUN groupadd web && useradd $NAME && adduser www-data web && apt-get install -y redis-server
        CMD ["/server"]`,
    },
    {
      title: 'A base for other images, and one for people at work',
      good: `
        FROM debian:12
        RUN useradd -m worker
        FROM debian:12 AS dev
        RUN useradd -m worker
        CMD ["bash"]`,
    },
  ],
  *check(file, { workspace }) {
    const stage = file.finalStage;
    if (!stage || (!stage.effective('CMD') && !stage.effective('ENTRYPOINT'))) return;
    const name = idleUserOf(stage);
    if (!name || mayStartAsRoot(file, stage, (path) => workspace.open(path, 'shell'))) return;
    const edit = /^[\w.-]+$/.test(name.text) ? addBeforeStart(stage, `USER ${name.text}`) : undefined;
    yield {
      at: name,
      message: say`${name.text} is made and never used: the image runs as root.`,
      fix: edit && suggestion(`Run as ${name.text}`, edit),
    };
  },
});
