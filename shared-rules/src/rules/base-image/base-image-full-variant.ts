import { replace, suggestion } from '../../edit.js';
import { buildWeight, isBuildTool, startsSomething } from '../../knowledge/building.js';
import { slimTag } from '../../knowledge/images.js';
import { packageName, packagesIn } from '../../knowledge/managers.js';
import { isForDevelopment } from '../../knowledge/stages.js';
import { ancestry, type Command, type Stage } from '../../model/index.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'base-image-full-variant',
  kinds: ['dockerfile'],
  severity: 'info',
  profile: 'recommended',
  tags: ['base-image', 'size'],
  since: 'next',
  summary: 'Run on the slim variant of a language image.',
  docs: `
The full images of Python, Node.js, Ruby and Perl hold compilers, headers and version control, some 700 MB more than their
\`-slim\` variants. A program that only runs needs none of it, but pulls, scans and patches it.

Use the slim variant in the final stage. If something is missing there, install just that, or build in a stage on the full
image and copy the result.

Smaller still need not be Alpine, whose C library differs: distroless, Chainguard or Wolfi images, Docker Hardened Images
and chiselled Ubuntu are small and have glibc.`,
  sources: {
    'Python on Docker Hub': 'https://hub.docker.com/_/python',
    'Node.js on Docker Hub': 'https://hub.docker.com/_/node',
    'Best practices for building': 'https://docs.docker.com/build/building/best-practices/#choose-the-right-base-image',
    'Best practices for making container images': 'https://e-whisper.com/posts/8023/',
  },
  examples: [
    {
      title: 'A full image that only runs a program',
      bad: `
        FROM python:«3.13»
        COPY requirements.txt .
        RUN pip install --no-cache-dir -r requirements.txt
        CMD ["python", "app.py"]`,
      good: `
        FROM python:3.13-slim
        COPY requirements.txt .
        RUN pip install --no-cache-dir -r requirements.txt
        CMD ["python", "app.py"]`,
    },
    {
      title: 'Behind a stage that builds, with the name of the distribution',
      bad: `
        FROM node:24 AS build
        RUN npm ci && npm run build
        FROM node:«24.1-bookworm»
        COPY --from=build /app /app
        CMD ["node", "/app/server.js"]`,
      good: `
        FROM node:24 AS build
        RUN npm ci && npm run build
        FROM node:24.1-bookworm-slim
        COPY --from=build /app /app
        CMD ["node", "/app/server.js"]`,
    },
    {
      title: 'Ruby and Perl spell it otherwise',
      bad: `
        FROM ruby:«3.4-bookworm»
        CMD ["ruby", "app.rb"]`,
      good: `
        FROM ruby:3.4-slim-bookworm
        CMD ["ruby", "app.rb"]`,
    },
    {
      title: 'A version from an argument',
      bad: `
        ARG VERSION=3.13
        FROM python:«\${VERSION}»
        CMD ["python", "app.py"]`,
    },
    {
      title: 'Small variants, and images that have none',
      good: `
        FROM python:3.13-slim
        CMD ["python", "app.py"]`,
    },
    {
      title: 'Alpine, and a language without a slim variant',
      good: `
        FROM node:24-alpine AS a
        FROM php:8.4-cli
        COPY --from=a / /
        CMD ["php", "app.php"]`,
    },
    {
      title: 'What the slim variant lacks is used: a compiler, git, curl',
      good: `
        FROM python:3.13
        RUN apt-get update && apt-get install -y libpq-dev
        RUN pip install psycopg2
        CMD ["python", "app.py"]`,
    },
    {
      title: 'git',
      good: `
        FROM python:3.13
        RUN git clone https://example.com/app.git /app
        CMD ["python", "/app/app.py"]`,
    },
    {
      title: 'The health check calls curl',
      good: `
        FROM python:3.13
        HEALTHCHECK CMD curl -f http://localhost:8000/
        CMD ["python", "app.py"]`,
    },
    {
      title: 'A stage for development',
      good: `
        FROM node:24 AS development
        CMD ["npm", "run", "dev"]`,
    },
    {
      title: 'A single stage that builds is another rule',
      good: `
        FROM node:24
        RUN npm ci && npm run build
        RUN apt-get update && apt-get install -y git
        CMD ["node", "server.js"]`,
      except: ['behind another stage'],
    },
    {
      title: 'An image that starts nothing, and one that others are built on',
      good: `
        FROM python:3.13 AS base
        RUN pip install poetry
        FROM base AS build
        RUN poetry build
        FROM base
        COPY --from=build /dist /dist
        CMD ["python", "app.py"]`,
    },
  ],
  *check(file) {
    const stage = file.finalStage;
    if (!stage || isForDevelopment(stage, file) || !startsSomething(stage)) return;
    const chain = ancestry(stage);
    const image = chain.at(-1)?.from?.image;
    const tag = image?.resolved?.tag ?? image?.tag?.text;
    if (!image || tag === undefined || image.digest || image.resolved?.digest !== undefined) return;
    const slim = slimTag(image.resolved?.name ?? image.name, tag);
    if (slim === undefined || chain.some(needsMore)) return;
    if (file.stages.some((other) => !other.ships && other.base !== undefined && chain.includes(other.base as Stage)))
      return;
    if (file.stages.length === 1 && buildWeight(file) >= 4) return;
    yield {
      at: image.tag ?? image,
      message: say`${image.repository}:${tag} holds compilers and more; ${slim} is the same without them.`,
      ...(image.tag?.literal ? { fix: suggestion(`Use ${slim}`, replace(image.tag, slim)) } : {}),
    };
  },
});

/** What the full images have and the slim ones lack. Source: buildpack-deps on Docker Hub. */
const EXTRA: ReadonlySet<string> = new Set([
  ...['git', 'hg', 'svn', 'curl', 'wget', 'gcc', 'g++', 'cc', 'make', 'file', 'unzip', 'patch', 'bzip2', 'xz', 'gpg'],
  ...[
    'autoconf',
    'automake',
    'convert',
    'mysql_config',
    'pg_config',
    'ssh',
    'ssh-keyscan',
    'procps',
    'ps',
    'configure',
  ],
]);

const needsMore = ({ instructions }: Stage): boolean =>
  instructions.some(
    (node) =>
      'commands' in node &&
      (node.commands.some(isExtra) || (node.keyword === 'RUN' && node.script?.readable === false)),
  );

const isExtra = (command: Command): boolean =>
  EXTRA.has(command.program.text) || packagesIn(command).some((word) => isBuildTool(packageName(word)));
