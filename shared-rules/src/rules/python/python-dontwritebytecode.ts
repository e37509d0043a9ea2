import { addInstructionAfter, replace, suggestion } from '../../edit.js';
import { environmentOf, environmentPair, pythonStage } from '../../knowledge/python.js';
import { chainOf, type Stage } from '../../model/index.js';
import { rule, say } from '../../rule.js';

const NAME = 'PYTHONDONTWRITEBYTECODE';

export default rule({
  id: 'python-dontwritebytecode',
  kinds: ['dockerfile'],
  severity: 'hint',
  profile: 'strict',
  tags: ['python', 'runtime'],
  since: 'next',
  summary: 'Set PYTHONDONTWRITEBYTECODE=1, or compile while the image is built.',
  docs: `
Python writes what it compiles next to the sources, as \`.pyc\` files. In a container they land in the writable layer, are
lost with it, and are made anew in the next one; with a read-only file system or another user they cannot be written.

\`ENV PYTHONDONTWRITEBYTECODE=1\` saves the effort. Better for programs that start often: compile during the build, with
\`python -m compileall\` or \`UV_COMPILE_BYTECODE=1\`, and the container starts faster. pip compiles what it installs anyway,
so the gain is small. Any text but the empty one switches it on; leave \`0\` out, it means the opposite of what it says in
some versions.`,
  sources: {
    PYTHONDONTWRITEBYTECODE: 'https://docs.python.org/3/using/cmdline.html#envvar-PYTHONDONTWRITEBYTECODE',
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
        ENV PYTHONDONTWRITEBYTECODE=1
        COPY app.py /
        CMD ["python", "/app.py"]`,
    },
    {
      title: 'A Python program on another image, a value that switches nothing on',
      bad: `
        FROM debian:12 AS base
        ENV PYTHONDONTWRITEBYTECODE=
        FROM «base»
        ENTRYPOINT ["/start.sh"]
        CMD ["gunicorn", "app:api"]`,
      good: `
        FROM debian:12 AS base
        ENV PYTHONDONTWRITEBYTECODE=
        FROM base
        ENV PYTHONDONTWRITEBYTECODE=1
        ENTRYPOINT ["/start.sh"]
        CMD ["gunicorn", "app:api"]`,
    },
    {
      title: 'A zero, which does not say what it means',
      bad: `
        FROM python:3.13-slim
        ENV PYTHONDONTWRITEBYTECODE=«0»
        CMD ["python", "/app.py"]`,
      good: `
        FROM python:3.13-slim
        ENV PYTHONDONTWRITEBYTECODE=1
        CMD ["python", "/app.py"]`,
    },
    {
      title: 'Set, also in the stage that it starts from',
      good: `
        FROM python:3.13-slim AS base
        ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
        FROM base
        CMD ["python", "/app.py"]`,
    },
    {
      title: 'Compiled during the build',
      good: `
        FROM python:3.13-slim
        RUN python -m compileall -q /app
        CMD ["python", "/app/main.py"]`,
    },
    {
      title: 'Compiled by uv',
      good: `
        FROM python:3.13-slim
        ENV UV_COMPILE_BYTECODE=1
        CMD ["python", "/app/main.py"]`,
    },
    {
      title: 'No Python at run time, a stage for development, an image for others to build on',
      good: `
        FROM python:3.13 AS build
        RUN python build.py
        FROM nginx:1.27
        COPY --from=build /site /usr/share/nginx/html
        CMD ["nginx", "-g", "daemon off;"]`,
    },
    {
      title: 'A stage for development',
      good: `
        FROM python:3.13 AS dev
        CMD ["python", "app.py"]`,
    },
    {
      title: 'An image for others to build on',
      good: `
        FROM python:3.13
        RUN pip install flask`,
    },
  ],
  *check(file) {
    const stage = pythonStage(file);
    if (!stage?.from || compiles(stage)) return;
    const value = environmentOf(stage, NAME);
    if (value?.value === '0') {
      const pair = environmentPair(stage, NAME);
      if (!pair?.value) return;
      yield {
        at: pair.value,
        severity: 'info',
        message: say`0 switches ${NAME} on in some versions of Python and off in others.`,
        fix: pair.value.literal ? suggestion('Set it to 1', replace(pair.value, '1')) : undefined,
      };
    } else if (!value || value.value === '') {
      yield {
        at: stage.from.image,
        message: say`Python writes .pyc files into the container, which loses them.`,
        fix: suggestion(`Set ${NAME}`, addInstructionAfter(stage.from, `ENV ${NAME}=1`)),
      };
    }
  },
});

const compiles = (stage: Stage): boolean =>
  environmentOf(stage, 'UV_COMPILE_BYTECODE') !== undefined ||
  chainOf(stage).some(
    (node) =>
      node.keyword === 'RUN' &&
      node.commands.some(({ program, args }) =>
        [program, ...args].some(({ text }) =>
          /compileall|py_compile|--compile-bytecode|UV_COMPILE_BYTECODE/.test(text),
        ),
      ),
  );
