import { uptime } from 'node:os';

/**
 * Milliseconds that grow at the pace of time, whoever sets the machine's clock, and also while the machine is suspended: the
 * server's time goes on then, and so does what is told of how long ago something was. Linux's monotonic clock, Node's
 * `performance.now()`, stands still meanwhile; its uptime does not (`CLOCK_BOOTTIME`, clock_gettime(2)), and counts in 10 ms.
 * Elsewhere the uptime counts in seconds, and `performance.now()` goes on in suspension (libuv's `uv_hrtime`: mach_continuous_time,
 * QueryPerformanceCounter).
 */
const upMs = process.platform === 'linux' ? () => uptime() * 1_000 : () => performance.now();

/** When {@link upMs} was 0, epoch milliseconds by the machine's clock as this process found it; on Linux, when the machine was started. */
export const BOOT_MS = Date.now() - upMs();

/** Epoch milliseconds as they would be had nobody set the machine's clock since this process began. */
export function steadyMs(): number {
  return Math.round(BOOT_MS + upMs());
}
