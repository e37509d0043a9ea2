import { replace, suggestion, type Fix } from '../../edit.js';
import { operandsOf } from '../../knowledge/commands.js';
import { arrayOf } from '../../knowledge/exec-form.js';
import { isForDevelopment } from '../../knowledge/stages.js';
import { hasTool, TOOLS, type Tool } from '../../knowledge/tools.js';
import type { Command, Instructions } from '../../model/index.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'healthcheck-tool-missing',
  kinds: ['dockerfile'],
  severity: 'warning',
  profile: 'recommended',
  tags: ['runtime', 'healthcheck'],
  since: 'next',
  summary: 'Check health with a program that the image has.',
  docs: `
A health check that calls a program which is not in the image fails every time: the container is called unhealthy while it
works, and whatever waits for it or restarts unhealthy containers acts on that.

Alpine and busybox have wget and nc but no curl; Debian, Ubuntu and the slim images of Python and Node have neither curl
nor wget; distroless images and scratch have no program at all, not even a shell.

Use what is there: \`wget -qO- URL || exit 1\` on Alpine, \`python -c "import urllib.request as r; r.urlopen('URL')"\`,
\`node -e "fetch('URL').then(r => process.exit(r.ok ? 0 : 1))"\`, or a subcommand of your own program.
What is installed in the stage, or copied into it, is taken to be there, and of base images that are not known
nothing is said.`,
  sources: {
    'HEALTHCHECK reference': 'https://docs.docker.com/reference/dockerfile/#healthcheck',
    'Distroless images': 'https://github.com/GoogleContainerTools/distroless',
  },
  examples: [
    {
      title: 'Alpine has no curl',
      bad: `
        FROM alpine:3.22
        COPY server /server
        HEALTHCHECK --interval=30s CMD «curl» -fsS http://localhost:8080/health || exit 1
        CMD ["/server"]`,
      good: `
        FROM alpine:3.22
        COPY server /server
        HEALTHCHECK --interval=30s CMD wget -qO- http://localhost:8080/health || exit 1
        CMD ["/server"]`,
    },
    {
      title: 'In the exec form',
      bad: `
        FROM node:22-alpine
        HEALTHCHECK CMD ["«curl»", "--fail", "http://localhost:3000/"]
        CMD ["node", "server.js"]`,
      good: `
        FROM node:22-alpine
        HEALTHCHECK CMD ["wget", "-qO-", "http://localhost:3000/"]
        CMD ["node", "server.js"]`,
    },
    {
      title: 'Slim images have neither curl nor wget',
      bad: `
        FROM python:3.12-slim AS one
        HEALTHCHECK CMD «curl» -f http://localhost:8000/ || exit 1
        FROM debian:12 AS two
        HEALTHCHECK CMD «wget» -q --spider http://localhost/ || exit 1
        FROM postgres:17
        HEALTHCHECK CMD «nc» -z localhost 5432`,
    },
    {
      title: 'Nothing at all in distroless images and scratch',
      bad: `
        FROM gcr.io/distroless/static-debian12
        COPY server /server
        HEALTHCHECK CMD ["«curl»", "-f", "http://localhost:8080/"]
        ENTRYPOINT ["/server"]`,
    },
    {
      title: 'No bash on Alpine',
      bad: `
        FROM alpine:3.22
        HEALTHCHECK CMD ["«bash»", "-c", "echo > /dev/tcp/localhost/80"]`,
    },
    {
      title: 'What the image has',
      good: `
        FROM alpine:3.22 AS one
        HEALTHCHECK CMD wget -qO- http://localhost/ || exit 1
        FROM node:22 AS two
        HEALTHCHECK CMD curl -f http://localhost:3000/ || exit 1
        FROM nginx:1.27-alpine AS three
        HEALTHCHECK CMD curl -f http://localhost/ || exit 1
        FROM php:8.4-fpm
        HEALTHCHECK CMD curl -f http://localhost/ || exit 1`,
    },
    {
      title: 'Installed, here or in the stage it starts from',
      good: `
        FROM alpine:3.22 AS base
        RUN apk add --no-cache curl
        FROM base
        HEALTHCHECK CMD curl -f http://localhost/ || exit 1`,
    },
    {
      title: 'Copied in, alone or with a whole system',
      good: `
        FROM debian:12 AS one
        COPY --from=curlimages/curl:8.11.1 /usr/bin/curl /usr/bin/curl
        HEALTHCHECK CMD curl -f http://localhost/
        FROM scratch AS two
        COPY --from=one / /
        HEALTHCHECK CMD curl -f http://localhost/
        FROM debian:12
        RUN ./install.sh
        HEALTHCHECK CMD curl -f http://localhost/`,
    },
    {
      title: 'A base image that nobody knows from here, and packages in a variable',
      good: `
        FROM eclipse-temurin:21-jre AS one
        HEALTHCHECK CMD curl -f http://localhost/
        FROM registry.example.com/base:1 AS two
        HEALTHCHECK CMD curl -f http://localhost/
        FROM alpine:3.22
        ARG PACKAGES
        RUN apk add --no-cache $PACKAGES
        HEALTHCHECK CMD curl -f http://localhost/`,
    },
    {
      title: 'One of two programs is there',
      good: `
        FROM alpine:3.22
        HEALTHCHECK CMD curl -f http://localhost/ || wget -qO- http://localhost/`,
    },
    {
      title: 'A check that another one replaces, none at all, and another program of the image',
      good: `
        FROM redis:7 AS one
        HEALTHCHECK CMD redis-cli ping
        FROM debian:12 AS two
        HEALTHCHECK CMD curl -f http://localhost/
        HEALTHCHECK NONE
        FROM debian:12 AS dev
        HEALTHCHECK CMD curl -f http://localhost/
        FROM debian:12
        CMD ["/server"]`,
    },
  ],
  *check(file) {
    const told = new Set<Instructions['HEALTHCHECK']>();
    for (const stage of file.stages) {
      const node = stage.effective('HEALTHCHECK');
      if (!node || told.has(node) || !stage.isOutput || isForDevelopment(stage, file)) continue;
      const calls = node.commands.filter(({ program }) => TOOLS.includes(program.text as Tool));
      const [missing] = calls;
      if (!missing || calls.some((call) => hasTool(stage, toolOf(call)) !== false)) continue;
      told.add(node);
      yield {
        at: missing.program,
        message: say`The image has no ${missing.program.text}, so the check fails every time.`,
        fix: hasTool(stage, 'wget') === true ? byWget(node, calls) : undefined,
      };
    }
  },
});

const toolOf = ({ program }: Command): Tool => program.text as Tool;

/** Flags of curl that have no say in whether the check passes, or that wget does without. Source: curl(1). */
const PLAIN: ReadonlySet<string> = new Set([
  '-f',
  '--fail',
  '-s',
  '--silent',
  '-S',
  '--show-error',
  '-L',
  '--location',
  '-o',
  '--output',
]);

/** The same question put by wget; only where the whole check is one plain call of curl. */
function byWget(node: Instructions['HEALTHCHECK'], calls: readonly Command[]): Fix | undefined {
  const [curl, ...more] = calls;
  const at = node.commandText;
  if (curl?.program.text !== 'curl' || more.length > 0 || !at) return undefined;
  const isPlain =
    node.commands.every((command) => command === curl || command.program.text === 'exit') &&
    curl.redirections.every(({ target }) => target?.text === '/dev/null') &&
    curl.flags.every(({ name, value }) => PLAIN.has(name) && (value === undefined || value.text === '/dev/null'));
  const [address, ...others] = operandsOf(curl);
  if (!isPlain || !address?.literal || others.length > 0 || !/^[\w:/.@~%+=,-]+$/.test(address.text)) return undefined;
  const text = node.form === 'exec' ? arrayOf(['wget', '-qO-', address.text]) : `wget -qO- ${address.text} || exit 1`;
  return suggestion('Ask by wget, which is there', replace(at, text));
}
