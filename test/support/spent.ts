/**
 * Processor time that a call takes, in milliseconds: for bounds that hostile input must not break by orders of magnitude.
 * A busy machine does not change it, as it does the time on the wall.
 */
export function spentMs(call: () => unknown): number {
  const before = process.cpuUsage();
  call();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}
