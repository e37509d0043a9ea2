import { endsOf, hasInit, scriptsIn } from '../../knowledge/start.js';
import type { Script, Statement } from '../../model/index.js';
import { rule, say, toldAt, type Finding } from '../../rule.js';

export default rule({
  id: 'entrypoint-script-trap-missing',
  kinds: ['shell', 'dockerfile'],
  severity: 'info',
  profile: 'recommended',
  tags: ['runtime', 'entrypoint', 'signals'],
  since: 'next',
  summary: 'Have an entrypoint script that loops trap TERM, so that it can be stopped.',
  docs: `
A shell that is process 1 ignores TERM unless it traps it. A script that loops around \`sleep\` therefore never ends by
itself: every stop, update and drain of a node waits for the whole grace period and kills it then.

Add \`trap 'exit 0' TERM INT\` and sleep in the background (\`sleep 60 & wait $!\`), since a shell handles signals only
between commands; or start the container with an init. A container that only runs \`tail -f /dev/null\` or
\`sleep infinity\` has no application at all.`,
  sources: {
    'ENTRYPOINT best practices': 'https://docs.docker.com/build/building/best-practices/#entrypoint',
    'docker stop': 'https://docs.docker.com/reference/cli/docker/container/stop/',
    'Best practices for making container images': 'https://e-whisper.com/posts/8023/',
  },
  examples: [
    {
      title: 'A loop without an end',
      bad: `
        #!/bin/bash
        while «true»; do
          ./sync.sh
          sleep 60
        done`,
    },
    {
      title: 'Nothing but waiting',
      bad: `
        #!/bin/sh
        service nginx start
        «tail» -f /dev/null`,
    },
    {
      title: 'Seen from the Dockerfile',
      kind: 'dockerfile',
      files: { 'run.sh': '#!/bin/sh\nwhile :; do backup; sleep 3600; done\n' },
      bad: `
        FROM alpine:3.22
        COPY run.sh /
        ENTRYPOINT ["/«run.sh»"]`,
    },
    {
      title: 'A trap, and a loop that ends',
      good: `
        #!/bin/bash
        trap 'exit 0' TERM INT
        while true; do
          ./sync.sh
          sleep 60 & wait $!
        done`,
    },
    {
      title: 'A loop that waits for something',
      good: `
        #!/bin/sh
        while true; do
          if pg_isready; then break; fi
          sleep 1
        done
        until nc -z db 5432; do sleep 1; done
        exec node server.js`,
    },
    {
      title: 'An init hands on the signal',
      kind: 'dockerfile',
      files: { 'run.sh': '#!/bin/sh\nwhile :; do backup; sleep 3600; done\n' },
      good: `
        FROM alpine:3.22
        COPY run.sh /
        ENTRYPOINT ["tini", "--", "/run.sh"]`,
    },
    {
      title: 'A stage for development',
      kind: 'dockerfile',
      files: { 'run.sh': '#!/bin/sh\nsleep infinity\n' },
      good: `
        FROM alpine:3.22 AS dev
        COPY run.sh /
        ENTRYPOINT ["/run.sh"]`,
    },
  ],
  *check(file, { workspace }) {
    if (file.kind === 'shell') {
      yield* neverEnding(file.script);
      return;
    }
    for (const { stage, word, script, file: other } of scriptsIn(file, (path) => workspace.open(path, 'shell'))) {
      if (hasInit(stage)) continue;
      const findings = neverEnding(script);
      yield* other ? toldAt(word, other, findings) : findings;
    }
  },
});

function* neverEnding({ statements, commands, readable }: Script): Iterable<Finding> {
  if (!readable || commands.some(({ program }) => program.text === 'trap')) return;
  for (const statement of statements) {
    const at = endless(statement);
    if (at) yield { at, message: say`This loop ignores TERM, so the container can only be killed.` };
  }
  for (const { program, args } of endsOf(statements)) {
    const words = args.map(({ text }) => text).join(' ');
    const isIdle =
      (program.text === 'tail' && /^-[fF] \/dev\/null$/.test(words)) ||
      (program.text === 'sleep' && /^(infinity|inf)$/.test(words));
    if (isIdle) yield { at: program, message: say`The container runs no application, and ignores TERM besides.` };
  }
}

/** The condition of a loop that goes on for ever around a \`sleep\`. */
function endless(statement: Statement): Statement | undefined {
  if (statement.kind !== 'compound' || statement.construct !== 'while') return undefined;
  const [condition, ...more] = statement.conditions[0] ?? [];
  const isTrue =
    condition?.kind === 'command' &&
    (['true', ':'].includes(condition.command.program.text) ||
      (condition.command.program.text === '[' && condition.command.args[0]?.text === '1'));
  const names = [...programsIn(statement.bodies)];
  return isTrue && more.length === 0 && names.includes('sleep') && !names.some((name) => LEAVING.has(name))
    ? condition
    : undefined;
}

const LEAVING: ReadonlySet<string> = new Set(['break', 'exit', 'return', 'exec', 'kill', 'wait']);

function* programsIn(bodies: readonly (readonly Statement[])[]): Iterable<string> {
  for (const body of bodies) {
    for (const statement of body) {
      if (statement.kind === 'command') yield statement.command.program.text;
      else if (statement.kind === 'list') yield* programsIn([[statement.left, statement.right]]);
      else if (statement.kind === 'pipeline') yield* programsIn([statement.stages]);
      else if (statement.kind === 'compound') yield* programsIn([...statement.conditions, ...statement.bodies]);
    }
  }
}
