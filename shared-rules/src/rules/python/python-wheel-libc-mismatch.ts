import { replace, suggestion, type Fix } from '../../edit.js';
import { objectsOf, verbOf } from '../../knowledge/commands.js';
import { isWithin } from '../../knowledge/mounts.js';
import { PIP } from '../../knowledge/pip.js';
import { absoluteIn, pythonFoldersOf, type PythonFolder } from '../../knowledge/python-folders.js';
import { PURE_PACKAGES } from '../../knowledge/python-packages.js';
import { isForDevelopment } from '../../knowledge/stages.js';
import { languageVersionOf } from '../../knowledge/versions.js';
import type { Command, Dockerfile, Family, Stage } from '../../model/index.js';
import { rule, say } from '../../rule.js';
import type { Workspace } from '../../workspace.js';

export default rule({
  id: 'python-wheel-libc-mismatch',
  kinds: ['dockerfile'],
  severity: 'error',
  profile: 'recommended',
  tags: ['python', 'stages', 'copy', 'broken-build'],
  since: 'next',
  summary: 'Build Python packages on the C library and the Python version that they will run on.',
  docs: `
Packages with compiled parts (numpy, psycopg2, cryptography, and many that others bring along) are made for one C library
and one minor version of Python. What was built on Debian, with glibc, does not load on Alpine, with musl, nor does a
package of Python 3.11 on 3.13: pip says "not a supported wheel", or the import fails when the container runs.

Build and run on the same image, or on its smaller twin: \`python:3.13\` to build, \`python:3.13-slim\` to run.`,
  sources: {
    'musllinux wheels (PEP 656)': 'https://peps.python.org/pep-0656/',
    'Platform compatibility tags': 'https://packaging.python.org/en/latest/specifications/platform-compatibility-tags/',
    'Best practices for making container images': 'https://e-whisper.com/posts/8023/',
  },
  examples: [
    {
      title: 'Built on Debian, run on Alpine',
      bad: `
        FROM python:3.13 AS build
        WORKDIR /src
        COPY requirements.txt .
        RUN pip wheel --no-cache-dir -w /wheels -r requirements.txt
        FROM python:3.13-alpine
        COPY «--from=build» /wheels /wheels
        RUN pip install --no-cache-dir --no-index --find-links=/wheels numpy`,
      good: `
        FROM python:3.13 AS build
        WORKDIR /src
        COPY requirements.txt .
        RUN pip wheel --no-cache-dir -w /wheels -r requirements.txt
        FROM python:3.13-slim
        COPY --from=build /wheels /wheels
        RUN pip install --no-cache-dir --no-index --find-links=/wheels numpy`,
    },
    {
      title: 'Built on Alpine, run on Debian',
      bad: `
        FROM python:3.13-alpine AS build
        RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir numpy
        FROM python:3.13-slim
        COPY «--from=build» /venv /venv`,
    },
    {
      title: 'Another minor version of Python',
      bad: `
        FROM python:3.12 AS build
        RUN pip install --no-cache-dir --user numpy
        FROM python:3.13-slim
        COPY «--from=build» /root/.local /root/.local`,
      good: `
        FROM python:3.12 AS build
        RUN pip install --no-cache-dir --user numpy
        FROM python:3.12-slim
        COPY --from=build /root/.local /root/.local`,
    },
    {
      title: 'The same library and the same Python',
      good: `
        FROM python:3.13-bookworm AS build
        RUN pip install --prefix=/deps numpy
        FROM python:3.13.1-slim
        COPY --from=build /deps /usr/local`,
    },
    {
      title: 'Built for the other one on purpose',
      good: `
        FROM python:3.13 AS build
        RUN pip install --target /deps --platform musllinux_1_2_x86_64 --only-binary :all: numpy
        FROM python:3.13-alpine
        COPY --from=build /deps /deps`,
    },
    {
      title: 'Nothing but Python in the packages',
      files: { 'requirements.txt': 'requests==2.32.0\nGunicorn>=23\n' },
      good: `
        FROM python:3.13 AS build
        COPY requirements.txt .
        RUN pip wheel -w /wheels -r requirements.txt && pip wheel -w /wheels django
        FROM python:3.13-alpine
        COPY --from=build /wheels /wheels`,
    },
    {
      title: 'Other folders of the stage, images of which nothing is known, a stage for tests',
      good: `
        FROM python:3.13 AS build
        RUN pip install --target /deps numpy && make dist
        FROM python:3.13-alpine AS test
        COPY --from=build /deps /deps
        FROM python:3.13-alpine AS tools
        COPY --from=build /src/dist /dist
        FROM example.com/python:3
        COPY --from=build /deps /deps`,
    },
  ],
  *check(file, { workspace }) {
    for (const node of file.all('COPY')) {
      const { from, stage } = node;
      const origin = from?.stage;
      if (!origin || !stage?.from || isForDevelopment(stage, file)) continue;
      const reason = mismatch(origin, stage);
      if (!reason) continue;
      const paths = node.sources.flatMap((word) => {
        const text = node.valueOf(word);
        const path = text === undefined ? undefined : absoluteIn(origin.result, text);
        return path === undefined ? [] : [path];
      });
      const made = [...pythonFoldersOf(origin)].filter(({ path }) =>
        paths.some((copied) => isWithin(path, copied) || isWithin(copied, path)),
      );
      if (made.length === 0 || made.every((folder) => isHarmless(file, origin, folder, workspace))) continue;
      yield {
        at: node.flag('from') ?? from,
        message:
          reason.kind === 'libc'
            ? say`Packages made for ${reason.from} do not load here, on ${reason.to}.`
            : say`Packages made for Python ${reason.from} do not load here, on ${reason.to}.`,
        fix: sameBase(origin, stage, reason.kind),
        related: [
          ...(origin.from ? [{ at: origin.from.image, message: say`They are made on this image.` }] : []),
          { at: stage.from.image, message: say`They are to run on this one.` },
        ],
      };
    }
  },
});

function mismatch(origin: Stage, stage: Stage) {
  const [made, runs] = [libraryOf(origin.start.family), libraryOf(stage.start.family)];
  if (made && runs && made !== runs) return { kind: 'libc' as const, from: made, to: runs };
  const [from, to] = [minorOf(origin), minorOf(stage)];
  return from !== undefined && to !== undefined && from !== to ? { kind: 'python' as const, from, to } : undefined;
}

function libraryOf(family: Family): 'glibc' | 'musl' | undefined {
  switch (family) {
    case 'alpine':
      return 'musl';
    case 'debian':
    case 'redhat':
    case 'suse':
      return 'glibc';
    case 'none':
    case 'windows':
    case 'unknown':
      return undefined;
  }
}

const versionOf = ({ rootImage }: Stage) => (rootImage ? languageVersionOf(rootImage, 'python') : undefined);

/** The version by its first two numbers, if it has as many. */
function minorOf(stage: Stage): string | undefined {
  const [major, minor] = versionOf(stage)?.number.split('.') ?? [];
  return major !== undefined && minor !== undefined ? `${major}.${minor}` : undefined;
}

/** Whether the packages are made for another system on purpose, or have nothing compiled in them. */
function isHarmless(file: Dockerfile, origin: Stage, folder: PythonFolder, workspace: Workspace): boolean {
  if (folder.by.has('--platform', '--python-platform', '--python-version')) return true;
  const installs =
    folder.kind === 'environment'
      ? origin.instructions.flatMap((node) => (node.keyword === 'RUN' ? node.commands.filter(installsSomething) : []))
      : [folder.by];
  return installs.length > 0 && installs.every((command) => isPure(file, command, workspace));
}

const installsSomething = (command: Command): boolean =>
  (PIP.includes(command.program.text) && verbOf(command)?.text === 'install') ||
  ['uv', 'poetry', 'pipenv', 'pdm'].includes(command.program.text);

function isPure(file: Dockerfile, command: Command, workspace: Workspace): boolean {
  const { instruction, state } = command;
  if (!PIP.includes(command.program.text) || !instruction?.stage) return false;
  const named = objectsOf(command).map(({ text }) => text.split(/[[<>=~!;@ ]/)[0]?.toLowerCase() ?? '');
  const files = command.flags.flatMap(({ name, value }) =>
    (name === '-r' || name === '--requirement') && value ? [value.text] : [],
  );
  const listed = files.map((path) => {
    const full = absoluteIn(state, path) ?? `./${path}`;
    const candidates = instruction.stage ? file.contextPathsOf(full, instruction.stage, instruction) : [];
    return candidates.map((candidate) => workspace.open(candidate, 'project')).find((found) => found !== undefined);
  });
  if (listed.some((found) => !found || found.includes.length > 0)) return false;
  const all = [...named, ...listed.flatMap((found) => found?.requirements.map(({ name }) => name) ?? [])];
  return all.length > 0 && all.every((name) => PURE_PACKAGES.has(name));
}

/** The base image that the packages were made on, in its slim form. What Alpine's tools have been called for would fail. */
function sameBase(origin: Stage, stage: Stage, kind: 'libc' | 'python'): Fix | undefined {
  const image = stage.from?.image;
  const wanted = versionOf(origin)?.number;
  if (!image?.tag?.literal || stage.rootImage !== image || wanted === undefined) return undefined;
  if (kind === 'python') {
    const rest = versionOf(stage)?.rest ?? '';
    return suggestion(`Use Python ${wanted} here as well`, replace(image.tag, wanted + rest));
  }
  const usesAlpine = stage.instructions.some(
    (node) => node.keyword === 'RUN' && node.commands.some(({ program }) => ALPINE_TOOLS.includes(program.text)),
  );
  if (usesAlpine || stage.start.family !== 'alpine' || versionOf(stage) === undefined) return undefined;
  return suggestion(`Use the image python:${wanted}-slim`, replace(image.tag, `${wanted}-slim`));
}

const ALPINE_TOOLS = ['apk', 'adduser', 'addgroup'];
