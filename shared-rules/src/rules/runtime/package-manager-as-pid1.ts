import { replace, suggestion, type Fix } from '../../edit.js';
import { arrayOf } from '../../knowledge/exec-form.js';
import { projectIn } from '../../knowledge/projects.js';
import { nodeCallIn, packageScriptOf, startsProgram, type Role } from '../../knowledge/runners.js';
import { mainCommand, startsIn, startsOf, type Start } from '../../knowledge/start.js';
import type { Command, Dockerfile, Stage } from '../../model/index.js';
import { rule, say, type Message, type Severity } from '../../rule.js';
import type { Workspace } from '../../workspace.js';

export default rule({
  id: 'package-manager-as-pid1',
  kinds: ['dockerfile'],
  severity: 'warning',
  profile: 'recommended',
  tags: ['runtime', 'signals'],
  since: 'next',
  summary: 'Start the program itself, without a package manager or a build tool in front of it.',
  docs: `
\`npm start\` and its like stay as process 1, with a shell and the program below them. On \`docker stop\` the signal often
never reaches the program, which is killed with its requests half done; and the manager costs memory for as long as the
container runs. \`go run\`, \`cargo run\`, \`dotnet run\` and \`mvn\` even build the program at every start.

Name the program: \`CMD ["node", "server.js"]\`, \`CMD ["gunicorn", "app:api"]\`, \`CMD ["java", "-jar", "/app.jar"]\`.
Where a virtual environment is used, put its bin folder on the PATH. Build in an earlier stage.

\`poetry run\`, \`pipenv run\` and \`uv run\` hand signals on; they are told as a hint that the image could do without them. Leave the rule where the script in package.json does more than start one program, and an init such as tini
hands on the signals. Stages for development are not looked at.`,
  sources: {
    'Node.js in Docker': 'https://github.com/nodejs/docker-node/blob/main/docs/BestPractices.md#cmd',
    'docker stop': 'https://docs.docker.com/reference/cli/docker/container/stop/',
  },
  examples: [
    {
      title: 'npm, where package.json says what it would start',
      files: { 'package.json': '{ "scripts": { "start": "node server.js --port 80" } }' },
      bad: `
        FROM node:22
        WORKDIR /app
        COPY . .
        CMD ["«npm»", "start"]`,
      good: `
        FROM node:22
        WORKDIR /app
        COPY . .
        CMD ["node", "server.js", "--port", "80"]`,
    },
    {
      title: 'A script by its name, in the shell form',
      files: { 'web/package.json': '{ "scripts": { "serve": "node dist/main.js" } }' },
      bad: `
        FROM node:22
        WORKDIR /app
        COPY web/ ./
        CMD «npm» run serve`,
      good: `
        FROM node:22
        WORKDIR /app
        COPY web/ ./
        CMD ["node", "dist/main.js"]`,
    },
    {
      title: 'Others, behind a shell and an init',
      bad: `
        FROM node:22 AS one
        CMD cd /srv && exec «yarn» start
        FROM node:22 AS two
        ENTRYPOINT ["tini", "--", "«npx»", "http-server"]
        FROM golang:1.23 AS three
        CMD ["«go»", "run", "."]
        FROM mcr.microsoft.com/dotnet/sdk:9.0 AS four
        ENTRYPOINT ["«dotnet»", "run", "--project", "Shop"]
        FROM maven:3.9 AS five
        CMD ["«mvn»", "spring-boot:run"]
        FROM node:22 AS six
        CMD ["«nodemon»", "server.js"]
        FROM python:3.12
        CMD ["«poetry»", "run", "gunicorn", "app:api"]`,
    },
    {
      title: 'A script that does more than start node',
      files: { 'package.json': '{ "scripts": { "start": "NODE_ENV=production node server.js" } }' },
      bad: `
        FROM node:22
        WORKDIR /app
        COPY . .
        CMD ["«npm»", "start"]`,
    },
    {
      title: 'A script that others run before',
      files: { 'package.json': '{ "scripts": { "prestart": "node migrate.js", "start": "node server.js" } }' },
      bad: `
        FROM node:22
        WORKDIR /app
        COPY . .
        CMD ["«npm»", "start"]`,
    },
    {
      title: 'Stages for development, and stages that others only copy from',
      good: `
        FROM node:22 AS dev
        CMD ["npm", "run", "dev"]
        FROM node:22 AS assets
        CMD ["npm", "start"]
        FROM node:22
        COPY --from=assets /app /app
        CMD ["node", "server.js"]`,
    },
    {
      title: 'Errands, which end by themselves',
      good: `
        FROM node:22 AS one
        CMD ["npm", "run", "migrate"]
        FROM node:22 AS two
        CMD ["npx", "playwright", "test"]
        FROM maven:3.9 AS three
        CMD ["mvn", "verify"]
        FROM node:22
        CMD ["npm", "test"]`,
    },
    {
      title: 'The program itself, and what another CMD replaces',
      good: `
        FROM node:22
        CMD ["npm", "start"]
        CMD ["node", "server.js"]`,
    },
    {
      title: 'bundle exec, which puts the program in its place and cannot be done without',
      good: `
        FROM ruby:3.4
        CMD ["bundle", "exec", "puma"]`,
    },
    {
      title: 'An image for the tool itself',
      good: `
        FROM debian:12 AS one
        ENTRYPOINT ["mvn"]
        FROM debian:12
        CMD ["npm", "--version"]`,
    },
  ],
  *check(file, { workspace }) {
    for (const { stage, node } of startsIn(file)) {
      const command = mainCommand(node);
      const role = command && startsProgram(command);
      if (!command || !role) continue;
      yield {
        at: command.program,
        message: messageOf(command, role),
        severity: SEVERITIES[role],
        fix: withoutManager(file, stage, node, command, workspace),
      };
    }
  },
});

const SEVERITIES: Readonly<Record<Role, Severity>> = {
  parent: 'warning',
  builder: 'warning',
  watcher: 'warning',
  detour: 'hint',
};

function messageOf({ program: { text } }: Command, role: Role): Message {
  switch (role) {
    case 'parent':
      return say`${text} stays above the program, costs memory, and may keep signals from it.`;
    case 'builder':
      return say`${text} builds the program at every start and stays above it.`;
    case 'watcher':
      return say`${text} is made for development, not for serving.`;
    case 'detour':
      return say`The program can be started without ${text}, which the image then does not need.`;
  }
}

/** What package.json has the manager start, if it is the whole of the instruction. */
function withoutManager(
  file: Dockerfile,
  stage: Stage,
  node: Start,
  command: Command,
  workspace: Workspace,
): Fix | undefined {
  const script = packageScriptOf(command);
  const at = node.commandText;
  const isAlone = node.commands.length === 1 && command.assignments.length + command.redirections.length === 0;
  // What stands in CMD may be the arguments of an ENTRYPOINT, and may get arguments from one.
  if (script === undefined || !at || !isAlone || startsOf(stage).length > 1) return undefined;
  const project = projectIn(file, stage, command.state, ['package.json'], workspace)?.open('package.json');
  const words = project && nodeCallIn(project.scripts, script);
  if (!words) return undefined;
  return suggestion(`Start ${words.slice(0, 2).join(' ')} itself`, replace(at, arrayOf(words)));
}
