import { replace, suggestion } from '../../edit.js';
import { AS_PEERS } from '../../knowledge/peers.js';
import type { Instructions } from '../../model/index.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'copy-multiple-sources-dir',
  kinds: ['dockerfile'],
  severity: 'error',
  profile: 'recommended',
  tags: ['copy', 'broken-build'],
  since: 'next',
  peers: { hadolint: ['DL3021'], 'dockerfile-utils': ['INVALID_DESTINATION'] },
  summary: 'End the target of a copy of several sources with a slash.',
  docs: `
With more than one source the target has to be a folder, which only the slash at its end says. Some builders refuse the
instruction without it, and a reader cannot tell a file from a folder.

Write \`COPY a b /app/\`.`,
  sources: { 'COPY destination': 'https://docs.docker.com/reference/dockerfile/#destination' },
  options: {
    asPeers: {
      ...AS_PEERS,
      about: 'Report a target that ends in a variable and count heredocs as sources, as hadolint does.',
    },
  },
  differs: [
    {
      from: 'hadolint/DL3021',
      they: 'flags a target that ends in a variable, and counts heredocs as sources',
      we: 'leave both alone',
      why: 'The value of a variable may end in a slash.',
    },
  ],
  examples: [
    {
      title: 'Two sources, by COPY and by ADD',
      bad: `
        FROM debian:12
        WORKDIR /app
        COPY package.json yarn.lock «/app»
        ADD a b «/data»
        COPY a b «.»`,
      good: `
        FROM debian:12
        WORKDIR /app
        COPY package.json yarn.lock /app/
        ADD a b /data/
        COPY a b ./`,
    },
    {
      title: 'In JSON form',
      bad: `
        FROM debian:12
        COPY ["a", "b", "«/app»"]`,
      good: `
        FROM debian:12
        COPY ["a", "b", "/app/"]`,
    },
    {
      title: 'One source, and a slash or a backslash at the end',
      good: `
        FROM debian:12
        COPY a /app
        COPY a b /app/
        COPY ["a", "b", "C:\\\\app\\\\"]`,
    },
    {
      title: 'A variable at the end',
      good: `
        FROM debian:12
        ENV APP=/app/
        COPY a b $APP
        COPY a b \${APP}`,
    },
    {
      title: 'A heredoc',
      good: `
        FROM debian:12
        COPY a <<b /app
        text
        b`,
    },
    {
      title: 'As hadolint judges it: a variable at the end',
      profile: 'all',
      bad: `
        FROM debian:12
        COPY a b «$APP»`,
    },
  ],
  *check(file, { options: { asPeers } }) {
    for (const node of file.all('COPY', 'ADD')) {
      const { target, heredocs, sources } = node;
      if (!target || /[/\\]$/.test(target.text)) continue;
      const isOpen = heredocs.length > 0 || target.parts.at(-1)?.kind !== 'text';
      if (sources.length + heredocs.length < 2 || (isOpen && !(asPeers && node.keyword === 'COPY'))) continue;
      yield {
        at: target,
        message: say`${target.text} takes several sources, so it is a folder and ends with a slash.`,
        fix:
          isOpen || target.text === ''
            ? undefined
            : suggestion('End it with a slash', replace(target, `${target.text}/`)),
        peers: codesFor(node, isOpen),
      };
    }
  },
});

function codesFor({ keyword }: Instructions['COPY'] | Instructions['ADD'], isOpen: boolean): readonly string[] {
  if (keyword === 'ADD') return ['dockerfile-utils/INVALID_DESTINATION'];
  return isOpen ? ['hadolint/DL3021'] : ['hadolint/DL3021', 'dockerfile-utils/INVALID_DESTINATION'];
}
