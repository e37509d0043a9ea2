import { mainCommandsOf } from '../../knowledge/start.js';
import { addInstructionAfter, suggestion } from '../../edit.js';
import { isSetByCompose } from '../../knowledge/built-services.js';
import { officialName } from '../../knowledge/images.js';
import { isForDevelopment } from '../../knowledge/stages.js';
import type { Command, Instruction, Stage } from '../../model/index.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'node-env-production',
  kinds: ['dockerfile'],
  severity: 'hint',
  profile: 'recommended',
  tags: ['node', 'runtime'],
  since: 'next',
  summary: 'Set NODE_ENV=production in the image that runs a Node.js program.',
  docs: `
Without \`NODE_ENV=production\` Express compiles its templates anew for each request and shows stack traces to visitors,
React and others run with all their checks, and many programs log more and cache less.

\`ENV NODE_ENV=production\` switches that over. Set it behind the RUN that builds: npm and Yarn 1 leave the packages for
development out once it is set. Leave it where Kubernetes
sets the variable; a Compose file beside the Dockerfile is read.`,
  sources: {
    'Express, "Set NODE_ENV to production"':
      'https://expressjs.com/en/advanced/best-practice-performance.html#set-node_env-to-production',
    'Docker and Node.js best practices':
      'https://github.com/nodejs/docker-node/blob/main/docs/BestPractices.md#environment-variables',
  },
  examples: [
    {
      title: 'A server on a Node.js image',
      bad: `
        FROM «node:22-slim»
        WORKDIR /app
        COPY . .
        CMD ["node", "server.js"]`,
      good: `
        FROM node:22-slim
        ENV NODE_ENV=production
        WORKDIR /app
        COPY . .
        CMD ["node", "server.js"]`,
    },
    {
      title: 'Behind the RUN that builds',
      bad: `
        FROM «node:22-slim»
        WORKDIR /app
        COPY . .
        RUN npm ci && npm run build
        USER node
        ENTRYPOINT ["tini", "--", "npm", "start"]`,
      good: `
        FROM node:22-slim
        WORKDIR /app
        COPY . .
        RUN npm ci && npm run build
        ENV NODE_ENV=production
        USER node
        ENTRYPOINT ["tini", "--", "npm", "start"]`,
    },
    {
      title: 'Set, in the stage that it starts from, or by the call',
      good: `
        FROM node:22 AS base
        ENV NODE_ENV=production
        FROM base
        CMD ["node", "server.js"]`,
    },
    {
      title: 'Set by the call, or by a build argument',
      good: `
        FROM node:22
        CMD NODE_ENV=production node server.js`,
    },
    {
      title: 'Set by a build argument',
      good: `
        FROM node:22
        ARG NODE_ENV
        ENV NODE_ENV=$NODE_ENV
        CMD ["node", "server.js"]`,
    },
    {
      title: 'Set by the Compose file beside it',
      files: {
        'docker-compose.yml': 'services:\n  web:\n    build: .\n    environment:\n      - NODE_ENV=production\n',
      },
      good: `
        FROM node:22
        CMD ["node", "server.js"]`,
    },
    {
      title: 'A stage for development',
      good: `
        FROM node:22 AS dev
        CMD ["npm", "run", "dev"]`,
    },
    {
      title: 'A server that sets it by itself, and one that is no Node.js',
      good: `
        FROM node:22 AS build
        RUN npm run build
        FROM nginx:1.27
        COPY --from=build /app/dist /usr/share/nginx/html
        CMD ["nginx", "-g", "daemon off;"]`,
    },
    {
      title: 'A base image that may set it',
      good: `
        FROM example.com/team/node:22
        CMD ["node", "server.js"]`,
    },
  ],
  *check(file, { workspace }) {
    const stage = file.finalStage;
    const image = stage?.rootImage;
    if (!stage?.from || !image || isForDevelopment(stage, file)) return;
    if (officialName(image.resolved?.name ?? image.name) === undefined || stage.start.family === 'windows') return;
    if (stage.result.env.lookup('NODE_ENV') || !mainCommandsOf(stage).some(runsNode)) return;
    if (isSetByCompose('NODE_ENV', workspace)) return;
    yield {
      at: stage.from.image,
      message: say`NODE_ENV is not set, so that Node.js programs run as they do for their developers.`,
      fix: settled(stage),
    };
  },
});

const runsNode = (command: Command): boolean => {
  const { program, args } = command;
  if ([command, ...command.wrappers].some(({ assignments }) => assignments.some((one) => one.name.text === 'NODE_ENV')))
    return false;
  if (program.text === 'node') return args.length > 0 && !command.has('-v', '--version');
  return MANAGERS.includes(program.text) && args.some(({ text }) => /^(start|serve|server)/.test(text));
};

const MANAGERS = ['npm', 'yarn', 'pnpm', 'bun'];

/** Behind the last RUN that installs or builds; what it does with the variable set is another thing. */
function settled(stage: Stage) {
  const isBuilding = (node: Instruction): boolean =>
    node.keyword === 'RUN' &&
    node.commands.some(({ program }) => [...MANAGERS, 'npx', 'tsc', 'vite', 'ng'].includes(program.text));
  const after = stage.instructions.findLast(isBuilding) ?? stage.from;
  if (!after || after.isOpen) return undefined;
  return suggestion('Set NODE_ENV=production', addInstructionAfter(after, 'ENV NODE_ENV=production'));
}
