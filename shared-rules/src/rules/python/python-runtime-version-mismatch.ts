import { replace, suggestion } from '../../edit.js';
import { projectIn } from '../../knowledge/projects.js';
import { languageVersionOf } from '../../knowledge/versions.js';
import { rule, say } from '../../rule.js';

/** Where a Python project says which Python it needs, the binding one first. */
const SAYING = ['pyproject.toml', 'Pipfile', '.python-version', 'runtime.txt'];

/** What tells that a folder holds a Python project. */
const MARKS = ['pyproject.toml', 'requirements.txt', 'Pipfile', 'setup.py', 'setup.cfg', '.python-version'];

export default rule({
  id: 'python-runtime-version-mismatch',
  kinds: ['dockerfile'],
  severity: 'warning',
  profile: 'recommended',
  tags: ['base-image', 'python', 'context'],
  since: 'next',
  summary: 'Use a Python version that the project itself asks for.',
  docs: `
pip, Poetry and uv refuse to install a project on a Python that its \`requires-python\` does not take, and what does
install there may fail on the first line of code that is new to it.

Take a base image of the version that the project names, or mend what it names: \`requires-python\` or Poetry's
\`python\` in pyproject.toml, \`python_version\` in a Pipfile, else .python-version and runtime.txt, of which the minor
version counts.`,
  sources: {
    'requires-python': 'https://packaging.python.org/en/latest/specifications/pyproject-toml/#requires-python',
    'Status of Python versions': 'https://devguide.python.org/versions/',
  },
  examples: [
    {
      title: 'Below what pyproject.toml asks for',
      files: { 'pyproject.toml': '[project]\nname = "api"\nrequires-python = ">=3.12"\n' },
      bad: `
        FROM python:«3.10-slim»
        WORKDIR /app
        COPY pyproject.toml .
        RUN pip install .`,
      good: `
        FROM python:3.12-slim
        WORKDIR /app
        COPY pyproject.toml .
        RUN pip install .`,
    },
    {
      title: 'Above what Poetry takes',
      files: { 'pyproject.toml': '[tool.poetry.dependencies]\npython = ">=3.9,<3.12" # for now\n' },
      bad: `
        FROM python:«3.13.1-bookworm» AS build
        COPY . /src/
        WORKDIR /src
        RUN poetry install`,
      good: `
        FROM python:3.11-bookworm AS build
        COPY . /src/
        WORKDIR /src
        RUN poetry install`,
    },
    {
      title: 'Another minor than that of .python-version, by a build argument',
      files: { '.python-version': '3.12.4\n', 'requirements.txt': 'flask==3.0.0\n' },
      bad: `
        ARG PYTHON=3.11
        FROM python:«\${PYTHON}-slim»
        COPY requirements.txt .
        RUN pip install -r requirements.txt`,
    },
    {
      title: 'In a Pipfile and in runtime.txt',
      files: {
        'a/Pipfile': '[requires]\npython_version = "3.12"\n',
        'b/runtime.txt': 'python-3.12.1',
        'b/setup.py': '',
      },
      bad: `
        FROM python:«3.9»
        COPY a/Pipfile .
        FROM python:«3.9»
        COPY b .`,
      good: `
        FROM python:3.12
        COPY a/Pipfile .
        FROM python:3.12
        COPY b .`,
    },
    {
      title: 'A version in the range',
      files: { 'pyproject.toml': '[project]\nrequires-python = ">=3.9,<4,!=3.10.*"\n' },
      good: `
        FROM python:3.9-slim
        COPY . .
        FROM python:3.13.1
        COPY . .
        FROM python:3
        COPY . .`,
    },
    {
      title: 'The upper bound by its minor, and another patch',
      files: { 'pyproject.toml': '[project]\nrequires-python = "<=3.11"\n', 'b/.python-version': '3.11.9' },
      good: `
        FROM python:3.11
        COPY pyproject.toml .
        FROM python:3.11.2
        COPY b .`,
    },
    {
      title: 'A tag by a variable without a default, a name instead of a number, another image',
      files: { 'pyproject.toml': '[project]\nrequires-python = ">=3.13"\n' },
      good: `
        ARG VERSION
        FROM python:$VERSION
        COPY . .
        FROM python:slim
        COPY . .
        FROM example.com/python:3.9
        COPY . .`,
    },
    {
      title: 'A project that says nothing, or nothing that can be read',
      files: {
        'pyproject.toml': '[project]\ndependencies = [\n  "requires-python = 3.13",\n]\n',
        '.python-version': 'pypy3.10',
      },
      good: `
        FROM python:3.9
        COPY . .`,
    },
  ],
  *check(file, { workspace }) {
    for (const { image, stage } of file.all('FROM')) {
      const version = languageVersionOf(image, 'python');
      if (!version || !stage || !image.tag) continue;
      const project = projectIn(file, stage, stage.result, MARKS, workspace);
      const found = SAYING.find((name) => project?.open(name)?.versionsOf('python'));
      const range = found === undefined ? undefined : project?.open(found)?.versionsOf('python');
      if (!project || found === undefined || !range || range.allows(version.number)) continue;
      const wanted = range.nearest(version.number, 2);
      yield {
        at: image.tag,
        message: say`${found} asks for Python ${range.text}, not ${version.number}.`,
        fix:
          wanted !== undefined && image.tag.literal
            ? suggestion(`Use Python ${wanted}`, replace(image.tag, wanted + version.rest))
            : undefined,
        related: [{ at: range, path: project.pathOf(found), message: say`It is named here.` }],
      };
    }
  },
});
