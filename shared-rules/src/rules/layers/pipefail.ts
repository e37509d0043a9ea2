import { addInstructionBefore, suggestion, type Fix } from '../../edit.js';
import { AS_PEERS } from '../../knowledge/peers.js';
import { hasPipefail, hidingPipeline, satisfiesHadolint } from '../../knowledge/pipefail.js';
import {
  between,
  pipelinesIn,
  pipelinesInSubstitutions,
  placesOf,
  type Dockerfile,
  type Instructions,
  type Located,
  type Stage,
  type Statement,
} from '../../model/index.js';
import { rule, say } from '../../rule.js';

type Run = Instructions['RUN'];

export default rule({
  id: 'pipefail',
  kinds: ['dockerfile'],
  severity: 'warning',
  profile: 'recommended',
  tags: ['build', 'correctness'],
  since: 'next',
  peers: { hadolint: ['DL4006'] },
  summary: 'Have a pipe fail where any of its parts fails.',
  docs: `
A shell looks only at the last part of a pipe. In \`curl … | sh\` the download may fail, the shell reads nothing and is
content, and the build goes on to an image in which something is missing.

Put \`SHELL ["/bin/bash", "-o", "pipefail", "-c"]\` above the RUN; the BusyBox shell of Alpine has the option as well. It
holds until the end of the stage, and for the shell forms of CMD and ENTRYPOINT too. One RUN alone is served by
\`set -o pipefail\` in bash. One finding speaks for a whole stage. Nothing is said where the first parts cannot fail,
where the last one refuses an empty input itself, as tar does, where one stops early on purpose, as head does, and where
the shell may not know the option.`,
  sources: {
    'Best practices for building, "Using pipes"': 'https://docs.docker.com/build/building/best-practices/#using-pipes',
    SHELL: 'https://docs.docker.com/reference/dockerfile/#shell',
    'Bash manual, "The Set Builtin"': 'https://www.gnu.org/software/bash/manual/html_node/The-Set-Builtin.html',
  },
  options: {
    asPeers: { ...AS_PEERS, about: 'Judge as hadolint does: any pipe of a RUN without such a SHELL in its stage.' },
  },
  differs: [
    {
      from: 'hadolint/DL4006',
      they: 'flags every pipe, in each RUN',
      we: 'flags the first pipe of a stage that hides a failure',
      why: 'An echo does not fail, tar notices a download that is cut short, head closes its pipe on purpose; and one SHELL serves all RUN.',
    },
    {
      from: 'hadolint/DL4006',
      they: 'forgets the SHELL of the stage that a FROM names',
      we: 'lets it hold',
      why: 'The shell is part of the image, and the next stage inherits it.',
    },
    {
      from: 'hadolint/DL4006',
      they: 'flags a RUN with set -o pipefail',
      we: 'silent behind it',
      why: 'In a shell that knows the option the failure is seen, and another shell stops right there.',
    },
    {
      from: 'hadolint/DL4006',
      they: 'flags pipes in substitutions and on base images that nobody knows',
      we: 'silent there',
      why: 'A value that comes out empty is seen where it is used, and an unknown base image may have set its own SHELL.',
    },
  ],
  examples: [
    {
      title: 'A failure that is not to count',
      good: `
        FROM debian:12
        RUN make check | true`,
    },
    {
      title: 'A download that fails unseen',
      bad: `
        FROM debian:12
        RUN wget -qO- https://example.com/list «|» wc -l > /count`,
      good: `
        FROM debian:12
        SHELL ["/bin/bash", "-o", "pipefail", "-c"]
        RUN wget -qO- https://example.com/list | wc -l > /count`,
    },
    {
      title: 'On Alpine; once for the stage',
      bad: `
        FROM alpine:3.22
        RUN apk add --no-cache make
        RUN make \\
            «|» tee /build.log
        RUN make check | tee /check.log`,
      good: `
        FROM alpine:3.22
        RUN apk add --no-cache make
        SHELL ["/bin/ash", "-eo", "pipefail", "-c"]
        RUN make \\
            | tee /build.log
        RUN make check | tee /check.log`,
    },
    {
      title: 'A SHELL without the option keeps its others',
      bad: `
        FROM debian:12
        SHELL ["/bin/bash", "-x", "-c"]
        RUN if true; then make «|&» tee /build.log; fi`,
      good: `
        FROM debian:12
        SHELL ["/bin/bash", "-x", "-c"]
        SHELL ["/bin/bash", "-x", "-o", "pipefail", "-c"]
        RUN if true; then make |& tee /build.log; fi`,
    },
    {
      title: 'A heredoc',
      bad: `
        FROM debian:12
        RUN <<EOF
        set -e
        make «|» tee /build.log
        EOF`,
      good: `
        FROM debian:12
        SHELL ["/bin/bash", "-o", "pipefail", "-c"]
        RUN <<EOF
        set -e
        make | tee /build.log
        EOF`,
    },
    {
      title: 'The option is set, by SHELL, by the stage before, by the script',
      good: `
        FROM debian:12 AS base
        SHELL ["/bin/bash", "-euo", "pipefail", "-c"]
        RUN make | tee /log
        FROM base
        RUN make | tee /log
        FROM debian:12
        RUN set -o pipefail && make | tee /log
        RUN set -euo pipefail; make | tee /log`,
    },
    {
      title: 'What cannot fail, what notices itself, what stops early, what is tested',
      good: `
        FROM debian:12
        RUN echo "0123abc  /a" | sha256sum -c - && ls /opt | xargs rm -rf
        RUN curl -fsSL https://example.com/a.tar.gz | tar xz && curl -fsSL https://example.com/key | gpg --dearmor > /key
        RUN curl -s https://example.com/list | head -n 1 > /first && make | tee /log || true
        RUN if make check | grep -v ok; then exit 1; fi; ! make check | grep error`,
    },
    {
      title: 'No pipes',
      good: `
        FROM debian:12
        RUN make || true; echo "a | b"; case "$A" in a|b) make;; esac
        RUN sh -c 'make | tee /log'
        RUN V=$(make version | tail -n 1) && echo "$V"`,
    },
    {
      title: 'Another shell, an unknown base image, a trigger',
      good: `
        FROM debian:12
        SHELL ["/usr/bin/fish", "-c"]
        RUN make | tee /log
        FROM example.com/team/base:1
        RUN make | tee /log
        FROM mcr.microsoft.com/windows/servercore:ltsc2022
        SHELL ["powershell", "-Command"]
        RUN Get-Item a | Remove-Item
        FROM debian:12
        ONBUILD RUN make | tee /log
        RUN <<EOF
        #!/bin/sh
        make | tee /log
        EOF`,
    },
    {
      title: 'As hadolint judges it',
      profile: 'all',
      bad: `
        FROM debian:12 AS base
        SHELL ["/bin/bash", "-o", "pipefail", "-c"]
        RUN make | tee /log
        FROM base
        RUN set -o pipefail; echo a «|» cat
        RUN V=$(make version «|» tail -n 1) && echo "$V"
        RUN ["sh", "-c", "make «|» tee /log"]
        SHELL ["/bin/bash", "-c"]
        RUN make «|» head`,
      good: `
        FROM debian:12 AS base
        SHELL ["/bin/bash", "-o", "pipefail", "-c"]
        RUN make | tee /log
        FROM base
        SHELL ["/bin/bash", "-o", "pipefail", "-c"]
        RUN set -o pipefail; echo a | cat
        SHELL ["/bin/bash", "-o", "pipefail", "-c"]
        RUN V=$(make version | tail -n 1) && echo "$V"
        RUN ["sh", "-c", "make | tee /log"]
        SHELL ["/bin/bash", "-c"]
        SHELL ["/bin/bash", "-o", "pipefail", "-c"]
        RUN make | head`,
    },
    {
      title: 'Shells that content hadolint',
      profile: 'all',
      good: `
        FROM debian:12
        SHELL ["bash", "-e", "-o", "pipefail", "-c"]
        RUN make | tee /log
        SHELL ["pwsh", "-c"]
        RUN Get-Item a | Remove-Item
        FROM alpine:3.22
        SHELL ["/bin/ash", "-eo", "pipefail", "-c"]
        RUN echo a | cat
        RUN sh -c 'make | tee /log' || echo "a | b"`,
    },
  ],
  *check(file, { options }) {
    const told = new Set<Stage>();
    for (const node of file.all('RUN')) {
      const { stage } = node;
      if (!stage) continue;
      const shell = shellWith(node);
      const isSeen = !satisfiesHadolint(ownShell(stage, node));
      let pipeline: readonly Statement[] | undefined;
      if (options.asPeers) {
        if (isSeen) [pipeline] = pipelinesOf(node);
      } else if (node.script && shell && !hasPipefail(node.state.shellWords) && !told.has(stage)) {
        pipeline = hidingPipeline(node.script);
      }
      const at = pipeline && pipeIn(file, pipeline);
      if (!at) continue;
      told.add(stage);
      yield {
        at,
        message: say`The shell sees no failure before the last part of this pipe.`,
        fix: fixOf(node, shell),
        ...(isSeen ? {} : { peers: [] }),
      };
    }
  },
});

/** The words of the SHELL that the stage itself has set before the instruction. */
function ownShell(stage: Stage, node: Run): readonly string[] {
  const before = stage.instructions.slice(0, stage.instructions.indexOf(node));
  const shell = before.findLast((other) => other.keyword === 'SHELL');
  return shell?.argv.map(({ text }) => text) ?? [];
}

/** Every pipeline that hadolint sees: in the script, in its substitutions, in what an exec form hands to a shell. */
function pipelinesOf({ script, commands, form }: Run): readonly (readonly Statement[])[] {
  const scripts =
    form === 'exec' ? new Set(commands.flatMap((command) => command.script ?? [])) : script ? [script] : [];
  return [...scripts].flatMap((one) => [...pipelinesIn(one), ...pipelinesInSubstitutions(one)]);
}

function pipeIn(file: Dockerfile, [first, second]: readonly Statement[]): Located | undefined {
  if (!first || !second) return undefined;
  const [pipe] = placesOf(file, /\|&?/g, between(file, first, second));
  return pipe;
}

/** The words of a shell with the option, in the image at hand; undefined where none is known. */
function shellWith({ state, heredocs, form }: Run): readonly string[] | undefined {
  const { shell, shellWords, family } = state;
  if (!shell.known || (form === 'heredoc' && heredocs[0]?.body.startsWith('#!') === true)) return undefined;
  const knows = shell.value === 'bash' || shell.value === 'ash';
  if (knows && hasPipefail(shellWords)) return shellWords;
  if (knows && shell.setBy) return [...shellWords.slice(0, -1), '-o', 'pipefail', ...shellWords.slice(-1)];
  if (!knows && shell.value !== 'sh') return undefined;
  if (family === 'alpine') return ['/bin/ash', '-eo', 'pipefail', '-c'];
  const options = shell.setBy ? shellWords.slice(1, -1) : [];
  return WITH_BASH.has(family) ? ['/bin/bash', ...options, '-o', 'pipefail', '-c'] : undefined;
}

/** Distributions whose smallest image has bash. */
const WITH_BASH: ReadonlySet<string> = new Set(['debian', 'redhat', 'suse']);

function fixOf(node: Run, words: readonly string[] | undefined): Fix | undefined {
  if (!words || node.form === 'exec') return undefined;
  const list = words.map((word) => JSON.stringify(word)).join(', ');
  return suggestion('Have the shell look at every part', addInstructionBefore(node, `SHELL [${list}]`));
}
