import { insertAfter, suggestion } from '../../edit.js';
import { operandsOf } from '../../knowledge/commands.js';
import { baseName } from '../../knowledge/paths.js';
import { anyBefore, runOf, type Command, type Instruction } from '../../model/index.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'prefer-ssh-mount',
  kinds: ['dockerfile'],
  severity: 'info',
  profile: 'recommended',
  tags: ['security', 'secrets'],
  since: 'next',
  summary: 'Lend the build your SSH agent by a mount rather than a key by a file.',
  docs: `
A private key that is copied or written in the build stays in a layer, and whoever gets the image or its cache can use it
for everything that the key opens.

\`RUN --mount=type=ssh git clone git@example.com:team/app.git\` with \`docker build --ssh default\` lets the RUN ask your agent to
sign; the key never comes into the build. \`ssh-keyscan example.com >> ~/.ssh/known_hosts\` is still needed.
Take the key out of the file then, and change it, if the image has been anywhere.`,
  sources: {
    'RUN --mount=type=ssh': 'https://docs.docker.com/reference/dockerfile/#run---mounttypessh',
    'SSH mounts': 'https://docs.docker.com/build/building/secrets/#ssh-mounts',
    'Best practices for making container images': 'https://e-whisper.com/posts/8023/',
  },
  examples: [
    {
      title: 'A key that is copied',
      bad: `
        FROM golang:1.23 AS build
        COPY id_ed25519 /root/.ssh/
        RUN «git» clone git@example.com:team/app.git
        FROM debian:12
        COPY --from=build /app /app`,
      good: `
        FROM golang:1.23 AS build
        COPY id_ed25519 /root/.ssh/
        RUN --mount=type=ssh git clone git@example.com:team/app.git
        FROM debian:12
        COPY --from=build /app /app`,
    },
    {
      title: 'A key that is written from an argument, for pip and go',
      bad: `
        FROM python:3.12
        ARG KEY
        RUN mkdir ~/.ssh && echo "$KEY" > ~/.ssh/id_rsa && chmod 600 ~/.ssh/id_rsa
        RUN «pip» install git+ssh://git@example.com/team/app.git
        RUN «go» mod download`,
      good: `
        FROM python:3.12
        ARG KEY
        RUN mkdir ~/.ssh && echo "$KEY" > ~/.ssh/id_rsa && chmod 600 ~/.ssh/id_rsa
        RUN --mount=type=ssh pip install git+ssh://git@example.com/team/app.git
        RUN --mount=type=ssh go mod download`,
    },
    {
      title: 'A key in the same RUN',
      bad: `
        FROM debian:12
        RUN echo "$KEY" | ssh-add - && «git» clone ssh://git@example.com/team/app.git`,
      good: `
        FROM debian:12
        RUN --mount=type=ssh echo "$KEY" | ssh-add - && git clone ssh://git@example.com/team/app.git`,
    },
    {
      title: 'The agent, and a key that is mounted',
      good: `
        FROM debian:12
        RUN mkdir ~/.ssh && ssh-keyscan example.com >> ~/.ssh/known_hosts
        RUN --mount=type=ssh git clone git@example.com:team/app.git
        RUN --mount=type=secret,id=key,target=/root/.ssh/id_rsa git clone git@example.com:team/b.git`,
    },
    {
      title: 'No key in sight, and no need of one',
      good: `
        FROM golang:1.23 AS build
        RUN git clone git@example.com:team/app.git && go mod download
        FROM debian:12
        COPY id_rsa /root/.ssh/
        RUN git clone https://example.com/team/app.git && git status && ssh-keygen -A`,
    },
  ],
  *check(file) {
    const hasKey = anyBefore(bringsKey);
    for (const command of file.runCommands('git', 'go', 'pip', 'pip3', 'python', 'python3', 'uv', 'npm', 'yarn')) {
      const run = runOf(command);
      if (!run || !fetchesBySsh(command) || run.mounts.some(({ type }) => type === 'ssh' || type === 'secret'))
        continue;
      if (!hasKey(run) && !bringsKey(run)) continue;
      yield {
        at: command.program,
        message: say`${command.program.text} uses a key that lies in the build; the agent could sign for it.`,
        fix: run.isTrigger ? undefined : suggestion('Mount the SSH agent', insertAfter(run.head, ' --mount=type=ssh')),
      };
    }
  },
});

function fetchesBySsh(command: Command): boolean {
  const [verb, second] = operandsOf(command).map(({ text }) => text);
  switch (command.program.text) {
    case 'git':
      return (
        /^(clone|fetch|pull|submodule|ls-remote)$/.test(verb ?? '') &&
        command.args.some(({ text }) => /^(git@|ssh:\/\/)/.test(text))
      );
    case 'go':
      return verb === 'mod' && second === 'download';
    default:
      return command.args.some(({ text }) => text.includes('git+ssh://'));
  }
}

const isKey = (path: string): boolean => /^id_(rsa|dsa|ecdsa|ed25519)$/.test(baseName(path));

/** Whether an instruction brings a private key: a copy, a redirection, ssh-add. */
function bringsKey(node: Instruction): boolean {
  if (node.keyword === 'COPY' || node.keyword === 'ADD') {
    return [...node.sources, ...(node.target ? [node.target] : [])].some(({ text }) => isKey(text));
  }
  if (node.keyword !== 'RUN') return false;
  return node.commands.some(
    (command) =>
      (command.program.text === 'ssh-add' && !command.has('-l', '-L', '-D')) ||
      command.redirections.some(
        ({ operator, target }) => operator.startsWith('>') && target !== undefined && isKey(target.text),
      ),
  );
}
