/**
 * Works on one item of a key at a time. Of the items that come meanwhile only the last is kept: a thousand successes of
 * one token say no more than the newest. Where the work throws, the item that waits is done with the next that comes.
 *
 * @param supersedes whether an item takes the place of the one that waits
 */
export function createLatestOnly<T>(
  supersedes: (item: T, waiting: T) => boolean,
  work: (item: T) => Promise<void>,
): (key: string, item: T) => Promise<void> {
  const waiting = new Map<string, T>();
  const busy = new Set<string>();
  return async (key, item) => {
    const other = waiting.get(key);
    if (other === undefined || supersedes(item, other)) waiting.set(key, item);
    if (busy.has(key)) return;
    busy.add(key);
    try {
      for (let next = waiting.get(key); next !== undefined; next = waiting.get(key)) {
        waiting.delete(key);
        await work(next);
      }
    } finally {
      busy.delete(key);
    }
  };
}
