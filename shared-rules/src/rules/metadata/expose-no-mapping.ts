import { replace, suggestion } from '../../edit.js';
import { exposedBy, mappedPort } from '../../knowledge/ports.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'expose-no-mapping',
  kinds: ['dockerfile'],
  severity: 'warning',
  profile: 'recommended',
  tags: ['network', 'misleading'],
  since: 'next',
  peers: { buildkit: ['ExposeInvalidFormat'] },
  summary: 'Name in EXPOSE only the port in the container, none of the host.',
  docs: `
\`EXPOSE 8080:80\` publishes nothing. The builder drops the port of the host, warns, and stores \`80\`; whoever runs the image
and tries port 8080 finds it closed.

Write \`EXPOSE 80\`. Which port of the host leads to it is said where the container is run: \`docker run -p 8080:80\`, or
\`ports\` in a Compose file.`,
  sources: {
    ExposeInvalidFormat: 'https://docs.docker.com/reference/build-checks/expose-invalid-format/',
    'EXPOSE reference': 'https://docs.docker.com/reference/dockerfile/#expose',
  },
  examples: [
    {
      title: 'A port of the host',
      bad: `
        FROM debian:12
        EXPOSE «8080:80» 443
        EXPOSE «5353:53/udp»`,
      good: `
        FROM debian:12
        EXPOSE 80 443
        EXPOSE 53/udp`,
    },
    {
      title: 'Addresses, and a variable that is known',
      bad: `
        FROM debian:12
        ENV PORT=80
        EXPOSE «127.0.0.1:8080:80» «127.0.0.1::81» «[::1]:8082:82»
        EXPOSE «8080:$PORT»`,
      good: `
        FROM debian:12
        ENV PORT=80
        EXPOSE 80 81 82
        EXPOSE $PORT`,
    },
    {
      title: 'Ports, ranges, protocols',
      good: `
        FROM debian:12
        EXPOSE 80 8000-8010 53/udp`,
    },
    {
      title: 'Variables that nobody knows',
      good: `
        FROM debian:12
        ARG PORT
        ARG HOST_PORT
        EXPOSE $PORT 8080:$PORT $HOST_PORT:80`,
    },
  ],
  *check(file) {
    for (const node of file.allWithTriggers('EXPOSE')) {
      for (const { word, port } of exposedBy(node)) {
        const inside = mappedPort(port);
        if (inside === undefined) continue;
        const kept = word.text.slice(word.text.lastIndexOf(':') + 1);
        yield {
          at: word,
          message: say`EXPOSE maps no ports: of ${word.text}, only ${inside} is stored.`,
          fix: /^(?:\d+(?:-\d+)?|\$\w+)(?:\/\w+)?$/.test(kept)
            ? suggestion(`Write ${kept}`, replace(word, kept))
            : undefined,
        };
      }
    }
  },
});
