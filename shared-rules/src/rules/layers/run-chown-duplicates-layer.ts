import { insertAfter, removeLines, suggestion, type Fix } from '../../edit.js';
import { installOf, resolve, startOf, workingFolder } from '../../knowledge/dependencies.js';
import { isWithin } from '../../knowledge/mounts.js';
import { isForDevelopment } from '../../knowledge/stages.js';
import {
  type Command,
  earlierIn,
  type Instruction,
  type Instructions,
  onlyCommand,
  type Stage,
} from '../../model/index.js';
import { rule, say } from '../../rule.js';

type Run = Instructions['RUN'];
type Copy = Instructions['COPY' | 'ADD'];

export default rule({
  id: 'run-chown-duplicates-layer',
  kinds: ['dockerfile'],
  severity: 'warning',
  profile: 'recommended',
  tags: ['layers', 'size', 'copy'],
  since: 'next',
  summary: 'Set owner and mode while copying, not by chown -R or chmod -R afterwards.',
  docs: `
A layer holds whole files. \`chown -R\` or \`chmod -R\` over files that an earlier instruction brought writes every one of
them again into a new layer: the image carries them twice, and the build spends the time to copy them.

Give the owner or the mode to the instruction that brings the files: \`COPY --chown=app:app . /app\`,
\`COPY --chmod=755 …\`, or call chown in the RUN that makes them. COPY sets the owner of what it copies; a folder that is
there already keeps its own, so that a program that writes into it needs \`RUN chown app /app\`, without \`-R\`, which
costs nothing.

In a stage that is only copied from, nothing is said: its layers do not ship.`,
  sources: {
    'Dockerfile reference, "COPY --chown --chmod"':
      'https://docs.docker.com/reference/dockerfile/#copy---chown---chmod',
    'About storage drivers, "Copying makes containers efficient"':
      'https://docs.docker.com/engine/storage/drivers/#copying-makes-containers-efficient',
  },
  examples: [
    {
      title: 'A program that is copied and then given away',
      bad: `
        FROM node:22
        WORKDIR /app
        COPY . .
        RUN «chown» -R node:node /app
        USER node`,
      good: `
        FROM node:22
        WORKDIR /app
        COPY --chown=node:node . .
        USER node`,
    },
    {
      title: 'Modes, by number',
      bad: `
        FROM debian:12
        COPY scripts /opt/scripts/
        RUN «chmod» -R 755 /opt/scripts
        CMD ["/opt/scripts/run"]`,
      good: `
        FROM debian:12
        COPY --chmod=755 scripts /opt/scripts/
        CMD ["/opt/scripts/run"]`,
    },
    {
      title: 'Installed packages, files of a base stage, a mode in letters, other things to do',
      bad: `
        FROM node:22 AS base
        WORKDIR /app
        COPY package.json ./
        RUN npm install
        RUN useradd app && «chown» -R app .
        FROM base
        COPY . /srv
        RUN «chmod» -R g+w /srv/public`,
    },
    {
      title: 'Another COPY comes to the same folder',
      bad: `
        FROM node:22
        WORKDIR /app
        COPY package.json ./
        COPY src ./src
        RUN «chown» -R node /app`,
    },
    {
      title: 'Folders that are made there and then',
      good: `
        FROM node:22
        COPY . /app
        RUN mkdir -p /data /var/log/app && chown -R node:node /data /var/log/app
        RUN mkdir /app/cache && chown -R node /app/cache`,
    },
    {
      title: 'A stage that is only copied from',
      good: `
        FROM node:22 AS build
        WORKDIR /app
        COPY . .
        RUN chown -R node /app
        FROM node:22
        COPY --from=build /app /app`,
    },
    {
      title: 'A folder of the system, beside a copy to the root',
      good: `
        FROM node:22
        COPY . /
        RUN chown -R node /srv`,
    },
    {
      title: 'Single files and folders, what only the build knows, and files of the same RUN',
      good: `
        FROM node:22
        COPY entrypoint.sh /
        COPY . /app
        RUN chmod +x /entrypoint.sh && chown node /app && chown -R node "$HOME"
        RUN git clone https://example.com/tool.git /opt/tool && chown -R node /opt/tool`,
    },
  ],
  *check(file) {
    for (const command of file.runCommands('chown', 'chmod', 'chgrp')) {
      const { instruction: run } = command;
      const stage = run?.stage;
      if (run?.keyword !== 'RUN' || run.isTrigger || !stage?.ships || isForDevelopment(stage, file)) continue;
      if (stage.start.family === 'windows' || !command.has('-R', '--recursive')) continue;
      const before = earlierIn(stage, run);
      for (const path of targetsOf(command)) {
        const maker = isMadeHere(run, command, path) ? undefined : before.find((node) => fills(node, path));
        if (!maker) continue;
        yield {
          at: command.program,
          message: say`This writes all files below ${path} again: they are in the image twice.`,
          // How much of what was copied lies in a folder of its own, nobody can tell.
          ...(isAround(maker, path) ? { severity: 'info' as const } : {}),
          related: [{ at: maker.head, message: say`The files come from here.` }],
          fix: () => whileCopying(stage, run, command, path),
        };
        break;
      }
    }
  },
});

/** The folders it goes through, from the root of the image. */
function targetsOf(command: Command): readonly string[] {
  const folder = workingFolder(command);
  const paths = command.operands;
  // `-R 755` and `-R app:app` come before the paths, as the first operand.
  return paths.flatMap((word) => {
    if (!word.literal || word.text.startsWith('~') || (folder === undefined && !word.text.startsWith('/'))) return [];
    const path = resolve(folder ?? '/', word.text.replace(/\/[*.]*$/, ''));
    return /[*?[{]/.test(path) ? [] : [path];
  });
}

/** Whether the RUN itself makes the folder, or what is in it. */
const isMadeHere = ({ commands }: Run, command: Command, path: string): boolean =>
  commands.slice(0, commands.indexOf(command)).some(({ program, args, state }) => {
    if (!['mkdir', 'install', 'git', 'tar', 'unzip', 'cp', 'mv', 'curl', 'wget'].includes(program.text)) return false;
    return args.some(({ text }) =>
      text.startsWith('/') ? isWithin(text, path) : isWithin(resolve(startOf(state), text), path),
    );
  });

/** Whether the instruction brings many files to the folder, or to one below or around it. */
function fills(node: Instruction, path: string): boolean {
  if (node.keyword === 'COPY' || node.keyword === 'ADD') {
    const place = placeOf(node);
    if (place === undefined || !mayBeFolder(node)) return false;
    return isWithin(place, path) || (isWithin(path, place) && place !== '/' && isWhole(node));
  }
  if (node.keyword !== 'RUN') return false;
  return node.commands.some((command) => {
    const folder = installOf(command)?.ecosystem.name.match(/npm|yarn|composer|bun/)
      ? workingFolder(command)
      : undefined;
    return folder !== undefined && isWithin(folder, path);
  });
}

/** Whether the instruction copies to a folder around the path. */
const isAround = (node: Instruction, path: string): boolean => {
  const place = node.keyword === 'COPY' || node.keyword === 'ADD' ? placeOf(node) : undefined;
  return place !== undefined && !isWithin(place, path);
};

/** Whether more than single files are copied. */
const mayBeFolder = ({ sources }: Copy): boolean =>
  sources.some(
    ({ text }) => text.includes('*') || !/\.\w+$/.test(text.slice(text.lastIndexOf('/') + 1)) || text.endsWith('/.'),
  );

const isWhole = ({ sources }: Copy): boolean => sources.some(({ text }) => /^[./*]*$/.test(text));

function placeOf(copy: Copy): string | undefined {
  const target = copy.target && copy.valueOf(copy.target);
  return target === undefined ? undefined : resolve(startOf(copy.state), target);
}

/** The owner or the mode as a flag of the COPY right above, which alone fills the folder. */
function whileCopying(stage: Stage, run: Run, command: Command, path: string): Fix | undefined {
  const copy = run.previous;
  if (copy?.keyword !== 'COPY' || placeOf(copy) !== path || run.hasCommentAbove || run.flags.length > 0)
    return undefined;
  const isOnly = run.script && onlyCommand(run.script) === command;
  const [value, ...paths] = [command.subcommand, ...command.operands];
  if (!isOnly || paths.length !== 1 || !value?.literal || command.wrappers.length > 0) return undefined;
  const name = command.program.text === 'chown' ? 'chown' : command.program.text === 'chmod' ? 'chmod' : undefined;
  if (name === undefined || copy.flag(name)) return undefined;
  if (!(name === 'chmod' ? /^0?[0-7]{3}$/ : /^[\w-]+(:[\w-]+)?$/).test(value.text)) return undefined;
  const others = earlierIn(stage, run).filter((node) => node !== copy && fills(node, path));
  const isAlone = others.length === 0 && !earlierIn(stage, run).some((node) => node !== copy && isCopyTo(node, path));
  return isAlone
    ? suggestion(`Copy with --${name}`, insertAfter(copy.head, ` --${name}=${value.text}`), removeLines(run))
    : undefined;
}

const isCopyTo = (node: Instruction, path: string): boolean => {
  if (node.keyword !== 'COPY' && node.keyword !== 'ADD') return false;
  const place = placeOf(node);
  return place === undefined || isWithin(place, path);
};
