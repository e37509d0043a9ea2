import { merge, suggestion } from '../../edit.js';
import { lateCleanUps } from '../../knowledge/late-clean-ups.js';
import { packagesIn, removesPackages } from '../../knowledge/managers.js';
import { AS_PEERS } from '../../knowledge/peers.js';
import { canFollow, leavesNothingBehind, type Command, type Instructions } from '../../model/index.js';
import { rule, say } from '../../rule.js';

type Run = Instructions['RUN'];

export default rule({
  id: 'consolidate-runs',
  kinds: ['dockerfile'],
  severity: 'hint',
  profile: 'recommended',
  tags: ['layers', 'size'],
  since: '0.1.0',
  peers: { hadolint: ['DL3059'], sonar: ['S7031'], kics: ['Multiple RUN, ADD, COPY, Instructions Listed'] },
  summary: 'Merge consecutive RUN instructions of a stage that ships.',
  docs: `
Every RUN makes a layer, and a layer only ever adds: what one RUN leaves behind and the next one deletes is still
pulled and stored with the image.

Join them with \`&&\` where that gains something: an install and its clean-up, a download and its removal. Leave them apart
where the cache is worth more than the layer: only what gains something, and long rows, are reported unless \`every\` is set. In a stage that is only copied from, layers are free,
and nothing is said there.`,
  sources: {
    'Best practices for building': 'https://docs.docker.com/build/building/best-practices/#run',
    'Best practices for making container images': 'https://e-whisper.com/posts/8023/',
  },
  differs: [
    {
      from: 'hadolint/DL3059',
      they: 'flags every RUN of one command behind another, in any stage',
      we: 'flags two in a row where joining them makes the image smaller, in stages that ship; option `every` has the rest',
      why: 'Elsewhere a layer costs nothing, and the cache is worth more.',
    },
  ],
  options: {
    asPeers: { ...AS_PEERS, about: 'Report as hadolint does: every RUN of one command behind another, in any stage.' },
    every: {
      type: 'boolean',
      default: { recommended: false, strict: true },
      about: 'Report also two in a row of which the second removes nothing and changes no rights.',
    },
    max: {
      type: 'integer',
      min: 2,
      default: 5,
      about: 'More RUN instructions than this in a row are reported once, on the first, instead of one by one.',
    },
  },
  examples: [
    {
      title: 'An install and its clean-up in two layers',
      profile: 'strict',
      bad: `
        FROM debian:12
        RUN apt-get update && apt-get install -y curl
        «RUN» rm -rf /var/lib/apt/lists/*`,
      good: `
        FROM debian:12
        RUN apt-get update && apt-get install -y curl \\
            && rm -rf /var/lib/apt/lists/*`,
    },
    {
      title: 'A download in one layer, its removal in the next; the comment between says why and stays',
      profile: 'strict',
      bad: `
        FROM debian:12
        RUN curl -fsSLo /tmp/tool.tgz https://example.com/tool.tgz && \\
            tar -xzf /tmp/tool.tgz -C /opt

        «RUN» rm /tmp/tool.tgz`,
      good: `
        FROM debian:12
        RUN curl -fsSLo /tmp/tool.tgz https://example.com/tool.tgz && \\
            tar -xzf /tmp/tool.tgz -C /opt && \\
            rm /tmp/tool.tgz`,
    },
    {
      title: 'The layout of the file is kept',
      profile: 'strict',
      bad: `
        FROM debian:12
        RUN mkdir -p /srv/app \\
         && chown 1000 /srv/app
        «RUN» ln -s /srv/app /app`,
      good: `
        FROM debian:12
        RUN mkdir -p /srv/app \\
         && chown 1000 /srv/app \\
         && ln -s /srv/app /app`,
    },
    {
      title: 'Two steps, each of which the cache keeps',
      good: `
        FROM debian:12
        RUN make
        RUN make install`,
    },
    {
      title: 'Two in a row, where a team wants to hear of all',
      profile: 'strict',
      bad: `
        FROM debian:12
        RUN make
        «RUN» make install`,
      good: `
        FROM debian:12
        RUN make \\
            && make install`,
    },
    {
      title: 'A change of rights, and two installs',
      bad: `
        FROM debian:12
        RUN cp -r /src /srv/app
        «RUN» chown -R 1000 /srv/app
        WORKDIR /srv
        RUN apt-get update && apt-get install -y curl
        «RUN» apt-get update && apt-get install -y git`,
      good: `
        FROM debian:12
        RUN cp -r /src /srv/app \\
            && chown -R 1000 /srv/app
        WORKDIR /srv
        RUN apt-get update && apt-get install -y curl \\
            && apt-get update && apt-get install -y git`,
    },
    {
      title: 'A clean-up that comes too late, which is another rule',
      good: `
        FROM debian:12
        RUN apt-get update && apt-get install -y curl
        RUN rm -rf /var/lib/apt/lists/*`,
    },
    {
      title: 'Equal flags, in any order',
      profile: 'strict',
      bad: `
        FROM debian:12
        RUN --network=none --mount=type=cache,target=/c make
        «RUN» --mount=type=cache,target=/c --network=none make install`,
      good: `
        FROM debian:12
        RUN --network=none --mount=type=cache,target=/c make \\
            && make install`,
    },
    {
      title: 'A stage that is only copied from',
      profile: 'strict',
      good: `
        FROM golang:1.23 AS build
        RUN go mod download
        RUN go build -o /app
        FROM scratch
        COPY --from=build /app /app`,
    },
    {
      title: 'Other flags, another instruction or a comment between',
      profile: 'strict',
      good: `
        FROM debian:12
        RUN make
        RUN --mount=type=cache,target=/c make install
        WORKDIR /srv
        RUN make check
        # slow, and kept apart for the cache
        RUN make docs
        ENV DEBUG=
        RUN make clean`,
    },
    {
      title: 'Heredocs and exec forms',
      profile: 'strict',
      good: `
        FROM debian:12
        RUN <<EOF
        make
        EOF
        RUN make install
        RUN ["make", "check"]
        RUN make docs
        RUN cat <<EOF > /etc/motd
        welcome
        EOF
        RUN make clean`,
    },
    {
      title: 'What cannot be joined without changing what is done',
      profile: 'strict',
      good: `
        FROM debian:12
        RUN cd /src && make
        RUN make check
        RUN a || b
        RUN set -e; c; d
        RUN FOO=1
        RUN for x in a b; do echo $x; done
        RUN e # done`,
    },
    {
      title: 'Triggers and Windows',
      profile: 'strict',
      good: `
        FROM debian:12 AS base
        ONBUILD RUN a
        ONBUILD RUN b
        FROM mcr.microsoft.com/windows/servercore:ltsc2022
        RUN a
        RUN b`,
    },
    {
      title: 'Many in a row',
      options: { max: 3 },
      bad: `
        FROM debian:12
        «RUN» a
        RUN b
        RUN c
        RUN d`,
      good: `
        FROM debian:12
        RUN a \\
            && b \\
            && c \\
            && d`,
    },
    {
      title: 'A clean-up by another package manager than the one that installed',
      profile: 'strict',
      bad: `
        FROM debian:12
        RUN npm ci
        «RUN» rm -rf /var/lib/apt/lists/*`,
      good: `
        FROM debian:12
        RUN npm ci \\
            && rm -rf /var/lib/apt/lists/*`,
    },
    {
      title: 'Nothing for hadolint: other flags, more than one command, substitutions, triggers, other stages',
      profile: 'all',
      good: `
        FROM debian:12 AS build
        RUN a
        RUN --mount=type=cache,target=/c b
        RUN c && d
        RUN e
        RUN f $(g)
        ONBUILD RUN h
        ONBUILD RUN i
        FROM debian:12
        RUN j
        WORKDIR /srv
        RUN k`,
    },
    {
      title: 'Each further one in a row, with its mounts spelled in any order',
      profile: 'all',
      bad: `
        FROM debian:12
        RUN --mount=type=cache,target=/c a
        «RUN» --mount=target=/c,type=cache b
        «RUN» --mount=type=cache,dst=/c c`,
      good: `
        FROM debian:12
        RUN --mount=type=cache,target=/c a \\
            && b \\
            && c`,
    },
    {
      title: 'As hadolint judges it: one command each, in any stage, across comments',
      profile: 'all',
      bad: `
        FROM debian:12 AS build
        RUN a
        # then
        «RUN» b
        RUN c && d
        FROM debian:12
        RUN e`,
      good: `
        FROM debian:12 AS build
        RUN a \\
        # then
            && b
        RUN c && d
        FROM debian:12
        RUN e`,
    },
  ],
  *check(file, { options }) {
    if (options.asPeers) {
      for (const stage of file.stages) {
        // hadolint measures by the first of the row; what merges is the neighbour.
        let first: Run | undefined;
        let above: Run | undefined;
        for (const node of stage.instructions) {
          if (node.keyword !== 'RUN') first = undefined;
          else if (first && above && areAlike(first, node) && isSimple(first) && isSimple(node))
            yield report(node, [[above, node]]);
          else first = node;
          above = isRun(node) ? node : undefined;
        }
      }
      return;
    }
    for (const stage of file.stages) {
      if (!stage.ships || stage.start.family === 'windows') continue;
      for (const row of rowsOf(stage.instructions.filter(isRun))) {
        const [head] = row;
        if (row.length > options.max && head) {
          yield report(head, pairs(row));
          continue;
        }
        for (const [first, second] of pairs(row))
          if (options.every || gains(first, second)) yield report(second, [[first, second]]);
      }
    }
  },
});

const isRun = (node: { readonly keyword: string }): node is Run => node.keyword === 'RUN';

/** Whether one layer would hold less than two: the second removes, writes anew or cleans up, or both install packages. */
const gains = (first: Run, second: Run): boolean =>
  (isCleanUp(second) && !isTooLate(second)) || [first, second].every(({ commands }) => commands.some(installsNow));

/** Whether the RUN begins with it: what comes later may be about what the RUN itself makes. */
const isCleanUp = ({ commands }: Run): boolean => {
  const begin = commands.find(({ program }) => program.text !== 'set');
  return begin !== undefined && makesAnew(begin);
};

/** Whether `cleanup-in-later-layer` says it already. */
const isTooLate = (run: Run): boolean => run.stage !== undefined && [...lateCleanUps(run.stage, run)].length > 0;

const makesAnew = (command: Command): boolean =>
  ['rm', 'rmdir', 'unlink', 'chmod', 'chown', 'chgrp', 'strip', 'shred'].includes(command.program.text) ||
  removesPackages(command);

const installsNow = (command: Command): boolean => packagesIn(command).length > 0;

/** RUN instructions of a stage that follow each other and can be one. */
function rowsOf(runs: readonly Run[]): readonly (readonly Run[])[] {
  const rows: Run[][] = [];
  for (const run of runs) {
    const row = rows.at(-1);
    const last = row?.at(-1);
    if (row && last && run.previous === last && canBeOne(last, run)) row.push(run);
    else rows.push([run]);
  }
  return rows.filter((row) => row.length > 1);
}

const canBeOne = (first: Run, second: Run): boolean =>
  !second.hasCommentAbove && areAlike(first, second) && joins(first, second);

const joins = (first: Run, second: Run): boolean =>
  first.script !== undefined &&
  second.script !== undefined &&
  first.heredocs.length + second.heredocs.length === 0 &&
  leavesNothingBehind(first.script) &&
  canFollow(second.script) &&
  merge(first, second) !== undefined;

const pairs = (row: readonly Run[]): readonly (readonly [Run, Run])[] =>
  row.flatMap((second, index) => {
    const first = row[index - 1];
    return first ? [[first, second] as const] : [];
  });

function areAlike(first: Run, second: Run): boolean {
  const flagsOf = ({ flags, mounts }: Run): string =>
    [
      ...flags.filter(({ name }) => name !== 'mount').map(({ name, value }) => `${name}=${value?.text ?? ''}`),
      ...mounts.map(({ type, options }) =>
        [`type=${type}`, ...[...options].map((option) => option.join('=')).sort()].join(),
      ),
    ]
      .sort()
      .join(' ');
  return flagsOf(first) === flagsOf(second);
}

/** hadolint counts the simple commands, and looks into no wrapper. */
const isSimple = ({ commands, script }: Run): boolean =>
  commands.filter(({ wrappers }) => wrappers.length === 0).length <= 1 && script?.readable !== false;

function report(at: Run, merged: readonly (readonly [Run, Run])[]) {
  const edits = merged.map(([first, second]) => (joins(first, second) ? merge(first, second) : undefined));
  const isComplete = edits.every((edit) => edit !== undefined);
  const count = merged.length + 1;
  return {
    at: at.head,
    message:
      count > 2
        ? say`${count} RUN instructions in a row make ${count} layers.`
        : say`This RUN makes a layer of its own.`,
    fix: isComplete
      ? suggestion(count > 2 ? 'Merge the RUN instructions' : 'Merge with the RUN above', ...edits)
      : undefined,
    peers: merged.every(([first, second]) => isSimple(first) && isSimple(second))
      ? ['hadolint/DL3059', ...OTHERS]
      : OTHERS,
  };
}

const OTHERS = ['sonar/S7031', 'kics/Multiple RUN, ADD, COPY, Instructions Listed'];
