import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { dirname } from 'node:path';

describe('Generated files', () => {
  it('are fresh', () => {
    const root = dirname(import.meta.dirname);
    const args = ['--conditions=source', '--import=tsx', 'scripts/generate.ts', '--check'];
    const { status, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
    assert.equal(status, 0, stderr);
  });
});
