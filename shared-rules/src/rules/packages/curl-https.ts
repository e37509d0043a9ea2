import { overHttp } from '../../families/clear-text.js';
import { AS_PEERS } from '../../knowledge/peers.js';
import { rule } from '../../rule.js';

export default rule({
  id: 'curl-https',
  kinds: ['dockerfile'],
  severity: 'warning',
  profile: 'recommended',
  tags: ['packages', 'security', 'supply-chain'],
  since: 'next',
  peers: { parfum: ['curlUseHttpsUrl'] },
  summary: 'Let curl download over https.',
  docs: `
Over plain \`http://\` anybody between the build and the server can hand out a file of their own, and it goes into the
image.

Write \`https://\`. Where the server has no certificate, compare what comes with a checksum, and ignore the rule there.
Nothing is said about the machine itself, private addresses, and names that only a network of one's own knows.`,
  sources: {
    'curl, "SSL certificate verification"': 'https://curl.se/docs/sslcerts.html',
    'Best practices for building, "ADD or COPY"': 'https://docs.docker.com/build/building/best-practices/#add-or-copy',
  },
  options: {
    asPeers: { ...AS_PEERS, about: 'Judge as docker-parfum does: any host.' },
  },
  differs: [
    {
      from: 'parfum/curlUseHttpsUrl',
      they: 'flags any host',
      we: 'silent about localhost, private addresses, names without a dot, and hosts that are one variable',
      why: 'Services of one machine or network rarely have certificates, and a variable may name one.',
    },
  ],
  examples: [
    {
      title: 'A file that anybody on the way can change',
      bad: `
        FROM debian:12
        RUN curl -fsSLO «http://example.com/install.sh»`,
      good: `
        FROM debian:12
        RUN curl -fsSLO https://example.com/install.sh`,
    },
    {
      title: 'Behind sudo, over several lines, with a variable, in a trigger',
      bad: `
        FROM debian:12
        ARG VERSION=1.2
        RUN apt-get update && \\
            sudo curl «"http://example.com/$VERSION/a.tgz"» && \\
            curl «http://\${MIRROR}.example.com/b.tgz»
        ONBUILD RUN curl «http://example.com/c»`,
      good: `
        FROM debian:12
        ARG VERSION=1.2
        RUN apt-get update && \\
            sudo curl "https://example.com/$VERSION/a.tgz" && \\
            curl https://\${MIRROR}.example.com/b.tgz
        ONBUILD RUN curl https://example.com/c`,
    },
    {
      title: 'Encrypted, or in part',
      good: `
        FROM debian:12
        RUN curl https://example.com/a && curl http://example.com/b https://example.com/c
        RUN curl example.com && echo curl http://example.com/d`,
    },
    {
      title: "The machine itself, networks of one's own, a host that is a variable",
      good: `
        FROM debian:12
        RUN curl http://localhost:8080/a && curl http://127.0.0.1/a && curl http://[::1]/a && curl http://printer.local/a
        RUN curl http://proxy:3128/a && curl http://192.168.1.2/a && curl http://10.0.0.1/ && curl "http://$HOST/a"`,
    },
    {
      title: 'As docker-parfum judges it',
      profile: 'all',
      bad: `
        FROM debian:12
        RUN curl «http://localhost:8080/a» && curl «"http://$HOST/b"» && env A=1 curl http://example.com/c`,
      good: `
        FROM debian:12
        RUN curl https://localhost:8080/a && curl "https://$HOST/b" && env A=1 curl http://example.com/c`,
    },
  ],
  check: (file, { options }) => overHttp(file, 'curl', options.asPeers),
});
