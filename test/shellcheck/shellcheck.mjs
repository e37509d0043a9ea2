// Stands in for ShellCheck: finds every $bad, and misbehaves where the script says so.
import { appendFileSync, readFileSync } from 'node:fs';

const script = readFileSync(0, 'utf8');
const shell = process.argv.find((argument) => argument.startsWith('--shell='));
if (process.env.HOME) appendFileSync(`${process.env.HOME}/starts`, `${shell}\n`);

if (script.includes('OLD') && shell === '--shell=busybox') process.exit(4);
if (script.includes('HANG')) setInterval(() => undefined, 1000);
else if (script.includes('GARBAGE')) console.log('<html>not found</html>');
else if (script.includes('ODD')) console.log('{"comments":[{"level":"fatal"}]}');
else if (script.includes('EXIT3')) process.exitCode = 3;
else if (script.includes('HUGE')) process.stdout.write('x'.repeat(20_000_000));
else console.log(JSON.stringify({ comments: script.split('\n').flatMap(commentsIn) }));

function commentsIn(text, index) {
  return [...text.matchAll(/(?<!")\$bad/g)].map((found) => {
    const column = [...text.slice(0, found.index)].length + 1;
    const place = { line: index + 1, endLine: index + 1 };
    const quote = { ...place, replacement: '"', precedence: 7 };
    return {
      ...place,
      column,
      endColumn: column + 4,
      file: '-',
      level: 'info',
      code: 2086,
      message: 'Double quote to prevent globbing.',
      fix: {
        replacements: [
          { ...quote, column, endColumn: column, insertionPoint: 'afterEnd' },
          { ...quote, column: column + 4, endColumn: column + 4, insertionPoint: 'beforeStart' },
        ],
      },
    };
  });
}
