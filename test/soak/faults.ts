import { readFile, writeFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import type { Mark } from './chart.ts';
import type { Worker } from './workers.ts';

/** Restarts of the worker and changes of the rules folder in an hour; a shorter soak has them closer together. */
const RESTARTS_AN_HOUR = 12;
const RELOADS_AN_HOUR = 20;
/** Of a soak of any length there are so many at least. */
const LEAST = 2;
const DOWN_MS = 3_000;

/** Restarts a worker, by SIGTERM and SIGKILL in turn, and gives the rules new versions, until it is told to stop. */
export function startFaults(worker: Worker, rulesFile: string, minutes: number, onFault: (what: Mark['what']) => void) {
  const stopping = new AbortController();
  const startedMs = performance.now();
  const every = async (perHour: number, work: (count: number) => Promise<void>): Promise<number> => {
    const times = Math.max(LEAST, Math.round((perHour * minutes) / 60));
    for (let count = 0; count < times; count += 1) {
      const atMs = startedMs + ((count + 1) * minutes * 60_000) / (times + 1);
      await pause(atMs - performance.now(), undefined, { signal: stopping.signal }).catch(() => undefined);
      if (stopping.signal.aborted) return count;
      await work(count);
    }
    return times;
  };
  const restarts = every(RESTARTS_AN_HOUR, async (count) => {
    const signal = count % 2 === 0 ? 'SIGTERM' : 'SIGKILL';
    onFault(signal);
    await worker.restart(signal, DOWN_MS);
  });
  const reloads = every(RELOADS_AN_HOUR, async (count) => {
    const text = await readFile(rulesFile, 'utf8');
    const changed = text.replace(/^version: .*$/m, `version: "9.0.${count}"`);
    if (changed === text) throw new Error(`${rulesFile} has no version to change`);
    onFault('reload');
    await writeFile(rulesFile, changed);
  });
  return {
    /** Resolves with how many there were of each. */
    async stop(): Promise<{ restarts: number; reloads: number }> {
      stopping.abort();
      return { restarts: await restarts, reloads: await reloads };
    },
  };
}
