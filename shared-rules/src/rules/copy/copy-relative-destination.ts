import { replace, suggestion } from '../../edit.js';
import { startsAtTheRoot } from '../../knowledge/images.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'copy-relative-destination',
  kinds: ['dockerfile'],
  severity: 'warning',
  profile: 'recommended',
  tags: ['copy', 'clarity'],
  since: 'next',
  peers: { hadolint: ['DL3045'] },
  summary: 'Set WORKDIR before a relative target of COPY.',
  docs: `
Where no WORKDIR is set, the base image decides into which folder a relative target leads. With another version of that
image the files lie somewhere else, and in most images they end up at the root of the file system.

Put a WORKDIR above, or write the whole path.`,
  sources: {
    'COPY destination': 'https://docs.docker.com/reference/dockerfile/#destination',
    'WORKDIR reference': 'https://docs.docker.com/reference/dockerfile/#workdir',
  },
  examples: [
    {
      title: 'No WORKDIR',
      bad: `
        FROM debian:12
        COPY app «app/»`,
      good: `
        FROM debian:12
        COPY app /app/`,
    },
    {
      title: 'In JSON form',
      bad: `
        FROM debian:12
        COPY ["a", "«b»"]`,
      good: `
        FROM debian:12
        COPY ["a", "/b"]`,
    },
    {
      title: 'A base image that starts in a folder of its own',
      bad: `
        FROM golang:1.27
        COPY app «app/»`,
    },
    {
      title: 'The folder of the base image, and a WORKDIR that comes too late',
      bad: `
        FROM debian:12
        COPY . «.»
        WORKDIR /app`,
    },
    {
      title: 'A WORKDIR above, in the stage or in the one it is based on',
      good: `
        FROM debian:12 AS base
        WORKDIR /app
        COPY app app/
        FROM base
        COPY app app/`,
    },
    {
      title: 'A WORKDIR from a variable',
      good: `
        FROM debian:12
        WORKDIR $APP_HOME
        COPY app app/`,
    },
    {
      title: 'Absolute targets, of Windows too, and variables',
      good: `
        FROM debian:12
        COPY a /a
        COPY a "/b"
        COPY a C:/app/
        COPY a $APP/
        COPY a \${APP}`,
    },
    {
      title: 'ADD, and what an ONBUILD holds',
      good: `
        FROM debian:12
        ADD a.tar.gz a/
        ONBUILD COPY a a/`,
    },
  ],
  *check(file) {
    for (const { stage, state, target } of file.all('COPY')) {
      if (!target || state.workdir.setBy || !isRelative(target.text)) continue;
      yield {
        at: target,
        message: say`No WORKDIR is set, so the base image decides where ${target.text} lies.`,
        // Where another folder is the first one, the root would be wrong.
        fix:
          /^\.*(\/|$)/.test(target.text) || !startsAtTheRoot(stage?.rootImage?.name ?? '')
            ? undefined
            : suggestion(`Write /${target.text}`, replace(target, `/${target.text}`)),
      };
    }
  },
});

const isRelative = (text: string): boolean => text !== '' && !/^([/$\\]|[A-Za-z]:)/.test(text);
