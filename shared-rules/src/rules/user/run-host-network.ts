import { remove, suggestion } from '../../edit.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'run-host-network',
  kinds: ['dockerfile'],
  severity: 'warning',
  profile: 'recommended',
  tags: ['security', 'reproducibility'],
  since: 'next',
  peers: { sonar: ['S6431'] },
  summary: 'Build without --network=host, which opens the network of the build machine to a step.',
  docs: `
A RUN with \`--network=host\` can reach everything that listens on the machine which builds: its databases, its
metadata service, the Docker socket of a neighbour. A dependency that was tampered with can do so too.
It also builds only where the builder was started with the entitlement \`network.host\`.

Without the flag the step has a network of its own, which still reaches the internet.
Leave the rule off where a step has to talk to a service on the build machine.`,
  sources: {
    'RUN --network': 'https://docs.docker.com/reference/dockerfile/#run---network',
    'Entitlements of a build': 'https://docs.docker.com/reference/cli/docker/buildx/build/#allow',
  },
  examples: [
    {
      title: 'A download over the host’s network',
      bad: `
        FROM debian:13
        RUN «--network=host» make fetch`,
      good: `
        FROM debian:13
        RUN make fetch`,
    },
    {
      title: 'Beside another flag, in an earlier stage and in an exec form',
      bad: `
        FROM debian:13 AS build
        RUN --mount=type=cache,target=/var/cache/app «--network=host» make fetch
        FROM debian:13
        RUN «--network=host» ["make", "install"]`,
      good: `
        FROM debian:13 AS build
        RUN --mount=type=cache,target=/var/cache/app make fetch
        FROM debian:13
        RUN ["make", "install"]`,
    },
    {
      title: 'A network of its own, or none',
      good: `
        FROM debian:13
        RUN --network=default make fetch
        RUN --network=none make test`,
    },
    {
      title: 'A variable',
      good: `
        FROM debian:13
        ARG NETWORK=host
        RUN --network=$NETWORK make fetch`,
    },
    {
      title: 'The same words given to a command of the step',
      good: `
        FROM debian:13
        RUN docker run --network=host alpine:3.22 true`,
    },
  ],
  *check(file) {
    for (const run of file.allWithTriggers('RUN')) {
      const flag = run.flag('network');
      if (flag?.value?.text !== 'host') continue;
      yield {
        at: flag,
        message: say`This step reaches the network of the machine that builds.`,
        fix: suggestion('Remove --network=host', remove(flag)),
      };
    }
  },
});
