import { performance } from 'node:perf_hooks';

/** A run that took longer makes the next one wait, so that typing is never behind. */
const QUICK_MS = 20;
const WAIT_FACTOR = 3;
const LONGEST_WAIT_MS = 150;

interface Job {
  cancelWait: (() => void) | undefined;
  isRunning: boolean;
  /** Counts what was asked during runs, to see whether the last one saw it all. */
  asked: number;
  lastTookMs: number;
}

/**
 * Runs a task for each key: one run at a time, and one more after it for all that was asked during it.
 * Quick tasks run on the next tick; slow ones wait a little, so that several changes share a run.
 */
export class Schedule {
  readonly #jobs = new Map<string, Job>();
  readonly #run: (key: string) => Promise<void>;

  /** The task must not fail. */
  constructor(run: (key: string) => Promise<void>) {
    this.#run = run;
  }

  request(key: string): void {
    const job = this.#jobs.get(key) ?? { cancelWait: undefined, isRunning: false, asked: 0, lastTookMs: 0 };
    this.#jobs.set(key, job);
    if (job.isRunning) job.asked += 1;
    else job.cancelWait ??= later(waitAfter(job.lastTookMs), () => void this.#start(key, job));
  }

  /** Forgets the key: what waits is not run, what runs is not run again. */
  cancel(key: string): void {
    this.#jobs.get(key)?.cancelWait?.();
    this.#jobs.delete(key);
  }

  async #start(key: string, job: Job): Promise<void> {
    job.cancelWait = undefined;
    job.isRunning = true;
    const { asked } = job;
    const startedAt = performance.now();
    await this.#run(key);
    job.lastTookMs = performance.now() - startedAt;
    job.isRunning = false;
    if (job.asked !== asked && this.#jobs.get(key) === job) this.request(key);
  }
}

/** How long to wait before a run, after one that took so long. */
export const waitAfter = (tookMs: number): number =>
  tookMs <= QUICK_MS ? 0 : Math.min(tookMs * WAIT_FACTOR, LONGEST_WAIT_MS);

function later(waitMs: number, task: () => void): () => void {
  if (waitMs === 0) {
    const handle = setImmediate(task);
    return () => {
      clearImmediate(handle);
    };
  }
  const handle = setTimeout(task, waitMs);
  return () => {
    clearTimeout(handle);
  };
}
