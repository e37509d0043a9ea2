import { isPlainStart } from '../../knowledge/start.js';
import type { Command, Stage, Statement } from '../../model/index.js';
import { rule, say, type Finding } from '../../rule.js';

export default rule({
  id: 'run-starts-service',
  kinds: ['dockerfile'],
  severity: 'warning',
  profile: 'recommended',
  tags: ['build', 'runtime'],
  since: 'next',
  summary: 'Start programs by CMD or ENTRYPOINT: what a RUN starts is not running in the container.',
  docs: `
An image holds files, not processes. What a RUN starts ends with that build step, so the container comes up without it;
at most it leaves a stale pid file behind, which keeps the real start from working.

Start the program by CMD or ENTRYPOINT, one to a container. Starting a service within a RUN that uses it and goes on, to
fill a database for instance, is well.`,
  sources: {
    'Run multiple processes': 'https://docs.docker.com/engine/containers/multi-service_container/',
    'Best practices for making container images': 'https://e-whisper.com/posts/8023/',
  },
  examples: [
    {
      title: 'A service',
      bad: `
        FROM debian:12
        RUN apt-get update && apt-get install -y nginx && «service» nginx start
        CMD ["/srv/start.sh"]`,
    },
    {
      title: 'In other ways',
      bad: `
        FROM debian:12
        RUN /etc/init.d/«postgresql» start
        RUN «systemctl» start redis
        RUN «redis-server» /etc/redis.conf &
        RUN «nohup» node server.js &
        RUN su postgres -c "«pg_ctl» start -D /data"
        CMD ["/srv/start.sh"]`,
    },
    {
      title: 'A unit that no systemd will start',
      bad: `
        FROM debian:12
        RUN «systemctl» enable nginx
        CMD ["nginx", "-g", "daemon off;"]`,
    },
    {
      title: 'The RUN uses it and goes on',
      good: `
        FROM postgres:17
        RUN service postgresql start && su postgres -c "psql -f /schema.sql" && service postgresql stop
        RUN redis-server & sleep 1 && redis-cli set ready 1
        CMD ["postgres"]`,
    },
    {
      title: 'An image that runs systemd, or whose start nobody can see',
      good: `
        FROM debian:12 AS one
        RUN systemctl enable nginx
        CMD ["/sbin/init"]
        FROM debian:12 AS two
        RUN systemctl enable nginx
        FROM debian:12
        RUN systemctl enable nginx
        ENTRYPOINT ["/entrypoint.sh"]`,
    },
    {
      title: 'Other words of the same programs, and other places',
      good: `
        FROM debian:12
        RUN service nginx stop
        RUN systemctl disable nginx
        RUN make & wait
        CMD service nginx start && tail -f /var/log/nginx/access.log`,
    },
  ],
  *check(file) {
    for (const run of file.all('RUN')) {
      const { script, stage } = run;
      const last = script?.readable ? script.statements.at(-1) : undefined;
      if (last) yield* startedBy(last, stage, run.commands);
    }
  },
});

function* startedBy(last: Statement, stage: Stage | undefined, commands: readonly Command[]): Iterable<Finding> {
  const command = commandIn(last);
  if (!command) return;
  if (last.terminator === '&') {
    yield { at: command.program, message: gone(command) };
    return;
  }
  const inner = [command, ...commands.filter(({ wrappers }) => wrappers.includes(command))].at(-1) ?? command;
  if (starts(inner)) yield { at: inner.program, message: gone(inner) };
  else if (inner.program.text === 'systemctl' && inner.subcommand?.text === 'enable' && stage && isPlainStart(stage)) {
    yield {
      at: inner.program,
      severity: 'info',
      message: say`No systemd runs in this image, so nothing starts the unit.`,
    };
  }
}

const gone = ({ program, operands }: Command) =>
  say`${program.text === 'service' || program.text === 'systemctl' ? (operands[0]?.text ?? 'It') : program.text} ends with this build step and does not run in the container.`;

/** The command that a statement ends in. */
function commandIn(statement: Statement): Command | undefined {
  let last = statement;
  while (last.kind === 'list') last = last.operator === '&&' ? last.right : last.left;
  return last.kind === 'command' ? last.command : undefined;
}

function starts({ program, path, subcommand, operands, args }: Command): boolean {
  const verbs = [subcommand?.text, ...operands.map(({ text }) => text)];
  switch (program.text) {
    case 'service':
    case 'invoke-rc.d':
      return verbs[1] === 'start' || verbs[1] === 'restart';
    case 'systemctl':
      return verbs[0] === 'start' || verbs[0] === 'restart';
    case 'pg_ctl':
    case 'pg_ctlcluster':
      return args.some(({ text }) => text === 'start');
    case 'nohup':
      return false;
    default:
      return path.startsWith('/etc/init.d/') && (verbs[0] === 'start' || verbs[0] === 'restart');
  }
}
