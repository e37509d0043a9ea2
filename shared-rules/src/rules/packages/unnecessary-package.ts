import { remove, suggestion, type Fix } from '../../edit.js';
import { startCommands, startsSomething } from '../../knowledge/building.js';
import { isOpaque } from '../../knowledge/commands.js';
import { packageName, packagesIn, removesPackages } from '../../knowledge/managers.js';
import { commandsOfNeedless } from '../../knowledge/needless.js';
import { isForDevelopment } from '../../knowledge/stages.js';
import { ancestry, around, type Command, type Dockerfile, type Stage, type Word } from '../../model/index.js';
import { rule, say } from '../../rule.js';
import type { Workspace } from '../../workspace.js';

export default rule({
  id: 'unnecessary-package',
  kinds: ['dockerfile'],
  severity: 'info',
  profile: 'recommended',
  tags: ['packages', 'size', 'security'],
  since: 'next',
  peers: { dockle: ['CIS-DI-0003'] },
  summary: 'Leave editors, debuggers and network tools out of the image.',
  docs: `
What a running program does not use has to be pulled, scanned and patched all the same, and whoever breaks in finds tools
to look around with.

Install such tools when they are needed, not before: \`docker debug\`, \`kubectl debug --image=nicolaka/netshoot\` and
\`docker run --network=container:NAME\` bring them to a container that has none.

Nothing is said where a command of the package is called in the file or in a script that can be read. Name packages of your
own in \`extra\`, and those you want in \`allow\`.`,
  sources: {
    'Best practices for building':
      'https://docs.docker.com/build/building/best-practices/#dont-install-unnecessary-packages',
    'Debug running pods':
      'https://kubernetes.io/docs/tasks/debug/debug-application/debug-running-pod/#ephemeral-container',
    'Best practices for making container images': 'https://e-whisper.com/posts/8023/',
  },
  options: {
    extra: { type: 'strings', default: [], about: 'Further packages that are not wanted.' },
    allow: { type: 'strings', default: [], about: 'Packages that are let pass.' },
  },
  examples: [
    {
      title: 'An editor and a debugger',
      bad: `
        FROM debian:12
        RUN apt-get update && apt-get install -y --no-install-recommends \\
              ca-certificates \\
              «vim» \\
              «strace=6.1-0.1»
        CMD ["/server"]`,
      good: `
        FROM debian:12
        RUN apt-get update && apt-get install -y --no-install-recommends \\
              ca-certificates
        CMD ["/server"]`,
    },
    {
      title: 'The only package of its RUN, on Alpine, in a base of the final stage',
      bad: `
        FROM alpine:3.22 AS base
        RUN apk add --no-cache «bind-tools»
        FROM base
        CMD ["/server"]`,
    },
    {
      title: 'Packages of your own',
      options: { extra: ['jq'], allow: ['nano'] },
      bad: `
        FROM alpine:3.22
        RUN apk add --no-cache curl nano «jq»
        CMD ["/server"]`,
      good: `
        FROM alpine:3.22
        RUN apk add --no-cache curl nano
        CMD ["/server"]`,
    },
    {
      title: 'Packages whose command is called: in a RUN, a health check',
      good: `
        FROM debian:12
        RUN apt-get update && apt-get install -y netcat-openbsd lsof telnet
        RUN telnet localhost && lsof -i
        HEALTHCHECK CMD nc -z localhost 8080
        CMD ["/server"]`,
    },
    {
      title: 'In a script that can be read, and one that cannot',
      files: { 'entrypoint.sh': '#!/bin/sh\nuntil nc -z db 5432; do sleep 1; done\nexec "$@"\n' },
      good: `
        FROM debian:12
        RUN apt-get update && apt-get install -y netcat-openbsd
        COPY entrypoint.sh /
        ENTRYPOINT ["/entrypoint.sh"]
        CMD ["/server"]`,
    },
    {
      title: 'A script that cannot be read',
      good: `
        FROM debian:12
        RUN apt-get update && apt-get install -y netcat-openbsd
        COPY bin /bin
        ENTRYPOINT ["/bin/start.sh"]`,
    },
    {
      title: 'A stage that is only copied from, one for development',
      good: `
        FROM debian:12 AS build
        RUN apt-get update && apt-get install -y vim
        FROM debian:12 AS dev
        RUN apt-get update && apt-get install -y gdb
        COPY --from=build /server /server
        CMD ["/server"]`,
    },
    {
      title: 'An image to look around with, by its base, its command or because it starts nothing',
      good: `
        FROM nicolaka/netshoot:v0.14
        RUN apk add --no-cache vim
        CMD ["/server"]`,
    },
    {
      title: 'A shell for people',
      good: `
        FROM debian:12
        RUN apt-get update && apt-get install -y vim
        CMD ["bash"]`,
    },
    {
      title: 'Nothing is started',
      good: `
        FROM debian:12
        RUN apt-get update && apt-get install -y vim tmux`,
    },
    {
      title: 'A dev container',
      path: '.devcontainer/Dockerfile',
      good: `
        FROM debian:12
        RUN apt-get update && apt-get install -y vim
        CMD ["/server"]`,
    },
    {
      title: 'Removed again',
      good: `
        FROM debian:12
        RUN apt-get update && apt-get install -y ed && touch /done && apt-get purge -y ed
        CMD ["/server"]`,
    },
  ],
  *check(file, { options, workspace }) {
    const stage = file.finalStage;
    if (!stage || isForDevelopment(stage, file) || !startsSomething(stage) || isForPeople(stage)) return;
    const called = calledIn(file, stage, workspace);
    if (!called) return;
    for (const command of file.runCommands()) {
      const { instruction } = command;
      if (instruction?.stage?.ships !== true || instruction.isTrigger) continue;
      if (around(command).after.some(removesPackages)) continue;
      const packages = packagesIn(command);
      for (const word of packages) {
        const name = packageName(word);
        const commands = options.extra.includes(name) ? [name] : commandsOfNeedless(name);
        if (!word.literal || !commands || options.allow.includes(name)) continue;
        if (commands.some((program) => called.has(program)) || called.has(name)) continue;
        yield {
          at: word,
          message: say`${name} is for people at a terminal; nothing here uses it.`,
          fix: removal(word, name, packages, options.extra),
        };
      }
    }
  },
});

/** Programs that a person talks to. */
const SHELLS: ReadonlySet<string> = new Set(['bash', 'sh', 'zsh', 'fish', 'tmux', 'screen', 'sleep', 'sshd', 'login']);

const isForPeople = (stage: Stage): boolean => {
  const last = startCommands(stage).at(-1);
  const name = stage.rootImage?.resolved?.name ?? stage.rootImage?.name ?? '';
  const tag = stage.rootImage?.resolved?.tag ?? stage.rootImage?.tag?.text ?? '';
  return (
    /debug|tools|netshoot|toolbox|workspace|codespace/i.test(`${name}:${tag}`) ||
    (last !== undefined &&
      SHELLS.has(last.program.text) &&
      last.args.every(({ text }) => /^-|^infinity$|^\d+$/.test(text)))
  );
};

/** Every program called where the image is built or run; undefined where a script cannot be read. */
function calledIn(file: Dockerfile, stage: Stage, workspace: Workspace): ReadonlySet<string> | undefined {
  const called = new Set<string>();
  const add = ({ program, args, path }: Command): void => {
    called.add(program.text);
    called.add(path);
    for (const { text } of args) called.add(text.slice(text.lastIndexOf('/') + 1));
  };
  for (const at of ancestry(stage)) {
    for (const node of at.instructions) {
      if (node.keyword === 'ENV') for (const { value } of node.pairs) if (value) called.add(value.text);
      if (!('commands' in node)) continue;
      if (node.keyword !== 'RUN' && node.commands.some((command) => isUnread(file, stage, workspace, command, add)))
        return undefined;
      for (const command of node.commands) if (packagesIn(command).length === 0) add(command);
    }
  }
  return called;
}

/** Whether what a container starts is a script that cannot be read; what can be is read. */
function isUnread(
  file: Dockerfile,
  stage: Stage,
  workspace: Workspace,
  command: Command,
  add: (command: Command) => void,
): boolean {
  const paths = [command.path, ...command.args.map(({ text }) => text)].filter(
    (path) =>
      /\.(sh|bash)$/.test(path) || (path === command.path && isOpaque(command) && /entrypoint|start|run/.test(path)),
  );
  return paths.some((path) => {
    const script = file
      .contextPathsOf(path, stage)
      .map((place) => workspace.open(place, 'shell'))
      .find((found) => found !== undefined);
    for (const inner of script?.commands() ?? []) add(inner);
    return script === undefined;
  });
}

/** Taking the word out, where other packages are left. */
function removal(word: Word, name: string, packages: readonly Word[], extra: readonly string[]): Fix | undefined {
  const isLeft = packages.some(
    (other) => !extra.includes(packageName(other)) && !commandsOfNeedless(packageName(other)),
  );
  return isLeft ? suggestion(`Do not install ${name}`, remove(word)) : undefined;
}
