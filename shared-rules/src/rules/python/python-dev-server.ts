import { operandsOf, verbOf } from '../../knowledge/commands.js';
import { isPython } from '../../knowledge/programs.js';
import { isForDevelopment } from '../../knowledge/stages.js';
import { mainCommandsOf, startedScripts } from '../../knowledge/start.js';
import type { Command, Dockerfile, Located, Stage, Word } from '../../model/index.js';
import { rule, say } from '../../rule.js';
import type { Workspace } from '../../workspace.js';

export default rule({
  id: 'python-dev-server',
  kinds: ['dockerfile'],
  severity: 'warning',
  profile: 'recommended',
  tags: ['python', 'runtime', 'security'],
  since: 'next',
  summary: 'Serve a Python application with a server made for production.',
  docs: `
The server that comes with Django or Flask is for one person at work: it answers one request after another, is not
hardened, and its own documentation warns of it. Under load requests pile up and time out.

Run the application with gunicorn, uvicorn, Hypercorn or waitress, with workers: \`gunicorn app:api --workers 2\`.
For files alone, a web server such as nginx; \`python -m http.server\` on purpose is allowed by \`allowHttpServer\`.`,
  sources: {
    'Django, runserver': 'https://docs.djangoproject.com/en/stable/ref/django-admin/#runserver',
    'Flask, "Deploying to Production"': 'https://flask.palletsprojects.com/en/stable/deploying/',
    'http.server': 'https://docs.python.org/3/library/http.server.html',
  },
  options: {
    allowHttpServer: {
      about: 'Say nothing about `python -m http.server`, as for a demonstration with static files.',
      type: 'boolean',
      default: false,
    },
  },
  examples: [
    {
      title: 'Django',
      bad: `
        FROM python:3.13-slim
        CMD ["python", "manage.py", "«runserver»", "0.0.0.0:8000"]`,
    },
    {
      title: 'Flask, in a shell, behind an init',
      bad: `
        FROM python:3.13-slim
        ENTRYPOINT ["tini", "--"]
        CMD exec flask --app api «run» --host 0.0.0.0`,
    },
    {
      title: 'The server of the standard library, and one that reloads',
      bad: `
        FROM python:3.13-slim AS files
        CMD ["python3", "-m", "«http.server»", "8000"]`,
    },
    {
      title: 'A program that starts the server of Flask by itself',
      files: { 'src/app.py': 'from flask import Flask\napp = Flask(__name__)\napp.run(host="0.0.0.0")\n' },
      bad: `
        FROM python:3.13-slim
        WORKDIR /srv
        COPY src .
        CMD ["python", "-u", "«app.py»"]`,
    },
    {
      title: 'In the script that is started',
      files: { 'start.sh': '#!/bin/sh\npython manage.py migrate\nexec python manage.py runserver 0.0.0.0:8000\n' },
      bad: `
        FROM python:3.13-slim
        COPY start.sh /
        CMD ["/«start.sh»"]`,
    },
    {
      title: 'FastAPI in its mode for development',
      bad: `
        FROM python:3.13-slim
        CMD ["fastapi", "«dev»", "app.py"]`,
    },
    {
      title: 'Servers for production, and one that is for people',
      files: { 'app.py': 'import flask\n# app.run() is for development\n', 'loop.py': 'import app\napp.run()\n' },
      good: `
        FROM python:3.13-slim AS a
        CMD ["gunicorn", "app:api"]
        FROM python:3.13-slim AS b
        CMD ["uvicorn", "app:api"]
        FROM python:3.13-slim AS c
        CMD ["fastapi", "run", "app.py"]
        FROM python:3.13-slim AS d
        CMD ["streamlit", "run", "app.py"]
        FROM python:3.13-slim AS e
        COPY . .
        CMD ["python", "manage.py", "migrate"]
        FROM python:3.13-slim AS f
        COPY . .
        CMD ["python", "loop.py"]
        FROM python:3.13-slim AS g
        COPY . .
        CMD ["python", "elsewhere.py"]`,
    },
    {
      title: 'A stage for development',
      good: `
        FROM python:3.13-slim AS dev
        CMD ["python", "manage.py", "runserver"]`,
    },
    {
      title: 'During the build',
      good: `
        FROM python:3.13-slim
        RUN python manage.py runserver & sleep 5 && curl -f localhost:8000
        CMD ["gunicorn", "app:api"]`,
    },
    {
      title: 'Static files, on purpose',
      options: { allowHttpServer: true },
      good: `
        FROM python:3.13-slim
        CMD ["python", "-m", "http.server"]`,
    },
  ],
  *check(file, { options, workspace }) {
    const stage = file.finalStage;
    if (!stage || isForDevelopment(stage, file)) return;
    for (const command of mainCommandsOf(stage)) {
      const found = serverIn(command) ?? flaskProgram(file, command, workspace);
      if (!found || (found.text === 'http.server' && options.allowHttpServer)) continue;
      yield { at: found, message: message(found) };
    }
    for (const { word, script, file: other } of scriptsIn(file, stage, workspace)) {
      const inner = script.commands.map(serverIn).find((found) => found !== undefined);
      if (!inner || (inner.text === 'http.server' && options.allowHttpServer)) continue;
      yield {
        at: word,
        message: message(inner),
        related: other ? [{ at: inner satisfies Located, path: other.path, message: say`It is started here.` }] : [],
      };
    }
  },
});

const message = ({ text }: Word) => say`${text} starts a server that is made for development.`;

const scriptsIn = (file: Dockerfile, stage: Stage, workspace: Workspace) => [
  ...startedScripts(file, stage, (path) => workspace.open(path, 'shell')),
];

/** The word that starts a server for development. */
function serverIn(command: Command): Word | undefined {
  const { program } = command;
  const operands = operandsOf(command);
  if (program.text === 'http.server') return program;
  const verb = verbOf(command);
  if (program.text === 'flask') return operands.find(({ text }) => text === 'run');
  if (program.text === 'fastapi') return verb?.text === 'dev' ? verb : undefined;
  const isManaging =
    /^(manage\.py|django-admin)$/.test(program.text) ||
    (isPython(program.text) && /(^|\/)manage\.py$/.test(operands[0]?.text ?? ''));
  return isManaging ? operands.find(({ text }) => /^runserver(_plus)?$/.test(text)) : undefined;
}

/** A file that Python runs and that calls the server of Flask. */
function flaskProgram(file: Dockerfile, command: Command, workspace: Workspace): Word | undefined {
  const { program, instruction, state } = command;
  const [script] = operandsOf(command);
  const stage = file.finalStage;
  if (!isPython(program.text) || !instruction || !stage || !script?.literal || !script.text.endsWith('.py'))
    return undefined;
  const folder = state.workdir.known ? state.workdir.value : '.';
  const path = script.text.startsWith('/') ? script.text : `${folder}/${script.text}`;
  const isFlask = file.contextPathsOf(path, stage).some((candidate) => {
    const source = workspace.open(candidate, 'python');
    return source?.calls('app.run') === true && source.imports('flask');
  });
  return isFlask ? script : undefined;
}
