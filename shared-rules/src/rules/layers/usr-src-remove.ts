import { chain, suggestion } from '../../edit.js';
import { operandsOf, removedBy } from '../../knowledge/commands.js';
import { isClearedAfter, isOnMount, isPlainAtEnd, leavesInImage, pathOf } from '../../knowledge/left-files.js';
import { isWithin } from '../../knowledge/mounts.js';
import { AS_PEERS, parfumSees } from '../../knowledge/peers.js';
import { around, runOf, type Dockerfile, type Instructions } from '../../model/index.js';
import { rule, say } from '../../rule.js';

type Run = Instructions['RUN'];

export default rule({
  id: 'usr-src-remove',
  kinds: ['dockerfile'],
  severity: 'hint',
  profile: 'recommended',
  tags: ['layers', 'size'],
  since: 'next',
  peers: { parfum: ['mkdirUsrSrcThenRemove'] },
  summary: 'Remove a folder of sources in the RUN that makes it and builds from it.',
  docs: `
Sources are needed to build a program and not to run it. Made and left behind in one RUN, they stay in the image next to
what was built, often the larger part of the two.

End the RUN with \`rm -rf /usr/src/…\`, or build in a stage of its own and copy the result. Nothing is said where another
instruction uses the folder, as in Dockerfiles that keep the application itself there.`,
  sources: {
    'Filesystem Hierarchy Standard, "/usr/src"': 'https://refspecs.linuxfoundation.org/FHS_3.0/fhs/ch04s12.html',
    'Multi-stage builds': 'https://docs.docker.com/build/building/multi-stage/',
  },
  options: {
    asPeers: { ...AS_PEERS, about: 'Judge as docker-parfum does: in any stage, by a later rm of a path in /usr/src.' },
  },
  differs: [
    {
      from: 'parfum/mkdirUsrSrcThenRemove',
      they: 'flags a folder that WORKDIR, COPY or another RUN goes on to use',
      we: 'say nothing about it',
      why: 'It is the folder of the application, and has to stay.',
    },
    {
      from: 'parfum/mkdirUsrSrcThenRemove',
      they: 'flags every stage, and folders on a mount',
      we: 'flag what stays in the image',
      why: 'Nothing else ships.',
    },
  ],
  examples: [
    {
      title: 'Sources that stay',
      bad: `
        FROM debian:12
        RUN «mkdir» -p /usr/src/tool && make -C /usr/src/tool install`,
      good: `
        FROM debian:12
        RUN mkdir -p /usr/src/tool && make -C /usr/src/tool install && rm -rf /usr/src/tool`,
    },
    {
      title: 'Over several lines, next to another folder',
      bad: `
        FROM debian:12
        RUN «mkdir» -p /data /usr/src/tool \\
          && cd /usr/src/tool \\
          && make install`,
      good: `
        FROM debian:12
        RUN mkdir -p /data /usr/src/tool \\
          && cd /usr/src/tool \\
          && make install \\
          && rm -rf /usr/src/tool`,
    },
    {
      title: 'Removed in the same RUN',
      good: `
        FROM debian:12
        RUN mkdir -p /usr/src/a && make -C /usr/src/a install && rm -rf /usr/src/a
        RUN mkdir -p /usr/src/b && make -C /usr/src/b install && rm -rf /usr/src/*
        RUN mkdir -p /usr/src/c && make -C /usr/src/c install && rm -r /usr/src`,
    },
    {
      title: 'The folder of the application',
      good: `
        FROM node:22
        RUN mkdir -p /usr/src/app
        WORKDIR /usr/src/app
        COPY . .`,
    },
    {
      title: 'The folder that the build stands in, and one that a copy goes to',
      good: `
        FROM node:22
        ENV HOME=/usr/src
        WORKDIR $HOME
        RUN mkdir -p /usr/src/app/data
        COPY . /usr/src/app/`,
    },
    {
      title: 'A mount, a stage that is only copied from, another folder',
      good: `
        FROM debian:12 AS build
        RUN mkdir -p /usr/src/tool && make -C /usr/src/tool install
        FROM debian:12
        RUN mkdir -p /opt/src
        COPY --from=build /opt/tool /opt/tool`,
    },
    {
      title: 'A folder on a mount',
      good: `
        FROM debian:12
        RUN --mount=type=tmpfs,target=/usr/src mkdir -p /usr/src/tool && make -C /usr/src/tool install`,
    },
    {
      title: 'As docker-parfum judges it',
      profile: 'all',
      bad: `
        FROM node:22
        RUN «mkdir» -p /usr/src/app
        WORKDIR /usr/src/app`,
    },
  ],
  *check(file, { options }) {
    for (const command of file.runCommands('mkdir')) {
      const run = runOf(command);
      const word = operandsOf(command).find(({ text }) => text.includes(FOLDER));
      if (!run || !word) continue;
      const path = pathOf(command, word.text);
      const isSeen =
        parfumSees(command) &&
        !around(command).after.some((later) => removedBy(later).some(({ text }) => text.includes(FOLDER)));
      const isOurs =
        isWithin(path, FOLDER) &&
        leavesInImage(run, file) &&
        !isOnMount(run, path) &&
        !isClearedAfter(command, path) &&
        !isUsed(file, run);
      if (options.asPeers ? !isSeen : !isOurs) continue;
      // What something else uses has to stay, whatever docker-parfum says.
      const edit = isOurs && isPlainAtEnd(word.text, run) ? chain(run, `rm -rf ${word.text}`) : undefined;
      yield {
        at: command.program,
        message: say`${word.text} stays in the layer with the sources in it.`,
        fix: edit && suggestion('Remove it at the end of the RUN', edit),
        ...(isSeen ? {} : { peers: [] }),
      };
    }
  },
});

const FOLDER = '/usr/src';

/** Whether anything besides the RUN names a folder of sources, or the build stands in one. */
function isUsed(file: Dockerfile, run: Run): boolean {
  const { workdir } = run.state;
  if (workdir.known && isWithin(workdir.value, FOLDER)) return true;
  for (const node of file.allWithTriggers()) {
    if (node === run) continue;
    const texts = [node.body.text, ...node.flags.map(({ value }) => value?.text ?? '')];
    if ([...texts, ...node.heredocs.map(({ body }) => body)].some((text) => text.includes(FOLDER))) return true;
  }
  return false;
}
