import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmod, lstat, readdir, readlink, stat, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { bytesOf, findingsIn, Folders, plimsoll, textAt } from './support.js';

const BEFORE = 'FROM scratch\n# todo\nCMD ["/a"]\n# todo\nUSER 1000\n';
const AFTER = 'FROM scratch\nCMD ["/a"]\nUSER 1000\n';
const FIX = ['check', '--fix'];

describe('plimsoll check --fix', () => {
  const folders = new Folders();
  after(() => folders.remove());

  it('applies safe fixes, and suggestions with --unsafe only', async () => {
    const cwd = await folders.with({ Dockerfile: `${BEFORE}# maybe\n# choose\n` });
    const careful = await plimsoll([...FIX, '--profile=all'], { cwd });
    assert.deepEqual([careful.code, await textAt(cwd, 'Dockerfile')], [0, `${AFTER}# maybe\n# choose\n`]);
    assert.match(
      careful.stdout,
      /\nFixed 2 findings\n2 findings \(1 info, 1 hint\) in 1 file; 1 can be fixed with --fix --unsafe\n$/,
    );

    const bold = await plimsoll([...FIX, '--unsafe', '--profile=all'], { cwd });
    assert.match(bold.stdout, /\nFixed 1 finding\n1 finding \(1 hint\) in 1 file\n$/);
    assert.equal(await textAt(cwd, 'Dockerfile'), `${AFTER}# decided\n# choose\n`);
  });

  it('changes nothing the second time', async () => {
    const cwd = await folders.with({ Dockerfile: `${BEFORE}# ignore x\n`, 'a/Dockerfile': BEFORE });
    await plimsoll(FIX, { cwd });
    const before = await stat(join(cwd, 'Dockerfile'));
    assert.deepEqual(await plimsoll(FIX, { cwd }), { code: 0, stdout: 'No findings in 3 files\n', stderr: '' });
    assert.equal((await stat(join(cwd, 'Dockerfile'))).ino, before.ino);
    assert.deepEqual(await plimsoll(['check', '--diff'], { cwd }), { code: 0, stdout: '', stderr: '' });
  });

  it('changes and creates other files, for several documents in turn', async () => {
    const cwd = await folders.with({
      Dockerfile: 'FROM scratch\n# ignore x\n',
      'b.dockerfile': 'FROM scratch\n# ignore y\n',
      'old/Dockerfile': 'FROM scratch\n# ignore z\n',
      'old/.dockerignore': '\uFEFFa\r\nb\r\n',
    });
    assert.equal((await plimsoll(FIX, { cwd })).code, 0);
    assert.equal(await textAt(cwd, '.dockerignore'), 'x\ny\n');
    assert.equal(await textAt(cwd, 'old/.dockerignore'), '\uFEFFa\r\nz\r\nb\r\n');
  });

  it('keeps byte order mark, line endings and mode', async () => {
    const cwd = await folders.with({ Dockerfile: `\uFEFF${BEFORE.replaceAll('\n', '\r\n')}` });
    await chmod(join(cwd, 'Dockerfile'), 0o750);
    await plimsoll(FIX, { cwd });
    assert.equal(await bytesOf(cwd, 'Dockerfile'), `\xef\xbb\xbf${AFTER.replaceAll('\n', '\r\n')}`);
    assert.equal((await stat(join(cwd, 'Dockerfile'))).mode & 0o777, 0o750);
    assert.deepEqual(await readdir(cwd), ['Dockerfile']);
  });

  it('writes what a link leads to, and leaves the link', async () => {
    const cwd = await folders.with({ 'docker/prod': BEFORE });
    await symlink('docker/prod', join(cwd, 'Dockerfile'));
    await plimsoll([...FIX, 'Dockerfile'], { cwd });
    assert.equal(await readlink(join(cwd, 'Dockerfile')), 'docker/prod');
    assert.ok(!(await lstat(join(cwd, 'docker/prod'))).isSymbolicLink());
    assert.equal(await textAt(cwd, 'docker/prod'), AFTER);
  });

  it('does not write through a link that leads out of the root', async () => {
    const parent = await folders.with({ elsewhere: BEFORE, 'repo/.git/HEAD': '' });
    const cwd = join(parent, 'repo');
    await symlink('../elsewhere', join(cwd, 'Dockerfile'));
    const outcome = await plimsoll([...FIX, '--format=json'], { cwd });
    assert.match(outcome.stderr, /^plimsoll: Dockerfile: is a link that leads out of .*; checked, but not fixed\n$/);
    assert.equal(findingsIn(outcome).filter(({ rule }) => rule === 'todo-comment').length, 2);
    assert.equal(await textAt(parent, 'elsewhere'), BEFORE);
  });

  it('fixes each file by its own settings', async () => {
    const cwd = await folders.with({
      Dockerfile: BEFORE,
      '.plimsoll.yaml': 'wrong: 1\n',
      'a/Dockerfile': BEFORE,
      'a/.plimsoll.yaml': 'extends: strict\n',
    });
    const outcome = await plimsoll(FIX, { cwd });
    assert.equal(outcome.code, 2);
    assert.equal(await textAt(cwd, 'Dockerfile'), AFTER);
    assert.equal(await textAt(cwd, 'a/Dockerfile'), AFTER);
  });
});

describe('plimsoll check --diff', () => {
  const folders = new Folders();
  after(() => folders.remove());
  const diff = ['check', '--diff'];

  it('shows what --fix would do, writes nothing, and fails', async () => {
    const cwd = await folders.with({ 'a/Dockerfile': BEFORE, 'b/Dockerfile': 'FROM scratch\n' });
    const outcome = await plimsoll(diff, { cwd });
    assert.deepEqual(outcome, {
      code: 1,
      stderr: '',
      stdout: [
        '--- a/a/Dockerfile',
        '+++ b/a/Dockerfile',
        '@@ -1,5 +1,3 @@',
        ' FROM scratch',
        '-# todo',
        ' CMD ["/a"]',
        '-# todo',
        ' USER 1000',
        '',
      ].join('\n'),
    });
    assert.equal(await textAt(cwd, 'a/Dockerfile'), BEFORE);
  });

  it('is content when nothing would change', async () => {
    const cwd = await folders.with({ Dockerfile: AFTER });
    assert.deepEqual(await plimsoll(diff, { cwd }), { code: 0, stdout: '', stderr: '' });
  });

  it('fails for what cannot be read or is wrong in a config file', async () => {
    const cwd = await folders.with({ 'a/.plimsoll.yaml': 'wrong: 1\n', 'a/Dockerfile': AFTER });
    const wrong = await plimsoll(diff, { cwd });
    assert.deepEqual([wrong.code, wrong.stdout], [2, '']);
    assert.match(wrong.stderr, /^a\/\.plimsoll\.yaml:1:1 error config /);
    await symlink('nowhere', join(cwd, 'Dockerfile'));
    const unread = await plimsoll([...diff, '--isolated'], { cwd });
    assert.deepEqual(unread, { code: 2, stdout: '', stderr: 'plimsoll: Dockerfile: no such file or folder\n' });
  });

  it('shows what would happen to other files', async () => {
    const cwd = await folders.with({ 'a/Dockerfile': 'FROM scratch\n# ignore x\n' });
    const { code, stdout } = await plimsoll(diff, { cwd });
    assert.deepEqual([code, stdout], [1, '--- /dev/null\n+++ b/a/.dockerignore\n@@ -0,0 +1,1 @@\n+x\n']);
    execFileSync('git', ['apply'], { cwd, input: stdout });
    assert.equal(await textAt(cwd, 'a/.dockerignore'), 'x\n');
  });

  it('makes patches that git applies, whatever the line endings', async () => {
    const texts = {
      Dockerfile: BEFORE,
      'b.dockerfile': BEFORE.replaceAll('\n', '\r\n'),
      'c.dockerfile': BEFORE.trimEnd(),
    };
    const cwd = await folders.with(texts);
    const { stdout } = await plimsoll(diff, { cwd });
    execFileSync('git', ['apply', '--whitespace=nowarn'], { cwd, input: stdout });
    assert.equal(await textAt(cwd, 'Dockerfile'), AFTER);
    assert.equal(await textAt(cwd, 'b.dockerfile'), AFTER.replaceAll('\n', '\r\n'));
    assert.equal(await textAt(cwd, 'c.dockerfile'), AFTER.trimEnd());
  });
});

describe('plimsoll check -', () => {
  const folders = new Folders();
  after(() => folders.remove());

  it('checks stdin under the name it is given', async () => {
    const cwd = await folders.with({ 'a/.plimsoll.yaml': 'wrong: 1\n' });
    const plain = await plimsoll(['check', '-', '--format=json', '--isolated'], { cwd, stdin: BEFORE });
    assert.equal(plain.code, 1);
    assert.equal(findingsIn(plain)[0]?.file, 'Dockerfile');
    const named = ['check', '-', '--format=json', '--stdin-filename', 'a/x.dockerfile'];
    const outcome = await plimsoll(named, { cwd, stdin: BEFORE });
    assert.equal(outcome.code, 2);
    assert.deepEqual([...new Set(findingsIn(outcome).map(({ file }) => file))], ['a/x.dockerfile', 'a/.plimsoll.yaml']);
  });

  it('gives the fixed text on stdout and the findings on stderr', async () => {
    const cwd = await folders.with({});
    const stdin = `\uFEFF${BEFORE.replaceAll('\n', '\r\n')}NONSENSE\r\n`;
    const outcome = await plimsoll([...FIX, '-'], { cwd, stdin });
    assert.equal(outcome.code, 1);
    assert.equal(outcome.stdout, `\uFEFF${AFTER.replaceAll('\n', '\r\n')}NONSENSE\r\n`);
    assert.match(outcome.stderr, /^Dockerfile:4:1 error /m);
    assert.match(outcome.stderr, /^Fixed 2 findings$/m);
    assert.deepEqual(await readdir(cwd), []);
  });

  it('changes nothing but the text itself', async () => {
    const cwd = await folders.with({});
    const stdin = 'FROM scratch\n# ignore x\n# todo\n';
    const outcome = await plimsoll([...FIX, '-'], { cwd, stdin });
    assert.deepEqual([outcome.code, outcome.stdout], [1, 'FROM scratch\n# ignore x\n']);
    assert.deepEqual(await readdir(cwd), []);
  });

  it('shows a diff of stdin', async () => {
    const cwd = await folders.with({});
    const outcome = await plimsoll(['check', '--diff', '-'], { cwd, stdin: BEFORE });
    assert.equal(outcome.code, 1);
    assert.match(outcome.stdout, /^--- a\/Dockerfile\n\+\+\+ b\/Dockerfile\n@@ /);
  });

  it('hands back what it cannot read', async () => {
    const cwd = await folders.with({});
    const stdin = 'FROM a\0\n';
    assert.equal((await plimsoll(['check', '-', '--format=json'], { cwd, stdin })).stdout, '[]\n');
    assert.deepEqual(await plimsoll(['check', '--fix', '-'], { cwd, stdin }), {
      code: 0,
      stdout: stdin,
      stderr: 'plimsoll: stdin: is a binary file; not checked\n',
    });
  });
});
