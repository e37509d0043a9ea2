import { replace, suggestion } from '../../edit.js';
import { startsServer } from '../../knowledge/images.js';
import type { Dockerfile, Service, Stage } from '../../model/index.js';
import { rule, say } from '../../rule.js';

/** Ports that debuggers and reloaders listen on, which no image announces. */
const DEBUGGERS: ReadonlySet<number> = new Set([2345, 5005, 5678, 9003, 9222, 9229, 9230, 24678, 35729]);

export default rule({
  id: 'compose-port-not-exposed',
  kinds: ['compose'],
  severity: 'warning',
  profile: 'recommended',
  tags: ['compose', 'network'],
  since: 'next',
  summary: 'Publish the port that the image listens on.',
  docs: `
\`ports\` leads to a port of the container, whether anybody listens there or not. With the wrong number everything starts
well, and every connection is refused.

Publish the port that the Dockerfile announces with EXPOSE, or correct the EXPOSE.
A port that the service is told of by a variable or its command is left alone, and so are those of debuggers.`,
  sources: {
    'Compose: ports': 'https://docs.docker.com/reference/compose-file/services/#ports',
    EXPOSE: 'https://docs.docker.com/reference/dockerfile/#expose',
    'Best practices for making container images': 'https://e-whisper.com/posts/8023/',
  },
  examples: [
    {
      title: 'Another port than the image announces',
      files: { Dockerfile: 'FROM node:22-slim\nEXPOSE 3000\nCMD ["node", "server.js"]\n' },
      bad: `
        services:
          web:
            build: .
            ports:
              - "8080:«8080»"`,
      good: `
        services:
          web:
            build: .
            ports:
              - "8080:3000"`,
    },
    {
      title: 'One of several announced',
      files: { Dockerfile: 'FROM node:22-slim\nEXPOSE 3000 9090/tcp\nCMD ["node", "server.js"]\n' },
      bad: `
        services:
          web:
            build: .
            ports:
              - target: «80»
                published: 8080
              - 9090:9090`,
    },
    {
      title: 'Told of by a variable or the command, a debugger, a range, another image',
      files: { Dockerfile: 'FROM node:22-slim\nEXPOSE 3000\nCMD ["node", "server.js"]\n' },
      good: `
        services:
          variable:
            build: .
            environment: { PORT: 8080 }
            ports: ["8080:8080"]
          command:
            build: .
            command: node server.js --port 8080
            ports: ["8080:8080"]
          debugger:
            build: .
            ports: ["3000:3000", "9229:9229", "4000-4010:4000-4010", "80:\${PORT}"]
          other:
            image: example/app:1.2
            ports: ["8080:8080"]`,
    },
    {
      title: 'An image that announces nothing, ports by variables, and one of a server that announces its own',
      files: {
        'a/Dockerfile': 'FROM node:22-slim\nCMD ["node", "server.js"]\n',
        'b/Dockerfile': 'FROM node:22-slim\nARG PORT\nEXPOSE $PORT\n',
        'c/Dockerfile': 'FROM nginx:1.29\nEXPOSE 8080\n',
      },
      good: `
        services:
          a:
            build: a
            ports: ["8080:8080"]
          b:
            build: b
            ports: ["8080:8080"]
          c:
            build: c
            ports: ["80:80"]`,
    },
  ],
  *check(file, { workspace }) {
    for (const service of file.services()) {
      if (service.ports.length === 0 || !service.build || service.hasMoreEnvironment) continue;
      const dockerfile = workspace.builtBy(file, service)?.dockerfile;
      const stage = dockerfile && stageOf(service, dockerfile);
      const exposed = stage && exposedBy(stage);
      if (!exposed || exposed.size === 0) continue;
      for (const { target, word, protocol } of service.ports) {
        if (target === undefined || protocol !== 'tcp' || exposed.has(target) || DEBUGGERS.has(target)) continue;
        if (isToldOf(service, target)) continue;
        const [only, ...others] = exposed;
        const isShared = service.node('ports')?.isShared === true;
        yield {
          at: word,
          message: say`The image of ${service.name.text} announces ${[...exposed].join(', ')}, not ${target}.`,
          fix:
            only === undefined || others.length > 0 || isShared
              ? undefined
              : suggestion(`Publish ${only}`, replace(word, String(only))),
        };
      }
    }
  },
});

function stageOf({ build }: Service, { stages, finalStage }: Dockerfile): Stage | undefined {
  const target = build?.target;
  if (!target) return finalStage;
  return stages.find(({ name }) => name?.text.toLowerCase() === target.text.toLowerCase());
}

/** The ports that the stage and those below it announce; undefined where one is not known. */
function exposedBy(stage: Stage): ReadonlySet<number> | undefined {
  const root = stage.rootImage;
  if (!root || startsServer(root.resolved?.name ?? root.name)) return undefined;
  const ports = new Set<number>();
  let at: Stage['base'] = stage;
  while (at && !('kind' in at)) {
    for (const node of at.instructions) {
      if (node.keyword !== 'EXPOSE') continue;
      for (const word of node.words) {
        const value = /^(\d{1,5})(?:\/(?:tcp|udp))?$/i.exec(node.valueOf(word) ?? '')?.[1];
        if (value === undefined) return undefined;
        ports.add(Number(value));
      }
    }
    at = at.base;
  }
  return ports;
}

/** Whether the service is told of the port, by a variable or by its command. */
function isToldOf({ environment, entrypoint = [], arguments: words = [] }: Service, port: number): boolean {
  const values = [...environment.flatMap(({ value }) => value ?? []), ...entrypoint, ...words];
  return values.some(({ text, literal }) => !literal || text.split(/\D+/).includes(String(port)));
}
