import { addInstructionBefore, suggestion } from '../../edit.js';
import { installsPackages } from '../../knowledge/apt.js';
import { officialName } from '../../knowledge/images.js';
import { isWithin } from '../../knowledge/mounts.js';
import { anyBefore, type Instruction } from '../../model/index.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'apt-cache-mount-docker-clean',
  kinds: ['dockerfile'],
  severity: 'info',
  profile: 'recommended',
  tags: ['layers', 'cache', 'speed'],
  since: 'next',
  summary: 'Keep Debian images from emptying the cache that a RUN mounts for apt.',
  docs: `
The images of Debian and Ubuntu delete every downloaded package right after the install; the file
\`/etc/apt/apt.conf.d/docker-clean\` tells apt to. With a cache mount on \`/var/cache/apt\` that empties the mount, so that the
next build downloads all packages again.

Delete that file in a RUN before: \`RUN rm -f /etc/apt/apt.conf.d/docker-clean\`. Docker's documentation also sets
\`Binary::apt::APT::Keep-Downloaded-Packages "true";\` in a file of its own.`,
  sources: {
    'Dockerfile reference, "Example: cache apt packages"':
      'https://docs.docker.com/reference/dockerfile/#example-cache-apt-packages',
  },
  examples: [
    {
      title: 'A cache that is always empty',
      bad: `
        FROM debian:12
        RUN «--mount=type=cache,target=/var/cache/apt,sharing=locked» \\
            --mount=type=cache,target=/var/lib/apt,sharing=locked \\
            apt-get update && apt-get install -y curl`,
      good: `
        FROM debian:12
        RUN rm -f /etc/apt/apt.conf.d/docker-clean
        RUN --mount=type=cache,target=/var/cache/apt,sharing=locked \\
            --mount=type=cache,target=/var/lib/apt,sharing=locked \\
            apt-get update && apt-get install -y curl`,
    },
    {
      title: 'An image built on Debian, in two RUN instructions: one removal serves both',
      bad: `
        FROM python:3.13
        # tools
        RUN «--mount=type=cache,target=/var/cache/apt,sharing=locked» apt-get update && apt-get install -y gcc
        RUN --mount=type=cache,target=/var/cache/apt,sharing=locked apt-get update && apt-get install -y git`,
      good: `
        FROM python:3.13
        RUN rm -f /etc/apt/apt.conf.d/docker-clean
        # tools
        RUN --mount=type=cache,target=/var/cache/apt,sharing=locked apt-get update && apt-get install -y gcc
        RUN --mount=type=cache,target=/var/cache/apt,sharing=locked apt-get update && apt-get install -y git`,
    },
    {
      title: 'Another base',
      good: `
        FROM example.com/base:1
        RUN --mount=type=cache,target=/var/cache/apt,sharing=locked apt-get update && apt-get install -y curl`,
    },
    {
      title: 'A file that keeps the packages, in the same RUN, before it or in a base stage',
      good: `
        FROM debian:12 AS base
        RUN rm -f /etc/apt/apt.conf.d/docker-clean; \\
            echo 'Binary::apt::APT::Keep-Downloaded-Packages "true";' > /etc/apt/apt.conf.d/keep-cache
        FROM base
        RUN --mount=type=cache,target=/var/cache/apt,sharing=locked apt-get update && apt-get install -y curl
        FROM debian:12
        COPY keep-cache /etc/apt/apt.conf.d/
        RUN --mount=type=cache,target=/var/cache/apt,sharing=locked apt-get update && apt-get install -y curl
        FROM debian:12
        RUN --mount=type=cache,target=/var/cache/apt,sharing=locked rm -f /etc/apt/apt.conf.d/docker-clean \\
            && apt-get update && apt-get install -y curl`,
    },
    {
      title: 'Packages are kept by an option, or none is installed',
      good: `
        FROM debian:12
        RUN --mount=type=cache,target=/var/cache/apt,sharing=locked apt-get update \\
            && apt-get -o Binary::apt::APT::Keep-Downloaded-Packages=true install -y curl
        RUN --mount=type=cache,target=/var/cache/apt,sharing=locked apt-get update`,
    },
  ],
  *check(file) {
    const reported = new Set<Instruction>();
    const isKept = anyBefore((node) => keepsPackages(node) || reported.has(node));
    for (const run of file.all('RUN')) {
      const mount = run.mounts.find(
        ({ type, target }) => type === 'cache' && target && isWithin(target, '/var/cache/apt'),
      );
      const image = run.stage?.rootImage;
      if (!mount || !image || run.state.family !== 'debian' || !run.commands.some(installsPackages)) continue;
      if (officialName(image.resolved?.name ?? image.name) === undefined || keepsPackages(run) || isKept(run)) continue;
      const isRoot = !run.state.user.known || ['root', '0', 'root:root', '0:0'].includes(run.state.user.value);
      // What helps the first helps those that follow.
      reported.add(run);
      yield {
        at: mount,
        message: say`This image deletes the packages after every install, so the cache stays empty.`,
        fix: isRoot
          ? suggestion(
              'Delete docker-clean before',
              addInstructionBefore(run, 'RUN rm -f /etc/apt/apt.conf.d/docker-clean'),
            )
          : undefined,
      };
    }
  },
});

/** Whether the instruction may change what happens to downloaded packages. */
function keepsPackages(node: Instruction): boolean {
  if (node.keyword === 'COPY' || node.keyword === 'ADD') return node.target?.text.startsWith('/etc/apt') === true;
  if (node.keyword !== 'RUN') return false;
  const texts = node.commands.flatMap(({ args, redirections }) => [
    ...args.map(({ text }) => text),
    ...redirections.flatMap(({ target }) => (target ? [target.text] : [])),
  ]);
  return texts.some((text) => /docker-clean|apt\.conf|keep-(cache|downloaded)/i.test(text));
}
