import { replace, suggestion } from '../../edit.js';
import { verbOf } from '../../knowledge/commands.js';
import { packagesOf, type ListedPackage } from '../../knowledge/package-lists.js';
import { PIP } from '../../knowledge/pip.js';
import { requirementFiles } from '../../knowledge/projects.js';
import { languageVersionOf } from '../../knowledge/versions.js';
import { chainOf, type Command, type Stage } from '../../model/index.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'psycopg2-source-build',
  kinds: ['dockerfile'],
  severity: 'info',
  profile: 'recommended',
  tags: ['python', 'packages', 'broken-build', 'context'],
  since: 'next',
  summary: 'Install psycopg2 as a binary, or with the compiler and the headers that it is built with.',
  docs: `
\`psycopg2\` comes as source. pip builds it with gcc and the headers of PostgreSQL, which slim and Alpine images do not
have: the build stops with "pg_config executable not found".

\`psycopg2-binary\` is the same, built already; new projects take its successor, \`psycopg[binary]\`. Who builds it, installs
gcc and \`libpq-dev\` (Alpine: \`gcc musl-dev postgresql-dev\`) in a builder stage and copies the result.`,
  sources: {
    'psycopg2, "Installation"': 'https://www.psycopg.org/docs/install.html',
    'psycopg 3, "Installation"': 'https://www.psycopg.org/psycopg3/docs/basic/install.html',
    'Best practices for making container images': 'https://e-whisper.com/posts/8023/',
  },
  examples: [
    {
      title: 'By name, on a slim image',
      bad: `
        FROM python:3.13-slim
        RUN pip install --no-cache-dir flask «psycopg2==2.9.9»`,
      good: `
        FROM python:3.13-slim
        RUN pip install --no-cache-dir flask psycopg2-binary==2.9.9`,
    },
    {
      title: 'In the requirements file, on Alpine with half of what it needs',
      files: { 'requirements.txt': 'django==5.1\npsycopg2>=2.9\n' },
      bad: `
        FROM python:3.13-alpine
        RUN apk add --no-cache gcc musl-dev
        COPY requirements.txt .
        RUN pip install -r «requirements.txt»`,
    },
    {
      title: 'A binary',
      files: { 'requirements.txt': 'psycopg2-binary\npsycopg[binary]\n' },
      good: `
        FROM python:3.13-slim
        COPY requirements.txt .
        RUN pip install psycopg2-binary "psycopg[binary]" -r requirements.txt`,
    },
    {
      title: 'With what it is built with, in this stage or the one it starts from',
      good: `
        FROM python:3.13-slim AS base
        RUN apt-get update && apt-get install -y gcc libpq-dev
        FROM base AS build
        RUN pip wheel -w /wheels psycopg2
        FROM python:3.13-alpine
        RUN apk add --virtual .build build-base postgresql-dev && pip install psycopg2 && apk del .build`,
    },
    {
      title: 'The full image has both; of other images nothing is known; wheels from elsewhere',
      good: `
        FROM python:3.13
        RUN pip install psycopg2
        FROM example.com/python:3.13-slim
        RUN pip install psycopg2
        FROM python:3.13-slim
        RUN pip install --no-index --find-links=/wheels psycopg2 && apt-get install -y $PACKAGES
        FROM python:3.13-slim
        RUN apt-get install -y $PACKAGES && pip install psycopg2`,
    },
  ],
  *check(file, { workspace }) {
    for (const command of file.runCommands(...PIP)) {
      const stage = command.instruction?.stage;
      if (!stage || command.instruction.isTrigger || !['install', 'wheel'].includes(verbOf(command)?.text ?? ''))
        continue;
      if (
        !isBare(stage) ||
        command.has('--no-index', '--find-links', '-f', '--only-binary') ||
        hasTools(stage, command)
      )
        continue;
      const named = (packagesOf(command) ?? []).find(({ name }) => name === 'psycopg2');
      if (named) {
        yield {
          at: named.word,
          message: say`psycopg2 is built from source, and this image has no libpq headers or compiler for it.`,
          fix: suggestion('Install psycopg2-binary', replace(named.word, asBinary(named))),
        };
      }
      for (const { word, file: listed } of requirementFiles(file, command, workspace)) {
        const required = listed?.requirements.find(({ name }) => name === 'psycopg2');
        if (!listed || !required) continue;
        yield {
          at: word,
          message: say`psycopg2 is built from source, and this image has no libpq headers or compiler for it.`,
          related: [{ at: required, path: listed.path, message: say`It is asked for here.` }],
        };
      }
    }
  },
});

/** What the shell would read otherwise keeps its quotes. */
function asBinary({ version }: ListedPackage): string {
  const text = `psycopg2-binary${version}`;
  return /^[\w.=-]+$/.test(text) ? text : `"${text}"`;
}

/** Images of Python that come without a compiler. */
const isBare = ({ rootImage }: Stage): boolean =>
  /slim|alpine/.test((rootImage && languageVersionOf(rootImage, 'python')?.rest) ?? '');

const COMPILER = /^(gcc|g\+\+|clang|build-essential|build-base)\b/;
const HEADERS = /^(libpq-dev|libpq|postgresql\d*-dev|postgresql-libs|postgresql-server-dev-.*)$/;

/** Whether the stage installs both, as far as can be told, before the command or with it. */
function hasTools(stage: Stage, { instruction }: Command): boolean {
  let hasCompiler = false;
  let hasHeaders = false;
  for (const node of chainOf(stage)) {
    if (node.keyword === 'COPY' && node.from) return true;
    if (node.keyword !== 'RUN') continue;
    for (const command of node.commands) {
      if (!SYSTEM.includes(command.program.text)) continue;
      for (const { name, word } of packagesOf(command) ?? []) {
        if (!word.literal) return true;
        hasCompiler ||= COMPILER.test(name);
        hasHeaders ||= HEADERS.test(name);
      }
    }
    if (node === instruction) break;
  }
  return hasCompiler && hasHeaders;
}

const SYSTEM = ['apt-get', 'apt', 'apk'];
