import { addProperty, replace, suggestion, type Edit } from '../../edit.js';
import { shellOf } from '../../knowledge/shells.js';
import { isDevLike, isForDevelopment } from '../../knowledge/stages.js';
import { mainCommand, startsOf } from '../../knowledge/start.js';
import type { DevContainer, Dockerfile, Stage } from '../../model/index.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'devcontainer-not-production',
  kinds: ['devcontainer'],
  severity: 'hint',
  profile: 'all',
  tags: ['base-image', 'stages', 'development'],
  since: 'next',
  summary: 'Develop in a stage that is made for it, not in the image for production.',
  docs: `
An image for production has no shell to speak of, no compiler, no debugger and often no rights to write. A dev container
made of it is a poor place to work in, and whoever adds the tools there ships them to production as well.

Give the Dockerfile a stage for development, as \`FROM build AS dev\`, and name it in \`build.target\`; or let the dev
container have a Dockerfile or an image of its own below \`.devcontainer/\`.
Leave the rule where people really work in the image that is shipped.

Since the article: Remote - Containers is called Dev Containers now, and other editors know its file as well.`,
  sources: {
    'Dev container metadata': 'https://containers.dev/implementors/json_reference/',
    'Multi-stage builds': 'https://docs.docker.com/build/building/multi-stage/',
    'Best practices for making container images': 'https://e-whisper.com/posts/8023/',
  },
  examples: [
    {
      title: 'A stage for development that nobody names',
      files: {
        Dockerfile:
          'FROM node:22 AS dev\nRUN npm install -g nodemon\nFROM node:22-slim\nCOPY . /app\nCMD ["node", "/app"]\n',
      },
      bad: `
        {
          "name": "web",
          // The sources are mounted.
          "build": {
            "dockerfile": "«../Dockerfile»",
            "context": "..",
          },
        }`,
      good: `
        {
          "name": "web",
          // The sources are mounted.
          "build": {
            "dockerfile": "../Dockerfile",
            "context": "..",
            "target": "dev",
          },
        }`,
    },
    {
      title: 'The old name of the property, and a file at the top',
      path: '.devcontainer.json',
      files: {
        'docker/Dockerfile': 'FROM golang:1.25 AS build-dev\nFROM alpine:3.22\nCOPY --from=build-dev /go/bin/app /\n',
      },
      bad: `
        { "dockerFile": "«docker/Dockerfile»", "context": "." }`,
      good: `
        { "dockerFile": "docker/Dockerfile", "build": { "target": "build-dev" }, "context": "." }`,
    },
    {
      title: 'No stage for development, and a target that is the last stage',
      path: '.devcontainer/api/devcontainer.json',
      files: {
        Dockerfile: 'FROM golang:1.25 AS build\nFROM scratch AS app\nCOPY --from=build /app /\nENTRYPOINT ["/app"]\n',
      },
      bad: `
        { "build": { "dockerfile": "«../../Dockerfile»", "target": "app" } }`,
    },
    {
      title: 'A target that is the last stage, where a better one is there',
      files: { Dockerfile: 'FROM golang:1.25 AS dev\nFROM scratch AS app\nENTRYPOINT ["/app"]\n' },
      bad: `
        { "build": { "dockerfile": "«../Dockerfile»", "target": "app" } }`,
      good: `
        { "build": { "dockerfile": "../Dockerfile", "target": "dev" } }`,
    },
    {
      title: 'A target for development',
      files: { Dockerfile: 'FROM node:22 AS Dev\nFROM node:22-slim\nCMD ["node", "/app"]\n' },
      good: `
        { "build": { "dockerfile": "../Dockerfile", "target": "dev" } }`,
    },
    {
      title: 'Another stage that somebody chose, by its number',
      files: { Dockerfile: 'FROM node:22\nFROM node:22-slim\nCMD ["node", "/app"]\n' },
      good: `
        { "build": { "dockerfile": "../Dockerfile", "target": "0" } }`,
    },
    {
      title: 'A Dockerfile of its own',
      files: { '.devcontainer/Dockerfile': 'FROM node:22\nCMD ["node", "/app"]\n' },
      good: `
        { "build": { "dockerfile": "Dockerfile" } }`,
    },
    {
      title: 'A ready image',
      files: { Dockerfile: 'FROM node:22\nCMD ["node", "/app"]\n' },
      good: `
        { "image": "mcr.microsoft.com/devcontainers/base:debian", "build": { "dockerfile": "../Dockerfile" } }`,
    },
    {
      title: 'A base image that is made for it',
      files: { Dockerfile: 'FROM mcr.microsoft.com/devcontainers/javascript-node:22\nCMD ["node", "/app"]\n' },
      good: `
        { "build": { "dockerfile": "../Dockerfile" } }`,
    },
    {
      title: 'A file whose name says what it is for',
      files: { 'Dockerfile.dev': 'FROM node:22\nCMD ["node", "/app"]\n' },
      good: `
        { "build": { "dockerfile": "../Dockerfile.dev" } }`,
    },
    {
      title: 'A last stage that is called after its purpose',
      files: { Dockerfile: 'FROM node:22-slim AS app\nCMD ["node", "/app"]\nFROM app AS dev\n' },
      good: `
        { "build": { "dockerfile": "../Dockerfile" } }`,
    },
    {
      title: 'An image that the sources are watched in',
      files: { Dockerfile: 'FROM node:22\nENTRYPOINT ["docker-entrypoint.sh"]\nCMD ["npm", "run", "dev"]\n' },
      good: `
        { "build": { "dockerfile": "../Dockerfile" } }`,
    },
    {
      title: 'An image that starts an interpreter to type into',
      files: { Dockerfile: 'FROM python:3.14\nRUN pip install --no-cache-dir pytest\nCMD ["python3"]\n' },
      good: `
        { "build": { "dockerfile": "../Dockerfile" } }`,
    },
    {
      title: 'An image with tools that waits',
      files: {
        Dockerfile: 'FROM debian:13\nRUN apt-get update && apt-get install -y vim\nCMD ["sleep", "infinity"]\n',
      },
      good: `
        { "build": { "dockerfile": "../Dockerfile" } }`,
    },
    {
      title: 'A Dockerfile that cannot be read',
      good: `
        { "build": { "dockerfile": "../Dockerfile" } }`,
    },
    {
      title: 'Variables',
      files: { Dockerfile: 'FROM node:22\nCMD ["node", "/app"]\n' },
      good: `
        { "build": { "dockerfile": "../Dockerfile", "target": "\${localEnv:TARGET}" } }`,
    },
    {
      title: 'A comment that leaves it out',
      files: { Dockerfile: 'FROM node:22\nCMD ["node", "/app"]\n' },
      good: `
        {
          // plimsoll ignore=devcontainer-not-production we work in what we ship
          "build": { "dockerfile": "../Dockerfile" }
        }`,
    },
  ],
  *check(file, { workspace }) {
    const { dockerfile, target } = file;
    if (!dockerfile?.value.literal || file.usesImage || target?.value.literal === false) return;
    const built = workspace.beside(dockerfile.value.text, 'dockerfile');
    const final = built?.finalStage;
    if (!built || !final || isMadeForWork(built) || isForDevelopment(final, built) || !isForProduction(final)) return;
    if (target && isOtherStage(target.value.text, built)) return;
    const better = built.stages.find((stage) => stage.name?.literal === true && isDevLike(stage))?.name?.text;
    const edit = better === undefined ? undefined : targetEdit(file, better);
    yield {
      at: dockerfile.value,
      message: say`The dev container is made of ${final.name?.text ?? 'the last stage'}, the image for production.`,
      fix: edit && suggestion(`Build ${better ?? ''}`, edit),
    };
  },
});

/** Whether the name of the file or of a folder says so: `Dockerfile.dev`, `docker/dev/Dockerfile`. */
const isMadeForWork = ({ path }: Dockerfile): boolean =>
  /(?:^|[/._-])(?:dev|devel|development|devcontainer|local|test|ci)(?:[/._-]|$)/i.test(path);

/** Whether it starts a service, or takes what other stages have made; not so an image that waits for people. */
function isForProduction(stage: Stage): boolean {
  const starts = startsOf(stage);
  if (starts.some(isForPeople)) return false;
  return starts.length > 0 || stage.instructions.some((node) => node.keyword === 'COPY' && node.from?.stage);
}

const WAITING: ReadonlySet<string> = new Set(['sleep', 'tail', 'zsh', 'fish', 'true']);
/** What asks for input where it is given nothing to run. */
const ASKING: ReadonlySet<string> = new Set(['python', 'python3', 'ipython', 'node', 'irb', 'iex', 'jshell', 'julia']);
const FOR_WORK = /(?:^|[:-])(?:dev|develop|development|watch|reload|debug)$|^(?:nodemon|air|runserver)$/;

function isForPeople(start: ReturnType<typeof startsOf>[number]): boolean {
  const command = mainCommand(start);
  if (!command) return true;
  const { program, args } = command;
  const isShell = shellOf(program.text) !== 'other' && args.every(({ text }) => text.startsWith('-'));
  if (start.keyword === 'CMD' && ASKING.has(program.text) && args.length === 0) return true;
  return isShell || WAITING.has(program.text) || [program, ...args].some(({ text }) => FOR_WORK.test(text));
}

/** Whether the target is a stage, and not the last: somebody has chosen it. */
function isOtherStage(target: string, { stages }: Dockerfile): boolean {
  const wanted = target.toLowerCase();
  if (stages.some(({ name }) => name?.literal === false)) return true;
  return stages.some(
    ({ name, index, isFinal }) => !isFinal && (name?.text.toLowerCase() === wanted || String(index) === wanted),
  );
}

function targetEdit({ target, lastOfBuild, build, dockerfile }: DevContainer, stage: string): Edit | undefined {
  if (target) return replace(target.value, stage);
  if (lastOfBuild) return addProperty(lastOfBuild, 'target', stage);
  return build || !dockerfile ? undefined : addProperty(dockerfile, 'build', { target: stage });
}
