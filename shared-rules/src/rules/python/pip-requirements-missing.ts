import { verbOf } from '../../knowledge/commands.js';
import { officialName } from '../../knowledge/images.js';
import { isWithin } from '../../knowledge/mounts.js';
import { PIP } from '../../knowledge/pip.js';
import { requirementFiles } from '../../knowledge/projects.js';
import { chainOf, type Instructions, runOf, type Stage } from '../../model/index.js';
import { rule, say } from '../../rule.js';

type Run = Instructions['RUN'];

export default rule({
  id: 'pip-requirements-missing',
  kinds: ['dockerfile'],
  severity: 'error',
  profile: 'recommended',
  tags: ['python', 'packages', 'broken-build'],
  since: 'next',
  summary: 'Copy the requirements file into the image before pip reads it.',
  docs: `
The file lies beside the Dockerfile, but a RUN sees only what is in the image. \`pip install -r requirements.txt\` without a
COPY before it ends the build: "Could not open requirements file".

Copy it first, \`COPY requirements.txt .\`, into the folder that the RUN works in; or mount it for the RUN alone:
\`RUN --mount=type=bind,source=requirements.txt,target=requirements.txt pip install -r requirements.txt\`.`,
  sources: {
    COPY: 'https://docs.docker.com/reference/dockerfile/#copy',
    'RUN --mount=type=bind': 'https://docs.docker.com/reference/dockerfile/#run---mounttypebind',
  },
  examples: [
    {
      title: 'Nothing is copied before',
      bad: `
        FROM python:3.13
        WORKDIR /app
        RUN pip install -r «requirements.txt»
        COPY . .`,
    },
    {
      title: 'Copied elsewhere',
      bad: `
        FROM python:3.13-slim AS base
        COPY requirements.txt /tmp/
        FROM base
        WORKDIR /app
        COPY src src
        RUN pip install --no-cache-dir -r «requirements.txt»`,
    },
    {
      title: 'Copied, mounted, or taken along with a folder',
      good: `
        FROM python:3.13 AS a
        WORKDIR /app
        COPY requirements.txt .
        RUN pip install -r requirements.txt
        FROM python:3.13 AS b
        COPY . /srv/app
        WORKDIR /srv/app
        RUN pip install -r requirements/base.txt
        FROM python:3.13 AS c
        WORKDIR /app
        RUN --mount=type=bind,source=requirements.txt,target=requirements.txt pip install -r requirements.txt
        FROM python:3.13 AS d
        WORKDIR /app
        RUN --mount=type=bind,target=. pip install -r requirements.txt`,
    },
    {
      title: 'By another stage, a pattern, a variable, an address, a heredoc',
      good: `
        FROM python:3.13 AS a
        WORKDIR /app
        COPY --from=tools /out .
        RUN pip install -r requirements.txt
        FROM python:3.13 AS b
        WORKDIR /app
        COPY require*.txt ./
        RUN pip install -r requirements.txt
        FROM python:3.13 AS c
        ARG SRC
        COPY $SRC /app
        RUN pip install -r /app/requirements.txt
        FROM python:3.13 AS d
        ADD https://example.com/requirements.txt /
        RUN pip install -r /requirements.txt`,
    },
    {
      title: 'Written or fetched by a RUN',
      good: `
        FROM python:3.13 AS a
        RUN echo flask > requirements.txt && pip install -r requirements.txt
        FROM python:3.13 AS b
        RUN git clone https://example.com/app /app
        RUN pip install -r /app/requirements.txt
        FROM python:3.13 AS c
        RUN ./prepare.sh && pip install -r requirements.txt
        FROM python:3.13 AS d
        RUN pip install -r https://example.com/requirements.txt
        RUN poetry export -o requirements.txt
        RUN pip install -r requirements.txt`,
    },
    {
      title: 'A base image that may have the file, a trigger, another folder',
      good: `
        FROM example.com/team/base:1
        RUN pip install -r requirements.txt
        FROM python:3.13
        ONBUILD RUN pip install -r requirements.txt
        RUN cd /srv && pip install -r requirements.txt`,
    },
  ],
  *check(file, { workspace }) {
    for (const command of file.runCommands(...PIP)) {
      const run = runOf(command);
      const stage = run?.stage;
      if (!run || !stage || !isKnown(stage) || !['install', 'wheel'].includes(verbOf(command)?.text ?? '')) continue;
      for (const { word, path } of requirementFiles(file, command, workspace)) {
        if (file.contextPathsOf(path, stage, run).length > 0 || mayCome(stage, run, path)) continue;
        yield { at: word, message: say`Nothing puts ${path.replace(/^\.\//, '')} into the image before pip reads it.` };
      }
    }
  },
});

/** Official images hold no requirements of one's own. */
const isKnown = ({ rootImage }: Stage): boolean =>
  rootImage !== undefined && officialName(rootImage.resolved?.name ?? rootImage.name) !== undefined;

/** Whether something before the RUN, or in it, may put the file there by ways that the text does not show. */
function mayCome(stage: Stage, run: Run, path: string): boolean {
  for (const node of chainOf(stage)) {
    if (node.keyword === 'RUN' && (makesFiles(node, path) || (node === run && mountsSomething(node)))) return true;
    if (node === run) return false;
    if ((node.keyword === 'COPY' || node.keyword === 'ADD') && mayBring(node, path)) return true;
    if (node.keyword === 'VOLUME') return true;
  }
  return true;
}

const mountsSomething = ({ mounts }: Run): boolean =>
  mounts.some(({ type }) => type === 'bind' || type === 'cache' || type === 'secret');

/** Only programs that install packages or do with names and rights are known to make no such file. */
function makesFiles({ commands, script, form }: Run, path: string): boolean {
  if (form !== 'exec' && script?.readable !== true) return true;
  const name = path.slice(path.lastIndexOf('/') + 1);
  return commands.some(
    ({ program, redirections, args }) =>
      redirections.some(({ target }) => target?.text.includes(name)) ||
      (!HARMLESS.has(program.text) && !PIP.includes(program.text)) ||
      (!PIP.includes(program.text) && args.some(({ text }) => text.includes(name))),
  );
}

const HARMLESS: ReadonlySet<string> = new Set([
  'apt-get',
  'apt',
  'apk',
  'dnf',
  'yum',
  'mkdir',
  'chown',
  'chmod',
  'rm',
  'useradd',
  'groupadd',
  'adduser',
  'addgroup',
  'set',
  'export',
  'echo',
  'true',
  'python',
  'python3',
  'locale-gen',
  'ln',
  'update-ca-certificates',
  'sudo',
]);

/** Whether a copy brings what cannot be told from its text into a folder around the file. */
function mayBring(node: Instructions['COPY' | 'ADD'], path: string): boolean {
  const target = node.target && node.valueOf(node.target);
  if (target === undefined || node.heredocs.length > 0) return true;
  const isOpen =
    (node.keyword === 'COPY' && node.from !== undefined) ||
    node.keyword === 'ADD' ||
    node.sources.some((word) => /[*?[]/.test(node.valueOf(word) ?? '*'));
  if (!isOpen) return false;
  const { workdir } = node.state;
  const folder = target.startsWith('/') ? target : workdir.known ? `${workdir.value}/${target}` : '/';
  return isWithin(path, folder.replace(/\/\.?\/*$/, '') || '/') || folder === '/' || !path.startsWith('/');
}
