/** Work in hand: side by side for different keys, in the order it came for one key, where several may go together. */
export interface KeyedQueue<T> {
  /** How many items are here: under way, or waiting behind one of the same key. */
  readonly held: number;
  /** Their sizes together. */
  readonly heldBytes: number;
  /** How many of them, and of what size, wait behind more of their own key than is taken together next, or are set aside. */
  readonly behind: { readonly items: number; readonly bytes: number };
  /** @returns whether the item waits so far behind others of its key, or behind one that is set aside */
  enter(key: string, item: T, bytes: number): boolean;
  /** What is under way for a key waits for something itself, and so does what comes behind it until that is done. */
  setAside(key: string): void;
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
  isBehind: boolean;
}

interface Waiting<T> {
  /** Under way. */
  group: readonly Entry<T>[];
  readonly entries: Entry<T>[];
  bytes: number;
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
  const queues = new Map<string, Waiting<T>>();
  const entries = new Set<Entry<T>>();
  /** Keys of which what is under way is set aside. */
  const aside = new Set<string>();
  const idle: (() => void)[] = [];
  let heldBytes = 0;
  const behind = { items: 0, bytes: 0 };
  let settled: () => void = () => undefined;

  function follow(key: string, group: readonly Entry<T>[], done: Promise<void>): void {
    void done.then(() => {
      group.forEach(drop);
      aside.delete(key);
      advance(key);
      settled();
      if (entries.size === 0) for (const wake of idle.splice(0)) wake();
    });
  }

  function drop(entry: Entry<T>): void {
    comeForward(entry);
    if (entries.delete(entry)) heldBytes -= entry.bytes;
  }

  function takeFrom(queue: Waiting<T>): Entry<T>[] {
    let [items, bytes] = [0, 0];
    for (const entry of queue.entries) {
      if (items > 0 && (items >= together.items || bytes + entry.bytes > together.bytes)) break;
      bytes += entry.bytes;
      items += 1;
    }
    queue.bytes -= bytes;
    const group = queue.entries.splice(0, items);
    group.forEach(comeForward);
    return group;
  }

  function goBehind(entry: Entry<T>): void {
    if (entry.isBehind) return;
    entry.isBehind = true;
    behind.items += 1;
    behind.bytes += entry.bytes;
  }

  function comeForward(entry: Entry<T>): void {
    if (!entry.isBehind) return;
    entry.isBehind = false;
    behind.items -= 1;
    behind.bytes -= entry.bytes;
  }

  /** Begins what waits for a key, until something takes its time. */
  function advance(key: string): void {
    const queue = queues.get(key);
    while (queue && queue.entries.length > 0) {
      const group = takeFrom(queue);
      queue.group = group;
      const done = work(group.map(({ item }) => item));
      if (done) {
        follow(key, group, done);
        return;
      }
      group.forEach(drop);
      aside.delete(key);
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
    behind,
    enter(key, item, bytes) {
      const queue = queues.get(key);
      const done = queue ? undefined : work([item]);
      if (!queue && !done) {
        aside.delete(key);
        return false;
      }
      const isFar = queue !== undefined && (queue.entries.length >= together.items || queue.bytes >= together.bytes);
      const entry = { item, bytes, cameMs: Date.now(), isBehind: false };
      entries.add(entry);
      heldBytes += bytes;
      if (queue) {
        queue.entries.push(entry);
        queue.bytes += bytes;
      } else if (done) {
        queues.set(key, { group: [entry], entries: [], bytes: 0 });
        follow(key, [entry], done);
      }
      if (isFar || aside.has(key)) goBehind(entry);
      return queue !== undefined && entry.isBehind;
    },
    setAside(key) {
      aside.add(key);
      const { group = [], entries: waiting = [] } = queues.get(key) ?? {};
      for (const entry of [...group, ...waiting]) goBehind(entry);
    },
    onSettled(listener) {
      settled = listener;
    },
    cameBefore: (timeMs) => [...entries].filter(({ cameMs }) => cameMs < timeMs).map(({ item }) => item),
    abandon() {
      const waiting: Entry<T>[] = [];
      for (const queue of queues.values()) {
        waiting.push(...queue.entries.splice(0));
        queue.bytes = 0;
      }
      waiting.forEach(drop);
      return waiting.map(({ item }) => item);
    },
    async drained() {
      if (entries.size > 0) await new Promise<void>((resolve) => idle.push(resolve));
    },
  };
}
