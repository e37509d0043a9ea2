import { chain, suggestion } from '../../edit.js';
import { jumps, operandsOf } from '../../knowledge/commands.js';
import { isOnMount, leavesInImage } from '../../knowledge/left-files.js';
import { AS_PEERS, parfumSees } from '../../knowledge/peers.js';
import { around, encloses, runOf, type Command, type Instructions, type Statement } from '../../model/index.js';
import { rule, say } from '../../rule.js';

type Run = Instructions['RUN'];

export default rule({
  id: 'mktemp-remove-dir',
  kinds: ['dockerfile'],
  severity: 'info',
  profile: 'recommended',
  tags: ['layers', 'size'],
  since: 'next',
  peers: { parfum: ['rmRecursiveAfterMktempD'] },
  summary: 'Remove a temporary folder in the RUN that makes it.',
  docs: `
What \`mktemp -d\` makes is meant to be gone soon, but in an image nothing clears \`/tmp\`: the folder and all in it ship for
good, under a name that nobody knows. Sometimes that is a key ring.

End the RUN with \`rm -rf "$DIR"\`, or give it a folder that is no part of the layer:
\`RUN --mount=type=tmpfs,target=/tmp …\`. In a stage that is only copied from, nothing is said.`,
  sources: {
    'mktemp(1)': 'https://manpages.debian.org/bookworm/coreutils/mktemp.1.en.html',
    'RUN --mount=type=tmpfs': 'https://docs.docker.com/reference/dockerfile/#run---mounttypetmpfs',
  },
  options: {
    asPeers: { ...AS_PEERS, about: 'Judge as docker-parfum does: in any stage, by any later rm with -f alone.' },
  },
  differs: [
    {
      from: 'parfum/rmRecursiveAfterMktempD',
      they: 'flags every stage, and folders on a mount',
      we: 'flag what stays in the image',
      why: 'Nothing else ships.',
    },
    {
      from: 'parfum/rmRecursiveAfterMktempD',
      they: 'takes a later rm with -f alone for a removal',
      we: 'also take `rm -r`, `rmdir`, `mv`, `find -delete` and a `trap`',
      why: 'The folder is gone by them as well.',
    },
  ],
  examples: [
    {
      title: 'A folder that stays',
      bad: `
        FROM debian:12
        RUN DIR="$(«mktemp» -d)" && make -C "$DIR" install`,
      good: `
        FROM debian:12
        RUN DIR="$(mktemp -d)" && make -C "$DIR" install && rm -rf "$DIR"`,
    },
    {
      title: 'Exported, by the long flag, in a cluster',
      bad: `
        FROM debian:12
        RUN set -e; \\
            export GNUPGHOME="$(«mktemp» --directory)"; \\
            gpg --batch --import /key.asc
        RUN A=$(«mktemp» -qd) && make A="$A"`,
      good: `
        FROM debian:12
        RUN set -e; \\
            export GNUPGHOME="$(mktemp --directory)"; \\
            gpg --batch --import /key.asc \\
            && rm -rf "$GNUPGHOME"
        RUN A=$(mktemp -qd) && make A="$A" && rm -rf "$A"`,
    },
    {
      title: 'No name for it',
      bad: `
        FROM debian:12
        RUN make -C "$(«mktemp» -d)" install`,
    },
    {
      title: 'Removed in the same RUN, one way or another',
      good: `
        FROM debian:12
        RUN DIR="$(mktemp -d)" && make -C "$DIR" install && rm -rf "$DIR"
        RUN DIR="$(mktemp -d)" && make -C "$DIR" install && rm -r "$DIR"
        RUN DIR="$(mktemp -d)" && mv "$DIR" /opt/tool
        RUN DIR="$(mktemp -d)"; trap 'rm -rf "$DIR"' EXIT; make -C "$DIR" install`,
    },
    {
      title: 'A mount',
      good: `
        FROM debian:12
        RUN --mount=type=tmpfs,target=/tmp make -C "$(mktemp -d)" install
        RUN --mount=type=cache,target=/build make -C "$(mktemp -d -p /build)" install
        RUN --mount=type=cache,target=/build make -C "$(mktemp -d /build/XXXXXX)" install`,
    },
    {
      title: 'A file, a stage that is only copied from, one for development',
      good: `
        FROM debian:12 AS build
        RUN make -C "$(mktemp -d)" install
        FROM debian:12 AS dev
        RUN make -C "$(mktemp -d)" install
        FROM debian:12
        RUN mktemp && make > "$(mktemp)"
        COPY --from=build /a /a`,
    },
    {
      title: 'As docker-parfum judges it',
      profile: 'all',
      bad: `
        FROM debian:12 AS build
        RUN --mount=type=tmpfs,target=/tmp DIR="$(«mktemp» -d)" && make && rm -r "$DIR"
        FROM scratch`,
      good: `
        FROM debian:12 AS build
        RUN --mount=type=tmpfs,target=/tmp DIR="$(mktemp -d)" && make && rm -r "$DIR" && rm -rf "$DIR"
        FROM scratch`,
    },
    {
      title: 'Clean to docker-parfum',
      profile: 'all',
      good: `
        FROM debian:12
        RUN make -C "$(mktemp -d)" install && rm -f /x`,
    },
  ],
  *check(file, { options }) {
    for (const command of file.runCommands('mktemp')) {
      const run = runOf(command);
      if (!run || !command.has('-d', '--directory')) continue;
      const { after } = around(command);
      const isSeen =
        parfumSees(command) &&
        !after.some((later) => parfumSees(later) && later.program.text === 'rm' && later.has('-f', '--force'));
      const isOurs = leavesInImage(run, file) && !isOnMount(run, folderOf(command)) && !isRemoved(run, command);
      if (options.asPeers ? !isSeen : !isOurs) continue;
      const name = variableFor(run, command);
      const edit = name === undefined ? undefined : chain(run, `rm -rf "$${name}"`);
      yield {
        at: command.program,
        message: say`The folder that mktemp makes stays in the layer.`,
        fix: edit && suggestion('Remove it at the end of the RUN', edit),
        ...(isSeen ? {} : { peers: [] }),
      };
    }
  },
});

/** A path in the folder that the call makes. */
function folderOf(command: Command): string {
  const parent = command.flag('-p', '--tmpdir')?.value?.text;
  const [pattern] = operandsOf(command);
  if (parent !== undefined) return `${parent}/x`;
  return pattern?.text.startsWith('/') ? pattern.text : '/tmp/x';
}

/** Whether something in the RUN takes the folder away, or may. */
function isRemoved({ commands, script }: Run, command: Command): boolean {
  const { after } = around(command);
  const isLoose = script !== undefined && jumps(script);
  return (
    (isLoose ? commands : after).some(({ program, args }) =>
      program.text === 'find'
        ? args.some(({ text }) => text === '-delete' || text === '-exec')
        : /^(rm|rmdir|mv|unlink)$|clean/.test(program.text),
    ) || commands.some(({ program, args }) => program.text === 'trap' && args.length > 1)
  );
}

/** The variable that takes what the command prints, where the rest of the script sees it. */
function variableFor({ script }: Run, command: Command): string | undefined {
  for (const link of (script?.statements ?? []).flatMap(linksOf)) {
    if (link.kind === 'assignment') {
      const found = link.assignments.find(({ value }) => value && encloses(value, command));
      if (found) return found.name.text;
    }
    if (link.kind !== 'command' || link.command.program.text !== 'export') continue;
    const word = link.command.args.find((arg) => encloses(arg, command));
    const name = word && /^(\w+)=/.exec(word.text)?.[1];
    if (name !== undefined) return name;
  }
  return undefined;
}

/** The links of a chain of `&&`, whose variables the whole chain sees. */
const linksOf = (statement: Statement): readonly Statement[] =>
  statement.kind === 'list' && statement.operator === '&&'
    ? [...linksOf(statement.left), ...linksOf(statement.right)]
    : [statement];
