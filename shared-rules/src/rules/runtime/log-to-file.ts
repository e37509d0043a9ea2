import { mainCommand, startsIn } from '../../knowledge/start.js';
import { backFrom, type Command, type Stage, type Word } from '../../model/index.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'log-to-file',
  kinds: ['dockerfile'],
  severity: 'hint',
  profile: 'recommended',
  tags: ['runtime', 'logging'],
  since: 'next',
  summary: 'Write logs to standard output, not to files in the container.',
  docs: `
A log in a file of the container is not in \`docker logs\` and not in the log of the cluster; it fills the disk of the host,
and it is gone with the container, just when somebody wants to know why that ended.

Write to standard output and standard error: leave the redirection out, give \`-\` or \`/dev/stdout\` as the file, or link
the file there: \`RUN ln -sf /dev/stdout /var/log/app.log\`.`,
  sources: {
    'View container logs': 'https://docs.docker.com/engine/logs/',
    'The Twelve-Factor App, Logs': 'https://12factor.net/logs',
  },
  examples: [
    {
      title: 'A redirection',
      bad: `
        FROM node:22
        CMD exec node server.js >> «/var/log/app.log» 2>&1`,
    },
    {
      title: 'A file that is shown afterwards, and a log of gunicorn',
      bad: `
        FROM debian:12 AS one
        CMD service app start && tail -f «/var/log/app.log»
        FROM python:3.12-slim
        CMD ["gunicorn", "--access-logfile", "«/var/log/access.log»", "app:api"]`,
    },
    {
      title: 'Standard output in its many spellings',
      good: `
        FROM python:3.12-slim AS one
        CMD ["gunicorn", "--access-logfile", "-", "--error-logfile", "/dev/stderr", "app:api"]
        FROM node:22 AS two
        CMD exec node server.js > /proc/1/fd/1 2>&1
        FROM node:22
        CMD exec node server.js > /dev/null`,
    },
    {
      title: 'A file that is linked to standard output',
      good: `
        FROM node:22
        RUN ln -sf /dev/stdout /var/log/app.log
        CMD exec node server.js >> /var/log/app.log`,
    },
    {
      title: 'No log: a file that keeps the container open',
      good: `
        FROM debian:12
        CMD service app start && tail -f /dev/null`,
    },
  ],
  *check(file) {
    for (const { stage, node } of startsIn(file)) {
      const command = mainCommand(node);
      if (!command || node.state.family === 'windows') continue;
      for (const path of logsOf(command)) {
        if (!path.literal || !path.text.startsWith('/') || /^\/(dev|proc)\//.test(path.text)) continue;
        if (isLinked(stage, path.text)) continue;
        yield { at: path, message: say`A log in ${path.text} is seen by nobody and gone with the container.` };
      }
    }
  },
});

function* logsOf(command: Command): Iterable<Word> {
  for (const { operator, target } of command.redirections) if (/^(>>?|&>>?)$/.test(operator) && target) yield target;
  if (command.program.text === 'tail' && command.has('-f', '-F')) {
    if (command.subcommand) yield command.subcommand;
  }
  if (command.program.text === 'gunicorn') {
    for (const name of ['--access-logfile', '--error-logfile', '--log-file']) {
      const value = command.flag(name)?.value;
      if (value) yield value;
    }
  }
}

/** Whether the build makes a link of the file, or of the folder it lies in. */
const isLinked = (stage: Stage, path: string): boolean =>
  [...backFrom(stage)].some(
    (node) =>
      node.keyword === 'RUN' &&
      node.commands.some(
        ({ program, args }) =>
          program.text === 'ln' && args.some(({ text, literal }) => !literal || path.startsWith(text)),
      ),
  );
