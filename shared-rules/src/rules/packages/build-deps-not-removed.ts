import { chain, suggestion, wordsAfter, type Fix } from '../../edit.js';
import { BUILDERS, isBuildTool, runtimeLibraryOf } from '../../knowledge/build-tools.js';
import { isOpaque, jumps, objectsOf, verbOf } from '../../knowledge/commands.js';
import { packagesOf, type ListedPackage } from '../../knowledge/package-lists.js';
import { isForDevelopment } from '../../knowledge/stages.js';
import type { Command, Instructions } from '../../model/index.js';
import { rule, say } from '../../rule.js';

type Run = Instructions['RUN'];

export default rule({
  id: 'build-deps-not-removed',
  kinds: ['dockerfile'],
  severity: 'info',
  profile: 'recommended',
  tags: ['packages', 'size', 'security'],
  since: 'next',
  summary: 'Remove compilers and headers in the RUN that built with them.',
  docs: `
A compiler that was needed for one module stays in the image: hundreds of megabytes that everybody pulls, a long list of
findings for every scanner, and a tool for whoever breaks in.

Build in a stage of its own and copy the result, or remove the build packages at the end of the same RUN: by
\`apk add --virtual .build-deps …\` and \`apk del --no-network .build-deps\` on Alpine, by
\`apt-get purge -y --auto-remove …\` on Debian. The libraries that the result needs have to stay: install them by name, as
\`libpq\` for \`postgresql-dev\`, \`libffi\` for \`libffi-dev\`, \`mariadb-connector-c\` for \`mariadb-dev\`.`,
  sources: {
    'Multi-stage builds': 'https://docs.docker.com/build/building/multi-stage/',
    'Best practices for making container images': 'https://e-whisper.com/posts/8023/',
  },
  examples: [
    {
      title: 'A compiler for one module, on Alpine',
      bad: `
        FROM python:3.13-alpine
        RUN apk add --no-cache «gcc» musl-dev && pip install --no-cache-dir uwsgi`,
      good: `
        FROM python:3.13-alpine
        RUN apk add --no-cache --virtual .build-deps gcc musl-dev && pip install --no-cache-dir uwsgi && apk del --no-network .build-deps`,
    },
    {
      title: 'On Debian, among packages that stay',
      bad: `
        FROM python:3.13-slim
        RUN apt-get update \\
            && apt-get install -y --no-install-recommends curl «build-essential» \\
            && pip install --no-cache-dir uwsgi \\
            && rm -rf /var/lib/apt/lists/*`,
      good: `
        FROM python:3.13-slim
        RUN apt-get update \\
            && apt-get install -y --no-install-recommends curl build-essential \\
            && pip install --no-cache-dir uwsgi \\
            && rm -rf /var/lib/apt/lists/* \\
            && apt-get purge -y --auto-remove build-essential`,
    },
    {
      title: 'Headers of a library that has to stay',
      bad: `
        FROM python:3.13-slim
        RUN apt-get update && apt-get install -y --no-install-recommends «gcc» libpq-dev \\
            && pip install --no-cache-dir psycopg2 && rm -rf /var/lib/apt/lists/*`,
    },
    {
      title: 'Removed in the same RUN',
      good: `
        FROM python:3.13-alpine
        RUN apk add --no-cache gcc musl-dev && pip install --no-cache-dir uwsgi && apk del gcc musl-dev
        RUN apk add --no-cache --virtual .b gcc && pip install --no-cache-dir uwsgi && apk del .b
        FROM python:3.13-slim
        RUN apt-get update && apt-get install -y gcc && pip install --no-cache-dir uwsgi \\
            && apt-get purge -y --auto-remove $BUILD_DEPS && rm -rf /var/lib/apt/lists/*`,
    },
    {
      title: 'A stage that is only copied from, and one for development',
      good: `
        FROM python:3.13-alpine AS build
        RUN apk add --no-cache gcc musl-dev && pip install --no-cache-dir uwsgi
        FROM python:3.13-alpine AS dev
        RUN apk add --no-cache gcc musl-dev && pip install --no-cache-dir uwsgi
        FROM python:3.13-alpine
        COPY --from=build /venv /venv`,
    },
    {
      title: 'Nothing is built in this RUN, or something unseen',
      good: `
        FROM python:3.13-slim
        RUN apt-get update && apt-get install -y gcc && rm -rf /var/lib/apt/lists/*
        RUN pip install --no-cache-dir uwsgi
        RUN apt-get update && apt-get install -y gcc && ./build.sh && pip install --no-cache-dir uwsgi`,
    },
    {
      title: 'Only pip is brought up to date, of which nothing is compiled',
      good: `
        FROM debian:12
        RUN apt-get update && apt-get install -y libxcb1-dev python3-pip \\
            && pip install --upgrade pip setuptools`,
    },
  ],
  *check(file) {
    for (const run of file.all('RUN')) {
      const { stage, script, commands } = run;
      if (!stage?.ships || isForDevelopment(stage, file) || !script?.readable || jumps(script)) continue;
      if (commands.some((command) => isOpaque(command) || removesPackages(command))) continue;
      const install = commands.find((command) => toolsOf(command).length > 0 && !command.has('-t', '--virtual'));
      const [first] = install ? toolsOf(install) : [];
      if (!install || !first) continue;
      const isBuilt = commands
        .slice(commands.indexOf(install) + 1)
        .some(
          (command) =>
            BUILDERS.has(command.program.text) &&
            command.args.some(({ text }) => BUILDING.has(text)) &&
            !isPure(command),
        );
      if (!isBuilt) continue;
      yield {
        at: first.word,
        message: say`${first.name} is needed for this build alone, and stays in the image.`,
        fix: () => removal(run, install),
      };
    }
  },
});

/** Whether only the installer itself is brought up to date, of which nothing is compiled. */
const isPure = (command: Command): boolean => {
  const names = objectsOf(command).map(({ text }) => text.replace(/[=<>~!].*$/, ''));
  return names.length > 0 && names.every((name) => ['pip', 'setuptools', 'wheel'].includes(name));
};

const BUILDING: ReadonlySet<string> = new Set('install ci wheel sync'.split(' '));

const DISTRIBUTION: ReadonlySet<string> = new Set(['apk', 'apt-get', 'apt', 'dnf', 'yum', 'microdnf', 'zypper']);

const toolsOf = (command: Command): readonly ListedPackage[] =>
  DISTRIBUTION.has(command.program.text) ? (packagesOf(command) ?? []).filter(({ name }) => isBuildTool(name)) : [];

const removesPackages = (command: Command): boolean =>
  DISTRIBUTION.has(command.program.text) &&
  ['del', 'purge', 'remove', 'autoremove', 'erase', 'autopurge'].includes(verbOf(command)?.text ?? '');

function removal(run: Run, install: Command): Fix | undefined {
  const tools = toolsOf(install);
  const verb = verbOf(install);
  const { family } = run.state;
  const isFree = tools.every(
    ({ name, word }) =>
      (word.literal && !/-dev(el)?$/.test(name)) || ['musl-dev', 'libc-dev', 'libc6-dev'].includes(name),
  );
  if (!verb || !isFree || tools.some(({ name }) => runtimeLibraryOf(family, name)) || install.wrappers.length > 0)
    return undefined;
  const title = 'Remove them at the end of the RUN';
  if (install.program.text === 'apk') {
    const edit = chain(run, 'apk del --no-network .build-deps');
    const flag = install.flag('--no-cache')?.word ?? verb;
    return edit && objectsOf(install).length === tools.length
      ? suggestion(title, wordsAfter(flag, '--virtual', '.build-deps'), edit)
      : undefined;
  }
  if (family !== 'debian') return undefined;
  const edit = chain(run, `apt-get purge -y --auto-remove ${tools.map(({ name }) => name).join(' ')}`);
  return edit && suggestion(title, edit);
}
