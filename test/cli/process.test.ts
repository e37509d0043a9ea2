import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cp, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findingsIn, Folders, plimsollProcess } from './support.js';

/** A comment that names a rule which is not there is a warning of the engine's own. */
const WARNING = 'FROM scratch\n# plimsoll ignore=no-such-rule\nCMD ["/app"]\n';

describe('plimsoll as a process', () => {
  const folders = new Folders();
  after(() => folders.remove());

  it('hands its exit code and its outputs over', async () => {
    const cwd = await folders.with({ Dockerfile: WARNING });
    const found = await plimsollProcess(['check', '--format', 'json', '--isolated'], { cwd });
    assert.deepEqual([found.code, found.stderr], [1, '']);
    assert.ok(findingsIn(found).length > 0);
    const wrong = await plimsollProcess(['check', '--wrong'], { cwd });
    assert.deepEqual([wrong.code, wrong.stdout], [2, '']);
  });

  it('reads stdin', async () => {
    const cwd = await folders.with({});
    const outcome = await plimsollProcess(['check', '-', '--fix', '--unsafe'], { cwd, stdin: WARNING });
    assert.match(outcome.stdout, /^FROM scratch\n(?!.*no-such-rule)/s);
  });

  it('knows the rules of the product', async () => {
    const cwd = await folders.with({});
    const outcome = await plimsollProcess(['explain', 'DL3014'], { cwd });
    assert.deepEqual([outcome.code, outcome.stderr], [0, '']);
    assert.match(outcome.stdout, /^apt-assume-yes\n/);
  });

  it('writes all of a large report into a pipe', async () => {
    const cwd = await folders.with({ Dockerfile: `FROM scratch\n${'NONSENSE\n'.repeat(5_000)}` });
    const outcome = await plimsollProcess(['check', '--format', 'json', '--isolated'], { cwd });
    assert.ok(findingsIn(outcome).length >= 5_000);
  });

  it('ends quietly when nobody reads on', async () => {
    const cwd = await folders.with({ Dockerfile: `FROM scratch\n${'NONSENSE\n'.repeat(5_000)}` });
    const outcome = await plimsollProcess(['check', '--isolated'], { cwd }, true);
    assert.equal(outcome.stderr, '');
  });

  it('says what to do when it is not built', async () => {
    const folder = await folders.with({});
    await mkdir(join(folder, 'bin'));
    const launcher = join(folder, 'bin/plimsoll.js');
    await cp(fileURLToPath(new URL('../../cli/bin/plimsoll.js', import.meta.url)), launcher);
    await cp(fileURLToPath(new URL('../../cli/package.json', import.meta.url)), join(folder, 'package.json'));
    const { status, stdout, stderr } = spawnSync(launcher, ['--version'], { encoding: 'utf8' });
    assert.deepEqual([status, stdout], [2, '']);
    assert.match(stderr, /npm run build/);
  });
});
