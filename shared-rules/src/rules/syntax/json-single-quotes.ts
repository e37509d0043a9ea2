import { replace, suggestion } from '../../edit.js';
import { AS_PEERS } from '../../knowledge/peers.js';
import type { Instruction } from '../../model/index.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'json-single-quotes',
  kinds: ['dockerfile'],
  severity: 'warning',
  profile: 'recommended',
  tags: ['correctness'],
  since: 'next',
  peers: { 'dockerfile-utils': ['JSON_IN_SINGLE_QUOTES'] },
  summary: 'Write a JSON array with double quotes.',
  docs: `
\`['a', 'b']\` is no JSON, so that it is taken for plain words: VOLUME makes a folder named \`['a',\`, COPY looks for
such a file, and a shell is handed the brackets. Nothing warns of it before the container runs.

Write \`["a", "b"]\`.`,
  sources: { 'Shell and exec form': 'https://docs.docker.com/reference/dockerfile/#exec-form' },
  options: {
    asPeers: {
      ...AS_PEERS,
      about: 'Report CMD and ENTRYPOINT here too, which exec-form-cmd reports otherwise.',
    },
  },
  examples: [
    {
      title: 'Folders, files, a command of the build',
      bad: `
        FROM debian:12
        VOLUME «['/data', '/cache']»
        COPY «['my file', '/srv/']»
        RUN «['make', 'install']»`,
      good: `
        FROM debian:12
        VOLUME ["/data", "/cache"]
        COPY ["my file", "/srv/"]
        RUN ["make", "install"]`,
    },
    {
      title: 'A start command, as dockerfile-utils reports it',
      profile: 'all',
      bad: `
        FROM debian:12
        CMD «['/srv/run']»`,
      good: `
        FROM debian:12
        CMD ["/srv/run"]`,
    },
    {
      title: 'Double quotes, an empty array, a test of the shell',
      good: `
        FROM debian:12
        VOLUME ["/data"]
        CMD []
        RUN [ -f '/etc/passwd' ]
        RUN [ 'a' = "$B" ] && make`,
    },
  ],
  *check(file, { options }) {
    for (const node of file.allWithTriggers('RUN', 'CMD', 'ENTRYPOINT', 'VOLUME', 'COPY', 'ADD')) {
      const isStart = node.keyword === 'CMD' || node.keyword === 'ENTRYPOINT';
      if (isStart && !options.asPeers) continue;
      const meant = meantBySingleQuotes(node);
      if (!meant) continue;
      const array = JSON.stringify(meant).replaceAll('","', '", "');
      yield {
        at: node.body,
        message: say`JSON wants double quotes, so this is no array.`,
        fix: node.isContinued ? undefined : suggestion('Use double quotes', replace(node.body, array)),
      };
    }
  },
});

/** The elements of what would be an array but for its single quotes. */
function meantBySingleQuotes({ body, nearJson }: Instruction): readonly string[] | undefined {
  if (!nearJson?.meant || body.text.includes('"')) return undefined;
  return /^\[.*\]$/s.test(body.text.trim()) ? nearJson.meant : undefined;
}
