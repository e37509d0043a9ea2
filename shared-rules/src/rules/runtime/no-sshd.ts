import { remove, removeLines, replace, suggestion, type Fix } from '../../edit.js';
import { MANAGER_PROGRAMS, packageName, packagesIn } from '../../knowledge/managers.js';
import { isForDevelopment } from '../../knowledge/stages.js';
import type { Command, Instruction, Instructions, Word } from '../../model/index.js';
import { rule, say, type Finding } from '../../rule.js';

export default rule({
  id: 'no-sshd',
  kinds: ['dockerfile', 'compose'],
  severity: 'warning',
  profile: 'recommended',
  tags: ['security', 'runtime'],
  since: 'next',
  peers: { trivy: ['DS-0004'], checkov: ['CKV_DOCKER_1'], kics: ['Exposing Port 22 (SSH)'], sonar: ['S6473'] },
  summary: 'Do not run an SSH server in a container.',
  docs: `
An SSH server is a second program to start, watch and patch, with keys and passwords of its own in the image, and one more
way in. Host keys that are made in the build are the same in every container.

\`docker exec -it name sh\`, \`kubectl exec -it pod -- sh\` and \`kubectl debug\` do it without anything in the image, and whoever
may use them is settled in one place. For files there are \`docker cp\` and volumes.

Git and SFTP servers are what SSH is for: set \`allow\` for these. Nothing is said of images with MPI, which starts the parts
of a cluster by ssh.`,
  sources: {
    'docker container exec': 'https://docs.docker.com/reference/cli/docker/container/exec/',
    'Debug running Pods': 'https://kubernetes.io/docs/tasks/debug/debug-application/debug-running-pod/',
    'Best practices for making container images': 'https://e-whisper.com/posts/8023/',
  },
  options: {
    allow: { type: 'boolean', default: false, about: 'The image is an SSH server by purpose: say nothing.' },
  },
  examples: [
    {
      title: 'A server that is installed and exposed',
      bad: `
        FROM debian:12
        RUN apt-get update && apt-get install -y curl «openssh-server» && rm -rf /var/lib/apt/lists/*
        EXPOSE 8080 «22»
        CMD ["/server"]`,
      good: `
        FROM debian:12
        RUN apt-get update && apt-get install -y curl && rm -rf /var/lib/apt/lists/*
        EXPOSE 8080
        CMD ["/server"]`,
    },
    {
      title: 'Started, with keys from the build and settings',
      bad: `
        FROM alpine:3.20
        RUN apk add --no-cache «openssh»
        RUN «ssh-keygen» -A && sed -i 's/#PermitRootLogin.*/PermitRootLogin yes/' «/etc/ssh/sshd_config»
        RUN apk add --no-cache «dropbear»
        ENTRYPOINT ["/usr/sbin/«sshd»", "-D"]`,
    },
    {
      title: 'A port alone, by protocol and in a range',
      bad: `
        FROM debian:12 AS one
        EXPOSE «22/tcp»
        FROM debian:12
        EXPOSE «20-25»
        EXPOSE 80`,
      good: `
        FROM debian:12 AS one
        FROM debian:12
        EXPOSE 80`,
    },
    {
      title: 'On Alpine, openssh holds the server and the client; a client alone is smaller',
      bad: `
        FROM alpine:3.20
        RUN apk add --no-cache git «openssh»
        RUN git clone git@example.com:team/app.git`,
      good: `
        FROM alpine:3.20
        RUN apk add --no-cache git openssh-client
        RUN git clone git@example.com:team/app.git`,
    },
    {
      title: 'Published by a Compose file',
      kind: 'compose',
      bad: `
        services:
          web:
            image: example/web:2
            ports:
              - "2222:«22»"
              - 8080:80`,
    },
    {
      title: 'Other ports of a Compose file',
      kind: 'compose',
      good: `
        services:
          web:
            image: example/web:2
            ports:
              - "22:2222"
              - 8080:80`,
    },
    {
      title: 'The client',
      good: `
        FROM debian:12
        RUN apt-get update && apt-get install -y openssh-client && ssh-keyscan github.com >> /etc/ssh/ssh_known_hosts
        EXPOSE 2222 220 22000-23000`,
    },
    {
      title: 'MPI, which starts its parts by ssh',
      good: `
        FROM debian:12
        RUN apt-get update && apt-get install -y openmpi-bin openssh-server
        EXPOSE 22`,
    },
    {
      title: 'An image that is a Git server',
      options: { allow: true },
      good: `
        FROM alpine:3.20
        RUN apk add --no-cache openssh
        EXPOSE 22
        CMD ["/usr/sbin/sshd", "-D"]`,
    },
    {
      title: 'A stage that is only copied from, and one for development',
      good: `
        FROM debian:12 AS build
        RUN apt-get install -y openssh-server
        FROM debian:12 AS dev
        EXPOSE 22
        FROM debian:12
        COPY --from=build /app /app`,
    },
  ],
  *check(file, { options }) {
    if (options.allow) return;
    if (file.kind === 'compose') {
      for (const { ports } of file.services()) {
        for (const { target, word } of ports) {
          if (target === 22) yield { at: word, message: say`Port 22 is that of an SSH server.`, peers: [] };
        }
      }
      return;
    }
    if (/open-?mpi|mpich|mpirun|horovod/i.test(file.text)) return;
    const isJudged = (node: Instruction | undefined): boolean =>
      node?.stage !== undefined && (node.stage.ships || node.stage.isOutput) && !isForDevelopment(node.stage, file);
    const started = [...file.commands('sshd', 'ssh-keygen', 'sed', 'dropbear')].filter(({ instruction }) =>
      isJudged(instruction),
    );
    const ports = [...file.all('EXPOSE')].filter(isJudged);
    const isServed = started.some(isOfServer) || ports.some((node) => node.words.some(holdsPort));
    for (const command of file.runCommands(...MANAGER_PROGRAMS)) {
      if (isJudged(command.instruction)) yield* installed(command, isServed);
    }
    for (const command of started) {
      const at = isOfServer(command) ? placeOf(command) : undefined;
      // The other tools look at ports alone.
      if (at) yield { at, message: say`This sets up an SSH server in the container.`, peers: [] };
    }
    for (const node of ports) yield* exposed(node);
  },
});

const SERVERS: ReadonlySet<string> = new Set(['openssh-server', 'dropbear', 'tinyssh', 'openssh']);

function* installed(command: Command, isServed: boolean): Iterable<Finding> {
  const packages = packagesIn(command);
  for (const word of packages) {
    const name = packageName(word);
    if (!word.literal || !SERVERS.has(name)) continue;
    // Elsewhere openssh is the client, or what client and server share.
    if (name === 'openssh' && command.program.text !== 'apk') continue;
    if (name === 'openssh' && !isServed) {
      yield {
        at: word,
        message: say`openssh brings the SSH server along; ssh and scp come with openssh-client.`,
        severity: 'hint',
        peers: [],
        fix: word.text === name ? suggestion('Install openssh-client', replace(word, 'openssh-client')) : undefined,
      };
      continue;
    }
    yield {
      at: word,
      message: say`${name} puts an SSH server into the image.`,
      peers: [],
      fix: packages.length > 1 ? suggestion(`Do without ${name}`, remove(word)) : undefined,
    };
  }
}

const isOfServer = (command: Command): boolean =>
  command.program.text === 'sshd' ||
  (command.program.text === 'dropbear' && !command.substituted) ||
  (command.program.text === 'ssh-keygen' ? command.has('-A') : configOf(command) !== undefined);

const configOf = ({ args }: Command): Word | undefined => args.find(({ text }) => text.endsWith('/sshd_config'));

const placeOf = (command: Command): Word | undefined =>
  command.program.text === 'sed' ? configOf(command) : command.program;

/** Whether a word of EXPOSE holds port 22. */
function holdsPort({ text }: Word): boolean {
  const [, from, to] = /^(\d+)(?:-(\d+))?(?:\/(?:tcp|udp))?$/i.exec(text) ?? [];
  return from !== undefined && Number(from) <= 22 && Number(to ?? from) >= 22;
}

function* exposed(node: Instructions['EXPOSE']): Iterable<Finding> {
  for (const word of node.words) {
    if (!holdsPort(word)) continue;
    yield { at: word, message: say`Port ${word.text} is that of an SSH server.`, fix: withoutPort(node, word) };
  }
}

const withoutPort = (node: Instructions['EXPOSE'], word: Word): Fix =>
  suggestion('Do not expose it', node.words.length > 1 ? remove(word) : removeLines(node));
