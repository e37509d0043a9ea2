import { addInstructionAfter, addInstructionBefore, suggestion, type Fix } from '../../edit.js';
import { isOpaque } from '../../knowledge/commands.js';
import { defaultUserOf } from '../../knowledge/images.js';
import { changesPackages, MANAGER_PROGRAMS } from '../../knowledge/managers.js';
import { givesAway, pathOf, writtenBy } from '../../knowledge/paths.js';
import { isRoot } from '../../knowledge/users.js';
import {
  anyBefore,
  runsAnyway,
  type Command,
  type Instruction,
  type Instructions,
  type Word,
} from '../../model/index.js';
import { rule, say } from '../../rule.js';

type Run = Instructions['RUN'];

export default rule({
  id: 'package-install-as-non-root',
  kinds: ['dockerfile'],
  severity: 'error',
  profile: 'recommended',
  tags: ['users', 'packages', 'broken-build'],
  since: 'next',
  summary: 'Install packages and write to system folders as root, before USER.',
  docs: `
Package managers and system folders belong to root. As any other user the build stops there, with "Permission denied" or
"are you root?".

Do what needs root above USER, or switch for it: \`USER root\` before the RUN and the former user behind it. Bases that
come with a user of their own, such as jenkins/jenkins, want that as well. sudo in the image is no way out, since whoever
breaks into the program has it too.

Leave the rule off where the user is given these folders in a way that cannot be seen here.`,
  sources: {
    'USER reference': 'https://docs.docker.com/reference/dockerfile/#user',
    'Best practices for building': 'https://docs.docker.com/build/building/best-practices/#user',
  },
  examples: [
    {
      title: 'An install below USER',
      bad: `
        FROM debian:12
        RUN useradd -m app
        USER app
        RUN «apt-get» update && apt-get install -y curl
        CMD ["./server"]`,
      good: `
        FROM debian:12
        RUN useradd -m app
        USER app
        USER root
        RUN apt-get update && apt-get install -y curl
        USER app
        CMD ["./server"]`,
    },
    {
      title: 'A base image with a user of its own',
      bad: `
        FROM jenkins/jenkins:2.479-alpine
        RUN «apk» add --no-cache git`,
      good: `
        FROM jenkins/jenkins:2.479-alpine
        USER root
        RUN apk add --no-cache git
        USER jenkins`,
    },
    {
      title: 'By number, in the stage that this one starts from, and back to root below',
      bad: `
        FROM fedora:41 AS base
        USER 1000:1000
        FROM base
        RUN «dnf» install -y curl && dnf clean all
        USER root
        RUN dnf install -y git`,
      good: `
        FROM fedora:41 AS base
        USER 1000:1000
        FROM base
        USER root
        RUN dnf install -y curl && dnf clean all
        USER root
        RUN dnf install -y git`,
    },
    {
      title: 'A file in a system folder',
      bad: `
        FROM debian:12
        USER app
        RUN echo Europe/Paris > «/etc/timezone»
        RUN cp tool «/usr/local/bin/tool»`,
      good: `
        FROM debian:12
        USER app
        USER root
        RUN echo Europe/Paris > /etc/timezone
        USER app
        USER root
        RUN cp tool /usr/local/bin/tool
        USER app`,
    },
    {
      title: 'Root, by name and by number',
      good: `
        FROM debian:12
        RUN apt-get update
        USER app
        USER 0:0
        RUN apt-get install -y curl && echo 1 > /etc/app.conf`,
    },
    {
      title: 'sudo, which is another rule',
      good: `
        FROM debian:12
        USER app
        RUN sudo apt-get update && sudo sh -c 'apt-get install -y curl' && doas apk add git`,
    },
    {
      title: 'A base whose user nobody knows, and a user that only the build knows',
      good: `
        FROM registry.example.com/team/base:1
        RUN apt-get update
        FROM debian:12
        ARG USER
        USER $USER
        RUN apt-get update`,
    },
    {
      title: 'Managers that do without root, and calls that only ask',
      good: `
        FROM node:22
        USER node
        RUN pip install --user httpie && npm install && apt-get install -s curl && apt-cache policy curl
        RUN apt-get download curl && command -v apt-get`,
    },
    {
      title: 'Only where it is root',
      good: `
        FROM debian:12
        USER app
        RUN if [ "$(id -u)" = 0 ]; then apt-get update; fi
        RUN apt-get update || true`,
    },
    {
      title: 'A folder that the user was given, or may have been',
      good: `
        FROM debian:12 AS one
        RUN chown app /usr/local/bin
        COPY --chown=app conf /opt/app
        USER app
        RUN cp tool /usr/local/bin/ && mkdir /opt/app/cache
        FROM debian:12
        RUN ./prepare.sh
        USER app
        RUN cp tool /usr/local/bin/`,
    },
    {
      title: 'A trigger runs on who knows what',
      good: `
        FROM debian:12
        USER app
        ONBUILD RUN apt-get update`,
    },
  ],
  *check(file) {
    const wasOpened = openedBefore();
    for (const run of file.all('RUN')) {
      const { user, family } = run.state;
      if (!user.known || isRoot(user.value) || user.value === '' || family === 'windows') continue;
      const at = changingCommand(run)?.program ?? systemPath(run, wasOpened);
      if (!at) continue;
      const setBy = lastUser(run);
      yield {
        at,
        message: say`This runs as ${user.value}, and only root may do it.`,
        ...(setBy ? { related: [{ at: setBy, message: say`The user is set here.` }] } : {}),
        fix: asRoot(run, setBy?.body.text ?? user.value),
      };
    }
  },
});

const BECOMING_ROOT: ReadonlySet<string> = new Set(['sudo', 'doas', 'su', 'fakeroot', 'gosu', 'su-exec', 'chroot']);

const isOwn = (command: Command): boolean =>
  runsAnyway(command) &&
  !command.substituted &&
  !command.wrappers.some(({ program }) => BECOMING_ROOT.has(program.text));

const changingCommand = ({ commands }: Run): Command | undefined =>
  commands.find(
    (command) => MANAGER_PROGRAMS.includes(command.program.text) && changesPackages(command) && isOwn(command),
  );

/** Folders that belong to root in every distribution. Source: Filesystem Hierarchy Standard. */
const SYSTEM = /^\/(etc|opt|usr\/(s?bin|lib|share|local)(\/(s?bin|lib|share|etc))?|s?bin|lib)(\/[^/]+)?\/?$/;

/** A path that belongs to root and that a command makes, on a base of which it is known what belongs to whom. */
function systemPath(run: Run, wasOpened: (path: string, run: Run) => boolean): Word | undefined {
  const image = run.stage?.rootImage;
  const base = image?.resolved ?? image;
  const isKnown = image && base && defaultUserOf(base.name, image.resolved?.tag ?? image.tag?.text) === 'root';
  if (!isKnown || run.commands.some(isOpaque)) return undefined;
  return run.commands
    .filter(isOwn)
    .flatMap(writtenBy)
    .find((word) => {
      const path = pathOf(word, run.state);
      return path !== undefined && word.text.startsWith('/') && SYSTEM.test(path) && !wasOpened(path, run);
    });
}

/** Whether the path may have come into other hands before: by chown and the like, or by what nobody sees here. */
function openedBefore(): (path: string, run: Run) => boolean {
  const questions = new Map<string, (node: Instruction) => boolean>();
  return (path, run) => {
    const question =
      questions.get(path) ??
      anyBefore((node) => givesAway(node, path) || (node.keyword === 'RUN' && node.commands.some(isOpaque)));
    questions.set(path, question);
    return question(run) || givesAway(run, path);
  };
}

function lastUser(run: Run): Instructions['USER'] | undefined {
  let at = run.previous;
  while (at && at.keyword !== 'USER' && at.keyword !== 'FROM') at = at.previous;
  return at?.keyword === 'USER' ? at : undefined;
}

function asRoot(run: Run, user: string): Fix | undefined {
  if (run.isOpen) return undefined;
  const back = run.next?.keyword === 'USER' ? [] : [addInstructionAfter(run, `USER ${user}`)];
  return suggestion('Switch to root for it', addInstructionBefore(run, 'USER root'), ...back);
}
