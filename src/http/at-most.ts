/** Calls so many times in a second; who asks more often gets what the last call came to. A failure is not kept. */
export function atMost<T>(aSecond: number, make: () => Promise<T>): () => Promise<T> {
  let [sinceMs, calls] = [0, 0];
  let last: Promise<T> | undefined;
  return () => {
    if (performance.now() - sinceMs >= 1_000) [sinceMs, calls] = [performance.now(), 0];
    if (last && calls >= aSecond) return last;
    calls += 1;
    const value = make();
    last = value;
    value.catch(() => {
      if (last === value) last = undefined;
    });
    return value;
  };
}
