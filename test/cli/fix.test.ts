import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmod, lstat, readdir, readlink, stat, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { bytesOf, findingsIn, Folders, plimsoll, textAt } from './support.js';

/** Two comments that name rules which are not there; a suggestion removes each. */
const BEFORE = 'FROM scratch\n# plimsoll ignore=no-such-rule\nCMD ["/a"]\n# plimsoll ignore=nor-this-one\nUSER 1000\n';
const AFTER = 'FROM scratch\nCMD ["/a"]\nUSER 1000\n';
const UNSAFE = ['check', '--fix', '--unsafe', '--isolated'];

describe('plimsoll check --fix', () => {
  const folders = new Folders();
  after(() => folders.remove());

  it('applies suggestions with --unsafe only', async () => {
    const cwd = await folders.with({ Dockerfile: BEFORE });
    const careful = await plimsoll(['check', '--fix', '--isolated'], { cwd });
    assert.equal(careful.code, 1);
    assert.equal(await textAt(cwd, 'Dockerfile'), BEFORE);

    const bold = await plimsoll(UNSAFE, { cwd });
    assert.equal(await textAt(cwd, 'Dockerfile'), AFTER);
    assert.match(bold.stdout, /^Fixed 2 findings\n/m);
    assert.ok(!bold.stdout.includes('unknown-ignore'));
  });

  it('changes nothing the second time', async () => {
    const cwd = await folders.with({ Dockerfile: BEFORE, 'a/Dockerfile': BEFORE });
    await plimsoll(UNSAFE, { cwd });
    const before = await stat(join(cwd, 'Dockerfile'));
    const again = await plimsoll(UNSAFE, { cwd });
    assert.ok(!again.stdout.includes('Fixed'));
    assert.equal((await stat(join(cwd, 'Dockerfile'))).ino, before.ino);
    assert.equal((await plimsoll(['check', '--diff', '--unsafe', '--isolated'], { cwd })).stdout, '');
  });

  it('safe fixes change nothing the second time', async () => {
    const cwd = await folders.with({ Dockerfile: 'FROM debian:12\nRUN apt-get update && apt-get install curl\n' });
    await plimsoll(['check', '--fix', '--isolated'], { cwd });
    const once = await textAt(cwd, 'Dockerfile');
    await plimsoll(['check', '--fix', '--isolated'], { cwd });
    assert.equal(await textAt(cwd, 'Dockerfile'), once);
  });

  it('keeps byte order mark, line endings and mode', async () => {
    const cwd = await folders.with({ Dockerfile: `\uFEFF${BEFORE.replaceAll('\n', '\r\n')}` });
    await chmod(join(cwd, 'Dockerfile'), 0o750);
    await plimsoll(UNSAFE, { cwd });
    assert.equal(await bytesOf(cwd, 'Dockerfile'), `\xef\xbb\xbf${AFTER.replaceAll('\n', '\r\n')}`);
    assert.equal((await stat(join(cwd, 'Dockerfile'))).mode & 0o777, 0o750);
    assert.deepEqual(await readdir(cwd), ['Dockerfile']);
  });

  it('writes what a link leads to, and leaves the link', async () => {
    const cwd = await folders.with({ 'docker/prod': BEFORE });
    await symlink('docker/prod', join(cwd, 'Dockerfile'));
    await plimsoll([...UNSAFE, 'Dockerfile'], { cwd });
    assert.equal(await readlink(join(cwd, 'Dockerfile')), 'docker/prod');
    assert.ok(!(await lstat(join(cwd, 'docker/prod'))).isSymbolicLink());
    assert.equal(await textAt(cwd, 'docker/prod'), AFTER);
  });

  it('does not write through a link that leads out of the root', async () => {
    const parent = await folders.with({ elsewhere: BEFORE, 'repo/.git/HEAD': '' });
    const cwd = join(parent, 'repo');
    await symlink('../elsewhere', join(cwd, 'Dockerfile'));
    const outcome = await plimsoll([...UNSAFE, '--format=json'], { cwd });
    assert.match(outcome.stderr, /^plimsoll: Dockerfile: is a link that leads out of .*; checked, but not fixed\n$/);
    assert.equal(findingsIn(outcome).filter(({ rule }) => rule === 'unknown-ignore').length, 2);
    assert.equal(await textAt(parent, 'elsewhere'), BEFORE);
  });

  it('fixes each file by its own settings', async () => {
    const cwd = await folders.with({
      Dockerfile: BEFORE,
      '.plimsoll.yaml': 'wrong: 1\n',
      'a/Dockerfile': BEFORE,
      'a/.plimsoll.yaml': 'extends: strict\n',
    });
    const outcome = await plimsoll(['check', '--fix', '--unsafe'], { cwd });
    assert.equal(outcome.code, 2);
    assert.equal(await textAt(cwd, 'Dockerfile'), AFTER);
    assert.equal(await textAt(cwd, 'a/Dockerfile'), AFTER);
  });
});

describe('plimsoll check --diff', () => {
  const folders = new Folders();
  after(() => folders.remove());
  const diff = ['check', '--diff', '--unsafe', '--isolated'];

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
        '-# plimsoll ignore=no-such-rule',
        ' CMD ["/a"]',
        '-# plimsoll ignore=nor-this-one',
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
    const outcome = await plimsoll([...UNSAFE, '-'], { cwd, stdin });
    assert.equal(outcome.code, 1);
    assert.equal(outcome.stdout, `\uFEFF${AFTER.replaceAll('\n', '\r\n')}NONSENSE\r\n`);
    assert.match(outcome.stderr, /^Dockerfile:4:1 error /m);
    assert.match(outcome.stderr, /^Fixed 2 findings$/m);
    assert.deepEqual(await readdir(cwd), []);
  });

  it('shows a diff of stdin', async () => {
    const cwd = await folders.with({});
    const outcome = await plimsoll(['check', '--diff', '--unsafe', '--isolated', '-'], { cwd, stdin: BEFORE });
    assert.equal(outcome.code, 1);
    assert.match(outcome.stdout, /^--- a\/Dockerfile\n\+\+\+ b\/Dockerfile\n@@ /);
  });

  it('hands back what it cannot read', async () => {
    const cwd = await folders.with({});
    const stdin = 'FROM a\0\n';
    assert.deepEqual(await plimsoll(['check', '--fix', '-'], { cwd, stdin }), {
      code: 0,
      stdout: stdin,
      stderr: 'plimsoll: stdin: is a binary file; not checked\n',
    });
  });
});
