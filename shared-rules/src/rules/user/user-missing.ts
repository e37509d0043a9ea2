import { addInstructionAfter, addInstructionBefore, replace, suggestion, type Fix } from '../../edit.js';
import { codesOf } from '../../knowledge/hadolint.js';
import { spareUserOf, startsServer } from '../../knowledge/images.js';
import { signOfState } from '../../knowledge/state-folders.js';
import { mayStartAsRoot, startsInterpreter } from '../../knowledge/start.js';
import { idleUserOf, isRoot, userCreation } from '../../knowledge/users.js';
import type { Image, Stage } from '../../model/index.js';
import { rule, say } from '../../rule.js';

const PEERS = {
  trivy: ['DS-0002'],
  checkov: ['CKV_DOCKER_3'],
  kics: ['Missing User Instruction'],
  dockle: ['CIS-DI-0001'],
  sonar: ['S6471'],
  semgrep: ['missing-user', 'missing-user-entrypoint'],
};

export default rule({
  id: 'user-missing',
  kinds: ['dockerfile'],
  severity: 'warning',
  profile: 'recommended',
  tags: ['security', 'users'],
  since: '0.1.0',
  peers: PEERS,
  summary: 'Run the final image as a user other than root.',
  docs: `
Without a USER the program runs as root, and whoever breaks into it is root in the container: free to rewrite its files,
to install tools, and one kernel bug away from the host. Kubernetes refuses such an image under \`runAsNonRoot\`.

Make a user and switch to it before CMD or ENTRYPOINT, once everything that needs root is done.
The program must then be able to write where it writes: give it those folders with \`COPY --chown\` or \`chown\`.

Leave it out for images that must start as root and drop it themselves in a way that cannot be seen here.`,
  sources: {
    'USER reference': 'https://docs.docker.com/reference/dockerfile/#user',
    'Best practices for building': 'https://docs.docker.com/build/building/best-practices/#user',
    'Pod Security Standards': 'https://kubernetes.io/docs/concepts/security/pod-security-standards/',
    'Best practices for making container images': 'https://e-whisper.com/posts/8023/',
  },
  options: {
    userName: { type: 'text', default: 'app', about: 'The name of the user that the fix makes.' },
    uid: {
      type: 'integer',
      min: 1,
      default: 10001,
      about: 'The number of the user that the fix switches to where no user can be made.',
    },
    libraryBases: {
      type: 'boolean',
      default: { recommended: false, all: true },
      about:
        'Report also an image that is a base for others: no CMD, ENTRYPOINT or EXPOSE of its own, or a CMD that is a mere shell or interpreter.',
    },
  },
  examples: [
    {
      title: 'An image for others, which starts a mere interpreter',
      good: `
        FROM debian:13
        RUN make -C /usr/src/python install
        CMD ["python3"]`,
    },
    {
      title: 'A Debian image that runs as root',
      bad: `
        FROM «python:3.12-slim»
        COPY . /srv/app
        CMD ["python", "/srv/app/main.py"]`,
      good: `
        FROM python:3.12-slim
        COPY . /srv/app
        RUN groupadd -r app && useradd --no-log-init -r -g app app
        USER app
        CMD ["python", "/srv/app/main.py"]`,
    },
    {
      title: 'Alpine, and the comment that belongs to the entrypoint',
      bad: `
        FROM golang:1.23 AS build
        RUN go build -o /server .
        FROM «alpine:3.20»
        COPY --from=build /server /server
        # serves on 8080
        ENTRYPOINT ["/server"]`,
      good: `
        FROM golang:1.23 AS build
        RUN go build -o /server .
        FROM alpine:3.20
        COPY --from=build /server /server
        RUN addgroup -S app && adduser -S -G app app
        USER app
        # serves on 8080
        ENTRYPOINT ["/server"]`,
    },
    {
      title: 'A user that the image holds already',
      bad: `
        FROM «node:22»
        COPY . .
        CMD ["node", "server.js"]`,
      good: `
        FROM node:22
        COPY . .
        USER node
        CMD ["node", "server.js"]`,
    },
    {
      title: 'A user that is made and given something',
      bad: `
        FROM «fedora:41»
        RUN useradd -r worker && chown worker /srv
        CMD ["/usr/bin/worker"]`,
      good: `
        FROM fedora:41
        RUN useradd -r worker && chown worker /srv
        USER worker
        CMD ["/usr/bin/worker"]`,
    },
    {
      title: 'A user that is never used, and data in a volume, which are rules of their own',
      good: `
        FROM debian:12
        RUN useradd worker
        VOLUME /data
        CMD ["/usr/bin/worker"]`,
    },
    {
      title: 'From nothing, where a number is a user as well',
      bad: `
        FROM «scratch»
        COPY server /
        ENTRYPOINT ["/server"]`,
      good: `
        FROM scratch
        COPY server /
        USER 65532:65532
        ENTRYPOINT ["/server"]`,
    },
    {
      title: 'An image whose user nobody can tell from here',
      bad: `
        FROM «registry.example.com/team/base:1»
        EXPOSE 8080
        COPY . .`,
      good: `
        FROM registry.example.com/team/base:1
        EXPOSE 8080
        COPY . .
        USER 10001`,
    },
    {
      title: 'A USER, in the stage or in the one it starts from; which user is another rule',
      good: `
        FROM debian:12 AS base
        USER app
        FROM base
        CMD ["/app"]`,
    },
    {
      title: 'Bases that run as another user',
      good: `
        FROM gcr.io/distroless/static-debian12:nonroot
        COPY server /
        ENTRYPOINT ["/server"]`,
    },
    {
      title: 'A program that drops root itself, here and in the entrypoint script',
      files: { 'docker-entrypoint.sh': '#!/bin/sh\nset -e\nchown -R app /data\nexec su-exec app "$@"\n' },
      good: `
        FROM alpine:3.20
        COPY docker-entrypoint.sh /usr/local/bin/
        ENTRYPOINT ["docker-entrypoint.sh"]
        CMD ["server"]`,
    },
    {
      title: 'An entrypoint script that drops root, behind an init and a shell',
      files: { 'entrypoint.sh': '#!/bin/sh\nexec gosu app "$@"\n' },
      good: `
        FROM debian:12
        COPY entrypoint.sh /
        ENTRYPOINT ["tini", "--", "sh", "/entrypoint.sh"]`,
    },
    {
      title: 'A base for other images, where those are judged as well',
      profile: 'all',
      bad: `
        FROM «alpine:3.20»
        COPY tools /opt/tools`,
      good: `
        FROM alpine:3.20
        COPY tools /opt/tools
        RUN addgroup -S app && adduser -S -G app app
        USER app`,
    },
    {
      title: 'gosu in the entrypoint',
      good: `
        FROM debian:12
        ENTRYPOINT ["gosu", "app", "/server"]`,
    },
    {
      title: 'A base image that starts a server by itself',
      bad: `
        FROM «nginx:1.27-alpine»
        COPY site /usr/share/nginx/html`,
      good: `
        FROM nginxinc/nginx-unprivileged:1.27-alpine
        COPY site /usr/share/nginx/html`,
    },
    {
      title: 'A server that would not start as another user',
      bad: `
        FROM «httpd:2.4»
        COPY site /usr/local/apache2/htdocs`,
    },
    {
      title: 'A base image whose entrypoint drops root',
      good: `
        FROM postgres:17
        COPY init.sql /docker-entrypoint-initdb.d/
        EXPOSE 5432`,
    },
    {
      title: 'The user that .NET images have since .NET 8',
      bad: `
        FROM «mcr.microsoft.com/dotnet/aspnet:8.0»
        COPY publish /app
        ENTRYPOINT ["dotnet", "/app/shop.dll"]`,
      good: `
        FROM mcr.microsoft.com/dotnet/aspnet:8.0
        COPY publish /app
        USER $APP_UID
        ENTRYPOINT ["dotnet", "/app/shop.dll"]`,
    },
    {
      title: 'A base image for dev containers',
      good: `
        FROM mcr.microsoft.com/devcontainers/python:3.12
        CMD ["sleep", "infinity"]`,
    },
    {
      title: 'A stage for development',
      good: `
        FROM node:22 AS dev
        CMD ["npm", "run", "dev"]`,
    },
    {
      title: 'A dev container',
      path: '.devcontainer/Dockerfile',
      good: `
        FROM node:22
        CMD ["sleep", "infinity"]`,
    },
    {
      title: 'An init system is root by nature',
      good: `
        FROM debian:12
        CMD ["/lib/systemd/systemd"]`,
    },
    {
      title: 'A base for other images, which runs nothing itself',
      good: `
        FROM debian:12
        RUN apt-get update && apt-get install -y curl`,
    },
    {
      title: 'Windows',
      good: `
        FROM mcr.microsoft.com/windows/servercore:ltsc2022
        CMD ["app.exe"]`,
    },
  ],
  *check(file, { options, workspace }) {
    const stage = file.finalStage;
    const image = stage?.from?.image;
    if (!stage || !image || stage.effective('USER') || stage.start.family === 'windows') return;
    const { user } = stage.start;
    if (user.known && !isRoot(user.value)) return;
    if (mayStartAsRoot(file, stage, (path) => workspace.open(path, 'shell'))) return;
    const runsSomething = ['CMD', 'ENTRYPOINT', 'EXPOSE'].some((keyword) => stage.effective(keyword as 'CMD'));
    const isBase = !runsSomething || startsInterpreter(stage);
    if (isBase && !options.libraryBases && !startsByItself(stage)) return;
    if (user.known && isStarted(stage) && (idleUserOf(stage) ?? signOfState(stage))) return;
    yield {
      at: image,
      message: user.known
        ? say`The image runs as root: no USER says otherwise.`
        : say`No USER says whom the image runs as; if its base image does not either, it is root.`,
      fix: startsByItself(stage) ? otherServer(image) : switchUser(stage, options.userName, options.uid),
      peers: codesOf(
        {
          ...PEERS,
          semgrep: [
            ...(stage.effective('CMD') ? ['missing-user'] : []),
            ...(stage.effective('ENTRYPOINT') ? ['missing-user-entrypoint'] : []),
          ],
        },
        {},
      ),
    };
  },
});

/** What is started as root beside a user, or keeps data as root: other rules say so, and what is to be done. */
const isStarted = (stage: Stage): boolean => (stage.effective('CMD') ?? stage.effective('ENTRYPOINT')) !== undefined;

const nameOf = ({ rootImage }: Stage): string => rootImage?.resolved?.name ?? rootImage?.name ?? '';

/** Whether the base image starts something; with nothing of its own to run, any other is a base for further images. */
const startsByItself = (stage: Stage): boolean => startsServer(nameOf(stage));

/** The servers want root to start, for a low port or a file of their own; nginx has a twin that does without. */
function otherServer({ name, word, tag, digest }: Image): Fix | undefined {
  if (name !== 'nginx' || !word.literal || digest) return undefined;
  const twin = 'nginxinc/nginx-unprivileged';
  return suggestion(`Use ${twin}, which listens on 8080`, replace(word, tag ? `${twin}:${tag.text}` : twin));
}

function switchUser(stage: Stage, name: string, uid: number): Fix | undefined {
  const made = userMadeIn(stage);
  const { rootImage } = stage;
  const spare = spareUserOf(nameOf(stage), rootImage?.resolved?.tag ?? rootImage?.tag?.text);
  const creation = userCreation(stage.start.family, name);
  const existing = made ?? spare;
  if (existing !== undefined) return place(stage, `Run as ${existing}`, `USER ${existing}`);
  if (creation === undefined) return place(stage, `Run as user ${uid}`, `USER ${uid}`);
  return place(stage, `Make a user ${name} and run as it`, `RUN ${creation}\nUSER ${name}`);
}

/** The user that the stage, or one it is based on, makes last. */
function userMadeIn(stage: Stage): string | undefined {
  for (const node of [...stage.instructions].reverse()) {
    if (node.keyword !== 'RUN') continue;
    const made = node.commands.findLast(({ program }) => program.text === 'useradd' || program.text === 'adduser');
    const name = made && [made.subcommand, ...made.operands].findLast((word) => word !== undefined);
    if (name?.literal && made?.program.text === 'useradd') return name.text;
    if (made?.program.text === 'adduser' && made.subcommand?.literal) return made.subcommand.text;
  }
  return stage.base && !('kind' in stage.base) ? userMadeIn(stage.base) : undefined;
}

/** Before the first instruction that says what runs, else at the end of the stage. */
function place(stage: Stage, title: string, text: string): Fix | undefined {
  const first = stage.instructions.find(({ keyword }) => keyword === 'CMD' || keyword === 'ENTRYPOINT');
  const last = stage.instructions.at(-1) ?? stage.from;
  if (first) return suggestion(title, addInstructionBefore(first, text));
  return last && !last.isOpen ? suggestion(title, addInstructionAfter(last, text)) : undefined;
}
