import { verbOf } from '../../knowledge/commands.js';
import { packagesOf } from '../../knowledge/package-lists.js';
import { PIP } from '../../knowledge/pip.js';
import { isForDevelopment } from '../../knowledge/stages.js';
import type { Command, Stage } from '../../model/index.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'python-multi-stage-wheels',
  kinds: ['dockerfile'],
  severity: 'hint',
  profile: 'all',
  tags: ['python', 'stages', 'size'],
  since: 'next',
  summary: 'Build Python packages in a stage of their own, and copy the wheels or the virtual environment.',
  docs: `
A compiler that is installed for pip stays in the image, some 200 MB of it, and gives an intruder a tool to work with.

Build in a first stage, \`pip wheel -w /wheels -r requirements.txt\`, and install in the second from there,
\`pip install --no-index --find-links=/wheels -r requirements.txt\`; or make a virtual environment in the first and copy it to
the same path in the second, on the same base image.`,
  sources: {
    'Multi-stage builds': 'https://docs.docker.com/build/building/multi-stage/',
    'pip wheel': 'https://pip.pypa.io/en/stable/cli/pip_wheel/',
    'Best practices for making container images': 'https://e-whisper.com/posts/8023/',
  },
  examples: [
    {
      title: 'A compiler and pip in the only stage',
      bad: `
        FROM python:3.13-slim
        RUN apt-get update && apt-get install -y gcc libpq-dev
        RUN pip «install» -r requirements.txt`,
    },
    {
      title: 'In one RUN',
      bad: `
        FROM python:3.13-alpine
        RUN apk add build-base && pip «install» numpy`,
    },
    {
      title: 'Two stages',
      good: `
        FROM python:3.13 AS build
        RUN apt-get install -y gcc && pip wheel -w /wheels numpy
        FROM python:3.13-slim
        RUN --mount=from=build,source=/wheels,target=/wheels pip install --no-index --find-links=/wheels numpy`,
    },
    {
      title: 'No compiler, a compiler that goes again, no pip',
      good: `
        FROM python:3.13-slim
        RUN apk add --virtual .build gcc && pip install numpy && apk del .build && apt-get install -y libpq5`,
    },
  ],
  *check(file) {
    const stage = file.finalStage;
    if (!stage?.from || takesFromOthers(stage) || isForDevelopment(stage, file)) return;
    const commands = stage.instructions.flatMap((node) => (node.keyword === 'RUN' ? node.commands : []));
    const isRemoved = commands.some((command) => REMOVING.includes(verbOf(command)?.text ?? ''));
    if (isRemoved || !commands.some(installsCompiler)) return;
    const install = commands.find(
      (command) => PIP.includes(command.program.text) && verbOf(command)?.text === 'install',
    );
    const verb = install && verbOf(install);
    if (verb) yield { at: verb, message: say`The compiler that pip needs stays in the image.` };
  },
});

/** Whether the stage has a share in what another stage has made. */
const takesFromOthers = ({ base, instructions }: Stage): boolean =>
  base === undefined ||
  !('kind' in base) ||
  instructions.some(
    (node) =>
      (node.keyword === 'COPY' && node.from !== undefined) ||
      (node.keyword === 'RUN' && node.mounts.some(({ from }) => from !== undefined)),
  );

const REMOVING = ['del', 'purge', 'remove', 'autoremove'];

const installsCompiler = (command: Command): boolean =>
  ['apt-get', 'apt', 'apk', 'dnf', 'yum', 'microdnf'].includes(command.program.text) &&
  (packagesOf(command) ?? []).some(({ name }) =>
    /^(gcc|g\+\+|gcc-c\+\+|build-essential|build-base|clang|musl-dev)$/.test(name),
  );
