import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Folders, plimsoll, type Outcome } from './support.js';

describe('The command line, where hadolint has been in use', () => {
  const folders = new Folders();
  after(() => folders.remove());

  const TODO = '# todo\nFROM scratch\n';
  const rulesIn = ({ stdout }: Outcome): readonly string[] =>
    (JSON.parse(stdout) as { rule: string }[]).map(({ rule }) => rule);
  const check = (cwd: string, ...argv: string[]) => plimsoll(['check', '--format=json', ...argv], { cwd });

  it('honours its config file, in the folder or above', async () => {
    const cwd = await folders.with({ '.hadolint.yaml': 'ignored: [DL3014]\n', 'a/Dockerfile': TODO });
    assert.deepEqual(rulesIn(await check(cwd)), []);
    assert.deepEqual(rulesIn(await check(cwd, '--isolated')), ['todo-comment']);
    const named = await folders.with({ 'ci/hadolint.yaml': 'ignored: [DL3014]\n', Dockerfile: TODO });
    assert.deepEqual(rulesIn(await check(named, '--config=ci/hadolint.yaml')), []);
  });

  it('fails from its threshold on, unless a flag says otherwise', async () => {
    const cwd = await folders.with({ '.hadolint.yml': 'failure-threshold: error\n', Dockerfile: TODO });
    assert.equal((await check(cwd)).code, 0);
    assert.equal((await check(cwd, '--fail-on=info')).code, 1);
    const never = await folders.with({ '.hadolint.yml': 'no-fail: true\n', Dockerfile: '# why\nFROM scratch\n' });
    assert.equal((await check(never)).code, 0);
  });

  it('takes ours where there are both, and says so once', async () => {
    const cwd = await folders.with({
      '.hadolint.yaml': 'ignored: [DL3014\n',
      '.plimsoll.yaml': '',
      Dockerfile: TODO,
      'a/Dockerfile': TODO,
    });
    const outcome = await check(cwd);
    assert.deepEqual(rulesIn(outcome), ['todo-comment', 'todo-comment']);
    assert.equal(outcome.stderr, 'plimsoll: .hadolint.yaml: not read, since .plimsoll.yaml holds\n');
    assert.equal(outcome.code, 1);
  });

  it('exits with 2 and the place where it is malformed', async () => {
    const cwd = await folders.with({ '.hadolint.yaml': 'ignored:\n  - DL30140\n', Dockerfile: TODO });
    const { code, stdout } = await plimsoll(['check'], { cwd });
    assert.equal(code, 2);
    assert.match(
      stdout,
      /^\.hadolint\.yaml:2:5 error config DL30140 is no code of hadolint’s; did you mean DL3010, DL3014 or DL3040/m,
    );
  });

  it('selects and leaves out rules by any name', async () => {
    const cwd = await folders.with({ Dockerfile: '# todo\n# why\n# maybe\nFROM scratch\n# choose\n' });
    assert.deepEqual(rulesIn(await check(cwd, '--select=DL3014,choose-comment')), ['todo-comment', 'choose-comment']);
    assert.deepEqual(rulesIn(await check(cwd, '--ignore=hadolint/DL3014', '--ignore=why-comment')), ['maybe-comment']);
    assert.deepEqual(rulesIn(await check(cwd, '--select=S1', '--ignore=DL3014')), ['maybe-comment']);
    const { code, stderr } = await check(cwd, '--select=DL3015');
    assert.deepEqual([code, stderr], [2, 'plimsoll: there is no rule DL3015; did you mean DL3014?\n']);
  });

  it('explains what the codes without a rule are', async () => {
    const said = async (code: string) => (await plimsoll(['explain', code], { cwd: '.' })).stderr;
    assert.match(await said('DL1000'), /DL1000 is a text that cannot be read/);
    assert.match(await said('dl4002'), /hadolint has given DL4002 up/);
  });

  describe('plimsoll import-hadolint', () => {
    const run = (cwd: string, ...argv: string[]) => plimsoll(['import-hadolint', ...argv], { cwd });

    it('writes our config file and says what changes', async () => {
      const cwd = await folders.with({
        '.hadolint.yaml': 'ignored:\n  - DL3014 # nobody asks\nfailure-threshold: style\nformat: json\n',
        Dockerfile: TODO,
      });
      const { code, stdout } = await run(cwd);
      assert.equal(code, 0);
      assert.equal(
        await readFile(join(cwd, '.plimsoll.yaml'), 'utf8'),
        '# Made from .hadolint.yaml by plimsoll import-hadolint.\nextends: recommended\nfailOn: hint\nrules:\n  todo-comment: off # DL3014: nobody asks\n',
      );
      assert.match(
        stdout,
        /^Written: \.plimsoll\.yaml\nWhat changes:\n- DL3014 is todo-comment: off\n- format: json is left out/,
      );
      assert.deepEqual(rulesIn(await check(cwd)), []);
    });

    it('replaces nothing unless it is told to', async () => {
      const cwd = await folders.with({ '.hadolint.yaml': '', '.plimsoll.yaml': 'extends: all\n' });
      assert.deepEqual(await run(cwd), {
        code: 2,
        stdout: '',
        stderr: 'plimsoll: .plimsoll.yaml is there; --force replaces it\n',
      });
      assert.equal((await run(cwd, '--force')).code, 0);
      assert.match(await readFile(join(cwd, '.plimsoll.yaml'), 'utf8'), /extends: recommended/);
    });

    it('prints, where that is wanted', async () => {
      const cwd = await folders.with({ 'my.yaml': 'disable-ignore-pragma: true\n' });
      const { code, stdout, stderr } = await run(cwd, 'my.yaml', '--print');
      assert.equal(code, 0);
      assert.match(stdout, /^# Made from my\.yaml .*\nextends: recommended\ninlineIgnores: false\n$/);
      assert.match(stderr, /inlineIgnores: false holds for the comments of all tools/);
    });

    it('writes nothing from what is malformed or not there', async () => {
      const cwd = await folders.with({ '.hadolint.yaml': 'ignored: [a]\n' });
      const { code, stderr } = await run(cwd);
      assert.equal(code, 2);
      assert.match(stderr, /^\.hadolint\.yaml:1:11 error config a is no code of hadolint’s/);
      assert.equal((await run(cwd, 'other.yaml')).code, 2);
      assert.match(
        (await run(await folders.with({}))).stderr,
        /there is no \.hadolint\.yaml and no \.hadolint\.yml here/,
      );
    });
  });
});
