import { fix, removeStep } from '../../edit.js';
import { verbOf } from '../../knowledge/commands.js';
import { officialName } from '../../knowledge/images.js';
import { isMounted } from '../../knowledge/caches.js';
import { anyBefore, runOf, type Instruction } from '../../model/index.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'redundant-apt-clean',
  kinds: ['dockerfile'],
  severity: 'hint',
  profile: 'recommended',
  tags: ['packages', 'clutter'],
  since: 'next',
  summary: 'Do without apt-get clean on images that clean up by themselves.',
  docs: `
The official images of Debian and Ubuntu, and those built on them, delete downloaded packages after every install: a file
called \`/etc/apt/apt.conf.d/docker-clean\` sees to it. \`apt-get clean\` has nothing left to do there, and it gives the
wrong impression that the image is clean now: it does not touch the package lists.

Leave it out. What does make the image smaller is \`rm -rf /var/lib/apt/lists/*\`.
On other images it is useful; nothing is said about them, nor where the file is deleted.`,
  sources: {
    'Best practices for building, "apt-get"': 'https://docs.docker.com/build/building/best-practices/#apt-get',
    'Best practices for making container images': 'https://e-whisper.com/posts/8023/',
  },
  examples: [
    {
      title: 'Nothing left to clean',
      bad: `
        FROM debian:12
        RUN apt-get update && apt-get install -y curl && apt-get «clean» && rm -rf /var/lib/apt/lists/*`,
      good: `
        FROM debian:12
        RUN apt-get update && apt-get install -y curl && rm -rf /var/lib/apt/lists/*`,
    },
    {
      title: 'An image built on Debian, over several lines',
      bad: `
        FROM python:3.13-slim
        RUN apt-get update \\
            && apt-get install -y gcc \\
            && rm -rf /var/lib/apt/lists/* \\
            && apt «clean»`,
      good: `
        FROM python:3.13-slim
        RUN apt-get update \\
            && apt-get install -y gcc \\
            && rm -rf /var/lib/apt/lists/*`,
    },
    {
      title: 'Other base images',
      good: `
        FROM example.com/base:1
        RUN apt-get update && apt-get install -y curl && apt-get clean
        FROM nvidia/cuda:12.6.0-base-ubuntu24.04
        RUN apt-get update && apt-get install -y curl && apt-get clean`,
    },
    {
      title: 'The file is deleted, or packages are kept by a setting',
      good: `
        FROM debian:12
        RUN rm -f /etc/apt/apt.conf.d/docker-clean
        RUN apt-get update && apt-get install -y curl && apt-get clean
        FROM debian:12
        RUN echo 'Binary::apt::APT::Keep-Downloaded-Packages "true";' > /etc/apt/apt.conf.d/keep-cache
        RUN apt-get update && apt-get install -y curl && apt-get clean`,
    },
    {
      title: 'A download without an install',
      good: `
        FROM debian:12
        RUN apt-get update && apt-get install -y --download-only curl && apt-get clean`,
    },
  ],
  *check(file) {
    const keepsPackages = anyBefore(changesCleaning);
    for (const command of file.runCommands('apt-get', 'apt')) {
      const verb = verbOf(command);
      const run = runOf(command);
      const image = run?.stage?.rootImage;
      if (verb?.text !== 'clean' || !run || run.isTrigger || run.state.family !== 'debian' || !image) continue;
      if (officialName(image.resolved?.name ?? image.name) === undefined || isMounted(run, ['/var/cache/apt']))
        continue;
      if (changesCleaning(run) || keepsPackages(run)) continue;
      if (run.commands.some((other) => other.has('-d', '--download-only') || verbOf(other)?.text === 'download'))
        continue;
      const step = removeStep(run, command);
      yield {
        at: verb,
        message: say`This image deletes downloaded packages by itself.`,
        fix: step && fix({ title: 'Remove the call', changes: ['package caches'] }, step),
      };
    }
  },
});

/** Whether the instruction may change what happens to downloaded packages. */
function changesCleaning(node: Instruction): boolean {
  if (node.keyword === 'COPY' || node.keyword === 'ADD') return node.target?.text.startsWith('/etc/apt') === true;
  if (node.keyword !== 'RUN') return false;
  const texts = node.commands.flatMap(({ args, redirections }) => [
    ...args.map(({ text }) => text),
    ...redirections.flatMap(({ target }) => (target ? [target.text] : [])),
  ]);
  return texts.some((text) => text.includes('docker-clean') || text.includes('apt.conf'));
}
