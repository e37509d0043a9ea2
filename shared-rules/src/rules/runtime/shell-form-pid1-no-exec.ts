import { insertBefore, replace, suggestion } from '../../edit.js';
import { lastCommand, type Command, type Instructions, type Script, type Statement } from '../../model/index.js';
import { isShellPattern } from '../../knowledge/shells.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'shell-form-pid1-no-exec',
  kinds: ['dockerfile'],
  severity: 'warning',
  profile: 'recommended',
  tags: ['runtime', 'signals'],
  since: '0.1.0',
  summary: 'Start the last command of a shell form with exec, so that it becomes process 1.',
  docs: `
A shell form runs as \`/bin/sh -c\`, and the shell stays as process 1 until the program ends.
\`docker stop\` and Kubernetes signal process 1; the shell passes nothing on, so the program never hears that it should
end and is killed after its grace period, with requests, transactions and files left half done.

\`exec\` puts the program in the shell's place. Some shells do that by themselves for a single command; the dash of
Debian and Ubuntu does not reliably.

Leave it where the program ends by itself and nobody will wait for it.`,
  sources: {
    'Shell and exec form': 'https://docs.docker.com/reference/dockerfile/#shell-form-entrypoint-example',
    'docker stop': 'https://docs.docker.com/reference/cli/docker/container/stop/',
    'Best practices for making container images': 'https://e-whisper.com/posts/8023/',
  },
  examples: [
    {
      title: 'A variable needs the shell, and the shell needs an exec',
      bad: `
        FROM python:3.12-slim
        CMD «gunicorn» app:api --bind 0.0.0.0:$PORT`,
      good: `
        FROM python:3.12-slim
        CMD exec gunicorn app:api --bind 0.0.0.0:$PORT`,
      choices: {
        'Name the shell in a JSON array': `
        FROM python:3.12-slim
        CMD ["/bin/sh", "-c", "exec gunicorn app:api --bind 0.0.0.0:$PORT"]`,
      },
    },
    {
      title: 'The last of several commands is the one that stays',
      bad: `
        FROM node:22
        ENTRYPOINT npm run migrate && \\
            «node» server.js >> /var/log/app.log 2>&1`,
      good: `
        FROM node:22
        ENTRYPOINT npm run migrate && \\
            exec node server.js >> /var/log/app.log 2>&1`,
    },
    {
      title: 'Assignments, which exec does not take',
      bad: `
        FROM node:22
        CMD PORT=$WEB «node» server.js`,
      good: `
        FROM node:22
        CMD exec env PORT=$WEB node server.js`,
      choices: {
        'Name the shell in a JSON array': `
        FROM node:22
        CMD ["/bin/sh", "-c", "exec env PORT=$WEB node server.js"]`,
      },
    },
    {
      title: 'A folder in a variable, a pattern, a comment',
      bad: `
        FROM eclipse-temurin:21 AS one
        CMD cd /srv && «$JAVA_HOME/bin/java» -jar app.jar
        FROM node:22 AS two
        CMD cd /srv && «node» ~/server.js
        FROM node:22
        CMD cd /srv && «node» server.js # serves`,
      good: `
        FROM eclipse-temurin:21 AS one
        CMD cd /srv && exec $JAVA_HOME/bin/java -jar app.jar
        FROM node:22 AS two
        CMD cd /srv && exec node ~/server.js
        FROM node:22
        CMD cd /srv && exec node server.js # serves`,
    },
    {
      title: 'A shell that handles signals itself, and what is no program',
      good: `
        FROM node:22 AS one
        CMD trap 'stop $PORT' TERM; node server.js $PORT
        FROM node:22 AS two
        CMD (warm-up &) && node server.js $PORT
        FROM node:22 AS three
        CMD serve() { node server.js; }; serve $PORT
        FROM node:22
        CMD command node server.js $PORT`,
    },
    {
      title: 'An exec is there',
      good: `
        FROM python:3.12-slim
        ENTRYPOINT exec gunicorn app:api --bind 0.0.0.0:$PORT
        CMD cd /srv && exec python main.py $ARGS`,
    },
    {
      title: 'A command that needs no shell is the business of exec-form-cmd',
      good: `
        FROM node:22
        CMD node server.js
        ENTRYPOINT ["node", "server.js"]`,
    },
    {
      title: 'Something in the background is another matter',
      good: `
        FROM debian:12
        CMD cron & nginx -g "daemon off;"`,
    },
    {
      title: 'What ends by itself, or cannot be put behind an exec',
      good: `
        FROM debian:12 AS one
        CMD ls $HOME && echo done
        FROM debian:12 AS two
        CMD if [ -n "$DEBUG" ]; then sleep 10; fi
        FROM debian:12
        CMD tail -f $LOG | grep error`,
    },
    {
      title: 'Windows, and shells that are none of POSIX',
      good: `
        FROM mcr.microsoft.com/windows/servercore:ltsc2022
        CMD app.exe %PORT%
        FROM mcr.microsoft.com/powershell:7.4-ubuntu-22.04
        SHELL ["pwsh", "-Command"]
        CMD ./serve.ps1 $env:PORT`,
    },
    {
      title: 'Triggers, and text that only looks like an array',
      good: `
        FROM node:22
        ONBUILD CMD node server.js $PORT
        CMD ['node', '$PORT']`,
    },
  ],
  *check(file) {
    for (const node of file.all('CMD', 'ENTRYPOINT')) {
      const { script, nearJson } = node;
      if (!script?.readable || nearJson || !isOfImportance(node) || !needsShell(script)) continue;
      const last = lastCommand(script);
      if (!last || !canBeReplaced(script) || !isProgram(last, script)) continue;
      const exec = last.assignments.length > 0 ? 'exec env ' : 'exec ';
      const { commandText, isContinued, state } = node;
      const named =
        commandText && !isContinued && script.statements.length === 1 && script.statements[0]?.kind === 'command'
          ? [
              suggestion(
                'Name the shell in a JSON array',
                replace(
                  commandText,
                  JSON.stringify([...state.shellWords, exec + commandText.text]).replaceAll('","', '", "'),
                ),
              ),
            ]
          : [];
      yield {
        at: last.program,
        message: say`A shell is process 1 and keeps signals from ${last.program.text}.`,
        fix: suggestion('Start it with exec', insertBefore(last, exec)),
        choices: named,
        peers: [],
      };
    }
  },
});

/** Only the last CMD and ENTRYPOINT of a stage say what runs. */
const isOfImportance = (node: Instructions['CMD' | 'ENTRYPOINT']): boolean =>
  node.stage?.effective(node.keyword) === node;

/** A handler of signals needs the shell that set it, as a function does. */
const canBeReplaced = ({ statements, commands }: Script): boolean =>
  commands.every(({ program }) => program.text !== 'trap') &&
  statements.every((statement) => statement.kind !== 'compound' || statement.construct !== 'function');

/** Whether it is a program that stays: called by its name, or found by a path whose folder a variable holds. */
function isProgram(command: Command, { commands }: Script): boolean {
  const { program, path } = command;
  if (!program.literal && !/\/[\w.-]+$/.test(path)) return false;
  if (program.text === 'env') return commands.some(({ wrappers }) => wrappers.includes(command));
  return !STAYS_BRIEFLY.has(program.text);
}

/** Whether an exec form could not say the same: variables, redirections, more than one command. */
function needsShell({ statements, comments }: Script): boolean {
  const [only, ...more] = statements;
  if (!only || statements.some(runsInBackground)) return false;
  if (more.length > 0 || comments.length > 0 || only.kind !== 'command') return true;
  const { program, args, redirections, assignments } = only.command;
  return (
    redirections.length > 0 ||
    assignments.length > 0 ||
    [program, ...args].some(({ literal, text }) => !literal || isShellPattern(text))
  );
}

const runsInBackground = (statement: Statement): boolean =>
  statement.terminator === '&' ||
  (statement.kind === 'list' && (runsInBackground(statement.left) || runsInBackground(statement.right))) ||
  (statement.kind === 'compound' && statement.bodies.some((body) => body.some(runsInBackground)));

/** Commands that end at once, and those that an exec cannot start. Source: POSIX utilities and built-ins. */
const STAYS_BRIEFLY: ReadonlySet<string> = new Set([
  'exec',
  'echo',
  'printf',
  'true',
  'false',
  ':',
  'exit',
  'return',
  'cd',
  'export',
  'set',
  'source',
  '.',
  'eval',
  'test',
  '[',
  'command',
  'builtin',
  'time',
  'ls',
  'cat',
  'cp',
  'mv',
  'mkdir',
  'chown',
  'chmod',
  'rm',
  'touch',
  'id',
  'pwd',
  'date',
  'wait',
  'kill',
]);
