import { remove, suggestion } from '../../edit.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'run-insecure-sandbox',
  kinds: ['dockerfile'],
  severity: 'error',
  profile: 'recommended',
  tags: ['security'],
  since: 'next',
  peers: { sonar: ['S6502'] },
  summary: 'Build without --security=insecure, which lets a step out of its sandbox.',
  docs: `
A RUN with \`--security=insecure\` runs with every privilege, like a container started with \`--privileged\`:
whatever it downloads and executes can take over the machine that builds.
It also builds only where the builder was started with the entitlement \`security.insecure\`.

Without the flag the step runs in the sandbox. Leave the rule off where a step truly needs privileges, such as one
that mounts a file system, and where the build machine is thrown away afterwards.`,
  sources: {
    'RUN --security': 'https://docs.docker.com/reference/dockerfile/#run---security',
    'Entitlements of a build': 'https://docs.docker.com/reference/cli/docker/buildx/build/#allow',
  },
  examples: [
    {
      title: 'A step with every privilege',
      bad: `
        FROM debian:13
        RUN «--security=insecure» make image`,
      good: `
        FROM debian:13
        RUN make image`,
    },
    {
      title: 'Beside another flag, in an earlier stage and in an exec form',
      bad: `
        FROM debian:13 AS build
        RUN «--security=insecure» --mount=type=cache,target=/var/cache/app make image
        FROM debian:13
        RUN «--security=insecure» ["make", "install"]`,
      good: `
        FROM debian:13 AS build
        RUN --mount=type=cache,target=/var/cache/app make image
        FROM debian:13
        RUN ["make", "install"]`,
    },
    {
      title: 'In the sandbox',
      good: `
        FROM debian:13
        RUN --security=sandbox make image`,
    },
    {
      title: 'A variable',
      good: `
        FROM debian:13
        ARG SECURITY=insecure
        RUN --security=$SECURITY make image`,
    },
  ],
  *check(file) {
    for (const run of file.allWithTriggers('RUN')) {
      const flag = run.flag('security');
      if (flag?.value?.text !== 'insecure') continue;
      yield {
        at: flag,
        message: say`This step runs outside the sandbox, with every privilege.`,
        fix: suggestion('Remove --security=insecure', remove(flag)),
      };
    }
  },
});
