import { fix, replace, suggestion, type Fix } from '../../edit.js';
import { codesOf } from '../../knowledge/hadolint.js';
import { AS_PEERS } from '../../knowledge/peers.js';
import { startsAtTheRoot } from '../../knowledge/images.js';
import type { Instructions, Stage } from '../../model/index.js';
import { rule, say } from '../../rule.js';

const PEERS = {
  hadolint: ['DL3000'],
  buildkit: ['WorkdirRelativePath'],
  'dockerfile-utils': ['WORKDIR_IS_NOT_ABSOLUTE'],
  sonar: ['S7021'],
  trivy: ['DS-0009'],
  checkov: ['CKV_DOCKER_10'],
  kics: ['WORKDIR Path Not Absolute'],
};

export default rule({
  id: 'workdir-absolute',
  kinds: ['dockerfile'],
  severity: 'warning',
  profile: 'recommended',
  tags: ['paths'],
  since: '0.1.0',
  peers: PEERS,
  summary: 'Give WORKDIR an absolute path.',
  docs: `
A relative WORKDIR starts from the working directory that the base image happens to set.
When the base image changes it, every path below changes with it, and files end up where nothing looks for them.

Start the path with a slash. Once a WORKDIR of the file has settled where things are, a relative one after it is clear.`,
  sources: { 'WORKDIR reference': 'https://docs.docker.com/reference/dockerfile/#workdir' },
  differs: [
    {
      from: 'hadolint/DL3000',
      they: 'flags every relative path',
      we: 'flags only one that starts from the base image; option `every` has the rest',
      why: 'After an absolute WORKDIR a relative one says where it leads, for everybody to read.',
    },
    {
      from: 'dockerfile-utils/WORKDIR_IS_NOT_ABSOLUTE',
      they: 'flags every relative path',
      we: 'flags only one that starts from the base image; option `every` has the rest',
      why: 'After an absolute WORKDIR a relative one says where it leads, for everybody to read.',
    },
  ],
  options: {
    every: {
      ...AS_PEERS,
      about: 'Report every relative path, as hadolint does, not only one that starts from the base image.',
    },
  },
  examples: [
    {
      title: 'A path that starts from the base image',
      bad: `
        FROM node:22
        WORKDIR «app»
        COPY . .`,
      good: `
        FROM node:22
        WORKDIR /app
        COPY . .`,
    },
    {
      title: 'A base image whose working directory is elsewhere, or unknown',
      bad: `
        FROM example.com/fuzz/base
        RUN git clone https://example.com/app
        WORKDIR «app»`,
    },
    {
      title: 'In quotes',
      bad: `
        FROM node:22
        WORKDIR «"src/app"»`,
      good: `
        FROM node:22
        WORKDIR /src/app`,
    },
    {
      title: 'A tilde, which no builder expands',
      bad: `
        FROM node:22
        WORKDIR «~/app»`,
    },
    {
      title: 'From nothing, where the path can only start at the root',
      bad: `
        FROM scratch
        WORKDIR «app»`,
      good: `
        FROM scratch
        WORKDIR /app`,
    },
    {
      title: 'A relative path after an absolute one, here or in the stage it starts from',
      good: `
        FROM node:22 AS base
        WORKDIR /app
        WORKDIR server
        FROM base
        WORKDIR client`,
    },
    {
      title: 'Absolute paths, variables and Windows',
      good: `
        FROM node:22 AS build
        WORKDIR /app
        FROM node:22 AS quoted
        WORKDIR "/opt/app"
        FROM node:22 AS variable
        WORKDIR $HOME/app
        FROM mcr.microsoft.com/windows/servercore:ltsc2022
        WORKDIR C:/app`,
    },
    {
      title: 'Dots are worked out where the folder before them is known',
      profile: 'all',
      bad: `
        FROM scratch
        WORKDIR /srv/app
        WORKDIR «../lib»
        WORKDIR «./x»`,
      good: `
        FROM scratch
        WORKDIR /srv/app
        WORKDIR /srv/lib
        WORKDIR /srv/lib/x`,
    },
    {
      title: 'Below a folder that only the build knows',
      profile: 'all',
      bad: `
        FROM node:22
        WORKDIR $HOME/app
        WORKDIR «server»`,
    },
    {
      title: 'Above a folder that nobody knows',
      bad: `
        FROM node:22
        WORKDIR «../app»`,
    },
    {
      title: 'Absolute to the peers as well: a slash, a variable, a drive, each in quotes or without; never in ONBUILD',
      profile: 'all',
      good: `
        FROM node:22
        WORKDIR /app
        WORKDIR '/app'
        WORKDIR $HOME
        WORKDIR "\${HOME}/app"
        WORKDIR C:/app
        ONBUILD WORKDIR app`,
    },
    {
      title: 'What an ONBUILD holds is for another file',
      good: `
        FROM node:22
        ONBUILD WORKDIR app`,
    },
    {
      title: 'A path that could not be written anew without its quotes and escapes',
      bad: `
        FROM node:22
        WORKDIR «"my app"»`,
    },
    {
      title: 'Every relative path',
      profile: 'all',
      bad: `
        FROM node:22
        WORKDIR /app
        WORKDIR «server»`,
      good: `
        FROM node:22
        WORKDIR /app
        WORKDIR /app/server`,
    },
  ],
  *check(file, { options }) {
    const settled = new Set<Stage>();
    for (const workdir of file.all('WORKDIR')) {
      const { path, stage } = workdir;
      const isFirst = stage === undefined || !isSettled(stage, settled);
      if (stage) settled.add(stage);
      if (isAbsolute(path.text, options.every) || (!isFirst && !options.every)) continue;

      yield {
        at: path,
        ...(isFirst && !options.every && isMadeBefore(workdir) ? { severity: 'hint' as const } : {}),
        message: isFirst
          ? say`Where ${path.text} lies depends on the working directory of the base image.`
          : say`${path.text} is relative to the WORKDIR before it.`,
        fix: absolutePath(workdir, isFirst),
        // BuildKit is content once any WORKDIR came before.
        peers: codesOf(PEERS, { buildkit: isFirst }),
      };
    }
  },
});

/** Safe where the working directory before it is known and nothing leads out of it. */
function absolutePath(workdir: Instructions['WORKDIR'], isFirst: boolean): Fix | undefined {
  const { path, state, stage } = workdir;
  if (path.text.startsWith('~') || (!isFirst && !state.workdir.known)) return undefined;
  // Only a path that may stand without quotes and escapes can be written anew.
  const written = workdir.written(path);
  const isPlain =
    written === path.text || written === `"${path.text}"` || (path.literal && written === `'${path.text}'`);
  if (!isPlain || NEEDS_QUOTES.test(path.text) || (state.workdir.known && NEEDS_QUOTES.test(state.workdir.value))) {
    return undefined;
  }
  // From a base that starts elsewhere, the path is another one.
  const image = stage?.rootImage;
  if (!state.workdir.known && !(image && startsAtTheRoot(image.resolved?.name ?? image.name))) return undefined;
  const before = state.workdir.known ? state.workdir.value.split('/') : [''];
  for (const part of path.text.split('/')) {
    // Above a folder that nobody knows, there is nothing to write.
    if (part === '..' && !state.workdir.known) return undefined;
    if (part === '..') before.pop();
    else if (part !== '.') before.push(part);
  }
  const folders = before.filter((part) => part !== '');
  if (folders.length === 0 && !state.workdir.known) return undefined;
  const edit = replace(path, /^[A-Za-z]:/.test(folders[0] ?? '') ? folders.join('/') : `/${folders.join('/')}`);
  return state.workdir.known && !path.text.includes('..')
    ? fix('Write the whole path', edit)
    : suggestion(state.workdir.known ? 'Write the whole path' : 'Start the path at the root', edit);
}

/** Whether a RUN before makes the folder in the same place, as `git clone` does, so that it is found there at least. */
const isMadeBefore = ({ path, stage }: Instructions['WORKDIR']): boolean =>
  stage?.instructions.some(
    (node) =>
      node.keyword === 'RUN' &&
      node.commands.some(
        ({ program, args }) =>
          (program.text === 'git' || program.text === 'mkdir') &&
          args.some(
            ({ text }) =>
              text
                .replace(/\.git$|\/$/g, '')
                .split('/')
                .at(-1) === path.text,
          ),
      ),
  ) === true;

/** What the builder would read otherwise without quotes or escapes. */
const NEEDS_QUOTES = /[\s\\`'"]/;

/** Whether a WORKDIR came before, in this stage or in one that it starts from. */
function isSettled(stage: Stage, settled: ReadonlySet<Stage>): boolean {
  for (let at: Stage | undefined = stage; at; at = at.base && !('kind' in at.base) ? at.base : undefined) {
    if (settled.has(at)) return true;
  }
  return false;
}

/** A leading backslash is the root of a Windows drive, which only the peers take for a relative path. */
const isAbsolute = (path: string, asPeers: boolean): boolean => {
  const bare = path.replace(/^["']+/, '');
  return bare === '' || /^([/$]|[A-Za-z]:)/.test(bare) || (!asPeers && bare.startsWith('\\'));
};
