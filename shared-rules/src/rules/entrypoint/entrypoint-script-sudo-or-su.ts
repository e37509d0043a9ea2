import { remove, replace, suggestion, type Fix } from '../../edit.js';
import { endsOf, scriptsIn } from '../../knowledge/start.js';
import type { Command, Script, Word } from '../../model/index.js';
import { rule, say, toldAt, type Finding } from '../../rule.js';

export default rule({
  id: 'entrypoint-script-sudo-or-su',
  kinds: ['shell', 'dockerfile'],
  severity: 'info',
  profile: 'recommended',
  tags: ['runtime', 'entrypoint', 'signals'],
  since: 'next',
  summary: 'Let an entrypoint script change the user by gosu, su-exec or setpriv.',
  docs: `
\`su\` and \`sudo\` stay between the container and the program, start sessions and take hold of the terminal. Signals from
\`docker stop\` end there, so that the program is killed instead of being asked to end, and \`docker run -it\` acts up.

\`exec gosu app program\` changes the user and puts the program in its own place. gosu is a package of Debian, su-exec one of
Alpine, and setpriv is a part of util-linux. Better still, set USER and leave the change out.`,
  sources: {
    gosu: 'https://github.com/tianon/gosu',
    'ENTRYPOINT best practices': 'https://docs.docker.com/build/building/best-practices/#user',
    'Best practices for making container images': 'https://e-whisper.com/posts/8023/',
  },
  examples: [
    {
      title: 'sudo',
      bad: `
        #!/bin/sh
        set -e
        chown -R app /data
        exec «sudo» -u app node server.js`,
      good: `
        #!/bin/sh
        set -e
        chown -R app /data
        exec gosu app node server.js`,
    },
    {
      title: 'su with a command',
      bad: `
        #!/bin/sh
        set -e
        chown -R app /data
        «su» - app -c "node server.js"`,
      good: `
        #!/bin/sh
        set -e
        chown -R app /data
        exec gosu app sh -c "node server.js"`,
    },
    {
      title: 'Seen from the Dockerfile, with flags that need a look',
      kind: 'dockerfile',
      files: { 'start.sh': '#!/bin/sh\nexec su -s /bin/sh -c "node server.js" app\n' },
      bad: `
        FROM node:22
        COPY start.sh /
        ENTRYPOINT ["/«start.sh»"]`,
    },
    {
      title: 'For a step on the way, and without a command',
      good: `
        #!/bin/sh
        set -e
        su postgres -c "psql -f /schema.sql"
        sudo -u app ./migrate.sh
        exec su - app`,
    },
    {
      title: 'By the programs that are made for it',
      good: `
        #!/bin/sh
        set -e
        if [ "$1" = web ]; then
          exec su-exec app "$@"
        fi
        exec gosu app "$@"`,
    },
  ],
  *check(file, { workspace }) {
    if (file.kind === 'shell') {
      yield* changesUser(file.script);
      return;
    }
    for (const { word, script, file: other } of scriptsIn(file, (path) => workspace.open(path, 'shell'))) {
      const findings = changesUser(script);
      yield* other ? toldAt(word, other, findings) : findings;
    }
  },
});

function* changesUser({ statements, commands, readable }: Script): Iterable<Finding> {
  if (!readable) return;
  for (const end of endsOf(statements)) {
    const command = end.program.text === 'exec' ? commands.find(({ wrappers }) => wrappers.at(-1) === end) : end;
    if (!command || !runsAs(command)) continue;
    yield {
      at: command.program,
      message: say`${command.program.text} stays between the container and its program, and keeps signals from it.`,
      fix: byGosu(command, end !== command),
    };
  }
}

const runsAs = (command: Command): boolean =>
  command.program.text === 'su'
    ? command.has('-c', '--command')
    : command.program.text === 'sudo' && command.has('-u', '--user') && command.subcommand !== undefined;

/** The same by gosu, where the words stand in their usual order. */
function byGosu({ program, path, args }: Command, isExec: boolean): Fix | undefined {
  if (path !== program.text) return undefined;
  const gosu = replace(program, isExec ? 'gosu' : 'exec gosu');
  const title = 'Use gosu';
  const texts = args.map(({ text }) => text);
  const [first, second] = args;
  if (program.text === 'sudo') {
    const isPlain = texts[0] === '-u' && second?.literal && args.length > 2 && !/^-|=/.test(texts[2] ?? '');
    return isPlain && first ? suggestion(title, gosu, remove(first)) : undefined;
  }
  const isLogin = texts[0] === '-' || texts[0] === '-l';
  const [user, flag, script, ...more]: readonly (Word | undefined)[] = isLogin ? args.slice(1) : args;
  if (!user?.literal || user.text.startsWith('-') || flag?.text !== '-c' || !script || more.length > 0)
    return undefined;
  return suggestion(title, gosu, ...(isLogin && first ? [remove(first)] : []), replace(flag, 'sh -c'));
}
