import { replace, suggestion } from '../../edit.js';
import { officialName } from '../../knowledge/images.js';
import { isWithin } from '../../knowledge/mounts.js';
import { absoluteIn, movedTo, pythonFoldersOf, type PythonFolder } from '../../knowledge/python-folders.js';
import type { Command, Stage, Word } from '../../model/index.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'venv-relocated',
  kinds: ['dockerfile'],
  severity: 'warning',
  profile: 'recommended',
  tags: ['python', 'copy', 'stages', 'broken-build'],
  since: 'next',
  summary: 'Copy a virtual environment to the path that it was made at.',
  docs: `
A virtual environment has its own path written into it: the first line of every program in its \`bin\`, such as gunicorn or
flask, names the Python there. Copied to another path, these programs do not start: "no such file or directory".
Its Python is a link, too: to \`/usr/local/bin\` in the official Python images, to \`/usr/bin\` in those of a distribution.

Make it where it will be used, and copy it to the very same path. \`uv venv --relocatable\` makes one that may move.`,
  sources: {
    'venv, "How venvs work"': 'https://docs.python.org/3/library/venv.html#how-venvs-work',
    'uv venv --relocatable': 'https://docs.astral.sh/uv/reference/cli/#uv-venv--relocatable',
  },
  examples: [
    {
      title: 'Copied to another path',
      bad: `
        FROM python:3.13 AS build
        RUN python -m venv /build/venv && /build/venv/bin/pip install gunicorn
        FROM python:3.13-slim
        COPY --from=build /build/venv «/opt/venv»
        CMD ["/opt/venv/bin/gunicorn", "app:api"]`,
      good: `
        FROM python:3.13 AS build
        RUN python -m venv /build/venv && /build/venv/bin/pip install gunicorn
        FROM python:3.13-slim
        COPY --from=build /build/venv /build/venv
        CMD ["/opt/venv/bin/gunicorn", "app:api"]`,
    },
    {
      title: 'Made in the working directory, copied with the folder around it',
      bad: `
        FROM python:3.13 AS build
        WORKDIR /src
        RUN uv sync --locked
        RUN virtualenv env
        FROM python:3.13-slim
        WORKDIR /app
        COPY --from=build /src/.venv «.venv»
        COPY --from=build /src «/srv»`,
      good: `
        FROM python:3.13 AS build
        WORKDIR /src
        RUN uv sync --locked
        RUN virtualenv env
        FROM python:3.13-slim
        WORKDIR /app
        COPY --from=build /src/.venv /src/.venv
        COPY --from=build /src /src`,
    },
    {
      title: 'Another place for Python itself',
      bad: `
        FROM python:3.13 AS build
        RUN python -m venv /venv
        FROM debian:13-slim
        COPY --from=build /venv «/venv»`,
    },
    {
      title: 'The same path, also by a variable or with the folder around it',
      good: `
        FROM python:3.13 AS build
        ENV VIRTUAL_ENV=/opt/venv
        RUN python -m venv $VIRTUAL_ENV
        FROM python:3.13-slim
        ENV VIRTUAL_ENV=/opt/venv
        COPY --from=build \${VIRTUAL_ENV} \${VIRTUAL_ENV}
        COPY --from=build /opt/ /opt/
        WORKDIR /opt
        COPY --from=build /opt/venv venv/`,
    },
    {
      title: 'One that may move, and other folders',
      good: `
        FROM python:3.13 AS build
        RUN uv venv --relocatable /build/venv && pip install --target /build/deps flask
        RUN python -m venv /work/venv
        FROM python:3.13-slim
        COPY --from=build /build/venv /opt/venv
        COPY --from=build /build/deps /deps
        COPY --from=build /work/venv/lib/python3.13/site-packages /usr/local/lib/python3.13/site-packages
        COPY --from=build /work/dist /dist`,
    },
    {
      title: 'Python comes along',
      good: `
        FROM python:3.13 AS build
        RUN python -m venv /venv
        FROM debian:13-slim
        COPY --from=build /usr/local /usr/local
        COPY --from=build /venv /venv`,
    },
  ],
  *check(file) {
    for (const node of file.all('COPY')) {
      const origin = node.from?.stage;
      const target = node.target && node.valueOf(node.target);
      const to = target === undefined ? undefined : absoluteIn(node.state, target);
      if (!origin || !node.target || to === undefined || !node.stage) continue;
      const made = [...pythonFoldersOf(origin)].filter(
        ({ kind, by }) => kind === 'environment' && !by.has('--relocatable'),
      );
      for (const word of node.sources) {
        const from = node.valueOf(word);
        const source = from === undefined ? undefined : absoluteIn(origin.result, from);
        if (source === undefined) continue;
        const copied = made
          .map((folder) => ({ folder, now: movedTo(folder.path, source, to) }))
          .find(({ folder, now }) => now !== undefined && (now !== folder.path || losesPython(origin, node.stage)));
        if (copied?.now === undefined) continue;
        yield told(copied.folder, copied.now, source, node.target, node.sources.length === 1);
      }
    }
  },
});

function told({ path, by }: PythonFolder, now: string, source: string, at: Word, isAlone: boolean) {
  return {
    at,
    message:
      now === path
        ? say`The Python that ${path} was made with lies elsewhere in this image.`
        : say`The virtual environment was made at ${path}; at ${now} its programs do not start.`,
    fix: now !== path && isAlone ? suggestion(`Copy it to ${source}`, replace(at, source)) : undefined,
    related: [{ at: by, message: say`It is made here.` }],
  };
}

/** Whether the link to Python leads nowhere: one of the two has it from an official image, the other from a distribution. */
function losesPython(origin: Stage, stage: Stage | undefined): boolean {
  const [from, to] = [origin, stage].map((one) => {
    const image = one?.rootImage;
    return image && officialName(image.resolved?.name ?? image.name);
  });
  const isMoved =
    (from === 'python' && DISTRIBUTIONS.includes(to)) || (to === 'python' && DISTRIBUTIONS.includes(from));
  return isMoved && stage !== undefined && !bringsPython(stage);
}

const DISTRIBUTIONS: readonly (string | undefined)[] = ['debian', 'ubuntu', 'alpine', 'fedora'];

/** Whether a copy may put a Python where it is sought, or a RUN may install one there. */
function bringsPython(stage: Stage): boolean {
  const isCopied = stage.instructions.some(
    (node) =>
      (node.keyword === 'COPY' || node.keyword === 'ADD') &&
      node.target !== undefined &&
      (isWithin(node.target.text, '/usr') || ['/', '$'].some((start) => node.target?.text === start)),
  );
  return isCopied || stage.instructions.some((node) => node.keyword === 'RUN' && node.commands.some(makesPython));
}

const makesPython = ({ program }: Command): boolean => ['make', 'ln', 'pyenv', 'uv', 'conda'].includes(program.text);
