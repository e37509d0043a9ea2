import { rule, say } from '../../rule.js';

/** Programs whose job it is to watch or steer the other containers. */
const AGENTS =
  /(?:^|\/)(?:traefik|portainer(?:-ce|-ee)?|agent|watchtower|autoheal|docker-autoheal|nginx-proxy|docker-gen|acme-companion|docker-socket-proxy|socket-proxy|dozzle|cadvisor|telegraf|datadog|dd-agent|promtail|alloy|vector|filebeat|diun|ouroboros|ofelia|lazydocker|homepage|dockge|gitlab-runner|act_runner|drone-runner-docker|jenkins|netdata|glances|testcontainers|ryuk)$/i;

export default rule({
  id: 'compose-docker-socket',
  kinds: ['compose'],
  severity: 'warning',
  profile: 'recommended',
  tags: ['compose', 'security'],
  since: 'next',
  peers: { semgrep: ['dockerfile-dockerd-socket-mount'], kics: ['Docker Socket Mounted In Container'] },
  summary: 'Keep the socket of the Docker daemon out of containers.',
  docs: `
Whoever can talk to the daemon can start a container that mounts the whole disk of the host: the socket is root on the
host, read-only or not.

Do without, or put a proxy before it that lets through only what is needed, as docker-socket-proxy does.
Programs that are there to watch other containers, as traefik or portainer, are reported as information only.`,
  sources: {
    'Protect the Docker daemon socket': 'https://docs.docker.com/engine/security/protect-access/',
    'Docker daemon attack surface': 'https://docs.docker.com/engine/security/#docker-daemon-attack-surface',
  },
  examples: [
    {
      title: 'In the short and in the long form',
      bad: `
        services:
          app:
            image: example/app:1.2
            volumes:
              - «/var/run/docker.sock:/var/run/docker.sock:ro»
              - type: bind
                source: «/run/docker.sock»
                target: /var/run/docker.sock`,
    },
    {
      title: 'An agent, which is reported as information',
      bad: `
        services:
          proxy:
            image: traefik:v3.5
            volumes:
              - «/var/run/docker.sock:/var/run/docker.sock:ro»`,
    },
    {
      title: 'Other sockets and other volumes',
      good: `
        services:
          app:
            image: example/app:1.2
            volumes:
              - ./run:/var/run
              - /var/run/postgresql:/var/run/postgresql`,
    },
  ],
  *check(file) {
    for (const service of file.services()) {
      const isAgent = AGENTS.test(service.image?.name ?? '');
      const volumes = service.node('volumes');
      for (const { value } of volumes?.type === 'list' ? volumes.items : []) {
        const at = value.type === 'scalar' ? value : value.type === 'map' ? value.get('source') : undefined;
        const source = at?.text.split(':', 1)[0] ?? '';
        if (!at || !/^(?:\/var)?\/run\/docker\.sock$/.test(source)) continue;
        yield {
          at,
          severity: isAgent ? 'info' : 'warning',
          message: say`${service.name.text} gets the socket of the daemon, which is root on the host.`,
        };
      }
    }
  },
});
