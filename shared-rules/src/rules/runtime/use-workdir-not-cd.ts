import { hadolintSees } from '../../knowledge/peers.js';
import { addInstructionBefore, removeLines, suggestion, type Fix } from '../../edit.js';
import { verbOf } from '../../knowledge/commands.js';
import { AS_PEERS } from '../../knowledge/peers.js';
import { onlyCommand, type Command, type Instructions } from '../../model/index.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'use-workdir-not-cd',
  kinds: ['dockerfile'],
  severity: 'warning',
  profile: 'recommended',
  tags: ['runtime', 'workdir'],
  since: 'next',
  peers: {
    hadolint: ['DL3003'],
    trivy: ['DS-0013'],
    kics: ["RUN Instruction Using 'cd' Instead of WORKDIR"],
    semgrep: ['use-workdir'],
  },
  summary: 'Change the folder with WORKDIR; a cd ends with its RUN.',
  docs: `
Each RUN begins in the folder of the last WORKDIR. A \`cd\` at the end of a RUN changes nothing for the next one, which works
in another folder than its reader believes; that is a warning. A \`cd\` with commands behind it does what it says and is
only mentioned, where it sets the folder for a whole RUN.

\`WORKDIR /app\` holds for all that follows, makes the folder, and is the one place to look. Leave the \`cd\` where a single
command needs another folder.`,
  sources: {
    WORKDIR: 'https://docs.docker.com/reference/dockerfile/#workdir',
    'Best practices for building, "WORKDIR"': 'https://docs.docker.com/build/building/best-practices/#workdir',
    'Best practices for making container images': 'https://e-whisper.com/posts/8023/',
  },
  differs: [
    {
      from: 'hadolint/DL3003',
      they: 'flags every cd in every RUN as a warning',
      we: 'flags one that is lost at the end of its RUN, hints at one that holds for a whole RUN, silent on one in between',
      why: 'A cd before a single step of a chain is the shortest way to say it, and does no harm.',
    },
  ],
  options: {
    asPeers: { ...AS_PEERS, about: 'Judge as hadolint does: any cd in any RUN.' },
  },
  examples: [
    {
      title: 'A cd that is lost at the end of its RUN',
      bad: `
        FROM debian:12
        RUN «cd» /app
        RUN make`,
      good: `
        FROM debian:12
        WORKDIR /app
        RUN make`,
    },
    {
      title: 'At the end of a chain',
      bad: `
        FROM debian:12
        RUN mkdir -p /app && «cd» /app`,
    },
    {
      title: 'One that holds for a whole RUN, again and again: only mentioned',
      bad: `
        FROM debian:12
        RUN «cd» /app && make
        ENV MODE=prod
        RUN «cd» /app && make install`,
    },
    {
      title: 'One that holds for a single RUN',
      good: `
        FROM debian:12
        RUN cd /usr/local/bin && ln -s idle3 idle`,
    },
    {
      title: 'In between, in a shell of its own, in a value',
      good: `
        FROM debian:12
        RUN make && cd build && make install
        RUN (cd /app && make)
        RUN DIR=$(cd /app && pwd) && cp a "$DIR"
        RUN echo cd /app`,
    },
    {
      title: 'A folder that only the shell knows, one that does not last, a trigger, another system',
      good: `
        FROM debian:12
        RUN cd "$(mktemp -d)" && curl -O https://example.com/a
        RUN cd /tmp/src && make
        ONBUILD RUN cd /app
        FROM mcr.microsoft.com/windows/servercore:ltsc2022
        RUN cd C:\\\\app`,
    },
    {
      title: 'As hadolint judges it',
      profile: 'all',
      bad: `
        FROM debian:12
        RUN make && «cd» build && make install
        RUN («cd» /app && make)
        RUN DIR=$(«cd» /app && pwd) && cp a "$DIR"
        ONBUILD RUN cd /app`,
    },
  ],
  *check(file, { options }) {
    for (const node of file.all('RUN')) {
      for (const command of node.commands) {
        if (command.program.text !== 'cd') continue;
        if (options.asPeers) {
          if (hadolintSees(command)) yield told(command, undefined);
          continue;
        }
        if (node.state.family === 'windows' || command.wrappers.length > 0) continue;
        const place = placeIn(node, command);
        if (place === 'last') yield told(command, asWorkdir(node, command));
        else if (place === 'first' && isPlain(command) && isAgain(node, command))
          yield { ...told(command, undefined), severity: 'hint' as const };
      }
    }
  },
});

const told = ({ program }: Command, fix: Fix | undefined) => ({
  at: program,
  message: say`cd holds until the end of this RUN; WORKDIR holds for all that follow.`,
  fix,
});

/** Whether another RUN of the stage begins in the same folder, so that a WORKDIR would serve both. */
function isAgain(node: Instructions['RUN'], command: Command): boolean {
  const folder = verbOf(command)?.text;
  return (node.stage?.instructions ?? []).some(
    (other) =>
      other !== node &&
      other.keyword === 'RUN' &&
      other.commands.some(
        (call) => call.program.text === 'cd' && verbOf(call)?.text === folder && placeIn(other, call) === 'first',
      ),
  );
}

/** Whether the folder is one that lasts, by its name. */
const isPlain = (command: Command): boolean => /^\/(?!tmp\b|var\/tmp\b)/.test(verbOf(command)?.text ?? '');

/** Whether the command begins or ends the chain that its RUN is, so that it is for all of it or for nothing. */
function placeIn({ script }: Instructions['RUN'], command: Command): 'first' | 'last' | undefined {
  const [only, ...more] = script?.statements ?? [];
  if (!only || more.length > 0 || script?.readable === false) return undefined;
  let last = only;
  while (last.kind === 'list' && last.operator === '&&') last = last.right;
  if (last.kind === 'command' && last.command === command) return 'last';
  let first = only;
  while (first.kind === 'list') first = first.left;
  return first.kind === 'command' && first.command === command ? 'first' : undefined;
}

function asWorkdir(node: Instructions['RUN'], command: Command): Fix | undefined {
  const folder = verbOf(command);
  if (node.script && onlyCommand(node.script) === command && folder?.literal && /^[\w./@+-]+$/.test(folder.text))
    return suggestion(
      `Use WORKDIR ${folder.text}`,
      addInstructionBefore(node, `WORKDIR ${folder.text}`),
      removeLines(node),
    );
  return undefined;
}
