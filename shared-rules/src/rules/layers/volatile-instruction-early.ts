import { moveBelow, suggestion } from '../../edit.js';
import { installOf } from '../../knowledge/dependencies.js';
import { isPackageWork } from '../../knowledge/managers.js';
import type { Instruction, Instructions, Word } from '../../model/index.js';
import { rule, say } from '../../rule.js';

type Run = Instructions['RUN'];

export default rule({
  id: 'volatile-instruction-early',
  kinds: ['dockerfile'],
  severity: 'info',
  profile: 'recommended',
  tags: ['layers', 'cache', 'speed'],
  since: 'next',
  summary: 'Declare what differs from build to build below the installs.',
  docs: `
A commit id or a build date is another one in every build. Every RUN below the ARG or ENV that holds it has it in its
environment, so that none of them comes from the build cache any more: all packages are installed anew each time.

Declare it as late as it is needed, below the installs. A LABEL may stand anywhere: BuildKit does not rebuild for it, but
an ARG that only a label uses belongs right above that label.`,
  sources: {
    'Dockerfile reference, "Impact on build caching"':
      'https://docs.docker.com/reference/dockerfile/#impact-on-build-caching',
    'Best practices for making container images': 'https://e-whisper.com/posts/8023/',
  },
  examples: [
    {
      title: 'A commit id above the installs, for a label at the end',
      bad: `
        FROM debian:12
        «ARG» GIT_COMMIT
        RUN apt-get update && apt-get install -y curl && rm -rf /var/lib/apt/lists/*
        LABEL org.opencontainers.image.revision=$GIT_COMMIT`,
      good: `
        FROM debian:12
        RUN apt-get update && apt-get install -y curl && rm -rf /var/lib/apt/lists/*
        ARG GIT_COMMIT
        LABEL org.opencontainers.image.revision=$GIT_COMMIT`,
    },
    {
      title: 'Above the dependencies; the build behind them needs it',
      bad: `
        FROM golang:1.25
        # set by the pipeline
        «ENV» BUILD_DATE=2026-01-01 BUILD_NUMBER=7
        COPY go.mod go.sum ./
        RUN go mod download
        COPY . .
        RUN go build -ldflags "-X main.date=$BUILD_DATE" -o /app .`,
      good: `
        FROM golang:1.25
        COPY go.mod go.sum ./
        RUN go mod download
        # set by the pipeline
        ENV BUILD_DATE=2026-01-01 BUILD_NUMBER=7
        COPY . .
        RUN go build -ldflags "-X main.date=$BUILD_DATE" -o /app .`,
    },
    {
      title: 'Among others in one instruction',
      bad: `
        FROM debian:12
        «ENV» LANG=C.UTF-8 VCS_REF=abc
        RUN apt-get update && apt-get install -y curl && rm -rf /var/lib/apt/lists/*`,
    },
    {
      title: 'A RUN uses it, or may do so unseen',
      good: `
        FROM debian:12
        ARG VERSION
        ARG CI_TOKEN_URL
        RUN apt-get update && apt-get install -y tool=$VERSION
        RUN ./configure.sh
        RUN apt-get install -y curl
        ENV BUILD_ID=7
        RUN make
        RUN apt-get install -y git`,
    },
    {
      title: 'Below the installs, before the first FROM, and names that stay the same',
      good: `
        ARG BUILD_DATE
        FROM debian:12
        ARG VERSION=1.2
        ENV APP_HOME=/app COMMITTER=me
        LABEL org.opencontainers.image.created=2026-01-01
        RUN apt-get update && apt-get install -y curl && rm -rf /var/lib/apt/lists/*
        ARG GIT_SHA
        RUN make`,
    },
  ],
  *check(file) {
    for (const node of file.all('ARG', 'ENV')) {
      const found = node.pairs.find(({ name, value }) => isVolatile(name.text, node.keyword === 'ARG' && !value));
      const last = found && lastInstallBelow(node);
      if (!last) continue;
      const isAll = node.pairs.every(({ name, value }) => isVolatile(name.text, node.keyword === 'ARG' && !value));
      yield {
        at: node.head,
        message: say`${found.name.text} differs from build to build, and the installs below run again with it.`,
        related: [{ at: last.head, message: say`This RUN does not need it.` }],
        fix: isAll && !last.isOpen ? suggestion('Move it below the installs', moveBelow(node, last)) : undefined,
      };
    }
  },
});

/** Names for what every build sets anew. */
const VOLATILE =
  /^((VCS|GIT|SOURCE|BUILD)_(REF|SHA1?|COMMIT(_(SHA|HASH|ID))?|REV(ISION)?|HASH|DATE|TIME(STAMP)?|NUMBER|NUM|ID|CREATED|DESCRIBE)|COMMIT(_?(SHA|HASH|ID|REF))?|REVISION|CI_(COMMIT|PIPELINE|JOB|BUILD)_\w{1,40}|\w{1,40}_CREATED)$/i;
/** Names for what a release sets anew, if nothing is given. */
const RELEASE = /^((APP|IMAGE|BUILD|RELEASE)_)?VERSION$/i;

const isVolatile = (name: string, isOpen: boolean): boolean => VOLATILE.test(name) || (isOpen && RELEASE.test(name));

/** The last RUN below that installs packages and needs none of the variables, before anything that may need them. */
function lastInstallBelow(node: Instructions['ARG' | 'ENV']): Run | undefined {
  const names = node.pairs.map(({ name }) => name.text);
  let found: Run | undefined;
  for (let next = node.next; next && next.keyword !== 'FROM'; next = next.next) {
    if (names.some((name) => mentions(next, name))) break;
    if (next.keyword !== 'RUN') continue;
    if (!isPackageWork(next) && !isInstall(next)) break;
    found = next;
  }
  return found;
}

/** Whether the RUN does nothing but install what the project's files name. */
const isInstall = ({ commands, script }: Run): boolean =>
  script?.readable !== false &&
  commands.length > 0 &&
  commands.every((command) => {
    const install = installOf(command);
    return install !== undefined && !install.isBuild;
  });

const mentions = (node: Instruction, name: string): boolean =>
  usesIn(node.body, name) ||
  node.words.some((word) => usesIn(word, name)) ||
  node.heredocs.some(({ body }) => body.includes(name)) ||
  node.flags.some(({ value }) => value !== undefined && usesIn(value, name));

const usesIn = ({ text }: Word, name: string): boolean => text.includes(name);
