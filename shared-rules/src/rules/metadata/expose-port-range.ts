import type { Word } from '../../model/index.js';
import { rule, say, type Message } from '../../rule.js';

const HIGHEST = 65535;

export default rule({
  id: 'expose-port-range',
  kinds: ['dockerfile'],
  severity: 'error',
  profile: 'recommended',
  tags: ['network', 'broken-build'],
  since: 'next',
  peers: {
    hadolint: ['DL3011'],
    trivy: ['DS-0008'],
    kics: ['UNIX Ports Out Of Range'],
    semgrep: ['invalid-port'],
  },
  summary: 'Expose only ports that exist: 0 to 65535.',
  docs: `
A port is a number of 16 bits. For one above 65535, and for a range that ends below its start, the build stops with
"invalid containerPort" or a message like it.

Mostly a digit too many was typed.`,
  sources: { 'EXPOSE reference': 'https://docs.docker.com/reference/dockerfile/#expose' },
  examples: [
    {
      title: 'A digit too many, with and without a protocol',
      bad: `
        FROM debian:12
        EXPOSE 80 «80000»
        EXPOSE «65536/udp»`,
    },
    {
      title: 'Ranges',
      bad: `
        FROM debian:12
        EXPOSE «65530-65540» «8090-8080/tcp» 8080-8090`,
    },
    {
      title: 'The last port and the first, and variables',
      good: `
        FROM debian:12
        ARG PORT=99999
        EXPOSE 65535 0 8080/tcp 53/udp
        EXPOSE $PORT 80-$PORT \${PORT}/tcp`,
    },
    {
      title: 'A service that is not written as a number',
      good: `
        FROM debian:12
        EXPOSE http`,
    },
  ],
  *check(file) {
    for (const { words } of file.allWithTriggers('EXPOSE')) {
      for (const word of words) {
        const fault = faultOf(word);
        if (fault) yield { at: word, ...fault };
      }
    }
  },
});

function faultOf({
  text,
  literal,
}: Word): { readonly message: Message; readonly peers?: readonly string[] } | undefined {
  const [, start, end] = /^(\d{1,20})(?:-(\d{1,20}))?(?:\/\w+)?$/.exec(text) ?? [];
  if (!literal || start === undefined) return undefined;
  const wrong = [start, end ?? start].find((port) => Number(port) > HIGHEST);
  if (wrong !== undefined) return { message: say`There is no port ${wrong}: the highest is ${HIGHEST}.` };
  if (Number(end ?? start) >= Number(start)) return undefined;
  return { message: say`The range ${text} ends below its start.`, peers: [] };
}
