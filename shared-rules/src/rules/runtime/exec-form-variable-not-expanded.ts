import { replace, suggestion, type Fix } from '../../edit.js';
import { isPosix } from '../../knowledge/shells.js';
import { startedScripts } from '../../knowledge/start.js';
import type { Command, Dockerfile, Instructions, Stage, Word } from '../../model/index.js';
import { rule, say } from '../../rule.js';
import type { Workspace } from '../../workspace.js';

export default rule({
  id: 'exec-form-variable-not-expanded',
  kinds: ['dockerfile'],
  severity: 'warning',
  profile: 'recommended',
  tags: ['runtime', 'correctness'],
  since: 'next',
  summary: 'Use variables and operators of the shell only where a shell reads them.',
  docs: `
No shell reads a JSON array. The program gets the five characters \`$PORT\`, or \`&&\` as one more argument, and fails or
does something else than was meant; the build does not notice.

Write the shell form with \`exec\` in front of the program, or name the shell: \`["sh", "-c", "exec server --port $PORT"]\`.
Leave it where the program itself replaces variables in its arguments.`,
  sources: {
    'Exec form': 'https://docs.docker.com/reference/dockerfile/#exec-form',
    'Variable substitution': 'https://docs.docker.com/reference/dockerfile/#variable-substitution',
  },
  examples: [
    {
      title: 'A variable',
      bad: `
        FROM python:3.12-slim
        CMD ["gunicorn", "--bind", "«0.0.0.0:$PORT»", "app:api"]`,
      good: `
        FROM python:3.12-slim
        CMD exec gunicorn --bind 0.0.0.0:$PORT app:api`,
    },
    {
      title: 'In braces, behind an init',
      bad: `
        FROM node:22
        ENTRYPOINT ["tini", "--", "node", "«\${APP_HOME}/server.js»"]`,
      good: `
        FROM node:22
        ENTRYPOINT exec tini -- node \${APP_HOME}/server.js`,
    },
    {
      title: 'Operators of the shell',
      bad: `
        FROM node:22 AS one
        CMD ["npm", "run", "migrate", "«&&»", "node", "server.js"]
        FROM node:22
        CMD ["«cd /app && node server.js»"]`,
    },
    {
      title: 'A health check',
      bad: `
        FROM node:22
        HEALTHCHECK CMD ["curl", "-f", "«http://localhost:$PORT/health»"]`,
      good: `
        FROM node:22
        HEALTHCHECK CMD curl -f http://localhost:$PORT/health`,
    },
    {
      title: 'An ENTRYPOINT that gets arguments: a shell form would lose them',
      bad: `
        FROM node:22
        ENTRYPOINT ["node", "«$SCRIPT»"]
        CMD ["--verbose"]`,
    },
    {
      title: 'A shell that reads it',
      good: `
        FROM node:22 AS one
        CMD ["sh", "-c", "exec node server.js --port $PORT"]
        FROM node:22 AS two
        CMD ["tini", "--", "/bin/bash", "-ec", "node server.js --port \${PORT}"]
        FROM node:22
        ENTRYPOINT ["/bin/sh", "-c"]
        CMD ["node server.js --port $PORT && echo done"]`,
    },
    {
      title: 'A script that has a shell read its arguments again',
      files: { 'entrypoint.sh': '#!/bin/sh\neval exec "$@"\n' },
      good: `
        FROM node:22
        COPY entrypoint.sh /
        ENTRYPOINT ["/entrypoint.sh"]
        CMD ["node", "server.js", "--port", "$PORT"]`,
    },
    {
      title: 'Windows, and signs of other languages',
      good: `
        FROM mcr.microsoft.com/windows/servercore:ltsc2022 AS one
        CMD ["app.exe", "%PORT%"]
        FROM debian:12 AS two
        CMD ["awk", "{ print $NF }"]
        FROM debian:12 AS three
        CMD ["envsubst", "$PORT"]
        FROM eclipse-temurin:21 AS four
        CMD ["java", "-Dlog.path=\${user.home}", "-jar", "app.jar"]
        FROM debian:12
        CMD ["find", "/srv", "-exec", "touch", "{}", ";"]`,
    },
  ],
  *check(file, { workspace }) {
    for (const node of file.all('CMD', 'ENTRYPOINT', 'HEALTHCHECK')) {
      const { stage } = node;
      if (node.form !== 'exec' || node.state.family === 'windows' || !stage) continue;
      if (stage.effective(node.keyword) !== node) continue;
      const words = node.argv.filter((word, index) => isMeantForShell(word, index));
      const [first] = words;
      if (!first || node.commands.some(readsItself) || isReadAgain(file, node, stage, workspace)) continue;
      const mended = words.every((word) => VARIABLE.test(word.text)) ? inShellForm(node, stage) : undefined;
      // One fix mends all of them.
      for (const word of words) {
        yield {
          at: word,
          message: say`No shell reads this array, so the program gets ${word.text} as it stands.`,
          fix: word === first ? mended : undefined,
        };
      }
    }
  },
});

type Node = Instructions['CMD' | 'ENTRYPOINT' | 'HEALTHCHECK'];

/** A variable by a name that a shell would take. */
const VARIABLE = /\$[A-Za-z_]\w*|\$\{[A-Za-z_]\w*(:?[-+?=][^}]*)?\}/;
const OPERATORS: ReadonlySet<string> = new Set(['&&', '||', '|', '>', '>>', '<', '2>&1', '&']);

const isMeantForShell = ({ text }: Word, index: number): boolean =>
  (VARIABLE.test(text) && !/[{;(]\s|\s[})]/.test(text)) ||
  (index > 0 && OPERATORS.has(text)) ||
  (index === 0 && /\S (&&|\|\||\|) \S/.test(text));

/** Whether the command reads such words itself: a shell, or a program with a language of its own. */
const readsItself = (command: Command): boolean =>
  LANGUAGES.test(command.program.text) || (CODE.test(command.program.text) && command.has('-c', '-e', '-r', '-p'));

const LANGUAGES =
  /^(sh|bash|ash|dash|zsh|ksh|su|cmd|cmd\.exe|powershell|powershell\.exe|pwsh|awk|gawk|sed|perl|envsubst|jq|make|supervisord|dockerize|confd|find|expr|eval|entr|watch|parallel|xargs)$/i;
const CODE = /^(python[\d.]*|node|ruby|php|psql|mysql)$/;

/** Whether a shell gets to read the words after all: a shell in ENTRYPOINT, or a script that evaluates them. */
function isReadAgain(file: Dockerfile, node: Node, stage: Stage, workspace: Workspace): boolean {
  if (node.keyword === 'HEALTHCHECK') return false;
  const entrypoint = stage.effective('ENTRYPOINT');
  if (entrypoint?.commands.some(readsItself)) return true;
  for (const owner of new Set([stage, entrypoint?.stage])) {
    if (!owner) continue;
    for (const { script } of startedScripts(file, owner, (path) => workspace.open(path, 'shell'))) {
      if (!script.readable || script.commands.some(({ program }) => EVALUATING.has(program.text))) return true;
    }
  }
  return false;
}

const EVALUATING: ReadonlySet<string> = new Set(['eval', 'envsubst', 'sh', 'bash', 'su']);

/** The same as a shell form, where a shell is there and no arguments are lost. */
function inShellForm(node: Node, stage: Stage): Fix | undefined {
  const { shell, family } = node.state;
  const at = node.commandText;
  const other = node.keyword === 'CMD' ? 'ENTRYPOINT' : 'CMD';
  const isAlone = node.keyword === 'HEALTHCHECK' || !stage.effective(other);
  if (!at || !isAlone || family === 'none' || !shell.known || !isPosix(shell.value)) return undefined;
  const words = node.argv.map(({ text }) => text);
  if (!words.every((word) => /^[\w@%+=:,./${}-]+$/.test(word))) return undefined;
  const exec = node.keyword === 'HEALTHCHECK' ? '' : 'exec ';
  return suggestion('Have a shell read it', replace(at, exec + words.join(' ')));
}
