/** What is to be done, a few at a time and in no particular order. */
export interface Backlog<T> {
  /** Something to do under a key; replaces what was waiting under it. */
  set(key: string, item: T): void;
  /** Calls off what has not begun. */
  delete(key: string): void;
  /** Calls off all that has not begun, and settles when what is under way is done. */
  stop(): Promise<void>;
}

/**
 * Does items side by side, never more than `atOnce`. What waits is taken at random: several workers that have the same
 * backlog, after an outage, then begin at different ends of it instead of racing each other for each item.
 *
 * @param work must not reject
 */
export function createBacklog<T>(atOnce: number, work: (item: T) => Promise<void>): Backlog<T> {
  const items = new Map<string, T>();
  // Keys of items, and of some that were called off since: `items` says which are real.
  const keys: string[] = [];
  const underWay = new Set<Promise<void>>();

  function takeAny(): T | undefined {
    while (keys.length > 0) {
      const at = Math.floor(Math.random() * keys.length);
      const key = keys[at] as string;
      keys[at] = keys[keys.length - 1] as string;
      keys.pop();
      const item = items.get(key);
      if (items.delete(key)) return item;
    }
    return undefined;
  }

  function advance(): void {
    while (underWay.size < atOnce && items.size > 0) {
      const item = takeAny();
      if (item === undefined) return;
      const done = work(item).finally(() => {
        underWay.delete(done);
        advance();
      });
      underWay.add(done);
    }
  }

  return {
    set(key, item) {
      if (!items.has(key)) keys.push(key);
      items.set(key, item);
      advance();
    },
    delete: (key) => void items.delete(key),
    async stop() {
      items.clear();
      keys.length = 0;
      await Promise.all(underWay);
    },
  };
}
