import { chain, suggestion } from '../../edit.js';
import { operandsOf, removedBy } from '../../knowledge/commands.js';
import { isClearedAfter, isOnMount, isPlainAtEnd, leavesInImage, pathOf } from '../../knowledge/left-files.js';
import { AS_PEERS, parfumSees } from '../../knowledge/peers.js';
import { around, runOf } from '../../model/index.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'tar-remove-archive',
  kinds: ['dockerfile'],
  severity: 'info',
  profile: 'all',
  tags: ['layers', 'size'],
  since: 'next',
  peers: { parfum: ['tarSomethingRmTheSomething'] },
  summary: 'Remove an archive in the RUN that unpacks it.',
  docs: `
An archive that stays beside what came out of it makes the layer half as large again, for nothing.

End the RUN with an \`rm\` of it, or pipe the download into tar. The rule \`download-left-in-layer\` looks at where the archive
comes from and is on for everybody; this one gives docker-parfum's verdict on tar, for those who want the same.`,
  sources: {
    'Best practices for building, "ADD or COPY"': 'https://docs.docker.com/build/building/best-practices/#add-or-copy',
    'tar(1)': 'https://manpages.debian.org/bookworm/tar/tar.1.en.html',
  },
  options: {
    asPeers: {
      ...AS_PEERS,
      about: 'Judge as docker-parfum does: in any stage, and by a later rm with `.tar` or `tgz` in its words alone.',
    },
  },
  differs: [
    {
      from: 'parfum/tarSomethingRmTheSomething',
      they: 'wants an rm that names a `.tar` or `tgz`, in any stage and for a file on a mount',
      we: 'leave it to `download-left-in-layer`, which knows folders, patterns, mounts and stages that do not ship',
      why: 'Nothing is left in the image then.',
    },
  ],
  examples: [
    {
      title: 'An archive that stays',
      bad: `
        FROM debian:12
        RUN «tar» -xzf /tmp/a.tar.gz -C /opt`,
      good: `
        FROM debian:12
        RUN tar -xzf /tmp/a.tar.gz -C /opt && rm /tmp/a.tar.gz`,
    },
    {
      title: 'In the old style, by long flags, behind sudo, over several lines',
      bad: `
        FROM debian:12
        RUN «tar» xf a.tgz
        RUN sudo «tar» --extract --verbose --file=b.tar \\
          && make`,
      good: `
        FROM debian:12
        RUN tar xf a.tgz && rm a.tgz
        RUN sudo tar --extract --verbose --file=b.tar \\
          && make \\
          && rm b.tar`,
    },
    {
      title: 'The rm names something else, or a pattern',
      bad: `
        FROM debian:12
        RUN «tar» -xf /tmp/a.tar && rm -rf /tmp/*`,
      good: `
        FROM debian:12
        RUN tar -xf /tmp/a.tar && rm -rf /tmp/* && rm /tmp/a.tar`,
    },
    {
      title: 'A later rm of an archive',
      good: `
        FROM debian:12
        RUN tar -xf a.tar && rm a.tar && tar xf b.tgz && rm -f other.tgz`,
    },
    {
      title: 'From a pipe, not extracted, by a variable, of another kind',
      good: `
        FROM debian:12
        RUN curl https://example.com/a.tar | tar -xf - -C /opt && curl https://example.com/a.tar | tar -xz
        RUN tar -cf a.tar . && tar -tf a.tar && tar -xf "$FILE" && tar -xf a.txz`,
    },
    {
      title: 'By what is left in the image alone',
      options: { asPeers: false },
      bad: `
        FROM debian:12
        RUN «tar» -xf /a.tar && rm /b.tar`,
      good: `
        FROM debian:12
        RUN tar -xf /a.tar && rm /b.tar && rm /a.tar`,
    },
    {
      title: 'A mount, a pattern, a stage that is only copied from',
      options: { asPeers: false },
      good: `
        FROM debian:12 AS build
        RUN tar -xf /a.tar
        FROM debian:12
        COPY --from=build /a /a
        RUN --mount=type=bind,source=a.tar,target=/a.tar tar -xf /a.tar
        RUN tar -xf /tmp/a.tar && rm -rf /tmp/*`,
    },
  ],
  *check(file, { options }) {
    for (const command of file.runCommands('tar')) {
      const run = runOf(command);
      if (!run || !command.has('-x', '--extract', '--get')) continue;
      const archive = command.flag('-f', '--file')?.value ?? operandsOf(command).at(-1);
      if (!archive || !NAME.test(archive.text)) continue;
      const path = pathOf(command, archive.text);
      const isSeen =
        parfumSees(command) &&
        !around(command).after.some((later) => removedBy(later).some(({ text }) => NAME.test(text)));
      const isLeft = leavesInImage(run, file) && !isOnMount(run, path) && !isClearedAfter(command, path);
      if (options.asPeers ? !isSeen : !isLeft) continue;
      const edit = isPlainAtEnd(archive.text, run) ? chain(run, `rm ${archive.text}`) : undefined;
      yield {
        at: command.program,
        message: say`${archive.text} stays in the layer next to what is in it.`,
        fix: edit && suggestion('Remove it at the end of the RUN', edit),
        ...(isSeen && command.has('-x') ? {} : { peers: [] }),
      };
    }
  },
});

const NAME = /\.tar|tgz/;
