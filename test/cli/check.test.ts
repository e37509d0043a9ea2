import assert from 'node:assert/strict';
import { chmod, mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { findingsIn, Folders, plimsoll } from './support.js';

const WARNING = 'FROM scratch\n# todo\nCMD ["/app"]\n';
const CLEAN = 'FROM scratch\n';
const ERROR = 'FROM scratch\nNONSENSE here\n';

describe('plimsoll check', () => {
  const folders = new Folders();
  after(() => folders.remove());

  describe('exit codes', () => {
    it('is 0 when nothing is found', async () => {
      const cwd = await folders.with({ Dockerfile: CLEAN });
      assert.deepEqual(await check(['Dockerfile', '--isolated'], cwd), {
        code: 0,
        stdout: 'No findings in 1 file\n',
        stderr: '',
      });
    });

    it('is 1 when something reaches --fail-on', async () => {
      const cwd = await folders.with({ Dockerfile: WARNING });
      assert.equal((await check([], cwd)).code, 1);
      assert.equal((await check(['--fail-on', 'warning'], cwd)).code, 1);
      assert.equal((await check(['--fail-on=hint'], cwd)).code, 1);
    });

    it('is 0 when nothing does, or with --exit-zero', async () => {
      const cwd = await folders.with({ Dockerfile: WARNING });
      assert.equal((await check(['--fail-on', 'error'], cwd)).code, 0);
      assert.equal((await check(['--fail-on', 'never'], cwd)).code, 0);
      assert.equal((await check(['--exit-zero'], cwd)).code, 0);
    });

    it('is 1 for text that cannot be read as a Dockerfile', async () => {
      const cwd = await folders.with({ Dockerfile: ERROR });
      assert.equal((await check(['--fail-on', 'error'], cwd)).code, 1);
    });

    it('is 2 for wrong usage, with a message that helps', async () => {
      const cwd = await folders.with({ Dockerfile: CLEAN });
      for (const [argv, message] of [
        [['--formt', 'json'], 'there is no flag --formt; did you mean --format?'],
        [['-x'], 'there is no flag -x'],
        [['--format', 'xml'], '--format is one of text, concise, json, jsonl, sarif, '],
        [['-o', 'xml:a'], '--output is FORMAT:FILE with a format of text, concise, '],
        [['-o', 'sarif', '-o', 'junit:-'], 'only one report can go to stdout'],
        [['-o', 'sarif', '--format', 'json'], 'only one report can go to stdout'],
        [['--format'], '--format needs a value'],
        [['--fix=yes'], '--fix takes no value'],
        [['--unsafe'], '--unsafe goes with --fix or --diff'],
        [['--diff', '--format=json'], '--diff shows a patch, so it goes with no other --format'],
        [['-', 'Dockerfile'], 'stdin (-) cannot be checked together with files'],
        [['--config', 'a.yaml', '--isolated'], '--config and --isolated contradict each other'],
        [['--config', 'a.yaml'], 'a.yaml: no such config file'],
      ] as const) {
        const outcome = await check(argv, cwd);
        assert.equal(outcome.code, 2);
        assert.equal(outcome.stdout, '');
        assert.ok(outcome.stderr.startsWith(`plimsoll: ${message}`), outcome.stderr);
      }
    });

    it('is 2 when a rule breaks, and the other rules still speak', async () => {
      const cwd = await folders.with({ Dockerfile: `${WARNING}# throw\n` });
      const outcome = await check(['--format=json', '--exit-zero'], cwd);
      assert.equal(outcome.code, 2);
      assert.deepEqual(
        findingsIn(outcome).map(({ rule }) => rule),
        ['internal-error', 'todo-comment'],
      );
    });

    it('is 2 for what cannot be read, and the rest is still checked', async () => {
      const cwd = await folders.with({ 'a/Dockerfile': WARNING });
      await symlink('nowhere', join(cwd, 'Dockerfile'));
      const outcome = await check(['--format', 'json'], cwd);
      assert.equal(outcome.code, 2);
      assert.equal(outcome.stderr, 'plimsoll: Dockerfile: no such file or folder\n');
      assert.deepEqual(
        findingsIn(outcome).map(({ file }) => file),
        ['a/Dockerfile'],
      );
    });

    it('is 2 for a path that is not there, and the rest is still checked', async () => {
      const cwd = await folders.with({ Dockerfile: WARNING });
      const outcome = await check(['missing', 'Dockerfile', '--format=json'], cwd);
      assert.equal(outcome.code, 2);
      assert.equal(outcome.stderr, 'plimsoll: missing: no such file or folder\n');
      assert.equal(findingsIn(outcome).length, 1);
    });
  });

  describe('paths', () => {
    it('searches folders for files of our kinds', async () => {
      const cwd = await folders.with({
        Dockerfile: WARNING,
        'api/Dockerfile.dev': WARNING,
        'api/app.Dockerfile': WARNING,
        '.devcontainer/Dockerfile': WARNING,
        'README.md': WARNING,
        'node_modules/x/Dockerfile': WARNING,
        '.git/Dockerfile': WARNING,
      });
      const expected = ['.devcontainer/Dockerfile', 'Dockerfile', 'api/Dockerfile.dev', 'api/app.Dockerfile'];
      assert.deepEqual(await filesChecked([], cwd), expected);
      assert.deepEqual(await filesChecked(['.'], cwd), expected);
      assert.deepEqual(await filesChecked(['Dockerfile'], join(cwd, 'api'), ['../Dockerfile']), ['../Dockerfile']);
    });

    it('finds Compose files by their names and manifests by their text', async () => {
      const cwd = await folders.with({
        'compose.yaml': 'services: [\n',
        'docker-compose.prod.yml': 'services: [\n',
        'k8s/app.yml': 'apiVersion: v1\nkind: Pod\nspec: [\n',
        'k8s/values.yaml': 'a: [\n',
        '.github/workflows/ci.yaml': 'on: [\n',
        'empty.yaml': '',
      });
      assert.deepEqual(await filesChecked([], cwd), ['compose.yaml', 'docker-compose.prod.yml', 'k8s/app.yml']);
      assert.deepEqual(await filesChecked(['k8s/*'], cwd), ['k8s/app.yml']);
    });

    it('leaves out what .gitignore files leave out', async () => {
      const cwd = await folders.with({
        '.git/HEAD': '',
        '.gitignore': 'dist/\n/vendor\n*.bak.dockerfile\n',
        'a/.gitignore': 'Dockerfile.local\n!x.bak.dockerfile\n',
        Dockerfile: WARNING,
        'dist/Dockerfile': WARNING,
        'vendor/Dockerfile': WARNING,
        'a/vendor/Dockerfile': WARNING,
        'a/Dockerfile.local': WARNING,
        'a/x.bak.dockerfile': WARNING,
        'y.bak.dockerfile': WARNING,
        'b/Dockerfile.local': WARNING,
      });
      const expected = ['Dockerfile', 'a/vendor/Dockerfile', 'a/x.bak.dockerfile', 'b/Dockerfile.local'];
      assert.deepEqual(await filesChecked([], cwd), expected);
      assert.deepEqual(await filesChecked(['.'], join(cwd, 'a')), ['vendor/Dockerfile', 'x.bak.dockerfile']);
      assert.deepEqual(await filesChecked(['**/Dockerfile*'], cwd), [
        'Dockerfile',
        'a/vendor/Dockerfile',
        'b/Dockerfile.local',
      ]);
    });

    it('checks what git ignores if it is named', async () => {
      const cwd = await folders.with({
        '.gitignore': 'dist/\n',
        'dist/Dockerfile': WARNING,
        'dist/deep/Dockerfile': WARNING,
      });
      assert.deepEqual(await filesChecked(['dist/Dockerfile'], cwd), ['dist/Dockerfile']);
      assert.deepEqual(await filesChecked(['dist'], cwd), ['dist/Dockerfile', 'dist/deep/Dockerfile']);
    });

    it('takes a file that is named for a Dockerfile, whatever its name', async () => {
      const cwd = await folders.with({ 'docker/prod': WARNING });
      assert.deepEqual(await filesChecked(['docker/prod'], cwd), ['docker/prod']);
      assert.deepEqual(await filesChecked(['docker'], cwd), []);
    });

    it('checks a file once, under its own name', async () => {
      const cwd = await folders.with({ 'docker/Dockerfile': WARNING });
      await symlink('docker/Dockerfile', join(cwd, 'Dockerfile'));
      await symlink('docker', join(cwd, 'linked'));
      assert.deepEqual(await filesChecked(['.', 'docker', '*/Dockerfile'], cwd), ['docker/Dockerfile']);
    });

    it('checks files whose names look like flags, patterns or numbers', async () => {
      const cwd = await folders.with({ '-x': WARNING, 'a[b].dockerfile': WARNING, '007': WARNING, true: WARNING });
      assert.deepEqual(await filesChecked(['a[b].dockerfile', '007', 'true', '--', '-x'], cwd), [
        '-x',
        '007',
        'a[b].dockerfile',
        'true',
      ]);
    });

    it('says so when a pattern matches nothing', async () => {
      const cwd = await folders.with({ Dockerfile: CLEAN });
      const { code, stderr } = await check(['*.dockerfile'], cwd);
      assert.deepEqual({ code, stderr }, { code: 2, stderr: 'plimsoll: *.dockerfile: no file matches\n' });
    });

    it('says so when there is nothing to check, and is content', async () => {
      const cwd = await folders.with({ 'README.md': '' });
      const outcome = await check([], cwd);
      assert.equal(outcome.code, 0);
      assert.equal(outcome.stdout, '');
      assert.match(outcome.stderr, /nothing to check/);
      assert.equal((await check(['--format=json'], cwd)).stdout, '[]\n');
    });
  });

  describe('odd files', () => {
    it('takes an empty file', async () => {
      const cwd = await folders.with({ Dockerfile: '' });
      assert.ok([0, 1].includes((await check([], cwd)).code ?? -1));
    });

    it('does not read a binary file, and says so once', async () => {
      const cwd = await folders.with({ Dockerfile: Buffer.from('FROM a\n\0\n') });
      assert.deepEqual(await check([], cwd), {
        code: 0,
        stdout: '',
        stderr: 'plimsoll: Dockerfile: is a binary file; not checked\n',
      });
    });

    it('names UTF-16 for what it is', async () => {
      const cwd = await folders.with({ Dockerfile: Buffer.from('\uFEFFFROM a\n', 'utf16le') });
      assert.match((await check([], cwd)).stderr, /is UTF-16/);
    });

    it('checks what is no clean UTF-8, but never fixes it', async () => {
      const bytes = Buffer.from('FROM scratch\n# caf\xe9\n# todo\nCMD ["/a"]\n', 'latin1');
      const cwd = await folders.with({ Dockerfile: bytes });
      const outcome = await check(['--fix', '--unsafe', '--format=json'], cwd);
      assert.equal(outcome.code, 1);
      assert.match(outcome.stderr, /^plimsoll: Dockerfile: is not UTF-8 throughout; checked, but never fixed\n$/);
      assert.deepEqual(findingsIn(outcome)[0]?.line, 3);
    });

    it('takes a folder where a file is expected', async () => {
      const cwd = await folders.with({ 'Dockerfile/Dockerfile': WARNING });
      assert.deepEqual(await filesChecked(['Dockerfile'], cwd), ['Dockerfile/Dockerfile']);
      const outcome = await check(['--config', 'Dockerfile'], cwd);
      assert.deepEqual([outcome.code, outcome.stderr], [2, 'plimsoll: Dockerfile: is a folder\n']);
    });

    it('says what a device or a broken path is', async () => {
      const cwd = await folders.with({ Dockerfile: CLEAN });
      await symlink('loop', join(cwd, 'loop'));
      const outcome = await check(['/dev/null', 'loop', 'Dockerfile/x'], cwd);
      assert.equal(outcome.code, 2);
      assert.match(outcome.stderr, /\/dev\/null: is not a regular file/);
      assert.match(outcome.stderr, /loop: is a link that leads in a circle/);
      assert.match(outcome.stderr, /Dockerfile\/x: is not a folder/);
    });

    it('takes many lines and one long line', async () => {
      const cwd = await folders.with({
        'many.dockerfile': `FROM scratch\n${'LABEL a=b\n'.repeat(50_000)}# todo\nCMD ["/a"]\n`,
        'long.dockerfile': `FROM scratch\nLABEL a="${'x'.repeat(1_000_000)}"\n# todo\nCMD ["/a"]\n`,
      });
      const outcome = await check(['--format=json'], cwd);
      const lines = findingsIn(outcome).filter(({ rule }) => rule === 'todo-comment');
      assert.deepEqual(
        lines.map(({ file, line }) => [file, line]),
        [
          ['long.dockerfile', 3],
          ['many.dockerfile', 50_002],
        ],
      );
    });
  });

  describe('text', () => {
    it('shows place, message, source, ways to mend, and a summary', async () => {
      const cwd = await folders.with({
        'api/Dockerfile': '# why\r\nFROM scratch\r\n\t# todo\r\n# maybe\r\n# maybe\r\n# choose\r\n',
        'api/.dockerignore': '\na\nb\n',
        'b/Dockerfile': 'FROM a\n# todo\n',
      });
      const { stdout } = await check(['--profile=strict'], cwd);
      assert.equal(
        stdout,
        [
          'api/Dockerfile:1:1 error why-comment Nobody knows why.',
          '  1 | # why',
          '    | ^^^^^',
          '  note: It begins here. (api/Dockerfile:1:1)',
          '  1 | # why',
          '    | ----',
          '  note: And there. (api/.dockerignore:2:2)',
          '  2 | a',
          '    |  -',
          '',
          'api/Dockerfile:3:2 warning todo-comment There is something to do.',
          '  3 |     # todo',
          '    |     ^^^^^^',
          '  help: Do it (safe)',
          '',
          'api/Dockerfile:4:1 info maybe-comment That may be.',
          '  4 | # maybe',
          '    | ^^^^^^^',
          '  help: Decide (suggestion)',
          '',
          'api/Dockerfile:5:1 info maybe-comment That may be.',
          '  5 | # maybe',
          '    | ^^^^^^^',
          '  help: Decide (suggestion)',
          '',
          'api/Dockerfile:6:1 hint choose-comment There is a choice.',
          '  6 | # choose',
          '    | ^^^^^^^^',
          '  help: Take this (suggestion)',
          '  help: Take that (suggestion)',
          '',
          'b/Dockerfile:2:1 warning todo-comment There is something to do.',
          '  2 | # todo',
          '    | ^^^^^^',
          '  help: Do it (safe)',
          '',
          '6 findings (1 error, 2 warnings, 2 info, 1 hint) in 2 files; 2 can be fixed with --fix, 2 more with --fix --unsafe',
          '',
        ].join('\n'),
      );
    });

    it('is coloured for a terminal, and where it is asked for', async () => {
      const cwd = await folders.with({ Dockerfile: WARNING });
      const isColoured = async (argv: string[], env: Record<string, string>, terminal?: number): Promise<boolean> => {
        const surroundings = { cwd, env, ...(terminal === undefined ? {} : { terminal }) };
        return (await plimsoll(['check', ...argv], surroundings)).stdout.includes('\u001b[');
      };
      assert.equal(await isColoured([], {}), false);
      assert.equal(await isColoured([], {}, 80), true);
      assert.equal(await isColoured([], { TERM: 'dumb' }, 80), false);
      assert.equal(await isColoured([], { NO_COLOR: '1' }, 80), false);
      assert.equal(await isColoured([], { NO_COLOR: '' }, 80), true);
      assert.equal(await isColoured([], { FORCE_COLOR: '1' }), true);
      assert.equal(await isColoured([], { FORCE_COLOR: '0' }, 80), false);
      assert.equal(await isColoured(['--color'], { NO_COLOR: '1' }), true);
      assert.equal(await isColoured(['--no-color'], { FORCE_COLOR: '1' }, 80), false);
      assert.equal(await isColoured(['--color', '--no-color'], {}, 80), false);
    });

    it('lets no file steer the terminal', async () => {
      const cwd = await folders.with({ Dockerfile: 'FROM scratch\n\u001b[2JNONSENSE \u001b]0;x\u0007\n' });
      assert.ok(!(await check([], cwd)).stdout.includes('\u001b'));
    });
  });

  describe('JSON', () => {
    it('counts from 1, in UTF-16 units, and spells fixes out', async () => {
      const cwd = await folders.with({ Dockerfile: '\uFEFFFROM scratch\r\n# 🐳\r\n  # todo\r\nCMD ["/a"]\r\n' });
      const outcome = await check(['--format', 'json'], cwd);
      assert.deepEqual(JSON.parse(outcome.stdout), [
        {
          file: 'Dockerfile',
          line: 3,
          column: 3,
          endLine: 3,
          endColumn: 9,
          rule: 'todo-comment',
          peers: ['hadolint/DL3014', 'sonar/S1'],
          severity: 'warning',
          message: 'There is something to do.',
          fix: {
            title: 'Do it',
            safety: 'safe',
            edits: [{ path: 'Dockerfile', startLine: 3, startColumn: 1, endLine: 4, endColumn: 1, text: '' }],
          },
          choices: [],
          related: [],
        },
      ]);
      assert.equal(outcome.stderr, '');
    });

    it('tells of choices, of related places and of edits in other files', async () => {
      const cwd = await folders.with({
        'a/Dockerfile': '# why\nFROM scratch\n# choose\n# ignore x\n',
        'a/.dockerignore': 'y\nz\n',
        'b/Dockerfile': 'FROM scratch\n# ignore x\n',
      });
      const [why, choose, ignore, create] = findingsIn(await check(['--format=json', '--profile=strict'], cwd));
      assert.deepEqual(why?.related, [
        { path: 'a/Dockerfile', startLine: 1, startColumn: 1, endLine: 1, endColumn: 5, message: 'It begins here.' },
        { path: 'a/.dockerignore', startLine: 2, startColumn: 1, endLine: 2, endColumn: 2, message: 'And there.' },
      ]);
      assert.equal(choose?.fix, null);
      assert.deepEqual(
        choose.choices.map(({ title, safety, edits }) => [title, safety, edits[0]?.text]),
        [
          ['Take this', 'suggestion', '# this'],
          ['Take that', 'suggestion', '# that'],
        ],
      );
      const at = { startLine: 1, startColumn: 2, endLine: 1, endColumn: 2 };
      assert.deepEqual(ignore?.fix?.edits, [{ path: 'a/.dockerignore', ...at, text: '\nx' }]);
      const start = { startLine: 1, startColumn: 1, endLine: 1, endColumn: 1 };
      assert.deepEqual(create?.fix?.edits, [{ path: 'b/.dockerignore', ...start, text: 'x\n' }]);
    });

    it('names files from the folder one is in', async () => {
      const cwd = await folders.with({ '.git/HEAD': '', 'a/b/Dockerfile': WARNING });
      const [finding] = findingsIn(await check(['--format=json', '../a'], join(cwd, 'a')));
      assert.equal(finding?.file, 'b/Dockerfile');
      assert.equal(finding.fix?.edits[0]?.path, 'b/Dockerfile');
    });
  });

  describe('what silences and what selects', () => {
    it('honours comments, unless told otherwise', async () => {
      const cwd = await folders.with({});
      const silenced = 'FROM scratch\n# plimsoll ignore-file=todo-comment\n# todo\nCMD ["/a"]\n';
      assert.equal((await plimsoll(['check', '-'], { cwd, stdin: silenced })).code, 0);
      assert.equal((await plimsoll(['check', '-', '--no-inline-ignores'], { cwd, stdin: silenced })).code, 1);
    });

    it('takes the profile from the flag, then from the config file', async () => {
      const cwd = await folders.with({ Dockerfile: 'FROM scratch\n# choose\n', '.plimsoll.yaml': 'extends: strict\n' });
      const rulesFound = async (...argv: string[]): Promise<string[]> =>
        findingsIn(await check(['--format=json', ...argv], cwd)).map(({ rule }) => rule);
      assert.deepEqual(await rulesFound(), ['choose-comment']);
      assert.deepEqual(await rulesFound('--profile', 'recommended'), []);
      assert.deepEqual(await rulesFound('--isolated'), []);
      assert.deepEqual(await rulesFound('--isolated', '--profile=all'), ['choose-comment']);
    });
  });

  describe('config', () => {
    it('takes the nearest file upward, no further than the root', async () => {
      const cwd = await folders.with({
        '.plimsoll.yaml': 'nonsense: 1\n',
        'repo/.git/HEAD': '',
        'repo/a/.plimsoll.yml': 'extends: strict\n',
        'repo/a/Dockerfile': WARNING,
        'repo/b/.plimsoll.json': '{ "extends": "wrong" }',
        'repo/b/deep/Dockerfile': WARNING,
        'repo/Dockerfile': WARNING,
      });
      const outcome = await check(['--format=json'], join(cwd, 'repo'));
      assert.equal(outcome.code, 2);
      const problems = findingsIn(outcome).filter(({ rule }) => rule === 'config');
      assert.deepEqual(
        problems.map(({ file, line, column, endColumn, severity }) => ({ file, line, column, endColumn, severity })),
        [{ file: 'b/.plimsoll.json', line: 1, column: 14, endColumn: 21, severity: 'error' }],
      );
    });

    it('reads paths from the folder of the config file', async () => {
      const cwd = await folders.with({
        '.git/HEAD': '',
        'ci/.plimsoll.yaml': 'context: app\noverrides:\n  - files: docker/*\n    rules: { todo-comment: off }\n',
        'ci/app/.dockerignore': 'x\n',
        'ci/docker/Dockerfile': '# todo\nFROM scratch\n# ignore x\n',
        'ci/Dockerfile': '# todo\nFROM scratch\n# ignore y\n',
      });
      const found = findingsIn(await check(['--format=json'], cwd));
      assert.deepEqual(
        found.map(({ file, rule }) => [file, rule]),
        [
          ['ci/Dockerfile', 'todo-comment'],
          ['ci/Dockerfile', 'ignore-comment'],
        ],
      );
      assert.equal(found[1]?.fix?.edits[0]?.path, 'ci/app/.dockerignore');
    });

    it('shows a mistake at its place and still checks everything', async () => {
      const cwd = await folders.with({ '.plimsoll.yaml': 'rules:\n  no-such-rule: off\n', Dockerfile: WARNING });
      const outcome = await check(['--exit-zero'], cwd);
      assert.equal(outcome.code, 2);
      assert.match(
        outcome.stdout,
        /^\.plimsoll\.yaml:2:3 error config no-such-rule is no rule\.\n {2}2 \| {3}no-such-rule: off\n {4}\| {3}\^{12}\n/m,
      );
      assert.match(outcome.stdout, /todo-comment/);
    });

    it('reads no file with --isolated, and only the one of --config', async () => {
      const cwd = await folders.with({
        '.plimsoll.yaml': 'wrong: 1\n',
        'ci/plimsoll.yaml': 'extends: all\n',
        Dockerfile: CLEAN,
      });
      assert.equal((await check(['--isolated', '--fail-on=never'], cwd)).code, 0);
      assert.equal((await check(['--config', 'ci/plimsoll.yaml', '--fail-on=never'], cwd)).code, 0);
      assert.equal((await check(['--fail-on=never'], cwd)).code, 2);
    });

    it('says so when a config file cannot be read', async () => {
      const cwd = await folders.with({ Dockerfile: WARNING });
      await mkdir(join(cwd, '.plimsoll.yaml'));
      const outcome = await check(['--format=json', '--fail-on=never'], cwd);
      assert.deepEqual([outcome.code, outcome.stderr], [2, 'plimsoll: .plimsoll.yaml: is a folder\n']);
      assert.equal(findingsIn(outcome).length, 1);
    });
  });

  it('needs no right to write in order to check', async () => {
    const cwd = await folders.with({ Dockerfile: CLEAN });
    await chmod(join(cwd, 'Dockerfile'), 0o444);
    assert.equal((await check(['--isolated'], cwd)).code, 0);
  });

  const check = (argv: readonly string[], cwd: string): ReturnType<typeof plimsoll> =>
    plimsoll(['check', ...argv], { cwd });

  /** The files that a run looked into; each of the files in the tests has something to be found. */
  const filesChecked = async (
    argv: readonly string[],
    cwd: string,
    paths: readonly string[] = argv,
  ): Promise<string[]> => {
    const outcome = await check(['--format', 'json', '--isolated', ...paths], cwd);
    return [...new Set(findingsIn(outcome).map(({ file }) => file))];
  };
});
