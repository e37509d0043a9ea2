import { fix, insertAfter } from '../../edit.js';
import { isWithin } from '../../knowledge/mounts.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'cache-mount-without-sharing-lock',
  kinds: ['dockerfile'],
  severity: 'hint',
  profile: 'recommended',
  tags: ['layers', 'cache', 'flaky-build'],
  since: 'next',
  summary: 'Mount the caches of apt and dpkg with sharing=locked.',
  docs: `
Two builds, or two stages of one build, may use a cache mount at the same time. apt takes a lock on its folders and gives
up when another one has it: "Could not get lock". The build fails now and then, and nobody knows why.

Add \`sharing=locked\`, so that the second waits for the first, or \`sharing=private\`, so that it gets a cache of its own.
Other package managers can share their caches.`,
  sources: {
    'Dockerfile reference, "RUN --mount=type=cache"':
      'https://docs.docker.com/reference/dockerfile/#run---mounttypecache',
  },
  examples: [
    {
      title: 'Both folders of apt',
      bad: `
        FROM debian:12
        RUN «--mount=type=cache,target=/var/cache/apt» «--mount=type=cache,target=/var/lib/apt» \\
            apt-get update && apt-get install -y curl`,
      good: `
        FROM debian:12
        RUN --mount=type=cache,target=/var/cache/apt,sharing=locked --mount=type=cache,target=/var/lib/apt,sharing=locked \\
            apt-get update && apt-get install -y curl`,
    },
    {
      title: 'The folder of dpkg',
      bad: `
        FROM debian:12
        RUN «--mount=type=cache,target=/var/lib/dpkg,id=dpkg» dpkg -i /a.deb`,
      good: `
        FROM debian:12
        RUN --mount=type=cache,target=/var/lib/dpkg,id=dpkg,sharing=locked dpkg -i /a.deb`,
    },
    {
      title: 'Locked or private, and shared on purpose',
      bad: `
        FROM debian:12
        RUN «--mount=type=cache,target=/var/cache/apt,sharing=shared» apt-get update`,
    },
    {
      title: 'Locked or private',
      good: `
        FROM debian:12
        RUN --mount=type=cache,target=/var/cache/apt,sharing=locked --mount=type=cache,sharing=private,target=/var/lib/apt apt-get update`,
    },
    {
      title: 'Other folders, and other mounts',
      good: `
        FROM debian:12
        RUN --mount=type=cache,target=/root/.cache/pip --mount=type=tmpfs,target=/var/cache/apt pip install flask
        RUN --mount=type=cache,target=$CACHE apt-get update`,
    },
  ],
  *check(file) {
    for (const run of file.all('RUN')) {
      for (const mount of run.mounts) {
        const { type, target, options } = mount;
        if (type !== 'cache' || target === undefined || !FOLDERS.some((folder) => isWithin(target, folder))) continue;
        const sharing = options.get('sharing');
        if (sharing !== undefined && sharing !== 'shared') continue;
        yield {
          at: mount,
          message: say`Two builds at a time get in each other's way on ${target}.`,
          fix: sharing === undefined ? fix('Add sharing=locked', insertAfter(mount, ',sharing=locked')) : undefined,
        };
      }
    }
  },
});

/** Folders in which apt and dpkg take locks. Source: apt-get(8), dpkg(1), FILES. */
const FOLDERS = ['/var/cache/apt', '/var/lib/apt', '/var/lib/dpkg'];
