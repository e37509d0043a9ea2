import { addInstructionAfter, addInstructionBefore, suggestion, type Fix } from '../../edit.js';
import { codesOf } from '../../knowledge/hadolint.js';
import { AS_PEERS } from '../../knowledge/peers.js';
import { mayStartAsRoot } from '../../knowledge/start.js';
import { isRoot } from '../../knowledge/users.js';
import type { Instructions, Stage } from '../../model/index.js';
import { rule, say } from '../../rule.js';

const PEERS = {
  hadolint: ['DL3002'],
  parfum: ['DL3002'],
  trivy: ['DS-0002'],
  checkov: ['CKV_DOCKER_8'],
  kics: ["Last User Is 'root'"],
  semgrep: ['last-user-is-root'],
  sonar: ['S6471'],
} as const;

export default rule({
  id: 'no-root-user',
  kinds: ['dockerfile'],
  severity: 'warning',
  profile: 'recommended',
  tags: ['security', 'users'],
  since: '0.1.0',
  peers: PEERS,
  summary: 'Do not leave the final image with root as its user.',
  docs: `
The last USER is whom the program runs as. As root, whoever breaks into it may rewrite its files and install tools, and
is one kernel bug away from the host. Kubernetes refuses such an image under \`runAsNonRoot\`.

Switch to root only for the instructions that need it, and back again before CMD and ENTRYPOINT.

Nothing is said about stages that are only copied from, about images for development, nor about programs that are seen
to drop root themselves, as by gosu in the entrypoint.`,
  sources: {
    'USER reference': 'https://docs.docker.com/reference/dockerfile/#user',
    'Best practices for building': 'https://docs.docker.com/build/building/best-practices/#user',
    'Best practices for making container images': 'https://e-whisper.com/posts/8023/',
  },
  differs: [
    {
      from: 'hadolint/DL3002',
      they: 'flags every stage whose last USER is root',
      we: 'flags the stages that ship, unless their program drops root itself',
      why: 'What runs in a build stage never runs in production; servers such as postgres need root for a moment.',
    },
    {
      from: 'parfum/DL3002',
      they: 'flags every stage whose last USER is root',
      we: 'flags the stages that ship, unless their program drops root itself',
      why: 'What runs in a build stage never runs in production; servers such as postgres need root for a moment.',
    },
  ],
  options: {
    asPeers: {
      ...AS_PEERS,
      about: 'Report as hadolint does: in every stage, whatever it is for and whatever its program does about it.',
    },
  },
  examples: [
    {
      title: 'Root for an install, and never back',
      bad: `
        FROM python:3.12-slim
        USER app
        USER «root»
        RUN apt-get update && apt-get install -y --no-install-recommends curl
        # serves on 8080
        CMD ["python", "main.py"]`,
      good: `
        FROM python:3.12-slim
        USER app
        USER root
        RUN apt-get update && apt-get install -y --no-install-recommends curl
        USER app
        # serves on 8080
        CMD ["python", "main.py"]`,
    },
    {
      title: 'A base image that has a user of its own',
      bad: `
        FROM jenkins/jenkins:2.479
        USER «root»
        RUN apt-get update`,
      good: `
        FROM jenkins/jenkins:2.479
        USER root
        RUN apt-get update
        USER jenkins`,
    },
    {
      title: 'By number, with a group, in the stage that the final one starts from',
      bad: `
        FROM debian:12 AS base
        USER «0:0»
        FROM base
        CMD ["/server"]`,
    },
    {
      title: 'Another user in the end',
      good: `
        FROM debian:12
        USER root
        RUN make install
        USER 1000:0`,
    },
    {
      title: 'A variable, and no USER at all, which is another rule',
      good: `
        FROM debian:12 AS one
        ARG USER=root
        USER $USER
        FROM debian:12`,
    },
    {
      title: 'A stage that is only copied from, and a base that the final stage leaves',
      good: `
        FROM golang:1.23 AS build
        USER root
        FROM debian:12 AS base
        USER root
        FROM base
        COPY --from=build /app /app
        USER app`,
    },
    {
      title: 'A program that drops root itself',
      files: { 'docker-entrypoint.sh': '#!/bin/sh\nexec gosu app "$@"\n' },
      good: `
        FROM debian:12
        COPY docker-entrypoint.sh /usr/local/bin/
        USER root
        ENTRYPOINT ["docker-entrypoint.sh"]
        CMD ["server"]`,
    },
    {
      title: 'An image for people at work',
      good: `
        FROM node:22 AS dev
        USER root
        CMD ["npm", "run", "dev"]`,
    },
    {
      title: 'Windows, which has no root',
      good: `
        FROM mcr.microsoft.com/windows/servercore:ltsc2022
        USER root`,
    },
    {
      title: 'As hadolint judges it: every stage, but none without a USER',
      profile: 'all',
      bad: `
        FROM golang:1.23 AS build
        USER «root»
        FROM build AS dev
        FROM debian:12
        USER root
        USER $NAME`,
    },
    {
      title: 'As hadolint judges it: whatever the program does about it',
      profile: 'all',
      bad: `
        FROM debian:12
        USER app
        ENTRYPOINT ["gosu", "app", "/server"]
        USER «root:app»`,
      good: `
        FROM debian:12
        USER app
        ENTRYPOINT ["gosu", "app", "/server"]
        USER root:app
        USER app`,
    },
    {
      title: 'Without any FROM',
      profile: 'all',
      bad: `
        USER «root»`,
    },
  ],
  *check(file, { options, workspace }) {
    const last = [...file.all('USER')].at(-1);
    if (options.asPeers) {
      for (const stage of file.stages) {
        const user = stage.instructions.findLast((node) => node.keyword === 'USER');
        if (user?.keyword === 'USER' && isRootText(user)) yield finding(stage, user, last);
      }
      return;
    }
    const stage = file.finalStage;
    const user = stage?.effective('USER');
    if (!stage || !user?.body.literal || !isRoot(user.body.text)) return;
    if (stage.start.family === 'windows' || mayStartAsRoot(file, stage, (path) => workspace.open(path, 'shell')))
      return;
    yield finding(stage, user, last);
  },
});

type User = Instructions['USER'];

/** The user as hadolint reads it. */
const isRootText = ({ body }: User): boolean => /^(root|0)(:|$)/.test(body.text);

function finding(stage: Stage, user: User, last: User | undefined) {
  return {
    at: user.body,
    message: stage.isFinal
      ? say`The image runs as ${user.body.text}.`
      : say`The stage ${stage.name?.text ?? stage.index} is left with ${user.body.text} as its user.`,
    fix: switchingBack(stage, user),
    peers: codesOf(PEERS, {
      hadolint: user.stage?.from !== undefined,
      parfum: user.body.text === 'root' && user === last,
      ...(stage.isFinal ? {} : { trivy: false, checkov: false, kics: false, semgrep: false, sonar: false }),
    }),
  };
}

/** Back to whom it was before, where that is known: before what says what runs, else at the end of the stage. */
function switchingBack(stage: Stage, user: User): Fix | undefined {
  const name = userBefore(user);
  if (name === undefined) return undefined;
  const below =
    user.stage === stage ? stage.instructions.slice(stage.instructions.indexOf(user) + 1) : stage.instructions;
  const start = below.find(({ keyword }) => keyword === 'CMD' || keyword === 'ENTRYPOINT');
  const last = stage.instructions.at(-1) ?? stage.from;
  const title = `Switch back to ${name}`;
  if (start) return suggestion(title, addInstructionBefore(start, `USER ${name}`));
  return last && !last.isOpen ? suggestion(title, addInstructionAfter(last, `USER ${name}`)) : undefined;
}

/** The last user before this one who is not root: of the stage, else of what it starts from. */
function userBefore(user: User): string | undefined {
  const { stage } = user;
  if (!stage) return undefined;
  const before = stage.instructions.slice(0, stage.instructions.indexOf(user));
  const earlier = before.findLast((node) => node.keyword === 'USER' && node.body.literal && !isRoot(node.body.text));
  if (earlier) return earlier.body.text;
  return stage.start.user.known && !isRoot(stage.start.user.value) ? stage.start.user.value : undefined;
}
