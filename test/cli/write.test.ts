import assert from 'node:assert/strict';
import { mkdir, readdir, symlink, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Drafts } from '../../cli/src/drafts.js';
import { Folders, textAt } from './support.js';

describe('what fixes change', () => {
  const folders = new Folders();
  after(() => folders.remove());

  it('is seen by whoever reads next, before it is written', async () => {
    const root = await folders.with({ Dockerfile: 'a\n', '.dockerignore': 'x\n' });
    const drafts = new Drafts();
    assert.equal(await drafts.reader(root)('.dockerignore'), 'x\n');
    await drafts.put(root, new Map([['.dockerignore', 'x\ny\n']]));
    assert.equal(await drafts.reader(root)('.dockerignore'), 'x\ny\n');
    assert.equal(await textAt(root, '.dockerignore'), 'x\n');
    assert.deepEqual((await drafts.write()).problems, []);
    assert.equal(await textAt(root, '.dockerignore'), 'x\ny\n');
  });

  it('may be new files, in new folders', async () => {
    const root = await folders.with({ Dockerfile: 'a\n' });
    const drafts = new Drafts();
    await drafts.put(
      root,
      new Map([
        ['.dockerignore', '.git\n'],
        ['a/b/c', 'd\n'],
      ]),
    );
    assert.deepEqual(
      drafts.changed.map(({ before }) => before),
      [undefined, undefined],
    );
    await drafts.write();
    assert.equal(await textAt(root, '.dockerignore'), '.git\n');
    assert.equal(await textAt(root, 'a/b/c'), 'd\n');
    assert.deepEqual(await readdir(root), ['.dockerignore', 'Dockerfile', 'a']);
  });

  it('is not written over what somebody else changed meanwhile, nor what belongs to it', async () => {
    const root = await folders.with({ Dockerfile: 'a\n', '.dockerignore': 'x\n', other: 'o\n' });
    const drafts = new Drafts();
    await drafts.put(
      root,
      new Map([
        ['Dockerfile', 'b\n'],
        ['.dockerignore', 'y\n'],
        ['new', 'n\n'],
      ]),
    );
    await drafts.put(root, new Map([['other', 'p\n']]));
    await writeFile(join(root, '.dockerignore'), 'mine\n');
    const { written, problems } = await drafts.write();
    assert.deepEqual(written, [join(root, 'other')]);
    assert.deepEqual(
      problems.map(({ path }) => path),
      ['.dockerignore', 'Dockerfile', 'new'].map((name) => join(root, name)),
    );
    assert.ok(problems.every(({ message }) => message === 'was changed by someone else meanwhile; not fixed'));
    assert.equal(await textAt(root, '.dockerignore'), 'mine\n');
    assert.equal(await textAt(root, 'Dockerfile'), 'a\n');
    assert.deepEqual(await readdir(root), ['.dockerignore', 'Dockerfile', 'other']);
    assert.deepEqual(
      drafts.changed.map(({ path }) => path),
      [join(root, 'other')],
    );
  });

  it('is not written where a file appeared or went away meanwhile', async () => {
    const root = await folders.with({ Dockerfile: 'a\n' });
    const drafts = new Drafts();
    await drafts.put(root, new Map([['Dockerfile', 'b\n']]));
    await drafts.put(root, new Map([['.dockerignore', 'y\n']]));
    await unlink(join(root, 'Dockerfile'));
    await writeFile(join(root, '.dockerignore'), 'mine\n');
    assert.equal((await drafts.write()).problems.length, 2);
    assert.deepEqual(await readdir(root), ['.dockerignore']);
    assert.equal(await textAt(root, '.dockerignore'), 'mine\n');
  });

  it('says why a file cannot be written', async () => {
    const root = await folders.with({ a: '' });
    const drafts = new Drafts();
    await drafts.put(root, new Map([['a/b', 'c\n']]));
    const { problems } = await drafts.write();
    assert.equal(problems.length, 1);
    assert.match(problems[0]?.message ?? '', /^cannot be written: /);
  });

  it('never lies outside of the root', async () => {
    const parent = await folders.with({ 'secret/x': 's\n', 'root/Dockerfile': 'a\n' });
    const root = join(parent, 'root');
    await symlink('../secret', join(root, 'link'));
    const drafts = new Drafts();
    for (const path of ['../secret/x', 'link/x', 'link/new', join(parent, 'secret/x')]) {
      await assert.rejects(drafts.put(root, new Map([[path, 'b\n']])), /outside/);
    }
  });
});

describe('reading the files beside a document', () => {
  const folders = new Folders();
  after(() => folders.remove());

  it('stays within the root, also behind links', async () => {
    const parent = await folders.with({ 'secret/x': 's\n', 'root/a/b': 'b\n' });
    const root = join(parent, 'root');
    await symlink('../secret', join(root, 'out'));
    await symlink('a', join(root, 'in'));
    await symlink('loop', join(root, 'loop'));
    const read = new Drafts().reader(root);
    assert.equal(await read('a/b'), 'b\n');
    assert.equal(await read('in/b'), 'b\n');
    for (const path of [
      '../secret/x',
      'out/x',
      'out/',
      '../',
      'loop',
      join(parent, 'secret/x'),
      'missing',
      'a',
      'a/b/',
    ]) {
      assert.equal(await read(path), undefined, path);
    }
  });

  it('lists folders, the root as well', async () => {
    const root = await folders.with({ 'a/b': '', 'a/c/d': '', e: '' });
    await mkdir(join(root, 'empty'));
    const read = new Drafts().reader(root);
    assert.equal(await read('a/'), 'b\nc/');
    assert.equal(await read('./'), 'a/\ne\nempty/');
    assert.equal(await read('empty/'), '');
  });

  it('takes large and binary files for absent, and byte order marks off', async () => {
    const root = await folders.with({
      large: 'x'.repeat(1024 * 1024 + 1),
      just: 'x'.repeat(1024 * 1024),
      binary: 'a\0b',
      marked: '\uFEFFa\n',
    });
    const read = new Drafts().reader(root);
    assert.equal(await read('large'), undefined);
    assert.equal((await read('just'))?.length, 1024 * 1024);
    assert.equal(await read('binary'), undefined);
    assert.equal(await read('marked'), 'a\n');
  });
});
