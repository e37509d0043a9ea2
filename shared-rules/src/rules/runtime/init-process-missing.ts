import { addInstructionBefore, insertBefore, suggestion, wordsAfter, type Edit, type Fix } from '../../edit.js';
import { objectsOf, verbOf } from '../../knowledge/commands.js';
import { hasInit, mainCommand, startsIn, startsOf, type Start } from '../../knowledge/start.js';
import type { Command, Dockerfile, Stage } from '../../model/index.js';
import { rule, say } from '../../rule.js';
import type { Workspace } from '../../workspace.js';

export default rule({
  id: 'init-process-missing',
  kinds: ['dockerfile'],
  severity: 'info',
  profile: 'recommended',
  tags: ['runtime', 'signals'],
  since: 'next',
  summary: 'Put an init such as tini before a program that is not made to be process 1.',
  docs: `
Process 1 has two duties that other programs do not know of: it is not ended by TERM unless it handles the signal, and it has
to take care of orphans. Node without a handler therefore cannot be stopped, only killed after ten seconds; browsers and
cron leave dead processes behind until no new one can be started.

Start it through tini or dumb-init: \`ENTRYPOINT ["tini", "--"]\`. Or start the container with one: \`docker run --init\`,
\`init: true\` in Compose; in Kubernetes \`shareProcessNamespace\` leaves orphans to the pause container.
A comment in the Dockerfile that names \`--init\` silences the rule, as does a handler of SIGTERM in the started script.`,
  sources: {
    tini: 'https://github.com/krallin/tini',
    'docker run --init': 'https://docs.docker.com/reference/cli/docker/container/run/#init',
    'Node.js in Docker':
      'https://github.com/nodejs/docker-node/blob/main/docs/BestPractices.md#handling-kernel-signals',
    'Best practices for making container images': 'https://e-whisper.com/posts/8023/',
  },
  examples: [
    {
      title: 'Node, with an install that tini can join',
      bad: `
        FROM node:22-slim
        RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates && rm -rf /var/lib/apt/lists/*
        CMD ["«node»", "server.js"]`,
      good: `
        FROM node:22-slim
        RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates tini && rm -rf /var/lib/apt/lists/*
        ENTRYPOINT ["/usr/bin/tini", "--"]
        CMD ["node", "server.js"]`,
    },
    {
      title: 'An ENTRYPOINT on Alpine',
      bad: `
        FROM node:22-alpine
        RUN apk add --no-cache git
        ENTRYPOINT ["«node»", "server.js"]`,
      good: `
        FROM node:22-alpine
        RUN apk add --no-cache git tini
        ENTRYPOINT ["/sbin/tini", "--", "node", "server.js"]`,
    },
    {
      title: 'A browser, and cron',
      bad: `
        FROM debian:12 AS one
        CMD ["«chromium»", "--headless", "--remote-debugging-port=9222"]
        FROM debian:12
        CMD ["«cron»", "-f"]`,
    },
    {
      title: 'An init in front',
      good: `
        FROM node:22 AS one
        ENTRYPOINT ["tini", "--"]
        CMD ["node", "server.js"]
        FROM node:22
        ENTRYPOINT ["/usr/bin/dumb-init", "node", "server.js"]`,
    },
    {
      title: 'A program that is made for it, a shell that is process 1, and Node without a script',
      good: `
        FROM nginx:1.27 AS one
        CMD ["nginx", "-g", "daemon off;"]
        FROM python:3.12 AS two
        CMD ["gunicorn", "app:api"]
        FROM node:22 AS three
        CMD node server.js
        FROM node:22
        CMD ["node"]`,
    },
    {
      title: 'A handler of the signal',
      files: { 'server.js': 'process.on("SIGTERM", () => server.close());\n' },
      good: `
        FROM node:22
        WORKDIR /app
        COPY . .
        CMD ["node", "server.js"]`,
    },
    {
      title: 'The container is started with an init',
      good: `
        # Run me with docker run --init.
        FROM node:22
        CMD ["node", "server.js"]`,
    },
    {
      title: 'Compose starts it with an init',
      files: { 'compose.yaml': 'services:\n  web:\n    build: .\n    init: true\n' },
      good: `
        FROM node:22
        CMD ["node", "server.js"]`,
    },
    {
      title: 'Windows',
      good: `
        FROM mcr.microsoft.com/windows/servercore:ltsc2022
        CMD ["node", "server.js"]`,
    },
    {
      title: 'A stage for development, and a script in front that may be anything',
      good: `
        FROM node:22 AS dev
        CMD ["node", "server.js"]
        FROM node:22
        ENTRYPOINT ["/entrypoint.sh"]
        CMD ["node", "server.js"]`,
    },
  ],
  *check(file, { workspace }) {
    if (file.comments.some(({ text }) => text.includes('--init'))) return;
    if (workspace.uses().some(({ container }) => container.get('init')?.text === 'true')) return;
    for (const { stage, node } of startsIn(file)) {
      if (stage.start.family === 'windows') continue;
      const command = mainCommand(node);
      // A shell that stays is process 1 itself, which other rules say.
      const isFirst = command && (node.form === 'exec' ? node.commands[0] === command : isExec(command));
      if (!isFirst || !needsInit(command) || hasInit(stage)) continue;
      if (node.keyword === 'CMD' && stage.effective('ENTRYPOINT')) continue;
      if (handlesSignals(file, stage, command, workspace)) continue;
      yield {
        at: command.program,
        message: say`${command.program.text} as process 1 does not end on TERM by itself, and leaves orphans behind.`,
        fix: () => withTini(stage, node),
      };
    }
  },
});

const isExec = ({ wrappers }: Command): boolean =>
  wrappers.length > 0 && wrappers.every(({ program }) => program.text === 'exec');

/** Programs that neither handle TERM by themselves nor reap what they leave behind. */
const CARELESS: ReadonlySet<string> = new Set([
  'cron',
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  'firefox',
  'jenkins-agent',
]);

function needsInit({ program, subcommand, args }: Command): boolean {
  if (program.text === 'node') return subcommand !== undefined && /\.[cm]?[jt]s$|\/|^\.$/.test(subcommand.text);
  if (program.text === 'firefox' || program.text.startsWith('chrom') || program.text.startsWith('google-chrome'))
    return args.some(({ text }) => text.startsWith('--headless') || text.startsWith('--remote-debugging'));
  return CARELESS.has(program.text);
}

/** Whether the script that is started has a handler of its own, as far as it can be read. */
function handlesSignals(file: Dockerfile, stage: Stage, { subcommand, state }: Command, workspace: Workspace): boolean {
  if (!subcommand?.literal) return false;
  const { workdir } = state;
  const path = subcommand.text.replace(/^\.\//, '');
  const full = path.startsWith('/') || !workdir.known ? path : `${workdir.value}/${path}`;
  return file.contextPathsOf(full, stage).some((candidate) => (workspace.read(candidate) ?? '').includes('SIGTERM'));
}

/** Adds tini to an install of the stage, and puts it in front. */
function withTini(stage: Stage, node: Start): Fix | undefined {
  const { family } = stage.start;
  if (node.form !== 'exec' || (family !== 'debian' && family !== 'alpine')) return undefined;
  const install = installIn(stage, family === 'alpine' ? ['apk', 'add'] : ['apt-get', 'install']);
  const path = family === 'alpine' ? '/sbin/tini' : '/usr/bin/tini';
  const front = inFront(stage, node, path);
  return install && front ? suggestion('Install tini and start it first', install, front) : undefined;
}

function installIn(stage: Stage, [program, verb]: readonly [string, string]): Edit | undefined {
  for (const run of stage.instructions) {
    if (run.keyword !== 'RUN' || run.heredocs.length > 0) continue;
    for (const command of run.commands) {
      if (command.program.text !== program || verbOf(command)?.text !== verb || command.has('-t', '--virtual'))
        continue;
      const last = objectsOf(command).at(-1);
      if (last?.literal && objectsOf(command).every(({ text }) => !/[=<>~]/.test(text)))
        return wordsAfter(last, 'tini');
    }
  }
  return undefined;
}

function inFront(stage: Stage, node: Start, path: string): Edit | undefined {
  const [first] = node.argv;
  if (node.keyword === 'ENTRYPOINT') return first && insertBefore(first, `${path}", "--", "`);
  return startsOf(stage).length === 1 ? addInstructionBefore(node, `ENTRYPOINT ["${path}", "--"]`) : undefined;
}
