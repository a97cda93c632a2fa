/** Work in hand: side by side for different keys, in the order it came for one key. */
export interface KeyedQueue<T> {
  /** How many items are here: under way, or waiting behind one of the same key. */
  readonly held: number;
  /** Their sizes together. */
  readonly heldBytes: number;
  enter(key: string, item: T, bytes: number): void;
  /** Called whenever an item is done. */
  onSettled(listener: () => void): void;
  /** Items that are here and came before a time, epoch milliseconds. */
  cameBefore(timeMs: number): T[];
  /** Takes out what waits and has not begun. */
  abandon(): T[];
  /** Settles when nothing is under way. */
  drained(): Promise<void>;
}

interface Entry<T> {
  readonly item: T;
  readonly bytes: number;
  readonly cameMs: number;
}

/**
 * @param work settles the item; returns nothing when it was done at once, which then leaves no trace here. It never
 *   throws and its promise never rejects.
 */
export function createKeyedQueue<T>(work: (item: T) => Promise<void> | undefined): KeyedQueue<T> {
  /** Key → what waits behind the one that is under way. */
  const queues = new Map<string, Entry<T>[]>();
  const entries = new Set<Entry<T>>();
  const idle: (() => void)[] = [];
  let heldBytes = 0;
  let settled: () => void = () => undefined;

  function follow(key: string, entry: Entry<T>, done: Promise<void>): void {
    void done.then(() => {
      drop(entry);
      advance(key);
      settled();
      if (entries.size === 0) for (const wake of idle.splice(0)) wake();
    });
  }

  function drop(entry: Entry<T>): void {
    if (entries.delete(entry)) heldBytes -= entry.bytes;
  }

  /** Begins what waits for a key, until something takes its time. */
  function advance(key: string): void {
    const queue = queues.get(key);
    for (let next = queue?.shift(); next; next = queue?.shift()) {
      const done = work(next.item);
      if (done) {
        follow(key, next, done);
        return;
      }
      drop(next);
    }
    queues.delete(key);
  }

  return {
    get held() {
      return entries.size;
    },
    get heldBytes() {
      return heldBytes;
    },
    enter(key, item, bytes) {
      const queue = queues.get(key);
      const done = queue ? undefined : work(item);
      if (!queue && !done) return;
      const entry = { item, bytes, cameMs: Date.now() };
      entries.add(entry);
      heldBytes += bytes;
      if (queue) {
        queue.push(entry);
      } else if (done) {
        queues.set(key, []);
        follow(key, entry, done);
      }
    },
    onSettled(listener) {
      settled = listener;
    },
    cameBefore: (timeMs) => [...entries].filter(({ cameMs }) => cameMs < timeMs).map(({ item }) => item),
    abandon() {
      const waiting = [...queues.values()].flatMap((queue) => queue.splice(0));
      for (const entry of waiting) drop(entry);
      return waiting.map(({ item }) => item);
    },
    async drained() {
      if (entries.size > 0) await new Promise<void>((resolve) => idle.push(resolve));
    },
  };
}
