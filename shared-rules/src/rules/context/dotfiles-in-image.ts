import { localSources } from '../../knowledge/context.js';
import { isForDevelopment } from '../../knowledge/stages.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'dotfiles-in-image',
  kinds: ['dockerfile'],
  severity: 'info',
  profile: 'recommended',
  tags: ['context', 'copy', 'size', 'secrets'],
  since: '0.1.0',
  peers: { dockle: ['DKL-LI-0003'] },
  summary: 'Do not copy what belongs to the workplace into an image.',
  docs: `
The Git history, the settings of editors and cloud tools and the files that describe the build are of no use to a running
program. They tell whoever gets the image more than he needs to know, at worst the keys of a cloud account.

Leave them out of the COPY. Builder stages may have them: nothing of those is shipped.`,
  sources: {
    'dockle, DKL-LI-0003': 'https://github.com/goodwithtech/dockle/blob/master/CHECKPOINT.md#dkl-li-0003',
    'Best practices for making container images': 'https://e-whisper.com/posts/8023/',
  },
  examples: [
    {
      title: 'The history and the settings of tools',
      bad: `
        FROM debian:13
        COPY «.git» /src/.git
        COPY --chown=app «./.aws/» /home/app/.aws/
        COPY app «config/.vimrc» /home/app/`,
    },
    {
      title: 'The files that describe the build',
      bad: `
        FROM debian:13
        ADD «Dockerfile» «docker/docker-compose.yml» /`,
    },
    {
      title: 'In a builder, and from one',
      good: `
        FROM golang:1.25 AS build
        COPY .git .git
        RUN go build -o /server .
        FROM debian:13
        COPY --from=build /root/.cache /root/.cache
        COPY --from=build /server /usr/bin/`,
    },
    {
      title: 'Names that only look alike, and the whole context',
      good: `
        FROM debian:13
        COPY .gitignore Dockerfile.md compose.conf cache aws /srv/
        COPY . /srv`,
    },
    {
      title: 'Below the modules of a program',
      good: `
        FROM debian:13
        COPY node_modules/a/.vscode vendor/b/Dockerfile /srv/`,
    },
    {
      title: 'A program that starts containers itself',
      good: `
        FROM docker:28
        COPY docker-compose.yml Dockerfile /
        ENTRYPOINT ["docker", "compose", "up"]`,
    },
    {
      title: 'An image that brings the program along',
      good: `
        FROM python:3.13
        RUN pip install docker-compose
        COPY docker-compose.yml .
        FROM mcr.microsoft.com/windows/servercore:ltsc2022
        RUN pip install docker-compose
        COPY docker-compose.yml .`,
    },
    {
      title: 'An image to work in',
      good: `
        FROM mcr.microsoft.com/devcontainers/base:bookworm
        COPY .vimrc /root/`,
    },
  ],
  *check(file) {
    const startsContainers =
      [...file.commands('docker', 'docker-compose', 'podman', 'buildah')].length > 0 ||
      [...file.all('RUN')].some(({ body }) => body.text.split(/\s+/).some((word) => CONTAINER_TOOLS.has(word)));
    for (const { copy, word, path } of localSources(file)) {
      const { stage } = copy;
      if (!stage?.ships || isForDevelopment(stage, file)) continue;
      const name = path.slice(path.lastIndexOf('/') + 1);
      if (!NAMES.test(name) || MODULES.test(path)) continue;
      if (startsContainers && FOR_CONTAINERS.test(name)) continue;
      yield { at: word, message: say`A running program has no use for ${name}.` };
    }
  },
});

/** Source: dockle's assessor of cache files, and its list of folders. */
const NAMES =
  /^(Dockerfile|(docker-)?compose\.ya?ml|\.vimrc|\.DS_Store|\.git|\.aws|\.azure|\.gcp|\.vscode|\.idea|\.npm|\.cache)$/;

const FOR_CONTAINERS = /^(Dockerfile|(docker-)?compose\.ya?ml)$/;

/** Packages that start containers, by the names they are installed by. */
const CONTAINER_TOOLS: ReadonlySet<string> = new Set(
  'docker-compose docker-cli docker-ce-cli docker.io docker-compose-plugin podman buildah'.split(' '),
);

/** What is installed with a program keeps its own files. */
const MODULES = /(^|\/)(node_modules|vendor)\//;
