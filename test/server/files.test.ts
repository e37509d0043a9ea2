import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { URI } from 'vscode-uri';

import { readerOf } from '../../server/src/files.js';

describe('Reading files', () => {
  let outside = '';
  let folder = '';
  const read = (file: string, open: Readonly<Record<string, string>> = {}): Promise<string | undefined> =>
    readerOf(URI.file(folder), (uri) => open[uri])(file);

  before(async () => {
    outside = await mkdtemp(path.join(tmpdir(), 'plimsoll-files-'));
    folder = path.join(outside, 'folder');
    await mkdir(path.join(folder, 'sub/deep'), { recursive: true });
    await writeFile(path.join(outside, 'secret'), 'secret');
    await writeFile(path.join(folder, 'file'), '\uFEFFtext');
    await writeFile(path.join(folder, 'sub/other'), 'other');
    await writeFile(path.join(folder, 'large'), 'x'.repeat(1024 * 1024 + 1));
    await writeFile(path.join(folder, 'sub/deep/binary'), 'a\0b');
    await writeFile(path.join(folder, 'sub/deep/latin1'), Buffer.from([0x61, 0xe9, 0x62]));
    await symlink(path.join(outside, 'secret'), path.join(folder, 'link'));
    await symlink(path.join(folder, 'file'), path.join(folder, 'inner'));
    await symlink(outside, path.join(folder, 'up'));
    await symlink(path.join(folder, 'nowhere'), path.join(folder, 'loose'));
  });
  after(() => rm(outside, { recursive: true, force: true }));

  it('gives the text without a byte order mark', async () => {
    assert.equal(await read('file'), 'text');
    assert.equal(await read('sub/other'), 'other');
    assert.equal(await read('inner'), 'text');
  });

  it('lists folders', async () => {
    assert.equal(await read('sub/'), 'deep/\nother');
    assert.equal(await read('./'), 'file\ninner\nlarge\nlink\nloose\nsub/\nup/');
    assert.equal(await read('nowhere/'), undefined);
    assert.equal(await read('file/'), undefined);
  });

  it('takes the open editor before the disk', async () => {
    const open = { [URI.file(path.join(folder, 'file')).toString()]: 'unsaved' };
    assert.equal(await read('file', open), 'unsaved');
  });

  it('reads nothing outside, by no way', async () => {
    for (const way of ['../secret', 'sub/../../secret', 'link', 'up/secret', 'up/', '../', 'loose', '/../secret']) {
      assert.equal(await read(way), undefined, way);
    }
  });

  it('reads no folders, no large files, and nothing that is not there', async () => {
    assert.equal(await read('sub'), undefined);
    assert.equal(await read('large'), undefined);
    assert.equal(await read('nowhere'), undefined);
  });

  it('reads no binary files, and none that a fix could not give back as it was', async () => {
    assert.equal(await read('sub/deep/binary'), undefined);
    assert.equal(await read('sub/deep/latin1'), undefined);
  });

  it('reads nothing without a folder', async () => {
    assert.equal(await readerOf(undefined, () => 'text')('file'), undefined);
  });
});
