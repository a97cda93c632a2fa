import type { SampledProcess } from './tree-sample.ts';

/** Processor time in a second of which it is work or spinning, in milliseconds. Idle clients were seen at 0 to 20, in single looks at 120. */
const BUSY_MS_A_SECOND = 100;

/** Whether a tree uses the processor, or would if it got one: on a busy machine hard work leaves little processor time. */
export function isBusy(now: readonly SampledProcess[], before: readonly SampledProcess[], apartMs: number): boolean {
  const rate = ((cpuOf(now) - cpuOf(before)) * 1_000) / apartMs;
  return rate >= BUSY_MS_A_SECOND || now.some(({ isRunnable }) => isRunnable);
}

/** The processor time that a tree has used, in milliseconds. */
export function cpuOf(processes: readonly SampledProcess[]): number {
  return processes.reduce((sum, { cpuMs }) => sum + cpuMs, 0);
}
