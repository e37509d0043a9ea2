import assert from 'node:assert/strict';

import { Schedule, waitAfter } from '../../server/src/schedule.js';

describe('The schedule', () => {
  it('runs quick tasks at once and lets slow ones wait a little', () => {
    assert.deepEqual([0, 20, 21, 40, 1000].map(waitAfter), [0, 0, 63, 120, 150]);
  });

  it('runs one task at a time for a key, and one more for all that was asked meanwhile', async () => {
    const runs = recorder();
    runs.schedule.request('a');
    runs.schedule.request('a');
    await runs.started(1);
    for (let round = 0; round < 5; round += 1) runs.schedule.request('a');
    assert.equal(runs.count, 1);
    runs.finish();
    await runs.started(2);
    runs.finish();
    await tick();
    await tick();
    assert.equal(runs.count, 2);
  });

  it('runs nothing more for a key that is cancelled', async () => {
    const runs = recorder();
    runs.schedule.request('a');
    runs.schedule.cancel('a');
    await tick();
    assert.equal(runs.count, 0);
    runs.schedule.request('a');
    await runs.started(1);
    runs.schedule.request('a');
    runs.schedule.cancel('a');
    runs.finish();
    await tick();
    await tick();
    assert.equal(runs.count, 1);
  });
});

interface Recorder {
  readonly schedule: Schedule;
  readonly count: number;
  started(count: number): Promise<void>;
  finish(): void;
}

/** A schedule whose task takes until it is told to finish. */
function recorder(): Recorder {
  const finishers: (() => void)[] = [];
  let count = 0;
  return {
    schedule: new Schedule(() => {
      count += 1;
      return new Promise((resolve) => finishers.push(resolve));
    }),
    get count() {
      return count;
    },
    async started(wanted) {
      while (count < wanted) await tick();
    },
    finish() {
      finishers.shift()?.();
    },
  };
}

const tick = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
