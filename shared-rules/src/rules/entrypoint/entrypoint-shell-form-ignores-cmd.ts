import { replace, suggestion } from '../../edit.js';
import { arrayOf, plainWords } from '../../knowledge/exec-form.js';
import { startsIn } from '../../knowledge/start.js';
import type { Instructions } from '../../model/index.js';
import { rule, say } from '../../rule.js';

export default rule({
  id: 'entrypoint-shell-form-ignores-cmd',
  kinds: ['dockerfile'],
  severity: 'warning',
  profile: 'recommended',
  tags: ['runtime', 'correctness'],
  since: 'next',
  summary: 'Write ENTRYPOINT as a JSON array where CMD holds its arguments.',
  docs: `
An ENTRYPOINT in the shell form takes no arguments: CMD, and whatever is written behind the image in \`docker run\`, is thrown
away without a word.

Write ENTRYPOINT as a JSON array, or put the arguments into it and leave CMD out. With \`["sh", "-c", "…"]\` the words of CMD
become \`$0\`, \`$1\` and so on of that script, which is told as an information unless it uses them.`,
  sources: {
    'How CMD and ENTRYPOINT interact':
      'https://docs.docker.com/reference/dockerfile/#understand-how-cmd-and-entrypoint-interact',
  },
  examples: [
    {
      title: 'Arguments that never arrive',
      bad: `
        FROM python:3.12-slim
        ENTRYPOINT python main.py
        CMD «["--port", "8080"]»`,
      good: `
        FROM python:3.12-slim
        ENTRYPOINT ["python", "main.py"]
        CMD ["--port", "8080"]`,
    },
    {
      title: 'An ENTRYPOINT of the stage it starts from, which needs its shell',
      bad: `
        FROM node:22 AS base
        ENTRYPOINT exec node server.js --port $PORT "$@"
        FROM base
        CMD «["--verbose"]»`,
    },
    {
      title: 'A shell that takes them for its own arguments',
      bad: `
        FROM node:22
        ENTRYPOINT ["sh", "-c", "exec node server.js"]
        CMD «["--verbose"]»`,
    },
    {
      title: 'A script that uses them, and an array',
      good: `
        FROM node:22 AS one
        ENTRYPOINT ["sh", "-c", "exec node server.js \\"$0\\" \\"$@\\""]
        CMD ["--verbose"]
        FROM node:22 AS two
        ENTRYPOINT ["sh", "-c"]
        CMD ["exec node server.js"]
        FROM node:22
        ENTRYPOINT ["node", "server.js"]
        CMD ["--verbose"]`,
    },
    {
      title: 'A CMD of another stage, or one that the ENTRYPOINT resets',
      good: `
        FROM node:22 AS base
        CMD ["node", "server.js"]
        FROM base AS one
        ENTRYPOINT exec node server.js --port $PORT
        FROM node:22
        ENTRYPOINT exec node server.js --port $PORT
        CMD []`,
    },
  ],
  *check(file) {
    for (const { stage, node } of startsIn(file)) {
      const at = node.commandText;
      const entrypoint = stage.effective('ENTRYPOINT');
      const isEmpty = node.form === 'exec' && node.argv.length === 0;
      if (node.keyword !== 'CMD' || !at || isEmpty || !entrypoint || node.state.family === 'windows') continue;
      const related = [{ at: entrypoint, message: say`This ENTRYPOINT is what counts.` }];
      if (entrypoint.form === 'shell' && entrypoint.commandText) {
        const words = plainWords(entrypoint);
        yield {
          at,
          message: say`The ENTRYPOINT is in the shell form and takes no arguments, so this is thrown away.`,
          fix: words && suggestion('Write ENTRYPOINT as a JSON array', replace(entrypoint.commandText, arrayOf(words))),
          related,
        };
      } else if (dropsArguments(entrypoint)) {
        yield {
          at,
          severity: 'info',
          message: say`The script of the ENTRYPOINT gets this as $0, $1 … and uses none of them.`,
          related,
        };
      }
    }
  },
});

/** Whether it is a shell with a script that does nothing with what follows it. */
function dropsArguments({ form, argv, commands }: Instructions['ENTRYPOINT']): boolean {
  const [shell] = commands;
  if (form !== 'exec' || !shell?.has('-c') || !/^(ba|da|a|k|z)?sh$/.test(shell.program.text)) return false;
  const script = argv.at(-1)?.text ?? '';
  return commands.length > 1 && !/\$\{?[@*\d]/.test(script);
}
