import { suggestion, wordsAfter, type Fix } from '../../edit.js';
import { operandsOf, verbOf } from '../../knowledge/commands.js';
import { installerOf, NODE_INSTALLERS } from '../../knowledge/lockfiles.js';
import { projectAtHand, type Project } from '../../knowledge/projects.js';
import { isForDevelopment } from '../../knowledge/stages.js';
import { chainOf, type Command, type Stage } from '../../model/index.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'node-production-deps',
  kinds: ['dockerfile'],
  severity: 'info',
  profile: 'recommended',
  tags: ['node', 'packages', 'size'],
  since: 'next',
  summary: 'Leave the packages for development out of the image that runs the program.',
  docs: `
Compilers, test runners and linters are often more than half of node_modules. In the image they cost space, and every one
of them is code that a scanner reports and an intruder can use.

Install with \`npm ci --omit=dev\` (\`yarn install --production\`, \`pnpm install --prod\`) in the final stage. Where the program
is built first, build it in a stage of its own and remove the rest there with \`npm prune --omit=dev\`, or install anew.
Nothing is said where the final stage itself builds: split it first.`,
  sources: {
    'npm ci, omit': 'https://docs.npmjs.com/cli/commands/npm-ci#omit',
    'pnpm install --prod': 'https://pnpm.io/cli/install#--prod--p',
    'Docker and Node.js best practices': 'https://github.com/nodejs/docker-node/blob/main/docs/BestPractices.md',
  },
  examples: [
    {
      title: 'Everything in the final stage',
      files: { 'package.json': '{ "devDependencies": { "jest": "^29.0.0" } }' },
      bad: `
        FROM node:22
        WORKDIR /app
        COPY package*.json ./
        RUN npm «ci»
        CMD ["node", "server.js"]`,
      good: `
        FROM node:22
        WORKDIR /app
        COPY package*.json ./
        RUN npm ci --omit=dev
        CMD ["node", "server.js"]`,
    },
    {
      title: 'The modules of a stage that builds',
      bad: `
        FROM node:22 AS build
        WORKDIR /app
        COPY . .
        RUN yarn «install» --frozen-lockfile && yarn build
        FROM node:22-slim
        COPY --from=build /app/node_modules /app/node_modules
        CMD ["node", "server.js"]`,
    },
    {
      title: 'pnpm, in a base of the final stage',
      bad: `
        FROM node:22 AS base
        WORKDIR /app
        COPY package.json pnpm-lock.yaml ./
        RUN pnpm «install» --frozen-lockfile
        FROM base
        COPY . .
        CMD ["node", "server.js"]`,
      good: `
        FROM node:22 AS base
        WORKDIR /app
        COPY package.json pnpm-lock.yaml ./
        RUN pnpm install --prod --frozen-lockfile
        FROM base
        COPY . .
        CMD ["node", "server.js"]`,
    },
    {
      title: 'Left out, by a flag or by NODE_ENV',
      good: `
        FROM node:22
        RUN npm ci --omit=dev && npm install --production && npm ci --only=production && pnpm i --prod && yarn --production
        ENV NODE_ENV=production
        RUN npm ci
        RUN npm prune --omit=dev
        CMD ["node", "server.js"]`,
    },
    {
      title: 'Removed behind the build',
      good: `
        FROM node:22 AS build
        WORKDIR /app
        COPY . .
        RUN npm ci && npm run build
        RUN npm prune --omit=dev
        FROM node:22-slim
        COPY --from=build /app/node_modules /app/node_modules
        CMD ["node", "server.js"]`,
    },
    {
      title: 'The final stage builds by itself',
      good: `
        FROM node:22
        COPY . .
        RUN npm ci && npm run build
        CMD ["npm", "start"]`,
    },
    {
      title: 'Nothing for development in package.json',
      files: { 'package.json': '{ "dependencies": { "express": "5.0.0" } }' },
      good: `
        FROM node:22
        COPY package.json .
        RUN npm install
        CMD ["node", "server.js"]`,
    },
    {
      title: 'A stage for development, a stage whose modules go nowhere',
      good: `
        FROM node:22 AS build
        COPY . .
        RUN npm ci && npm run build
        FROM node:22 AS dev
        COPY . .
        RUN npm ci
        CMD ["npm", "run", "dev"]
        FROM nginx:1.27
        COPY --from=build /dist /usr/share/nginx/html`,
    },
  ],
  *check(file, { workspace }) {
    const final = file.finalStage;
    if (!final || isForDevelopment(final, file)) return;
    for (const stage of [final, ...modulesFrom(final)]) {
      const isCopied = stage !== final;
      if (isForDevelopment(stage, file) || prunes(stage) || (!isCopied && builds(stage))) continue;
      for (const command of installsOf(stage)) {
        const project = projectAtHand(file, command, ['package.json'], workspace);
        if (project && hasNoTools(project)) continue;
        yield {
          at: verbOf(command) ?? command.program,
          message: isCopied
            ? say`The packages for development come into the final stage with node_modules.`
            : say`The packages for development come into the image.`,
          fix: isCopied ? undefined : leavingOut(command, project),
        };
      }
    }
  },
});

const hasNoTools = (project: Project): boolean =>
  project.open('package.json')?.requirements.some(({ isForDevelopment: isTool }) => isTool) === false;

/** The stages that node_modules are copied from. */
const modulesFrom = (stage: Stage): readonly Stage[] => [
  ...new Set(
    stage.instructions.flatMap((node) =>
      node.keyword === 'COPY' &&
      node.from?.stage &&
      node.sources.some(({ text }) => /(^|\/)node_modules\/?$/.test(text))
        ? [node.from.stage]
        : [],
    ),
  ),
];

/** The last install of a stage: what comes after another takes its place. */
function installsOf(stage: Stage): readonly Command[] {
  const found = chainOf(stage).flatMap((node) =>
    node.keyword === 'RUN' && (stage.isFinal ? node.stage?.ships !== false : true)
      ? node.commands.filter((command) => installerOf(command)?.ecosystem === 'node')
      : [],
  );
  const last = found.at(-1);
  return last && !leavesOut(last) ? [last] : [];
}

function leavesOut(command: Command): boolean {
  const isOmitted = ['--omit', '--only', '--include'].some((name) => command.has(name));
  const setting = command.assignments.find(({ name }) => name.text === 'NODE_ENV')?.value?.text;
  const variable = command.state.env.lookup('NODE_ENV');
  const names = [
    'npm_config_omit',
    'NPM_CONFIG_OMIT',
    'NPM_CONFIG_PRODUCTION',
    'npm_config_production',
    'YARN_PRODUCTION',
  ];
  return (
    isOmitted ||
    command.has('--production', '--prod', '-P') ||
    (setting ?? variable?.value) === 'production' ||
    (variable !== undefined && variable.value === undefined) ||
    names.some((name) => command.state.env.lookup(name))
  );
}

/** Whether a stage removes the packages for development, or makes a folder without them. */
const prunes = (stage: Stage): boolean =>
  chainOf(stage).some(
    (node) =>
      node.keyword === 'RUN' &&
      node.commands.some(
        (command) =>
          NODE_INSTALLERS.some(({ name }) => name === command.program.text) &&
          operandsOf(command).some(({ text }) => /^(prune|deploy|focus|autoclean)$/.test(text)),
      ),
  );

/** Whether the stage needs its tools: it builds, or runs something of which nobody can tell. */
const builds = (stage: Stage): boolean =>
  chainOf(stage).some(
    (node) =>
      node.keyword === 'RUN' &&
      node.commands.some(
        ({ program, args }) =>
          (/^(npm|yarn|pnpm|bun|npx|nx|turbo|lerna)$/.test(program.text) &&
            args.some(({ text }) => /build|compile|bundle|generate|^run$|tsc|webpack|^exec$/.test(text))) ||
          /^(tsc|vite|ng|webpack|gulp|grunt|rollup|esbuild|next|make|npx)$/.test(program.text) ||
          program.text.endsWith('.sh'),
      ),
  ) || startsTool(stage);

/** Whether the container runs a script that may need a tool, as with `npm run dev`. */
const startsTool = (stage: Stage): boolean =>
  [stage.effective('CMD'), stage.effective('ENTRYPOINT')].some((node) =>
    node?.commands.some(
      ({ program, args }) =>
        /^(npm|yarn|pnpm|bun)$/.test(program.text) && !args.some(({ text }) => text.startsWith('start')),
    ),
  );

function leavingOut(command: Command, project: Project | undefined): Fix | undefined {
  const { program } = command;
  const verb = verbOf(command);
  const flag = FLAGS[program.text];
  if (!verb || flag === undefined || project?.names.has('.yarnrc.yml')) return undefined;
  return suggestion(`Add ${flag}`, wordsAfter(verb, flag));
}

const FLAGS: Readonly<Record<string, string>> = {
  npm: '--omit=dev',
  yarn: '--production',
  pnpm: '--prod',
  bun: '--production',
};
