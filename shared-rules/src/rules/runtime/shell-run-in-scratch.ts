import { AS_PEERS } from '../../knowledge/peers.js';
import { mountsTools, shellMayCome } from '../../knowledge/shell-in-image.js';
import { anyBefore } from '../../model/index.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'shell-run-in-scratch',
  kinds: ['dockerfile'],
  severity: 'warning',
  profile: 'recommended',
  tags: ['runtime', 'broken-build'],
  since: 'next',
  peers: { tally: ['shell-run-in-scratch'] },
  summary: 'Do not RUN shell commands in an image that is made from nothing.',
  docs: `
scratch is empty: there is no \`/bin/sh\` to run a RUN with, and the build stops with "no such file or directory".

Do the work in a stage before, on an image with a shell, and copy the result. A program that was copied in can be run in
the exec form, \`RUN ["/app", "init"]\`.

Nothing is said where a SHELL is set, where a whole file system or a shell may have been copied in, or where a mount brings
one.`,
  sources: {
    'Create a minimal base image using scratch':
      'https://docs.docker.com/build/building/base-images/#create-a-minimal-base-image-using-scratch',
    'Shell and exec form': 'https://docs.docker.com/reference/dockerfile/#shell-and-exec-form',
  },
  options: {
    asPeers: {
      ...AS_PEERS,
      about: 'Judge as tally does: only a SHELL counts, not what was copied in or mounted.',
    },
  },
  examples: [
    {
      title: 'No shell to run it',
      bad: `
        FROM scratch
        COPY app.bin /
        RUN «mkdir /data»`,
    },
    {
      title: 'In a stage that starts from it, and in a heredoc',
      bad: `
        FROM scratch AS base
        FROM base
        RUN «<<EOF»
        #!/bin/bash
        mkdir /data
        EOF`,
    },
    {
      title: 'An exec form',
      good: `
        FROM scratch
        COPY app /
        RUN ["/app", "init"]`,
    },
    {
      title: 'A SHELL, a file system, a shell, a mount',
      good: `
        FROM scratch
        SHELL ["/busybox", "sh", "-c"]
        RUN mkdir /data
        FROM scratch
        ADD alpine-minirootfs-3.22.1-x86_64.tar.gz /
        RUN apk add curl
        FROM scratch
        COPY --from=busybox:1.37 /bin/sh /bin/sh
        RUN mkdir /data
        FROM scratch
        COPY --from=0 / /
        RUN mkdir /data
        FROM scratch
        RUN --mount=from=busybox:1.37,target=/bin,source=/bin mkdir /data`,
    },
    {
      title: 'Another base',
      good: `
        FROM alpine:3.22
        RUN mkdir /data`,
    },
    {
      title: 'As tally judges it',
      profile: 'all',
      bad: `
        FROM scratch
        ADD rootfs.tar.xz /
        RUN «mkdir /data»
        SHELL ["/bin/sh", "-c"]
        RUN mkdir /more`,
    },
  ],
  *check(file, { options }) {
    const hasShell = options.asPeers ? anyBefore(({ keyword }) => keyword === 'SHELL') : shellMayCome(file);
    for (const run of file.all('RUN')) {
      const { stage, form, commandText } = run;
      if (form === 'exec' || !commandText || stage?.rootImage?.value !== 'scratch' || hasShell(run)) continue;
      if (!options.asPeers && mountsTools(run)) continue;
      yield { at: commandText, message: say`There is no shell in scratch to run this.` };
    }
  },
});
