import { replace, suggestion } from '../../edit.js';
import { AS_PEERS } from '../../knowledge/peers.js';
import { isForDevelopment } from '../../knowledge/stages.js';
import { isRoot, newUser } from '../../knowledge/users.js';
import { chainOf, type Dockerfile, type Instructions } from '../../model/index.js';
import { rule, say } from '../../rule.js';

type User = Instructions['USER'];

export default rule({
  id: 'numeric-user',
  kinds: ['dockerfile'],
  severity: 'info',
  profile: 'strict',
  tags: ['user', 'kubernetes'],
  since: 'next',
  peers: { hadolint: ['DL3066'] },
  summary: 'Give USER a number, which Kubernetes can check without the image.',
  docs: `
Kubernetes cannot tell whether a user that is named is root: with \`runAsNonRoot\`, it refuses to start the container. A number
also means the same user in every image and on every volume.

Write the number that the user was made with, as in \`USER 1000\`; its group is still found in /etc/passwd. Only the last
USER of an image counts, and root is left to \`no-root-user\`.`,
  sources: {
    'Kubernetes, "Configure a Security Context"':
      'https://kubernetes.io/docs/tasks/configure-pod-container/security-context/',
    'Dockerfile reference, "USER"': 'https://docs.docker.com/reference/dockerfile/#user',
  },

  options: {
    asPeers: {
      ...AS_PEERS,
      about: 'Judge as hadolint does: every USER, root included, unless it names a build argument.',
    },
  },
  differs: [
    {
      from: 'hadolint/DL3066',
      they: 'flags every USER',
      we: 'flags the last USER of an image',
      why: 'The others decide nothing about the container.',
    },
    {
      from: 'hadolint/DL3066',
      they: 'flags root',
      we: 'silent',
      why: '`no-root-user` speaks of it.',
    },
    {
      from: 'hadolint/DL3066',
      they: 'flags a variable that ENV sets to a number',
      we: 'silent',
      why: 'It is one.',
    },
  ],
  examples: [
    {
      title: 'A user by name, whose number is known',
      bad: `
        FROM debian:12
        RUN useradd -u 1000 app
        USER «app»`,
      good: `
        FROM debian:12
        RUN useradd -u 1000 app
        USER 1000`,
    },
    {
      title: 'With a group',
      bad: `
        FROM debian:12
        RUN groupadd -g 1000 app && useradd --uid 1000 -g app app
        USER «app»:app`,
      good: `
        FROM debian:12
        RUN groupadd -g 1000 app && useradd --uid 1000 -g app app
        USER 1000:app`,
    },
    {
      title: 'Nobody knows its number',
      bad: `
        FROM node:22
        USER «node»`,
    },
    {
      title: 'A number, and a variable that holds one or that only the build knows',
      good: `
        FROM debian:12
        USER 1000
        FROM debian:12
        USER 1000:app
        FROM debian:12
        ENV APP=1000
        USER $APP
        FROM debian:12
        ARG WHO
        USER \${WHO}`,
    },
    {
      title: 'Not the last USER, and root',
      good: `
        FROM debian:12
        USER app
        RUN make
        USER 1000
        FROM debian:12
        USER root`,
    },
    {
      title: 'A stage that is only copied from, and Windows',
      good: `
        FROM debian:12 AS build
        USER app
        FROM mcr.microsoft.com/windows/nanoserver:ltsc2022
        USER ContainerUser
        COPY --from=build /app /app`,
    },
    {
      title: 'A development container',
      good: `
        FROM mcr.microsoft.com/devcontainers/base:bookworm
        USER vscode`,
    },
    {
      title: 'As hadolint judges it',
      profile: 'all',
      bad: `
        FROM debian:12 AS build
        USER «root»
        ENV X=1
        USER «$X»
        FROM debian:12
        USER «app»:1000
        USER 1000`,
    },
    {
      title: 'What hadolint lets pass',
      profile: 'all',
      good: `
        FROM debian:12
        ARG UID=app
        USER $UID
        USER \${UID}
        USER $UIDX
        USER 1000:app
        ONBUILD USER app`,
    },
  ],
  *check(file, { options }) {
    for (const node of file.all('USER')) {
      const seen = isNamedToHadolint(file, node);
      if (options.asPeers ? !seen : !isNamed(file, node)) continue;
      const number = numberOf(node);
      yield {
        at: node.name,
        message: say`Kubernetes cannot tell who ${node.name.text} is.`,
        fix: number === undefined ? undefined : suggestion(`Write ${number}`, replace(node.name, number)),
        ...(seen ? {} : { peers: [] }),
      };
    }
  },
});

/** Whether an image starts as a user that is named. */
function isNamed(file: Dockerfile, node: User): boolean {
  const { stage, name } = node;
  if (stage?.effective('USER') !== node || stage.start.family === 'windows') return false;
  if ((!stage.isOutput && !stage.ships) || isForDevelopment(stage, file)) return false;
  const value = node.valueOf(name);
  return value !== undefined && value !== '' && !/^\d+$/.test(value) && !isRoot(value);
}

/** Whether hadolint sees no number and no build argument; it compares the beginnings of names. */
function isNamedToHadolint(file: Dockerfile, node: User): boolean {
  if (/^\d*$/.test(node.name.text)) return false;
  const text = node.body.text;
  for (const arg of [...file.globalArgs, ...file.all('ARG', 'USER')]) {
    if (arg === node) break;
    if (arg.keyword === 'USER') continue;
    if (arg.pairs.some(({ name }) => text.includes(`$${name.text}`) || text.includes(`\${${name.text}}`))) return false;
  }
  return true;
}

/** The number that the stage, or one that it is based on, makes the user with. */
function numberOf({ name, stage }: User): string | undefined {
  if (!stage || !name.literal) return undefined;
  const made = chainOf(stage)
    .flatMap((node) => (node.keyword === 'RUN' ? node.commands : []))
    .flatMap((command) => newUser(command) ?? [])
    .filter((account) => account.name.text === name.text);
  const number = made.length === 1 ? made[0]?.id?.text : undefined;
  return number !== undefined && /^[1-9]\d*$/.test(number) ? number : undefined;
}
