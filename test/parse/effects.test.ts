import assert from 'node:assert/strict';
import { canFollow, lastCommand, leavesNothingBehind, onlyCommand } from '../../shared-rules/src/model/effects.js';
import type { Script } from '../../shared-rules/src/model/shell.js';
import { read, table } from './tables.js';

function scriptOf(text: string): Script {
  const { script } = read('shell', text);
  assert.ok(script);
  return script;
}
const yes = (holds: boolean): string => (holds ? 'yes' : 'no');

table('Whether a script leaves nothing behind', (text) => yes(leavesNothingBehind(scriptOf(text))), [
  ['a', 'yes'],
  ['a && b; c || d', 'yes'],
  ['cd /x', 'no'],
  ['a && cd /x', 'no'],
  ['(cd /x && a)', 'yes'],
  ['cd /x | a', 'yes'],
  ['! cd /x', 'no'],
  ['! a', 'yes'],
  ['x=1', 'no'],
  ['x=1 a', 'yes'],
  ['export x=1', 'no'],
  ['set -e', 'no'],
  ['command cd /x', 'no'],
  ['read x', 'no'],
  ['a &', 'no'],
  ['$a', 'no'],
  ['if a; then b; fi', 'yes'],
  ['if cd x; then b; fi', 'no'],
  ['if a; then cd b; fi', 'no'],
  ['for x in 1; do a; done', 'no'],
  ['while a; do b; done', 'yes'],
  ['{ a; b; }', 'yes'],
  ['{ a; cd b; }', 'no'],
  ['f() { a; }', 'no'],
  ['case a in b) c;; esac', 'yes'],
  ['case a in b) cd c;; esac', 'no'],
  ['. ./env', 'no'],
  ['exit 1', 'no'],
  ['[[ -f a ]]', 'yes'],
  ['((x++))', 'no'],
  ['a $(cd b)', 'yes'],
]);

table('Whether a script can follow a command', (text) => yes(canFollow(scriptOf(text))), [
  ['a', 'yes'],
  ['a && b', 'yes'],
  ['a && b && c', 'yes'],
  ['a || b', 'no'],
  ['a && b || c', 'no'],
  ['a; b', 'no'],
  ['a\nb', 'no'],
  ['a;', 'yes'],
  ['a &', 'no'],
  ['a | b', 'yes'],
  ['(a; b)', 'yes'],
  ['', 'no'],
]);

table(
  'The last command and the only one',
  (text) => `${lastCommand(scriptOf(text))?.program.text ?? '-'} ${onlyCommand(scriptOf(text))?.program.text ?? '-'}`,
  [
    ['a', 'a a'],
    ['a && b', 'b -'],
    ['a; b', 'b -'],
    ['a | b', '- -'],
    ['a &', 'a -'],
    ['(a)', '- -'],
    ['x=1', '- -'],
    ['', '- -'],
  ],
);
