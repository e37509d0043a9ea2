import { insertBefore, suggestion, within, type Edit } from '../../edit.js';
import { endsOf, startedScripts } from '../../knowledge/start.js';
import type { AnyFile, Command, Dockerfile, ShellScript } from '../../model/index.js';
import { rule, say } from '../../rule.js';
import type { Workspace } from '../../workspace.js';

export default rule({
  id: 'entrypoint-script-no-exec',
  kinds: ['shell', 'dockerfile'],
  severity: 'warning',
  profile: 'recommended',
  tags: ['runtime', 'signals', 'entrypoint'],
  since: '0.1.0',
  summary: 'Let an entrypoint script end in exec, so that the program takes its place as process 1.',
  docs: `
Without \`exec\` the script stays as process 1 and the program is its child. \`docker stop\` and Kubernetes signal the
script, which passes nothing on: the program is killed after its grace period, with whatever it was doing half done.

Put \`exec\` before the last command. Leave the rule where the script itself traps TERM and waits for its child.`,
  sources: {
    'ENTRYPOINT best practices': 'https://docs.docker.com/build/building/best-practices/#entrypoint',
    'Best practices for making container images': 'https://e-whisper.com/posts/8023/',
  },
  examples: [
    {
      title: 'The arguments of the container',
      bad: `
        #!/bin/sh
        set -e
        ./migrate.sh
        «"$@"»`,
      good: `
        #!/bin/sh
        set -e
        ./migrate.sh
        exec "$@"`,
    },
    {
      title: 'Each end of a script that branches',
      bad: `
        #!/bin/bash
        if [ "$1" = worker ]; then
          «celery» -A app worker
        else
          echo "serving"
          «gunicorn» app:api
        fi`,
      good: `
        #!/bin/bash
        if [ "$1" = worker ]; then
          exec celery -A app worker
        else
          echo "serving"
          exec gunicorn app:api
        fi`,
    },
    {
      title: 'Branches of a case',
      bad: `
        #!/bin/sh
        case "$1" in
          serve) «nginx» -g 'daemon off;' ;;
          *) exec "$@" ;;
        esac`,
      good: `
        #!/bin/sh
        case "$1" in
          serve) exec nginx -g 'daemon off;' ;;
          *) exec "$@" ;;
        esac`,
    },
    {
      title: 'Assignments, wrappers, modules and a program beside the script',
      bad: `
        #!/bin/sh
        case "$1" in
          web) PORT=80 «node» server.js ;;
          api) «env» PORT=80 node server.js ;;
          worker) «celery» -A app worker ;;
          module) «python» -m gunicorn app:api ;;
          *) ./«server» ;;
        esac`,
      good: `
        #!/bin/sh
        case "$1" in
          web) exec env PORT=80 node server.js ;;
          api) exec env PORT=80 node server.js ;;
          worker) exec celery -A app worker ;;
          module) exec python -m gunicorn app:api ;;
          *) exec ./server ;;
        esac`,
    },
    {
      title: 'A folder whose name says something else than the program in it',
      bad: `
        #!/bin/sh
        «node» build/index.js`,
      good: `
        #!/bin/sh
        exec node build/index.js`,
    },
    {
      title: 'Something in the background is another matter',
      good: `
        #!/bin/sh
        nginx &
        node server.js &
        wait`,
    },
    {
      title: 'Errands of programs that could stay',
      good: `
        #!/bin/sh
        case "$1" in
          check) nginx -t ;;
          user) /usr/sbin/useradd app ;;
          call) celery -A app call tidy ;;
          migrate) node scripts/migrate.js ;;
          init) ./init-db ;;
          dirs) mkdir -p /data ;;
          stop) return 0 ;;
          fine) true ;;
          test) test -d /data ;;
          *) exit 1 ;;
        esac`,
    },
    {
      title: 'Seen from the Dockerfile that copies the script',
      kind: 'dockerfile',
      files: { 'docker/entrypoint.sh': '#!/bin/sh\nset -e\njava -jar /app.jar\n' },
      bad: `
        FROM eclipse-temurin:21-jre
        COPY docker/entrypoint.sh /usr/local/bin/
        ENTRYPOINT ["«entrypoint.sh»"]`,
      good: `
        FROM eclipse-temurin:21-jre
        COPY docker/entrypoint.sh /usr/local/bin/
        ENTRYPOINT ["entrypoint.sh"]`,
      fixedFiles: { 'docker/entrypoint.sh': '#!/bin/sh\nset -e\nexec java -jar /app.jar\n' },
    },
    {
      title: 'Seen from the Dockerfile, through an init and a shell',
      kind: 'dockerfile',
      files: { 'start.sh': '#!/bin/sh\nnode server.js\n' },
      bad: `
        FROM node:22
        WORKDIR /app
        COPY . .
        ENTRYPOINT ["tini", "--", "sh", "«./start.sh»"]`,
      good: `
        FROM node:22
        WORKDIR /app
        COPY . .
        ENTRYPOINT ["tini", "--", "sh", "./start.sh"]`,
      fixedFiles: { 'start.sh': '#!/bin/sh\nexec node server.js\n' },
    },
    {
      title: 'An exec is there',
      good: `
        #!/bin/sh
        if [ "$1" = shell ]; then
          exec sh
        fi
        exec java -jar /app.jar`,
    },
    {
      title: 'A script that traps TERM and waits',
      good: `
        #!/bin/sh
        trap 'kill -TERM "$child"' TERM
        java -jar /app.jar &
        child=$!
        wait "$child"`,
    },
    {
      title: 'The last command ends by itself, or is one that nobody knows',
      good: `
        #!/bin/sh
        chown -R app /data
        python manage.py migrate
        echo ready`,
    },
    {
      title: 'A management command in Python ends by itself',
      good: `
        #!/bin/sh
        python manage.py migrate --noinput`,
    },
    {
      title: 'A script that no shell of ours reads, and one that is not there',
      kind: 'dockerfile',
      files: { 'entrypoint.sh': '#!/usr/bin/env python3\nimport app\napp.run()\n' },
      good: `
        FROM python:3.12-slim
        COPY entrypoint.sh missing.sh /
        ENTRYPOINT ["/entrypoint.sh"]`,
    },
    {
      title: 'An entrypoint that a later one replaces',
      kind: 'dockerfile',
      files: { 'entrypoint.sh': '#!/bin/sh\n"$@"\n' },
      good: `
        FROM debian:12
        COPY entrypoint.sh /
        ENTRYPOINT ["/entrypoint.sh"]
        ENTRYPOINT ["/bin/server"]`,
    },
  ],
  *check(file, { workspace }) {
    if (file.kind === 'shell') {
      for (const command of endsWithoutExec(file)) {
        yield {
          at: command.program,
          message: say`The script stays as process 1 and keeps signals from ${nameOf(command)}.`,
          fix: suggestion('Start it with exec', withExec(command)),
        };
      }
    } else yield* fromDockerfile(file, workspace);
  },
});

function* fromDockerfile(file: Dockerfile, workspace: Workspace) {
  for (const stage of file.stages) {
    for (const { word, file: script } of startedScripts(file, stage, (path) => workspace.open(path, 'shell'))) {
      if (!script) continue;
      const commands = [...endsWithoutExec(script)];
      const [first] = commands;
      if (!first) continue;
      yield {
        at: word,
        message: say`${script.path} stays as process 1 and keeps signals from ${nameOf(first)}.`,
        fix: suggestion(`Start it with exec in ${script.path}`, ...commands.map((command) => execIn(script, command))),
        related: commands.map((command) => ({
          at: command.program,
          path: script.path,
          message: say`${nameOf(command)} is started here.`,
        })),
      };
    }
  }
}

const execIn = (script: AnyFile, command: Command): Edit => within(script, withExec(command));

/** exec takes no assignments. */
const withExec = (command: Command): Edit =>
  insertBefore(command, command.assignments.length > 0 ? 'exec env ' : 'exec ');

/** The commands that a script ends with, in each of its branches, where they stay and are not exec'd. */
function* endsWithoutExec(file: ShellScript): Iterable<Command> {
  const { script } = file;
  const isSupervisor =
    [...file.commands('trap')].length > 0 || script.statements.some(({ terminator }) => terminator === '&');
  if (!script.readable || isSupervisor) return;
  for (const command of endsOf(script.statements)) {
    const wrapped = WRAPPERS.has(command.program.text)
      ? script.commands.find(({ wrappers }) => wrappers.at(-1) === command)
      : undefined;
    if (staysUp(wrapped ?? command)) yield command;
  }
}

/** Programs that stay with the program they start, or put it in their place, and that exec can start. */
const WRAPPERS: ReadonlySet<string> = new Set(['env', 'nice', 'sudo']);

/** Whether the command is one that runs for as long as the container. */
function staysUp(command: Command): boolean {
  const { program, args, path, subcommand } = command;
  const [first] = args;
  if (program.text === '$@' || program.text === '"$@"' || program.text === '$*' || program.text === '${@}') return true;
  if (!program.literal || command.has('--version', '--help')) return false;
  if (/^python[\d.]*$/.test(program.text)) return !isPassing(command);
  if (program.text === 'npm' || program.text === 'yarn' || program.text === 'pnpm') {
    const script = subcommand?.text === 'run' ? command.operands[0]?.text : subcommand?.text;
    return script === 'start' || script === 'serve';
  }
  if (program.text === 'node' || program.text === 'java') {
    return first !== undefined && !(subcommand && isErrand(subcommand.text));
  }
  if (program.text === 'nginx') return !command.has('-t', '-T', '-v', '-V', '-s');
  if (program.text === 'celery') return args.some(({ text }) => CELERY.has(text));
  if (SERVERS.has(program.text)) return true;
  if (path.startsWith('/usr/sbin/')) return !ENDING.test(program.text);
  return /^\.\/[\w-]+$/.test(path) && !isErrand(path);
}

/** Subcommands of celery that serve. Source: docs.celeryq.dev, command line interface. */
const CELERY: ReadonlySet<string> = new Set(['worker', 'beat', 'flower', 'events', 'multi']);

/** Tools for administrators, which end by themselves. Source: sbin of Debian. */
const ENDING = /^(add|del|user|group|update-|a2|service|locale|ldconfig|invoke-|ch(g?passwd|root)$)/;

/** A script or a class whose name says that it ends by itself; the folder it lies in says nothing. */
const isErrand = (path: string): boolean =>
  /(^|[-_.])(migrat|seed|init|setup|configure|check|wait|install|build|test|clean|gradlew|mvnw)/i.test(
    path.slice(path.lastIndexOf('/') + 1),
  );

/** A management command, a module or a line of code, which end by themselves. */
function isPassing(command: Command): boolean {
  const [first, second] = [command.subcommand, ...command.operands];
  const module = command.flag('-m')?.value;
  if (module) return !SERVERS.has(module.text);
  if (command.has('-c') || first === undefined || isErrand(first.text)) return true;
  return first.text.endsWith('manage.py') && second?.text !== 'runserver';
}

/** Programs that serve until they are told to stop, or that start one. */
const SERVERS: ReadonlySet<string> = new Set([
  'gunicorn',
  'uvicorn',
  'hypercorn',
  'daphne',
  'uwsgi',
  'celery',
  'nginx',
  'php-fpm',
  'httpd',
  'apache2',
  'haproxy',
  'redis-server',
  'postgres',
  'mysqld',
  'mongod',
  'puma',
  'unicorn',
  'sidekiq',
  'su-exec',
  'gosu',
  'tini',
  'dumb-init',
  'supervisord',
  'envoy',
  'traefik',
  'caddy',
  'vault',
  'consul',
  'memcached',
  'rabbitmq-server',
  'streamlit',
]);

const nameOf = ({ program }: Command): string => (program.literal ? program.text : 'the command it is given');
