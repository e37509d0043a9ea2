import { addInstructionAfter, replace, suggestion } from '../../edit.js';
import { isSetByCompose } from '../../knowledge/built-services.js';
import { environmentOf, environmentPair, pythonStage } from '../../knowledge/python.js';
import { mainCommandsOf, startedScripts } from '../../knowledge/start.js';
import { isPython } from '../../knowledge/programs.js';
import type { Command } from '../../model/index.js';
import { rule, say } from '../../rule.js';

const NAME = 'PYTHONUNBUFFERED';

export default rule({
  id: 'python-unbuffered',
  kinds: ['dockerfile'],
  severity: 'info',
  profile: 'recommended',
  tags: ['python', 'runtime', 'logging'],
  since: 'next',
  summary: 'Set PYTHONUNBUFFERED=1, so that what a Python program prints is seen at once.',
  docs: `
Where the output is no terminal, Python holds back what is printed until some 8 KB have come together. The log of a
container stays empty for minutes, and when the program is killed, its last words, the ones that matter, are lost.

\`ENV PYTHONUNBUFFERED=1\` lets everything through at once; so does \`python -u\`. It does no harm where a program writes
through \`logging\`, which goes to the error output by itself. Leave it where Kubernetes sets the variable; a Compose
file beside the Dockerfile is read.`,
  sources: {
    PYTHONUNBUFFERED: 'https://docs.python.org/3/using/cmdline.html#envvar-PYTHONUNBUFFERED',
    'Best practices for making container images': 'https://e-whisper.com/posts/8023/',
  },
  examples: [
    {
      title: 'An application on a Python image',
      bad: `
        FROM «python:3.13-slim»
        COPY app.py /
        CMD ["python", "/app.py"]`,
      good: `
        FROM python:3.13-slim
        ENV PYTHONUNBUFFERED=1
        COPY app.py /
        CMD ["python", "/app.py"]`,
    },
    {
      title: 'A worker on another image, behind a script',
      bad: `
        FROM «debian:12»
        COPY start.sh /
        ENTRYPOINT ["tini", "--", "/start.sh"]
        CMD ["celery", "-A", "app", "worker"]`,
      good: `
        FROM debian:12
        ENV PYTHONUNBUFFERED=1
        COPY start.sh /
        ENTRYPOINT ["tini", "--", "/start.sh"]
        CMD ["celery", "-A", "app", "worker"]`,
    },
    {
      title: 'A zero, which does not say what it means',
      bad: `
        FROM python:3.13-slim
        ENV PYTHONUNBUFFERED=«0»
        CMD ["python", "/app.py"]`,
      good: `
        FROM python:3.13-slim
        ENV PYTHONUNBUFFERED=1
        CMD ["python", "/app.py"]`,
    },
    {
      title: 'Set, also in the stage that it starts from, or by a variable',
      good: `
        FROM python:3.13-slim AS base
        ARG UNBUFFERED
        ENV PYTHONUNBUFFERED=$UNBUFFERED
        FROM base
        CMD ["python", "/app.py"]`,
    },
    {
      title: 'By a flag of Python',
      good: `
        FROM python:3.13-slim
        CMD ["python", "-u", "/app.py"]`,
    },
    {
      title: 'By the script that starts it',
      files: { 'start.sh': '#!/bin/sh\nexport PYTHONUNBUFFERED=1\nexec python /app.py\n' },
      good: `
        FROM python:3.13-slim
        COPY start.sh /
        CMD ["/start.sh"]`,
    },
    {
      title: 'By the Compose file beside it',
      files: { 'compose.yaml': 'services:\n  api:\n    build: .\n    environment:\n      PYTHONUNBUFFERED: "1"\n' },
      good: `
        FROM python:3.13-slim
        CMD ["python", "/app.py"]`,
    },
    {
      title: 'A stage for development',
      good: `
        FROM python:3.13 AS dev
        CMD ["python", "app.py"]`,
    },
    {
      title: 'Python for people who type',
      good: `
        FROM python:3.13
        CMD ["python3"]`,
    },
    {
      title: 'No Python at run time',
      good: `
        FROM python:3.13
        CMD ["nginx", "-g", "daemon off;"]`,
    },
  ],
  *check(file, { workspace }) {
    const stage = pythonStage(file);
    if (!stage?.from || mainCommandsOf(stage).some(isUnbuffered)) return;
    const value = environmentOf(stage, NAME);
    if (value?.value === '0') {
      const pair = environmentPair(stage, NAME);
      if (!pair?.value) return;
      yield {
        at: pair.value,
        message: say`0 switches ${NAME} on in some versions of Python and off in others.`,
        fix: pair.value.literal ? suggestion('Set it to 1', replace(pair.value, '1')) : undefined,
      };
    } else if (!value || value.value === '') {
      const scripts = startedScripts(file, stage, (path) => workspace.open(path, 'shell'));
      if ([...scripts].some(({ text }) => text.includes(NAME)) || isSetByCompose(NAME, workspace)) return;
      yield {
        at: stage.from.image,
        message: say`What Python prints is held back, and lost when the container is killed.`,
        fix: suggestion(`Set ${NAME}`, addInstructionAfter(stage.from, `ENV ${NAME}=1`)),
      };
    }
  },
});

/** Whether Python is called with -u. */
const isUnbuffered = (command: Command): boolean =>
  [command, ...command.wrappers].some((call) => isPython(call.program.text) && call.has('-u'));
