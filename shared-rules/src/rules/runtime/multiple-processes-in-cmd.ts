import { mainCommand, startsIn, type Start } from '../../knowledge/start.js';
import type { Command, Located, Statement, Word } from '../../model/index.js';
import { rule, say, type Message } from '../../rule.js';

export default rule({
  id: 'multiple-processes-in-cmd',
  kinds: ['dockerfile'],
  severity: 'warning',
  profile: 'recommended',
  tags: ['runtime', 'design'],
  since: 'next',
  summary: 'Run one program in a container, and others in containers of their own.',
  docs: `
Docker and Kubernetes watch one process of a container. When another one in it dies, nothing notices and nothing restarts it;
the two cannot be scaled, limited or updated apart, their logs are mixed, and signals reach only one of them.

Give each program a container: a service in Compose, a second container in the pod. nginx and php-fpm, a web server and its
worker are the usual cases. Leave the rule, or set \`allowSupervisors\`, where a supervisor is wanted on purpose.`,
  sources: {
    'Run multiple processes': 'https://docs.docker.com/engine/containers/multi-service_container/',
    'Best practices for making container images': 'https://e-whisper.com/posts/8023/',
  },
  options: {
    allowSupervisors: {
      type: 'boolean',
      default: false,
      about: 'Say nothing about supervisord and other programs that start several.',
    },
  },
  examples: [
    {
      title: 'One in the background, one in the foreground',
      bad: `
        FROM debian:12
        CMD redis-server & «node» server.js`,
    },
    {
      title: 'A service, and a program that leaves the foreground',
      bad: `
        FROM debian:12 AS one
        CMD service nginx start && exec «gunicorn» app:api
        FROM php:8.4-fpm
        CMD ["sh", "-c", "php-fpm -D && «nginx» -g 'daemon off;'"]`,
    },
    {
      title: 'Programs that start several',
      bad: `
        FROM debian:12 AS one
        CMD ["«supervisord»", "-n"]
        FROM node:22
        CMD ["npx", "«concurrently»", "npm:web", "npm:worker"]`,
    },
    {
      title: 'Supervisors on purpose',
      options: { allowSupervisors: true },
      good: `
        FROM debian:12
        CMD ["supervisord", "-n"]`,
    },
    {
      title: 'One program, its workers, an init alone',
      good: `
        FROM nginx:1.27 AS one
        CMD ["nginx", "-g", "daemon off;"]
        FROM node:22 AS two
        ENTRYPOINT ["tini", "--", "node", "server.js"]
        FROM node:22 AS three
        CMD node migrate.js && exec node server.js
        FROM node:22
        CMD ["pm2-runtime", "server.js"]`,
    },
    {
      title: 'A service and something that only waits for it, or helps at the start',
      good: `
        FROM debian:12 AS one
        CMD service apache2 start && tail -f /var/log/apache2/access.log
        FROM debian:12
        CMD sleep 10 & exec node server.js`,
    },
    {
      title: 'A stage for development, and a RUN',
      good: `
        FROM node:22 AS dev
        CMD ["npx", "concurrently", "npm:web", "npm:worker"]
        FROM node:22
        RUN redis-server & sleep 1 && npm test
        CMD ["node", "server.js"]`,
    },
  ],
  *check(file, { options }) {
    for (const { node } of startsIn(file)) {
      const supervisor = node.commands.map(supervisorIn).find((word) => word !== undefined);
      if (supervisor) {
        if (!options.allowSupervisors) yield { at: supervisor, message: several(supervisor) };
        continue;
      }
      const second = secondProgram(node);
      if (second) yield second;
    }
  },
});

const SUPERVISORS: ReadonlySet<string> = new Set([
  'supervisord',
  'runsvdir',
  'runit',
  'monit',
  'circusd',
  'concurrently',
  'overmind',
  'hivemind',
  'goreman',
  'forego',
  'run-p',
]);

/** The word that names a program which starts several. */
function supervisorIn(command: Command): Word | undefined {
  const { program, subcommand } = command;
  if (program.text === 'npx' && subcommand && SUPERVISORS.has(subcommand.text)) return subcommand;
  const isOne =
    SUPERVISORS.has(program.text) ||
    (['foreman', 'honcho'].includes(program.text) && subcommand?.text === 'start') ||
    (program.text === 'npm-run-all' && command.has('-p', '--parallel'));
  return isOne ? program : undefined;
}

const several = ({ text }: Word): Message =>
  say`${text} starts several programs, of which Docker and Kubernetes watch none.`;

/** What is started last, beside something that goes on in the background. */
function secondProgram(node: Start): { readonly at: Located; readonly message: Message } | undefined {
  const last = mainCommand(node);
  const script = last?.script;
  if (!last || !script?.readable || IDLE.has(last.program.text)) return undefined;
  const beside = script.statements.flatMap((statement) => [...stays(statement, last)]).find((other) => other !== last);
  const name = beside && nameOf(beside);
  return name === undefined
    ? undefined
    : { at: last.program, message: say`${last.program.text} runs beside ${name}, which nothing watches.` };
}

function* stays(statement: Statement, last: Command): Iterable<Command> {
  if (statement.kind === 'list') {
    if (statement.operator === '&&') {
      yield* stays(statement.left, last);
      yield* stays(statement.right, last);
    }
    return;
  }
  if (statement.kind !== 'command' || statement.command === last) return;
  const { command } = statement;
  const isBehind = statement.terminator === '&' && command.program.literal && !BRIEF.has(command.program.text);
  if (isBehind || becomesDaemon(command)) yield command;
}

function becomesDaemon(command: Command): boolean {
  const { program, path, subcommand, operands, args } = command;
  const verb = operands[0]?.text;
  switch (program.text) {
    case 'service':
      return verb === 'start' || verb === 'restart';
    case 'cron':
    case 'crond':
      return !command.has('-f');
    case 'php-fpm':
      return command.has('-D', '--daemonize');
    case 'nginx':
      return !command.has('-t', '-s') && !args.some(({ text }) => text.includes('daemon off'));
    case 'sshd':
      return !command.has('-D', '-t');
    case 'rsyslogd':
      return !command.has('-n');
    default:
      return path.startsWith('/etc/init.d/') && (subcommand?.text === 'start' || subcommand?.text === 'restart');
  }
}

const nameOf = ({ program, subcommand }: Command): string =>
  program.text === 'service' ? (subcommand?.text ?? 'a service') : program.text;

/** What only keeps the container open. */
const IDLE: ReadonlySet<string> = new Set(['tail', 'sleep', 'wait', 'cat', 'bash', 'sh', 'read', 'true']);

/** What helps at the start and is gone soon, or only shows a log. */
const BRIEF: ReadonlySet<string> = new Set([
  'sleep',
  'echo',
  'tail',
  'cat',
  'curl',
  'wget',
  'touch',
  'Xvfb',
  'dbus-daemon',
]);
