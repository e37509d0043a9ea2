import { suggestion, wordsAfter } from '../../edit.js';
import { verbOf } from '../../knowledge/commands.js';
import { installerOf } from '../../knowledge/lockfiles.js';
import { projectAtHand } from '../../knowledge/projects.js';
import { isForDevelopment } from '../../knowledge/stages.js';
import type { Command } from '../../model/index.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'python-lock-not-frozen',
  kinds: ['dockerfile'],
  severity: 'info',
  profile: 'recommended',
  tags: ['python', 'packages', 'reproducible'],
  since: 'next',
  summary: 'Let uv, Poetry and Pipenv install what the lock file names, and only what the image needs.',
  docs: `
\`uv sync\` and \`pipenv install\` mend a lock file that does not fit the project: they choose other versions during the
build, and nobody gets to see which. \`poetry install\` keeps to the lock file, but installs the tools for development as
well, which are dead weight in an image.

\`uv sync --locked\` and \`pipenv install --deploy\` stop instead (\`--frozen\`, or \`UV_FROZEN=1\`, does not even compare);
\`poetry install --only main\` leaves the tools out. Nothing is said in stages for development.`,
  sources: {
    'uv, "Automatic lock and sync"': 'https://docs.astral.sh/uv/concepts/projects/sync/#automatic-lock-and-sync',
    'poetry install': 'https://python-poetry.org/docs/cli/#install',
    'Pipenv commands': 'https://pipenv.pypa.io/en/latest/commands.html#install',
  },
  examples: [
    {
      title: 'uv and Pipenv, which may change the lock file',
      bad: `
        FROM python:3.13
        COPY . .
        RUN uv «sync» --no-dev
        RUN pipenv \\
            «install» --system`,
      good: `
        FROM python:3.13
        COPY . .
        RUN uv sync --locked --no-dev
        RUN pipenv \\
            install --deploy --system`,
    },
    {
      title: 'Poetry with everything',
      bad: `
        FROM python:3.13
        COPY . .
        RUN poetry config virtualenvs.create false && poetry «install»`,
      good: `
        FROM python:3.13
        COPY . .
        RUN poetry config virtualenvs.create false && poetry install --only main`,
    },
    {
      title: 'Held to the lock file, by a flag or a variable',
      good: `
        FROM python:3.13 AS base
        RUN uv sync --frozen && uv sync --locked && pipenv sync && pipenv install --deploy
        RUN UV_FROZEN=1 uv sync
        ENV UV_LOCKED=1
        FROM base
        RUN uv sync`,
    },
    {
      title: 'Poetry without the tools for development',
      good: `
        FROM python:3.13
        RUN poetry install --only main && poetry install --without dev && poetry install --no-root
        RUN poetry install --no-interaction --no-ansi && poetry install --no-dev`,
    },
    {
      title: 'A stage for development; packages by name, without a lock file by intent',
      good: `
        FROM python:3.13 AS dev
        RUN uv sync && poetry install
        FROM python:3.13
        RUN pipenv install flask && pipenv install --skip-lock && uv pip install flask`,
    },
    {
      title: 'No lock file to hold to',
      files: { 'pyproject.toml': '[project]\nname = "x"\n' },
      good: `
        FROM python:3.13
        COPY . .
        RUN uv sync`,
    },
    {
      title: 'A project without tools for development',
      files: { 'pyproject.toml': '[tool.poetry.dependencies]\npython = "^3.13"\nflask = "^3"\n', 'poetry.lock': '' },
      good: `
        FROM python:3.13
        COPY . .
        RUN poetry install`,
    },
  ],
  *check(file, { workspace }) {
    for (const command of file.runCommands('uv', 'poetry', 'pipenv')) {
      const installer = installerOf(command);
      const verb = verbOf(command);
      const stage = command.instruction?.stage;
      if (!installer || !verb || !stage || isForDevelopment(stage, file) || isHeld(command)) continue;
      const project = projectAtHand(file, command, [installer.manifest], workspace);
      if (project && !installer.locks.some((name) => project.names.has(name))) continue;
      const manifest = project?.open(installer.manifest);
      const isPoetry = installer.name === 'poetry';
      if (isPoetry && manifest && !manifest.requirements.some((one) => one.isForDevelopment)) continue;
      const flags = FLAGS[installer.name] ?? [];
      yield {
        at: verb,
        message: isPoetry
          ? say`poetry ${verb.text} takes the tools for development along.`
          : say`${installer.name} ${verb.text} may change the lock file instead of keeping to it.`,
        fix: suggestion(`Add ${flags.join(' ')}`, wordsAfter(verb, ...flags)),
      };
    }
  },
});

const FLAGS: Readonly<Record<string, readonly string[]>> = {
  uv: ['--locked'],
  poetry: ['--only', 'main'],
  pipenv: ['--deploy'],
};

function isHeld(command: Command): boolean {
  const { program, state, assignments } = command;
  const isSet = (name: string): boolean =>
    assignments.some((one) => one.name.text === name) || (state.env.lookup(name)?.value ?? '') !== '';
  switch (program.text) {
    case 'uv':
      return command.has('--frozen', '--locked') || isSet('UV_FROZEN') || isSet('UV_LOCKED');
    case 'poetry':
      return (
        verbOf(command)?.text === 'sync' ||
        command.has('--only', '--without', '--no-dev', '--no-root', '--no-interaction', '-n', '--only-root')
      );
    default:
      return verbOf(command)?.text === 'sync' || command.has('--deploy', '--ignore-pipfile', '--skip-lock');
  }
}
