import { replace, suggestion } from '../../edit.js';
import { arrayOf, plainWords } from '../../knowledge/exec-form.js';
import { wrapperOf } from '../../knowledge/programs.js';
import { startedScripts, startsIn, type Start } from '../../knowledge/start.js';
import type { Dockerfile, Stage } from '../../model/index.js';
import { rule, say } from '../../rule.js';
import type { Workspace } from '../../workspace.js';

export default rule({
  id: 'cmd-shell-form-with-exec-entrypoint',
  kinds: ['dockerfile'],
  severity: 'warning',
  profile: 'recommended',
  tags: ['runtime', 'correctness'],
  since: 'next',
  summary: 'Give the arguments of an ENTRYPOINT as a JSON array.',
  docs: `
Beside an ENTRYPOINT, CMD holds its arguments. In the shell form these are \`/bin/sh\`, \`-c\` and the whole text: the
program gets a shell's name for its first argument, and refuses it or does something else than was meant.

Write CMD as a JSON array. An entrypoint that runs its arguments as a command (\`exec "$@"\`, tini, gosu) takes the shell
form well, and nothing is said about it; nor about an entrypoint whose script cannot be read from here.`,
  sources: {
    'How CMD and ENTRYPOINT interact':
      'https://docs.docker.com/reference/dockerfile/#understand-how-cmd-and-entrypoint-interact',
  },
  examples: [
    {
      title: 'Options of a program',
      bad: `
        FROM python:3.12-slim
        ENTRYPOINT ["python", "main.py"]
        CMD «serve --port 8080»`,
      good: `
        FROM python:3.12-slim
        ENTRYPOINT ["python", "main.py"]
        CMD ["serve", "--port", "8080"]`,
    },
    {
      title: 'A subcommand, with an entrypoint of the stage it starts from',
      bad: `
        FROM node:22 AS base
        ENTRYPOINT ["node", "cli.js"]
        FROM base
        CMD «serve»`,
      good: `
        FROM node:22 AS base
        ENTRYPOINT ["node", "cli.js"]
        FROM base
        CMD ["serve"]`,
    },
    {
      title: 'A shell that would get another shell to run',
      bad: `
        FROM debian:12
        ENTRYPOINT ["/bin/bash", "-c"]
        CMD «/srv/start.sh $PORT»`,
    },
    {
      title: 'A script that does not run its arguments',
      files: { 'entrypoint.sh': '#!/bin/sh\nexec node server.js\n' },
      bad: `
        FROM node:22
        COPY entrypoint.sh /
        ENTRYPOINT ["/entrypoint.sh"]
        CMD «web --verbose»`,
      good: `
        FROM node:22
        COPY entrypoint.sh /
        ENTRYPOINT ["/entrypoint.sh"]
        CMD ["web", "--verbose"]`,
    },
    {
      title: 'A script that runs its arguments',
      files: { 'entrypoint.sh': '#!/bin/sh\nset -e\nexec "$@"\n' },
      good: `
        FROM node:22
        COPY entrypoint.sh /
        ENTRYPOINT ["/entrypoint.sh"]
        CMD node server.js --port $PORT`,
    },
    {
      title: 'Programs that run their arguments, and scripts that nobody can read',
      good: `
        FROM node:22 AS one
        ENTRYPOINT ["tini", "--"]
        CMD node server.js $PORT
        FROM node:22 AS two
        ENTRYPOINT ["gosu", "node"]
        CMD node server.js $PORT
        FROM node:22 AS three
        ENTRYPOINT ["docker-entrypoint.sh"]
        CMD node server.js $PORT
        FROM node:22
        ENTRYPOINT ["/init"]
        CMD node server.js $PORT`,
    },
    {
      title: 'No ENTRYPOINT, an empty one, or one in the shell form',
      good: `
        FROM node:22 AS one
        CMD node server.js $PORT
        FROM node:22 AS two
        ENTRYPOINT []
        CMD node server.js $PORT
        FROM node:22
        ENTRYPOINT exec node server.js $PORT
        CMD web --verbose`,
    },
    {
      title: 'A CMD that the ENTRYPOINT of another stage resets',
      good: `
        FROM node:22 AS base
        CMD node server.js $PORT
        FROM base
        ENTRYPOINT ["node", "cli.js"]`,
    },
  ],
  *check(file, { workspace }) {
    for (const { stage, node } of startsIn(file)) {
      const entrypoint = stage.effective('ENTRYPOINT');
      const at = node.commandText;
      if (node.keyword !== 'CMD' || node.form !== 'shell' || !at || entrypoint?.form !== 'exec') continue;
      if (node.state.family === 'windows' || runsArguments(file, entrypoint, workspace)) continue;
      const words = plainWords(node);
      yield {
        at,
        message: say`${entrypoint.argv[0]?.text ?? 'ENTRYPOINT'} gets ${node.state.shellWords.join(' ')} and this text as its arguments.`,
        fix: words && suggestion('Write it as a JSON array', replace(at, arrayOf(words))),
        related: [{ at: entrypoint, message: say`This is what gets them.` }],
      };
    }
  },
});

/** Whether the entrypoint runs what it is given, as far as anybody can tell. */
function runsArguments(file: Dockerfile, entrypoint: Start, workspace: Workspace): boolean {
  const [first] = entrypoint.commands;
  const stage: Stage | undefined = entrypoint.stage;
  if (!first || !stage) return true;
  const last = entrypoint.commands.at(-1) ?? first;
  const scripts = [...startedScripts(file, stage, (path) => workspace.open(path, 'shell'))];
  const script = scripts.find(({ node }) => node === entrypoint)?.script;
  if (script)
    return !script.readable || script.commands.some(({ program, args }) => [program, ...args].some(isArguments));
  if (INTERPRETERS.test(last.program.text)) return false;
  return wrapperOf(last.program.text) !== undefined || !SERVERS.has(last.program.text);
}

const isArguments = ({ text }: { readonly text: string }): boolean => /\$[@*1]|\$\{[@*1]/.test(text);

/** Programs that take a script and options. */
const INTERPRETERS = /^(python[\d.]*|node|deno|ruby|perl|php|java|dotnet|sh|bash|ash|dash|npm|npx|yarn|pnpm)$/;

/** Programs that take options alone. */
const SERVERS: ReadonlySet<string> = new Set([
  'nginx',
  'gunicorn',
  'uvicorn',
  'celery',
  'redis-server',
  'postgres',
  'mongod',
  'mysqld',
  'httpd',
  'haproxy',
  'caddy',
  'traefik',
  'envoy',
  'memcached',
  'streamlit',
  'flask',
  'rails',
  'puma',
  'curl',
  'git',
  'go',
  'cargo',
  'mvn',
  'gradle',
]);
