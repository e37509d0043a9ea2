import assert from 'node:assert/strict';
import { stripVTControlCharacters } from 'node:util';
import { PRACTICES } from '@plimsoll/rules';
import { testRules } from './rules.js';
import { plimsoll, type Outcome } from './support.js';

const run = (argv: readonly string[], terminal?: number): Promise<Outcome> =>
  plimsoll(argv, { cwd: process.cwd(), ...(terminal === undefined ? {} : { terminal }) });

describe('plimsoll', () => {
  it('shows its version', async () => {
    const outcome = await run(['--version']);
    assert.equal(outcome.code, 0);
    assert.match(outcome.stdout, /^plimsoll \d+\.\d+\.\d+\n$/);
    assert.deepEqual(await run(['-v']), outcome);
  });

  it('shows help, for each command as well', async () => {
    const outcome = await run(['--help']);
    assert.equal(outcome.code, 0);
    for (const command of ['check', 'explain', 'rules']) {
      assert.match(outcome.stdout, new RegExp(`^ {2}${command} `, 'm'));
      const own = await run([command, '--help']);
      assert.equal(own.code, 0);
      assert.match(own.stdout, new RegExp(`plimsoll ${command}`));
      assert.deepEqual(await run(['help', command]), own);
    }
    assert.match((await run(['check', '-h'])).stdout, /--fail-on <severity>/);
  });

  it('shows help on stderr when it is not told what to do', async () => {
    const outcome = await run([]);
    assert.deepEqual([outcome.code, outcome.stdout], [2, '']);
    assert.match(outcome.stderr, /Usage:/);
  });

  it('rejects what it does not know', async () => {
    for (const [argv, message] of [
      [['chekc'], 'there is no command chekc; did you mean check?'],
      [['Dockerfile'], 'there is no command Dockerfile; to check a file: plimsoll check Dockerfile'],
      [['rules', 'x'], 'there is nothing to do with x'],
      [['rules', '--fix'], 'there is no flag --fix'],
      [['explain'], 'explain needs the name of a rule, as in: plimsoll explain DL3014'],
      [['--wrong'], 'there is no flag --wrong'],
    ] as const) {
      const outcome = await run(argv);
      assert.deepEqual([outcome.code, outcome.stdout], [2, '']);
      assert.equal(outcome.stderr, `plimsoll: ${message}\n`);
    }
  });
});

describe('plimsoll explain --practices', () => {
  it('lists the practices of the article with the rules that carry them', async () => {
    const { code, stdout } = await run(['explain', '--practices']);
    assert.equal(code, 0);
    assert.match(stdout, /^ 4\. Do not depend on latest\.\n {4}no-latest-tag$/m);
    assert.match(stdout, /^ {4}In VS Code, the command Plimsoll: Recommend Plimsoll to This Workspace's Users adds /m);
    assert.equal(stdout.match(/^[ \d]\d\. /gm)?.length, PRACTICES.length);
    assert.deepEqual(await run(['explain', '--practices', 'DL3014']), {
      code: 2,
      stdout: '',
      stderr: 'plimsoll: there is nothing to do with DL3014\n',
    });
  });

  it('fills a terminal to its width', async () => {
    const { stdout } = await run(['explain', '--practices'], 80);
    for (const line of stripVTControlCharacters(stdout).split('\n')) assert.ok(line.length <= 80, line);
  });

  it('gives them to programs as JSON', async () => {
    const { stdout } = await run(['explain', '--practices', '--format=json']);
    const listed = JSON.parse(stdout) as { number: number; title: string; rules: string[] }[];
    assert.deepEqual(
      listed.map(({ number }) => number),
      PRACTICES.map((_, index) => index + 1),
    );
    assert.ok(listed[3]?.rules.includes('no-latest-tag'));
  });
});

describe('plimsoll explain', () => {
  it('knows a rule by its id and by the code of another tool', async () => {
    const byId = await run(['explain', 'todo-comment']);
    assert.equal(byId.code, 0);
    assert.match(byId.stdout, /^todo-comment\n\n/);
    for (const name of ['DL3014', 'dl3014', 'hadolint/DL3014']) {
      assert.deepEqual(await run(['explain', name]), byId);
    }
  });

  it('fills the terminal and colours it', async () => {
    const { stdout } = await run(['explain', 'todo-comment'], 50);
    assert.match(stdout, /^\u001b\[1mtodo-comment\u001b\[22m\n/);
    const lines = stdout.replace(/\u001b\[\d+m/g, '').split('\n');
    const tooLong = lines.filter((line) => line.length > 50 && !line.startsWith('    '));
    // An address cannot be broken, nor can a piece of code.
    assert.deepEqual(
      tooLong.filter((line) => /\S \S/.test(line) && !line.includes('#')),
      [],
    );
  });

  it('speaks JSON', async () => {
    const { stdout } = await run(['explain', 'DL3014', '--format', 'json']);
    const [rule, ...others] = JSON.parse(stdout) as { id: string; peers: Record<string, unknown>; page: string }[];
    assert.deepEqual(others, []);
    assert.equal(rule?.id, 'todo-comment');
    assert.deepEqual(rule.peers, { hadolint: ['DL3014'], sonar: ['S1'] });
    assert.match(rule.page, /^# todo-comment\n/);
  });

  it('shows every rule that a code stands for', async () => {
    const { stdout } = await run(['explain', 'S1']);
    assert.match(stdout, /^todo-comment\n.*\n\nmaybe-comment\n/s);
    const explained = JSON.parse((await run(['explain', 'sonar/S1', '--format=json'])).stdout) as { id: string }[];
    assert.deepEqual(
      explained.map(({ id }) => id),
      ['todo-comment', 'maybe-comment'],
    );
  });

  it('suggests names like the one it does not know', async () => {
    for (const [name, suggestion] of [
      ['todo-commnet', 'todo-comment'],
      ['DL3104', 'DL3014'],
    ] as const) {
      const outcome = await run(['explain', name]);
      assert.deepEqual([outcome.code, outcome.stdout], [2, '']);
      assert.match(
        outcome.stderr,
        new RegExp(`^plimsoll: there is no rule ${name}; did you mean .*${suggestion}.*\\?\\n$`),
      );
    }
  });
});

describe('plimsoll rules', () => {
  it('lists every rule on a line of its own', async () => {
    const { code, stdout } = await run(['rules']);
    assert.equal(code, 0);
    const lines = stdout.trimEnd().split('\n').slice(1);
    assert.deepEqual(
      lines.map((line) => line.split(' ', 1)[0]),
      testRules.map(({ id }) => id).sort(),
    );
  });

  it('speaks JSON', async () => {
    const listed = JSON.parse((await run(['rules', '--format=json'])).stdout) as { id: string; summary: string }[];
    assert.deepEqual(
      listed.map(({ id }) => id),
      testRules.map(({ id }) => id).sort(),
    );
    assert.ok(listed.every(({ summary }) => summary !== ''));
  });
});
