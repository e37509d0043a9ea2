import { chain, suggestion } from '../../edit.js';
import { operandsOf, removedBy } from '../../knowledge/commands.js';
import { DOWNLOADERS } from '../../knowledge/downloads.js';
import { isClearedAfter, isOnMount, isPlainAtEnd, leavesInImage, pathOf } from '../../knowledge/left-files.js';
import { AS_PEERS, parfumSees } from '../../knowledge/peers.js';
import { around, runOf, visitAfter, type Command, type Dockerfile, type Instructions } from '../../model/index.js';
import { rule, say } from '../../rule.js';

type Run = Instructions['RUN'];

export default rule({
  id: 'gpg-remove-signature',
  kinds: ['dockerfile'],
  severity: 'info',
  profile: 'recommended',
  tags: ['layers', 'packages'],
  since: 'next',
  peers: { parfum: ['gpgVerifyAscRmAsc'] },
  summary: 'Remove a signature in the RUN that downloads and verifies it.',
  docs: `
Once a download is verified, its signature is of no use any more, but it stays in the image beside the program.

End the RUN with \`rm\` on the signature, where the archive and the key ring go too. Nothing is said about a signature that
came with COPY or from a mount, which no \`rm\` makes smaller, nor in a stage that is only copied from.`,
  sources: {
    'gpg(1), "--verify"': 'https://manpages.debian.org/bookworm/gpg/gpg.1.en.html#verify',
    'Docker Official Images, "Security"': 'https://github.com/docker-library/official-images#security',
  },
  options: {
    asPeers: {
      ...AS_PEERS,
      about: 'Judge as docker-parfum does: in any stage, by the word behind --verify, and any later rm will do.',
    },
  },
  differs: [
    {
      from: 'parfum/gpgVerifyAscRmAsc',
      they: 'takes any later rm for the removal',
      we: 'want one that names the signature or a folder around it',
      why: 'An rm of something else leaves it.',
    },
    {
      from: 'parfum/gpgVerifyAscRmAsc',
      they: 'flags every stage and every signature',
      we: 'flag one that the RUN itself downloads into the image',
      why: 'Nothing else can be removed there.',
    },
    {
      from: 'parfum/gpgVerifyAscRmAsc',
      they: 'looks at the word behind --verify alone',
      we: 'look at the first file, and know gpg2 and .sig as well',
      why: 'Other flags may stand between.',
    },
  ],
  examples: [
    {
      title: 'A signature that stays',
      bad: `
        FROM debian:12
        RUN curl -fsSLO https://example.com/tool.asc && «gpg» --batch --verify tool.asc tool`,
      good: `
        FROM debian:12
        RUN curl -fsSLO https://example.com/tool.asc && gpg --batch --verify tool.asc tool && rm tool.asc`,
    },
    {
      title: 'With a path, and an rm of something else',
      bad: `
        FROM debian:12
        RUN wget -O /usr/local/bin/gosu.asc https://example.com/gosu.asc \\
          && «gpg» --batch --trust-model direct --verify /usr/local/bin/gosu.asc /usr/local/bin/gosu \\
          && rm -rf /tmp/keys`,
      good: `
        FROM debian:12
        RUN wget -O /usr/local/bin/gosu.asc https://example.com/gosu.asc \\
          && gpg --batch --trust-model direct --verify /usr/local/bin/gosu.asc /usr/local/bin/gosu \\
          && rm -rf /tmp/keys \\
          && rm /usr/local/bin/gosu.asc`,
    },
    {
      title: 'Removed, by its name, its folder, a pattern or a variable',
      good: `
        FROM debian:12
        RUN curl -O https://example.com/a.asc && gpg --batch --verify a.asc a && rm -rf "$GNUPGHOME" a.asc
        RUN curl -o /t/a.asc https://example.com/a.asc && gpg --batch --verify /t/a.asc /t/a && rm -r /t
        RUN curl -O https://example.com/a.asc && gpg --batch --verify a.asc a && rm *.asc
        RUN curl -o "$D/a.asc" https://example.com/a.asc && gpg --batch --verify "$D/a.asc" "$D/a" && rm -r "$D"`,
    },
    {
      title: 'Removed later, which another rule tells',
      good: `
        FROM debian:12
        RUN curl -o /a.asc https://example.com/a.asc && gpg --batch --verify /a.asc /a
        RUN make && rm /a.asc`,
    },
    {
      title: 'Copied, on a mount, in a stage that is only copied from',
      good: `
        FROM debian:12 AS fetch
        RUN curl -O https://example.com/a.asc && gpg --batch --verify a.asc a
        FROM debian:12
        COPY --from=fetch /a /a.asc /
        RUN gpg --batch --verify /a.asc /a
        RUN --mount=type=tmpfs,target=/tmp curl -o /tmp/a.asc https://example.com/a.asc && gpg --batch --verify /tmp/a.asc /a`,
    },
    {
      title: 'Nothing is verified, or something else',
      good: `
        FROM debian:12
        RUN curl -O https://example.com/a.asc && gpg --batch --import a.asc
        RUN curl -O https://example.com/a.txt && gpg --batch --verify a.txt`,
    },
    {
      title: 'As docker-parfum judges it',
      profile: 'all',
      bad: `
        FROM debian:12 AS fetch
        RUN «gpg» --batch --verify a.asc a
        FROM debian:12`,
      good: `
        FROM debian:12 AS fetch
        RUN gpg --batch --verify a.asc a && rm a.asc
        FROM debian:12`,
    },
    {
      title: 'Clean to docker-parfum',
      profile: 'all',
      good: `
        FROM debian:12
        RUN gpg --batch --verify a.asc a && rm x
        RUN gpg --batch --verify --trust-model direct a.asc a && gpg --batch --verify a.sig a`,
    },
  ],
  *check(file, { options }) {
    for (const command of file.runCommands('gpg', 'gpg2')) {
      const run = runOf(command);
      if (!run || !command.has('--verify')) continue;
      const { after } = around(command);
      const isSeen =
        command.program.text === 'gpg' &&
        parfumSees(command) &&
        verified(command).includes('.asc') &&
        !after.some((later) => parfumSees(later) && removedBy(later).length > 0);
      const [signature] = operandsOf(command);
      const name = signature && /\.(asc|sig)$/.test(signature.text) ? signature.text : undefined;
      if (options.asPeers ? !isSeen : name === undefined || !isLeft(file, run, command, name)) continue;
      const edit = name !== undefined && isPlainAtEnd(name, run) ? chain(run, `rm ${name}`) : undefined;
      yield {
        at: command.program,
        message: say`${name ?? verified(command)} stays in the layer once it is verified.`,
        fix: edit && suggestion('Remove it at the end of the RUN', edit),
        ...(isSeen ? {} : { peers: [] }),
      };
    }
  },
});

/** The word behind the flag. */
function verified({ args }: Command): string {
  const at = args.findIndex(({ text }) => text === '--verify');
  return at < 0 ? '' : (args[at + 1]?.text ?? '');
}

/** Whether the RUN downloads the signature, and nothing takes it away. */
function isLeft(file: Dockerfile, run: Run, command: Command, name: string): boolean {
  const path = pathOf(command, name);
  const isDownloaded = around(command).before.some(
    (earlier) =>
      DOWNLOADERS.includes(earlier.program.text) && earlier.args.some(({ text }) => /\.(asc|sig)\b/.test(text)),
  );
  if (!isDownloaded || !leavesInImage(run, file) || isOnMount(run, path) || isClearedAfter(command, path)) return false;
  let isRemovedLater = false;
  visitAfter(file, run, (later) => {
    isRemovedLater ||=
      later.keyword === 'RUN' && later.commands.some((one) => removedBy(one).some(({ text }) => text.includes('.asc')));
    return isRemovedLater;
  });
  return !isRemovedLater;
}
