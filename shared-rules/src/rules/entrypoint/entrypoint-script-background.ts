import { scriptsIn } from '../../knowledge/start.js';
import type { Command, Script, Statement } from '../../model/index.js';
import { rule, say, toldAt, type Finding } from '../../rule.js';

export default rule({
  id: 'entrypoint-script-background',
  kinds: ['shell', 'dockerfile'],
  severity: 'warning',
  profile: 'recommended',
  tags: ['runtime', 'entrypoint', 'signals'],
  since: 'next',
  summary: 'Start no second program in the background of an entrypoint script.',
  docs: `
Nobody looks after a program that an entrypoint script starts with \`&\`. When it dies, the container goes on half alive and
is called healthy; when the container stops, it hears no signal and is killed; its log is mixed with that of the other.

Run one program in a container, and the other in a container of its own beside it. Where both must be together, trap TERM
and \`wait\` for them, or use a supervisor.`,
  sources: {
    'ENTRYPOINT best practices': 'https://docs.docker.com/build/building/best-practices/#entrypoint',
    'Run multiple processes': 'https://docs.docker.com/engine/containers/multi-service_container/',
    'Best practices for making container images': 'https://e-whisper.com/posts/8023/',
  },
  examples: [
    {
      title: 'A server behind another',
      bad: `
        #!/bin/sh
        «redis-server» /etc/redis.conf &
        exec node server.js`,
    },
    {
      title: 'Seen from the Dockerfile',
      kind: 'dockerfile',
      files: { 'start.sh': '#!/bin/bash\ncelery -A app worker &\ngunicorn app:api\n' },
      bad: `
        FROM python:3.12-slim
        COPY start.sh /
        CMD ["/«start.sh»"]`,
    },
    {
      title: 'A script that waits, and hands on signals',
      good: `
        #!/bin/bash
        trap 'kill -TERM $(jobs -p)' TERM
        redis-server &
        node server.js &
        wait -n`,
    },
    {
      title: 'One program, which the script waits for',
      good: `
        #!/bin/sh
        node server.js &
        wait $!`,
    },
    {
      title: 'A helper that ends by itself, and one that is stopped again',
      good: `
        #!/bin/sh
        (sleep 10; warm-up) &
        curl -s http://localhost/ping &
        mysqld --skip-networking &
        pid=$!
        kill "$pid"
        exec mysqld`,
    },
  ],
  *check(file, { workspace }) {
    if (file.kind === 'shell') {
      yield* inBackground(file.script);
      return;
    }
    for (const { word, script, file: other } of scriptsIn(file, (path) => workspace.open(path, 'shell'))) {
      const findings = inBackground(script);
      yield* other ? toldAt(word, other, findings) : findings;
    }
  },
});

function* inBackground({ statements, commands, readable }: Script): Iterable<Finding> {
  const cares = commands.some(({ program }) => ['trap', 'wait', 'kill', 'fg', 'disown'].includes(program.text));
  if (!readable || cares) return;
  const rest = statements.at(-1);
  for (const statement of statements) {
    const command = statement.terminator === '&' ? started(statement) : undefined;
    if (!command || statement === rest || !command.program.literal || BRIEF.has(command.program.text)) continue;
    yield {
      at: command.program,
      message: say`Nobody looks after ${command.program.text} in the background: it hears no signals, and nobody notices its end.`,
    };
  }
}

const started = (statement: Statement): Command | undefined =>
  statement.kind === 'command' ? statement.command : undefined;

/** What helps at the start and is gone soon, or only shows a log. */
const BRIEF: ReadonlySet<string> = new Set([
  'sleep',
  'echo',
  'printf',
  'curl',
  'wget',
  'tail',
  'cat',
  'touch',
  'rm',
  'mkdir',
  'cp',
  'chown',
  'chmod',
  'find',
  'sh',
  'bash',
  'timeout',
  'until',
  'inotifywait',
  'Xvfb',
  'dbus-daemon',
]);
