/** Work in hand: side by side for different keys, in the order it came for one key, where several may go together. */
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

/** How much of what waits under one key is worked on together. */
export interface Together {
  readonly items: number;
  readonly bytes: number;
}

const ONE_BY_ONE: Together = { items: 1, bytes: Number.POSITIVE_INFINITY };

/**
 * @param work settles the items, which have one key; returns nothing when they were done at once, which then leaves no
 *   trace here. It never throws and its promise never rejects.
 * @param together how much of what waits under one key it is given at once; at least one item, whatever its size
 */
export function createKeyedQueue<T>(
  work: (items: readonly T[]) => Promise<void> | undefined,
  together: Together = ONE_BY_ONE,
): KeyedQueue<T> {
  /** Key → what waits behind the one that is under way. */
  const queues = new Map<string, Entry<T>[]>();
  const entries = new Set<Entry<T>>();
  const idle: (() => void)[] = [];
  let heldBytes = 0;
  let settled: () => void = () => undefined;

  function follow(key: string, group: readonly Entry<T>[], done: Promise<void>): void {
    void done.then(() => {
      group.forEach(drop);
      advance(key);
      settled();
      if (entries.size === 0) for (const wake of idle.splice(0)) wake();
    });
  }

  function drop(entry: Entry<T>): void {
    if (entries.delete(entry)) heldBytes -= entry.bytes;
  }

  function takeFrom(queue: Entry<T>[]): Entry<T>[] {
    let [items, bytes] = [0, 0];
    for (const entry of queue) {
      bytes += entry.bytes;
      if (items > 0 && (items >= together.items || bytes > together.bytes)) break;
      items += 1;
    }
    return queue.splice(0, items);
  }

  /** Begins what waits for a key, until something takes its time. */
  function advance(key: string): void {
    const queue = queues.get(key);
    while (queue && queue.length > 0) {
      const group = takeFrom(queue);
      const done = work(group.map(({ item }) => item));
      if (done) {
        follow(key, group, done);
        return;
      }
      group.forEach(drop);
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
      const done = queue ? undefined : work([item]);
      if (!queue && !done) return;
      const entry = { item, bytes, cameMs: Date.now() };
      entries.add(entry);
      heldBytes += bytes;
      if (queue) {
        queue.push(entry);
      } else if (done) {
        queues.set(key, []);
        follow(key, [entry], done);
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
