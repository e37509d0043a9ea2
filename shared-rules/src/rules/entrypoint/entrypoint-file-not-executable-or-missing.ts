import { insertAfter, insertBefore, replace, suggestion, within } from '../../edit.js';
import { isOpaque } from '../../knowledge/commands.js';
import { isLikelyContext } from '../../knowledge/context.js';
import { interpreterOf } from '../../knowledge/shells.js';
import { inImage, ownStartsOf, scriptWord } from '../../knowledge/start.js';
import { hasTool } from '../../knowledge/tools.js';
import {
  backFrom,
  type Command,
  type Dockerfile,
  type Instructions,
  type Stage,
  type Word,
} from '../../model/index.js';
import { rule, say, type Finding } from '../../rule.js';
import type { Workspace } from '../../workspace.js';

export default rule({
  id: 'entrypoint-file-not-executable-or-missing',
  kinds: ['dockerfile'],
  severity: 'warning',
  profile: 'recommended',
  tags: ['runtime', 'entrypoint'],
  since: 'next',
  summary: 'See to it that the script which a container starts is there and can be run.',
  docs: `
The image builds, and the container ends at once with \`exec format error\`, \`permission denied\` or \`no such file or
directory\`. Behind that stands a script that is not where ENTRYPOINT looks for it, has Windows line ends (the kernel then
looks for \`/bin/sh\\r\`), has no \`#!\` line, names a bash that the image does not have, or is not executable.

The message says which. What a heredoc writes is not executable unless \`--chmod=755\` says so.

Whether a file of the build context is executable cannot be seen from here; \`COPY --chmod=755\` puts that beyond doubt.
What another stage or a RUN makes is not looked at.`,
  sources: {
    'COPY --chmod': 'https://docs.docker.com/reference/dockerfile/#copy---chown---chmod',
    'execve(2)': 'https://man7.org/linux/man-pages/man2/execve.2.html',
  },
  examples: [
    {
      title: 'Windows line ends',
      files: { 'entrypoint.sh': '#!/bin/sh\r\nset -e\r\nexec "$@"\r\n' },
      bad: `
        FROM debian:12
        COPY entrypoint.sh /
        ENTRYPOINT ["«/entrypoint.sh»"]`,
      good: `
        FROM debian:12
        COPY entrypoint.sh /
        ENTRYPOINT ["/entrypoint.sh"]`,
      fixedFiles: { 'entrypoint.sh': '#!/bin/sh\nset -e\nexec "$@"\n' },
    },
    {
      title: 'No #! line, although nothing but the kernel starts it',
      files: { 'docker/start.sh': 'exec node server.js\n' },
      bad: `
        FROM node:22
        COPY docker/start.sh /usr/local/bin/
        CMD ["«start.sh»"]`,
      good: `
        FROM node:22
        COPY docker/start.sh /usr/local/bin/
        CMD ["start.sh"]`,
      fixedFiles: { 'docker/start.sh': '#!/bin/sh\nexec node server.js\n' },
    },
    {
      title: 'A script for bash on Alpine',
      files: { 'entrypoint.sh': '#!/usr/bin/env bash\nexec "$@"\n' },
      bad: `
        FROM alpine:3.22
        COPY entrypoint.sh /
        ENTRYPOINT ["«/entrypoint.sh»"]`,
    },
    {
      title: 'Not where it is looked for',
      files: { 'main.py': '', 'scripts/entrypoint.sh': '#!/bin/sh\nexec "$@"\n' },
      bad: `
        FROM python:3.12-slim
        WORKDIR /app
        COPY . .
        ENTRYPOINT ["«/app/entrypoint.sh»"]`,
    },
    {
      title: 'Written by a heredoc, which makes no executable file',
      bad: `
        FROM debian:12
        COPY <<'EOF' /entrypoint.sh
        #!/bin/sh
        exec "$@"
        EOF
        ENTRYPOINT ["«/entrypoint.sh»"]`,
      good: `
        FROM debian:12
        COPY --chmod=755 <<'EOF' /entrypoint.sh
        #!/bin/sh
        exec "$@"
        EOF
        ENTRYPOINT ["/entrypoint.sh"]`,
    },
    {
      title: 'A mode without x',
      files: { 'entrypoint.sh': '#!/bin/sh\nexec "$@"\n' },
      bad: `
        FROM debian:12
        COPY --chmod=644 entrypoint.sh /
        ENTRYPOINT ["«/entrypoint.sh»"]`,
      good: `
        FROM debian:12
        COPY --chmod=755 entrypoint.sh /
        ENTRYPOINT ["/entrypoint.sh"]`,
    },
    {
      title: 'A script that can be run',
      files: { 'entrypoint.sh': '#!/bin/sh\nexec "$@"\n', 'bash.sh': '#!/bin/bash\nexec "$@"\n' },
      good: `
        FROM debian:12 AS one
        COPY bash.sh /
        ENTRYPOINT ["/bash.sh"]
        FROM alpine:3.22 AS two
        RUN apk add --no-cache bash
        COPY bash.sh /
        ENTRYPOINT ["/bash.sh"]
        FROM alpine:3.22
        COPY entrypoint.sh /
        ENTRYPOINT ["/entrypoint.sh"]`,
    },
    {
      title: 'Mended during the build',
      files: { 'entrypoint.sh': '#!/bin/sh\r\nexec "$@"\r\n', 'start.sh': '#!/bin/sh\nexec "$@"\n' },
      good: `
        FROM debian:12 AS one
        COPY entrypoint.sh /
        RUN sed -i 's/\\r$//' /entrypoint.sh
        ENTRYPOINT ["/entrypoint.sh"]
        FROM debian:12
        COPY --chmod=644 start.sh /
        RUN chmod +x /start.sh
        ENTRYPOINT ["/start.sh"]`,
    },
    {
      title: 'A shell, or an init, starts a script without a #! line all the same',
      files: { 'start.sh': 'exec node server.js\n' },
      good: `
        FROM node:22 AS one
        COPY start.sh /
        CMD ["sh", "/start.sh"]
        FROM node:22 AS two
        COPY start.sh /
        ENTRYPOINT ["tini", "--", "/start.sh"]
        FROM node:22
        COPY start.sh /
        CMD /start.sh`,
    },
    {
      title: 'Made by a RUN or another stage, of the base image, or in a context that cannot be read',
      files: { 'main.py': '' },
      good: `
        FROM python:3.12 AS build
        RUN ./build.sh
        FROM python:3.12 AS one
        WORKDIR /app
        COPY . .
        COPY --from=build /out /app
        ENTRYPOINT ["/app/entrypoint.sh"]
        FROM python:3.12 AS two
        WORKDIR /app
        COPY . .
        RUN echo 'exec python main.py' > /app/entrypoint.sh
        ENTRYPOINT ["/app/entrypoint.sh"]
        FROM postgres:17
        COPY . .
        ENTRYPOINT ["docker-entrypoint.sh"]`,
    },
    {
      title: 'Programs, and Windows',
      files: { server: '\u007fELF\u0000' },
      good: `
        FROM debian:12 AS one
        COPY server /
        ENTRYPOINT ["/server"]
        FROM mcr.microsoft.com/windows/servercore:ltsc2022
        COPY start.cmd C:/
        CMD ["C:/start.cmd"]`,
    },
  ],
  *check(file, { workspace }) {
    for (const stage of file.stages) {
      if (stage.start.family === 'windows') continue;
      for (const node of ownStartsOf(stage)) {
        const found = scriptWord(node);
        if (!found) continue;
        const path = inImage(found.path, node.state);
        const at = node.argv.find(({ text }) => text === found.path) ?? found.word;
        const isDirect = node.form === 'exec' && node.commands[0]?.program === found.word;
        const told = faultOf(file, stage, at, isDirect, path, workspace);
        if (told) yield told;
      }
    }
  },
});

function faultOf(
  file: Dockerfile,
  stage: Stage,
  at: Word,
  /** Whether nothing but the kernel looks at the file. */
  isDirect: boolean,
  path: string,
  workspace: Workspace,
): Finding | undefined {
  const heredoc = file.heredocAt(path, stage);
  if (heredoc) {
    const copy = copiesOf(stage).find(({ heredocs }) => heredocs.includes(heredoc));
    return copy && isDirect ? modeFault(stage, at, path, copy) : undefined;
  }
  const paths = file.contextPathsOf(path, stage);
  for (const candidate of paths) {
    const script = workspace.open(candidate, 'shell');
    if (!script) continue;
    const { text } = script;
    if (text.includes('\0') || text.trim() === '' || isRewritten(stage, path)) return undefined;
    if (script.lineEnding === '\r\n') {
      return {
        at,
        message: say`${candidate} has Windows line ends, with which the kernel does not find its interpreter.`,
        fix: suggestion(
          `Give ${candidate} the line ends of Unix`,
          within(script, replace(script, text.replaceAll('\r\n', '\n'))),
        ),
      };
    }
    if (!isDirect) return undefined;
    const interpreter = interpreterOf(text);
    if (interpreter === undefined && /\.(sh|bash)$/.test(candidate)) {
      return {
        at,
        message: say`${candidate} has no #! line, so the kernel cannot start it.`,
        fix: suggestion(`Add #!/bin/sh to ${candidate}`, within(script, insertBefore(script, '#!/bin/sh\n'))),
      };
    }
    if (interpreter !== undefined && /(^|\/)bash$/.test(interpreter) && hasTool(stage, 'bash') === false) {
      return { at, message: say`${candidate} wants bash, which the image does not have.` };
    }
    const copy = copiesOf(stage).find(({ sources }) => sources.some(({ text }) => cleaned(text) === candidate));
    return copy && modeFault(stage, at, path, copy);
  }
  const isMissing =
    paths.length > 0 &&
    SCRIPT.test(path) &&
    !mayBeOfBase(path) &&
    paths.every((candidate) => workspace.has(candidate) === false) &&
    isLikelyContext(file, workspace) &&
    !mayMake(stage, path);
  return isMissing
    ? { at, message: say`Nothing puts ${path} into the image: the build context has no ${paths[0] ?? path}.` }
    : undefined;
}

const SCRIPT = /\.(sh|bash|py|rb|pl|js|mjs)$/;

/** Folders in which an image may have the file of itself. */
const mayBeOfBase = (path: string): boolean => !/^\/[^/]+\//.test(path) || /^\/(usr|opt|etc|s?bin)\//.test(path);

const cleaned = (path: string): string => path.replace(/^(\.?\/)+/, '');

/** A copy that says, or means, a mode without x. */
function modeFault(stage: Stage, at: Word, path: string, copy: Instructions['COPY' | 'ADD']): Finding | undefined {
  const mode = copy.flag('chmod')?.value;
  const isPlain = mode ? /^0?[0-7]{3}$/.test(mode.text) && !/[1357]/.test(mode.text) : copy.heredocs.length > 0;
  if (!isPlain || changesModes(stage)) return undefined;
  return {
    at,
    message: mode
      ? say`${path} is copied with mode ${mode.text}, so nobody may execute it.`
      : say`${path} is written by a heredoc, which makes no executable file.`,
    fix: suggestion(
      'Make it executable by --chmod=755',
      mode ? replace(mode, '755') : insertAfter(copy.head, ' --chmod=755'),
    ),
  };
}

const copiesOf = (stage: Stage): readonly Instructions['COPY' | 'ADD'][] =>
  [...backFrom(stage)].filter((node) => node.keyword === 'COPY' || node.keyword === 'ADD');

function* runsOf(stage: Stage): Iterable<Command> {
  for (const node of backFrom(stage)) if (node.keyword === 'RUN') yield* node.commands;
}

const changesModes = (stage: Stage): boolean =>
  [...runsOf(stage)].some(
    (command) => isOpaque(command) || [command.program, ...command.args].some(({ text }) => text.includes('chmod')),
  );

/** Whether a RUN may change what stands in the file. */
function isRewritten(stage: Stage, path: string): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return [...runsOf(stage)].some(
    ({ program, args }) =>
      REWRITING.test(program.text) || (program.text !== 'chmod' && args.some(({ text }) => text.includes(name))),
  );
}

const REWRITING = /^(dos2unix|fromdos|sed|tr|perl|find|xargs)$/;

/** Whether something else than a copy from the context may put the file there. */
function mayMake(stage: Stage, path: string): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1);
  for (const node of backFrom(stage)) {
    if (node.keyword === 'RUN') {
      if (node.script?.readable === false || (!node.script && node.form !== 'exec')) return true;
      const isMade = node.commands.some(
        (command) =>
          isOpaque(command) ||
          MAKING.has(command.program.text) ||
          [...command.args, ...command.redirections.flatMap(({ target }) => target ?? [])].some(({ text }) =>
            text.includes(name),
          ),
      );
      if (isMade) return true;
    } else if (node.keyword === 'ADD' || node.keyword === 'ONBUILD') return true;
    else if (node.keyword === 'COPY' && node.from) return true;
  }
  return false;
}

const MAKING: ReadonlySet<string> = new Set([
  'git',
  'tar',
  'unzip',
  'curl',
  'wget',
  'make',
  'cp',
  'mv',
  'ln',
  'install',
  'rsync',
  'svn',
  'hg',
  'npm',
  'yarn',
  'pnpm',
  'mvn',
  'gradle',
  'composer',
]);
