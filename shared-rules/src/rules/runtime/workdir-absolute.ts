import { fix, replace, suggestion, type Fix } from '../../edit.js';
import { AS_PEERS } from '../../knowledge/peers.js';
import type { Instructions, Stage } from '../../model/index.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'workdir-absolute',
  kinds: ['dockerfile'],
  severity: 'error',
  profile: 'recommended',
  tags: ['paths'],
  since: '0.1.0',
  peers: {
    hadolint: ['DL3000'],
    buildkit: ['WorkdirRelativePath'],
    'dockerfile-utils': ['WORKDIR_IS_NOT_ABSOLUTE'],
    trivy: ['DS-0009'],
    checkov: ['CKV_DOCKER_10'],
    kics: ['WORKDIR Path Not Absolute'],
  },
  summary: 'Give WORKDIR an absolute path.',
  docs: `
A relative WORKDIR starts from the working directory that the base image happens to set.
When the base image changes it, every path below changes with it, and files end up where nothing looks for them.

Start the path with a slash. Once a WORKDIR of the file has settled where things are, a relative one after it is clear.`,
  sources: { 'WORKDIR reference': 'https://docs.docker.com/reference/dockerfile/#workdir' },
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
      title: 'What an ONBUILD holds is for another file',
      good: `
        FROM node:22
        ONBUILD WORKDIR app`,
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
      if (isAbsolute(path.text) || (!isFirst && !options.every)) continue;

      yield {
        at: path,
        message: isFirst
          ? say`Where ${path.text} lies depends on the working directory of the base image.`
          : say`${path.text} is relative to the WORKDIR before it.`,
        fix: absolutePath(workdir),
        // BuildKit is content once any WORKDIR came before.
        peers: isFirst ? ALL_PEERS : ['hadolint/DL3000', 'dockerfile-utils/WORKDIR_IS_NOT_ABSOLUTE'],
      };
    }
  },
});

/** Safe where the working directory before it is known; else the base image's may be another than the root. */
function absolutePath({ path, state }: Instructions['WORKDIR']): Fix | undefined {
  if (path.text.startsWith('~')) return undefined;
  const before = state.workdir.known ? state.workdir.value.replace(/\/$/, '') : '';
  const edit = replace(path, `${before}/${path.text.replace(/^\.\//, '')}`);
  return state.workdir.known ? fix('Write the whole path', edit) : suggestion('Start the path at the root', edit);
}

const ALL_PEERS = ['hadolint/DL3000', 'buildkit/WorkdirRelativePath', 'dockerfile-utils/WORKDIR_IS_NOT_ABSOLUTE'];

/** Whether a WORKDIR came before, in this stage or in one that it starts from. */
function isSettled(stage: Stage, settled: ReadonlySet<Stage>): boolean {
  for (let at: Stage | undefined = stage; at; at = at.base && !('kind' in at.base) ? at.base : undefined) {
    if (settled.has(at)) return true;
  }
  return false;
}

const isAbsolute = (path: string): boolean => {
  const bare = path.replace(/^["']+/, '');
  return (
    bare.startsWith('/') || bare.startsWith('$') || bare.startsWith('\\') || /^[A-Za-z]:/.test(bare) || bare === ''
  );
};
