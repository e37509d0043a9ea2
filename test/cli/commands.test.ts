import { rules } from '@plimsoll/rules';
import assert from 'node:assert/strict';
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

describe('plimsoll explain', () => {
  it('knows a rule by its id and by the code of another tool', async () => {
    const byId = await run(['explain', 'apt-assume-yes']);
    assert.equal(byId.code, 0);
    assert.match(byId.stdout, /^apt-assume-yes\n\n/);
    for (const name of ['DL3014', 'dl3014', 'hadolint/DL3014', 'aptGetInstallUseY']) {
      assert.deepEqual(await run(['explain', name]), byId);
    }
  });

  it('fills the terminal and colours it', async () => {
    const { stdout } = await run(['explain', 'apt-assume-yes'], 50);
    assert.match(stdout, /^\u001b\[1mapt-assume-yes\u001b\[22m\n/);
    // eslint-disable-next-line no-control-regex -- takes the colours out
    const lines = stdout.replace(/\u001b\[\d+m/g, '').split('\n');
    assert.ok(lines.filter((line) => !line.startsWith(' ') && !line.includes('  ')).every((line) => line.length <= 80));
  });

  it('speaks JSON', async () => {
    const { stdout } = await run(['explain', 'DL3014', '--format', 'json']);
    const rule = JSON.parse(stdout) as Record<string, unknown>;
    assert.equal(rule['id'], 'apt-assume-yes');
    assert.deepEqual((rule['peers'] as Record<string, unknown>)['hadolint'], ['DL3014']);
    assert.match(String(rule['page']), /^# apt-assume-yes\n/);
  });

  it('suggests names like the one it does not know', async () => {
    for (const [name, suggestion] of [
      ['apt-assume-yse', 'apt-assume-yes'],
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
      rules.map(({ id }) => id).sort(),
    );
  });

  it('speaks JSON', async () => {
    const listed = JSON.parse((await run(['rules', '--format=json'])).stdout) as { id: string; summary: string }[];
    assert.deepEqual(
      listed.map(({ id }) => id),
      rules.map(({ id }) => id).sort(),
    );
    assert.ok(listed.every(({ summary }) => summary !== ''));
  });
});
