import { setTimeout as pause } from 'node:timers/promises';

/** The pause after the first lost race is at most this long, after each further one at most twice as long; milliseconds. */
const FIRST_MS = 4;
const LONGEST_MS = 500;

/**
 * Waits between a write that another worker was faster with and the next try: for a random time, longer with each race
 * that was lost, so that workers that race each other come apart.
 *
 * @param lost how many races in a row were lost
 */
export async function pauseAfterRaces(lost: number): Promise<void> {
  if (lost > 0) await pause(Math.random() * longestPauseMs(lost));
}

/** The longest pause after so many lost races, in milliseconds. */
export function longestPauseMs(lost: number): number {
  return Math.min(LONGEST_MS, FIRST_MS * 2 ** (lost - 1));
}
