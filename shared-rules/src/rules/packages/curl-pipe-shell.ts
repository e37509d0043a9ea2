import { addressesOf, DOWNLOADERS, hostOf } from '../../knowledge/downloads.js';
import { encloses, pipelinesIn, stretch, type Command, type Instructions, type Statement } from '../../model/index.js';
import { rule, say } from '../../rule.js';

type Run = Instructions['RUN'];

const SHELLS = ['sh', 'bash', 'ash', 'dash', 'zsh', 'ksh'];
const INTERPRETERS = ['python', 'python2', 'python3', 'node', 'perl', 'ruby', 'php'];

export default rule({
  id: 'curl-pipe-shell',
  kinds: ['dockerfile'],
  severity: 'warning',
  profile: 'recommended',
  tags: ['packages', 'security', 'supply-chain'],
  since: 'next',
  summary: 'Do not run a script straight from the network.',
  docs: `
\`curl … | sh\` runs whatever the server sends at that moment, as root, and nobody sees what that was. Whoever gets hold
of the server, or of the name, has your image; a connection that breaks off runs half a script; and the next build may
run another one.

Download the script of a fixed version to a file, compare its checksum, then run it. Better still, take the package of
the distribution, or copy the program from the project's own image (\`COPY --from=\`). Hosts that you trust go into
\`allowHosts\`.`,
  sources: {
    'ADD --checksum': 'https://docs.docker.com/reference/dockerfile/#add---checksum',
    'Best practices for building, "Using pipes"': 'https://docs.docker.com/build/building/best-practices/#using-pipes',
  },
  options: {
    allowHosts: {
      about: 'Hosts whose scripts may be run, as `sh.rustup.rs`.',
      type: 'strings',
      default: [],
    },
  },
  examples: [
    {
      title: 'Into a shell, an interpreter, a shell of root',
      bad: `
        FROM debian:12
        RUN «curl -fsSL https://example.com/install.sh | sh»
        RUN apt-get update && «wget -qO- https://example.com/setup | sudo -E bash» - && apt-get install -y nodejs
        RUN «curl -sS https://example.com/get.py | python3» - --user`,
    },
    {
      title: 'With arguments, over several lines, in a subshell, by way of another program',
      bad: `
        FROM debian:12
        RUN set -eux; \\
            «curl --proto '=https' -sSf https://example.com/rustup \\
              | sh» -s -- -y
        RUN (cd /tmp && «curl -s "$URL" | tee install.log | bash»)`,
    },
    {
      title: 'As the text of a command, as a file of its own',
      bad: `
        FROM debian:12
        RUN sh -c "$(«curl -fsSL https://example.com/install.sh»)"
        RUN bash <(«curl -s https://example.com/install.sh») --yes
        RUN eval "$(«wget -qO- https://example.com/env»)"`,
    },
    {
      title: 'In a heredoc, and in a trigger',
      bad: `
        FROM debian:12
        RUN <<EOF
        «curl -s https://example.com/install.sh | bash»
        EOF
        ONBUILD RUN «curl -s https://example.com/install.sh | bash»`,
    },
    {
      title: 'Downloaded, verified, then run',
      good: `
        FROM debian:12
        RUN curl -fsSLo install.sh https://example.com/v1.2.3/install.sh \\
            && echo "0123abc  install.sh" | sha256sum -c - \\
            && sh install.sh`,
    },
    {
      title: 'What runs something of its own, with the download as its data',
      good: `
        FROM debian:12
        RUN curl -s https://example.com/a.tar.gz | tar xz && curl -s https://example.com/a | tee /a
        RUN curl -s https://example.com/releases | python3 -c 'import json, sys; print(json.load(sys.stdin)["tag"])'
        RUN curl -s https://example.com/key | sudo gpg --dearmor -o /key.gpg
        RUN curl -s https://example.com/list | bash filter.sh && curl -s https://example.com/a | python -m json.tool
        RUN curl -s https://example.com/a | perl -ne print | sh -c 'cat > /b'`,
    },
    {
      title: 'A value that is asked for, and words that are only printed',
      good: `
        FROM debian:12
        RUN VERSION=$(curl -s https://example.com/version) && sh -c "echo $(curl -s https://example.com/version)"
        RUN echo "curl https://example.com | sh" && cat install.sh | sh`,
    },
    {
      title: 'A host that is trusted',
      options: { allowHosts: ['sh.rustup.rs'] },
      good: `
        FROM debian:12
        RUN curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh -s -- -y`,
    },
  ],
  *check(file, { options }) {
    const isAllowed = (command: Command): boolean => {
      const addresses = addressesOf(command);
      return addresses.length > 0 && addresses.every(({ url }) => options.allowHosts.includes(hostOf(url)));
    };
    for (const node of file.runs(...DOWNLOADERS)) {
      const pipes = node.script ? pipelinesIn(node.script) : [];
      const heredocs = scriptsOf(node).flatMap((script) => pipelinesIn(script));
      for (const parts of new Set([...pipes, ...heredocs])) {
        const found = pipeIntoShell(node, parts);
        if (!found || isAllowed(found.download)) continue;
        yield {
          at: stretch(found.download, found.shell.program),
          message: say`${found.shell.program.text} runs whatever ${found.download.program.text} gets from the network.`,
        };
      }
      for (const download of node.commands) {
        if (!DOWNLOADERS.includes(download.program.text) || !download.substituted || isAllowed(download)) continue;
        const shell = shellOver(node, download);
        if (!shell) continue;
        yield {
          at: download,
          message: say`${shell.program.text} runs whatever ${download.program.text} gets from the network.`,
        };
      }
    }
  },
});

/** The scripts that commands are handed in quotes. */
const scriptsOf = ({ commands, script }: Run) => [
  ...new Set(commands.flatMap((command) => (command.script && command.script !== script ? [command.script] : []))),
];

/** The download and the shell behind it in a pipeline. */
function pipeIntoShell({ commands }: Run, parts: readonly Statement[]) {
  const calls = parts.map((part) =>
    part.kind === 'command'
      ? commands.filter((command) => command === part.command || command.wrappers.includes(part.command))
      : [],
  );
  const start = calls.findIndex((part) => part.some(({ program }) => DOWNLOADERS.includes(program.text)));
  const download = calls[start]?.find(({ program }) => DOWNLOADERS.includes(program.text));
  const shell = calls
    .slice(start + 1)
    .flat()
    .find(runsItsInput);
  return start >= 0 && download && shell ? { download, shell } : undefined;
}

/** Whether the call runs the program that comes in by its standard input. */
function runsItsInput(command: Command): boolean {
  const { program, args } = command;
  const isShell = SHELLS.includes(program.text);
  if (!isShell && !INTERPRETERS.includes(program.text)) return false;
  if (isShell ? command.has('-c') : command.has('-c', '-e', '-E', '-m', '-n', '-p', '-r', '-x', '-i')) return false;
  const first = args.findIndex(({ text }) => !text.startsWith('-') || text === '-' || text === '--');
  if (first < 0 || ['-', '--'].includes(args[first]?.text ?? '')) return true;
  return isShell && args.slice(0, first).some(({ text }) => /^-[a-z]*s[a-z]*$/.test(text));
}

/** The shell that is handed what the download prints: as the text of a script, or as its file. */
function shellOver({ commands }: Run, download: Command): Command | undefined {
  return commands.find(({ program, args }) => {
    const isSourcing = ['eval', 'source', '.'].includes(program.text);
    if (!isSourcing && !SHELLS.includes(program.text)) return false;
    const word = args.find((arg) => encloses(arg, download));
    // Behind other text the download is but a part of what is run.
    return word?.parts[0]?.kind === 'substitution';
  });
}
