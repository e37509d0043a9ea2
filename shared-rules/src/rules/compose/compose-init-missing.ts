import { setIn, suggestion } from '../../edit.js';
import { hasInit, mainCommand, startsOf } from '../../knowledge/start.js';
import type { ComposeFile, Service } from '../../model/index.js';
import { rule, say } from '../../rule.js';
import type { Workspace } from '../../workspace.js';

/** Programs that as process 1 neither reap what they start nor end at TERM by themselves. */
const NEED_INIT: ReadonlySet<string> = new Set(['node', 'nodejs', 'npm', 'yarn', 'pnpm', 'npx', 'cron', 'crond']);

export default rule({
  id: 'compose-init-missing',
  kinds: ['compose'],
  severity: 'hint',
  profile: 'recommended',
  tags: ['compose', 'pid1'],
  since: 'next',
  summary: 'Put an init before a program that is not made to be process 1.',
  docs: `
As process 1, node and others ignore TERM unless they ask for it, and leave dead children behind: the container takes ten
seconds to stop, is killed in the middle of its work, and fills up with zombies.

\`init: true\` puts Docker's own small init before it. Leave it where the image has one, such as tini, or where the program
handles TERM itself and starts no others.`,
  sources: {
    'Compose: init': 'https://docs.docker.com/reference/compose-file/services/#init',
    'Node.js in Docker':
      'https://github.com/nodejs/docker-node/blob/main/docs/BestPractices.md#handling-kernel-signals',
    'Best practices for making container images': 'https://e-whisper.com/posts/8023/',
  },
  examples: [
    {
      title: 'A package manager, by an entrypoint of the service',
      bad: `
        services:
          «app»:
            image: example/app:1.2
            entrypoint: ["npm", "start"]`,
      good: `
        services:
          app:
            image: example/app:1.2
            entrypoint: ["npm", "start"]
            init: true`,
    },
    {
      title: 'A command of the service, and one of the image that is built here',
      files: { Dockerfile: 'FROM node:22-slim\nCMD ["node", "server.js"]\n' },
      bad: `
        services:
          «command»:
            image: example/app:1.2
            entrypoint: []
            command: node server.js
          «image»:
            build: .`,
      good: `
        services:
          command:
            image: example/app:1.2
            entrypoint: []
            command: node server.js
            init: true
          image:
            build: .
            init: true`,
    },
    {
      title: 'An init by the service or in the image, other programs, and images that are not known',
      files: {
        'a/Dockerfile': 'FROM node:22-slim\nENTRYPOINT ["tini", "--"]\nCMD ["node", "server.js"]\n',
        'b/Dockerfile': 'FROM nginx:1.29\nCMD ["nginx", "-g", "daemon off;"]\n',
        'c/Dockerfile': 'FROM node:22-slim\nCMD ["node", "server.js"]\n',
      },
      good: `
        services:
          image:
            build: a
          other:
            build: b
          service:
            build: c
            init: true
          unknown:
            image: example/app:1.2
            command: node server.js`,
    },
    {
      title: 'A program that hands itself signals and is built for a stage of its own',
      files: { Dockerfile: 'FROM node:22-slim AS dev\nCMD ["node", "server.js"]\nFROM alpine:3.22\nCMD ["/app"]\n' },
      good: `
        services:
          app:
            build: { context: ., target: dev }`,
    },
  ],
  *check(file, { workspace }) {
    for (const service of file.services()) {
      if (!service.lacks('init')) continue;
      const program = firstProgram(file, service, workspace);
      if (program === undefined || !NEED_INIT.has(program)) continue;
      const edit = setIn(service.settings, ['init'], 'true');
      yield {
        at: service.name,
        message: say`${program} is process 1 of ${service.name.text}, with no init before it.`,
        fix: edit && suggestion('Put an init before it', edit),
      };
    }
  },
});

/** The program that is process 1; undefined where an entrypoint that is not known comes before it. */
function firstProgram(file: ComposeFile, service: Service, workspace: Workspace): string | undefined {
  const { entrypoint, arguments: words, build } = service;
  const named = [...(entrypoint ?? []), ...(words ?? [])][0]?.text;
  if (entrypoint) return named?.slice(named.lastIndexOf('/') + 1);
  const stage = build && !build.target ? workspace.builtBy(file, service)?.dockerfile?.finalStage : undefined;
  if (!stage || hasInit(stage)) return undefined;
  if (words) return undefined;
  const starts = startsOf(stage);
  const [start] = starts;
  return starts.length === 1 && start ? mainCommand(start)?.program.text : undefined;
}
