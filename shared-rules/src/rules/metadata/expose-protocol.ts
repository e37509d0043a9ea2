import { replace, suggestion } from '../../edit.js';
import { AS_PEERS } from '../../knowledge/peers.js';
import { exposedBy, PROTOCOLS } from '../../knowledge/ports.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'expose-protocol',
  kinds: ['dockerfile'],
  severity: 'error',
  profile: 'recommended',
  tags: ['network', 'broken-build'],
  since: 'next',
  peers: { 'dockerfile-utils': ['INVALID_PROTO'] },
  summary: 'Expose ports by a protocol that EXPOSE knows: tcp, udp or sctp.',
  docs: `
What stands behind the slash is how packets travel, not what is said in them. At \`80/http\` the build stops with
"invalid proto".

Leave it out for TCP, which HTTP, gRPC and databases use; HTTP/3 and DNS also need \`/udp\`.`,
  sources: {
    'EXPOSE reference': 'https://docs.docker.com/reference/dockerfile/#expose',
  },
  options: {
    asPeers: { ...AS_PEERS, about: 'Report what stands behind the slash even where the protocol stands before it.' },
  },
  differs: [
    {
      from: 'dockerfile-utils/INVALID_PROTO',
      they: 'flags the port in tcp/80',
      we: 'leaves the whole word to expose-port-syntax',
      why: 'It is one mistake, with one way out.',
    },
  ],
  examples: [
    {
      title: 'Protocols that run on TCP',
      bad: `
        FROM debian:12
        EXPOSE 80/«http» 443/«HTTPS»`,
      good: `
        FROM debian:12
        EXPOSE 80/tcp 443/tcp`,
    },
    {
      title: 'A misspelt one, two at once, and one by a variable',
      bad: `
        FROM debian:12
        ENV PROTOCOL=ucp
        EXPOSE 53/«tpc» 53/«tcp/udp» «54/$PROTOCOL»`,
    },
    {
      title: 'Those that there are, in any case, and none',
      good: `
        FROM debian:12
        EXPOSE 80 80/tcp 53/UDP 9000/sctp 81/`,
    },
    {
      title: 'The protocol in front, which another rule is about',
      good: `
        FROM debian:12
        EXPOSE tcp/80`,
    },
    {
      title: 'As dockerfile-utils judges it',
      profile: 'all',
      bad: `
        FROM debian:12
        EXPOSE tcp/«80»`,
    },
    {
      title: 'Variables',
      good: `
        FROM debian:12
        ARG PORT
        ARG PROTOCOL
        EXPOSE $PORT 80/$PROTOCOL \${PORT}/tcp`,
    },
  ],
  *check(file, { options }) {
    for (const node of file.allWithTriggers('EXPOSE')) {
      for (const { port, protocol, protocolAt, word } of exposedBy(node)) {
        if (protocol === undefined || protocol === '' || PROTOCOLS.has(protocol.toLowerCase())) continue;
        if (!options.asPeers && PROTOCOLS.has(port)) continue;
        const isOnTcp = ON_TCP.has(protocol.toLowerCase()) && protocolAt !== word;
        yield {
          at: protocolAt,
          message: say`${protocol} is no protocol of EXPOSE; it knows tcp, udp and sctp.`,
          fix: isOnTcp ? suggestion('Write tcp', replace(protocolAt, 'tcp')) : undefined,
        };
      }
    }
  },
});

const ON_TCP: ReadonlySet<string> = new Set(['http', 'https', 'tls', 'ssl', 'ssh', 'ws', 'wss', 'grpc', 'http2']);
