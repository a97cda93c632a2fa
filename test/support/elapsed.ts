/** How long a call takes, in milliseconds: for bounds that hostile input must not break by orders of magnitude. */
export function elapsedMs(call: () => unknown): number {
  const start = performance.now();
  call();
  return performance.now() - start;
}
