import { chain, suggestion } from '../../edit.js';
import { deletedBy } from '../../knowledge/caches.js';
import { objectsOf, verbOf } from '../../knowledge/commands.js';
import { holds } from '../../knowledge/mounts.js';
import { runOf } from '../../model/index.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'microdnf-clean-all',
  kinds: ['dockerfile'],
  severity: 'info',
  profile: 'strict',
  tags: ['packages', 'size'],
  since: 'next',
  peers: { trivy: ['DS-0027'] },
  summary: 'End a RUN that installs by microdnf with microdnf clean all.',
  docs: `
microdnf keeps metadata in \`/var/cache/yum\` on UBI 8, in \`/var/cache/dnf\` on UBI 9 and in \`/var/cache/libdnf5\` later.
A clean-up of the wrong folder, or one that another install follows, leaves tens of megabytes in the layer.

\`microdnf clean all\` as the last call knows the right folder. This is the form that Red Hat's own images use, and what
scanners look for; \`dnf-clean\` already reports a RUN that does not clean up at all.
In a stage that is only copied from, and with a cache mount, nothing is said.`,
  sources: {
    'Universal Base Images, "Adding software"':
      'https://docs.redhat.com/en/documentation/red_hat_enterprise_linux/9/html/building_running_and_managing_containers/adding-software-to-a-ubi-container_building-running-and-managing-containers',
  },
  examples: [
    {
      title: 'The folder of an older release',
      bad: `
        FROM registry.access.redhat.com/ubi9/ubi-minimal
        RUN microdnf «install» -y jq && rm -rf /var/cache/yum`,
      good: `
        FROM registry.access.redhat.com/ubi9/ubi-minimal
        RUN microdnf install -y jq && rm -rf /var/cache/yum && microdnf clean all`,
    },
    {
      title: 'Another install behind the clean-up',
      bad: `
        FROM registry.access.redhat.com/ubi9/ubi-minimal
        RUN microdnf install -y jq && microdnf clean all && \\
            microdnf «reinstall» -y tzdata`,
      good: `
        FROM registry.access.redhat.com/ubi9/ubi-minimal
        RUN microdnf install -y jq && microdnf clean all && \\
            microdnf reinstall -y tzdata && \\
            microdnf clean all`,
    },
    {
      title: 'Cleaned at the end',
      good: `
        FROM registry.access.redhat.com/ubi9/ubi-minimal
        RUN microdnf install -y jq && microdnf -y clean all && echo done
        RUN microdnf remove -y jq`,
    },
    {
      title: 'A cache mount',
      good: `
        FROM registry.access.redhat.com/ubi9/ubi-minimal
        RUN --mount=type=cache,target=/var/cache/yum microdnf install -y jq
        RUN --mount=type=cache,target=/var/cache/dnf microdnf install -y jq
        RUN --mount=type=cache,target=/var/cache/libdnf5 microdnf install -y jq`,
    },
    {
      title: 'A stage that is only copied from',
      good: `
        FROM registry.access.redhat.com/ubi9/ubi-minimal AS build
        RUN microdnf install -y gcc
        FROM registry.access.redhat.com/ubi9/ubi-minimal
        COPY --from=build /app /app`,
    },
  ],
  *check(file) {
    for (const run of file.all('RUN')) {
      if (run.stage?.ships === false || run.script?.readable === false) continue;
      if (['/var/cache/yum', '/var/cache/dnf', '/var/cache/libdnf5'].some((folder) => holds(run, folder))) continue;
      const { commands } = run;
      const last = commands.findLastIndex(
        (command) =>
          command.program.text === 'microdnf' && ['install', 'reinstall'].includes(verbOf(command)?.text ?? ''),
      );
      const install = commands[last];
      const verb = install && verbOf(install);
      if (!install || !verb || runOf(install) !== run) continue;
      const isClean = commands
        .slice(last + 1)
        .some(
          (command) =>
            /clean/i.test(command.program.text) ||
            (command.program.text === 'microdnf' &&
              verbOf(command)?.text === 'clean' &&
              objectsOf(command).some(({ text }) => text === 'all')) ||
            deletedBy(command).includes('/var/cache'),
        );
      if (isClean) continue;
      const edit = chain(run, 'microdnf clean all');
      yield {
        at: verb,
        message: say`No microdnf clean all comes after this install.`,
        fix: edit && suggestion('Append microdnf clean all', edit),
      };
    }
  },
});
