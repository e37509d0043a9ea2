import { fix, replaceIn } from '../../edit.js';
import { exposedBy, PROTOCOLS } from '../../knowledge/ports.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'expose-protocol-casing',
  kinds: ['dockerfile'],
  severity: 'warning',
  profile: 'recommended',
  tags: ['network', 'style'],
  since: 'next',
  peers: { buildkit: ['ExposeProtoCasing'] },
  summary: 'Write the protocol of EXPOSE in small letters.',
  docs: `
The builder takes \`80/TCP\` and stores \`80/tcp\`, with a warning at every build. A search for the port as it is written then
finds nothing in the image.

Write \`80/tcp\`.`,
  sources: {
    ExposeProtoCasing: 'https://docs.docker.com/reference/build-checks/expose-proto-casing/',
    'EXPOSE reference': 'https://docs.docker.com/reference/dockerfile/#expose',
  },
  examples: [
    {
      title: 'Capitals',
      bad: `
        FROM debian:12
        EXPOSE 80/«TCP» 53/«Udp» 80/tcp`,
      good: `
        FROM debian:12
        EXPOSE 80/tcp 53/udp 80/tcp`,
    },
    {
      title: 'Behind a variable, and in a trigger',
      bad: `
        FROM debian:12
        ENV PORT=80
        EXPOSE \${PORT}/«TCP»
        ONBUILD EXPOSE 9000/«SCTP»`,
      good: `
        FROM debian:12
        ENV PORT=80
        EXPOSE \${PORT}/tcp
        ONBUILD EXPOSE 9000/sctp`,
    },
    {
      title: 'Small letters, none, and one that there is not',
      good: `
        FROM debian:12
        EXPOSE 80 80/tcp 81/HTTP`,
    },
  ],
  *check(file) {
    for (const node of file.allWithTriggers('EXPOSE')) {
      for (const { protocol = '', protocolAt, word } of exposedBy(node)) {
        const small = protocol.toLowerCase();
        if (small === protocol || !PROTOCOLS.has(small)) continue;
        yield {
          at: protocolAt,
          message: say`The builder stores ${protocol} as ${small}.`,
          fix: protocolAt === word ? undefined : fix(`Write ${small}`, replaceIn(protocolAt, protocol, small)),
        };
      }
    }
  },
});
