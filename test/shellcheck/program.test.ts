import assert from 'node:assert/strict';

import { ShellCheckProgram } from '../../shared-rules/src/programs/shellcheck.js';
import { FakeShellCheck } from './fake.js';

describe('The program ShellCheck', () => {
  let fake: FakeShellCheck;
  before(async () => {
    fake = await FakeShellCheck.install();
  });
  after(() => fake.remove());

  it('is ended when it takes too long', async () => {
    const failures: string[] = [];
    const program = new ShellCheckProgram(fake.path, fake.environment, (reason) => failures.push(reason), {
      time: 300,
    });
    await program.ask([{ dialect: 'sh', script: 'HANG' }]);
    assert.equal(failures.length, 1);
    assert.match(failures[0] ?? '', /it took longer than 0.3 seconds/);
    assert.deepEqual([...program.answers], [['sh\nHANG', undefined]]);
  });

  it('is ended when it is no longer needed', async () => {
    const program = new ShellCheckProgram(fake.path, fake.environment, () => undefined);
    const asked = program.ask([
      { dialect: 'sh', script: 'HANG 1' },
      { dialect: 'sh', script: 'HANG 2' },
      { dialect: 'sh', script: 'HANG 3' },
    ]);
    setTimeout(() => {
      program.stop();
    }, 200);
    await asked;
  });
});
