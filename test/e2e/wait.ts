import { setTimeout as pause } from 'node:timers/promises';

const POLL_EVERY_MS = 50;

/** Asks again and again until the answer is neither undefined nor false, and fails by naming what never came. */
export async function until<T>(
  what: string,
  ask: () => T | undefined | false | Promise<T | undefined | false>,
  limitMs: number,
): Promise<T> {
  const deadline = Date.now() + limitMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    if (Date.now() > deadline) throw new Error(`Waited ${String(limitMs)} ms in vain: ${what}.`);
    await pause(POLL_EVERY_MS);
  }
}
