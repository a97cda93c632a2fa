/** What is to be done, a few at a time, in turns over shares, and in no particular order within one. */
export interface Backlog<T> {
  /** Something to do under a key; replaces what was waiting under it. */
  set(key: string, item: T, share: string): void;
  /** Calls off what has not begun. */
  delete(key: string): void;
  /** Calls off all that has not begun, and settles when what is under way is done. */
  stop(): Promise<void>;
}

/** What waits of one share. */
interface Waiting<T> {
  readonly items: Map<string, T>;
  /** Keys of items, and of some that were called off since: `items` says which are real. */
  readonly keys: string[];
}

/**
 * Does items side by side, never more than `atOnce`. Where more waits, the shares take turns: however much of one of them
 * waits, another one waits for about as long as an item takes. What waits of a share is taken at random: several workers that
 * have the same backlog, after an outage, then begin at different ends of it instead of racing each other for each item.
 *
 * @param work must not reject
 */
export function createBacklog<T>(atOnce: number, work: (item: T) => Promise<void>): Backlog<T> {
  /** Share → what waits of it, never nothing. The share whose turn is next stands first. */
  const waiting = new Map<string, Waiting<T>>();
  /** Key of what waits → its share. */
  const shares = new Map<string, string>();
  const underWay = new Set<Promise<void>>();

  function remove(key: string): void {
    const share = shares.get(key);
    if (share === undefined) return;
    shares.delete(key);
    const items = waiting.get(share)?.items;
    items?.delete(key);
    if (items?.size === 0) waiting.delete(share);
  }

  function takeNext(): T | undefined {
    const [next] = waiting;
    if (!next) return undefined;
    const [share, { items, keys }] = next;
    for (;;) {
      const at = Math.floor(Math.random() * keys.length);
      const key = keys[at] as string;
      keys[at] = keys[keys.length - 1] as string;
      keys.pop();
      const item = items.get(key);
      if (item === undefined) continue;
      waiting.delete(share);
      waiting.set(share, next[1]);
      remove(key);
      return item;
    }
  }

  function advance(): void {
    while (underWay.size < atOnce) {
      const item = takeNext();
      if (item === undefined) return;
      const done = work(item).finally(() => {
        underWay.delete(done);
        advance();
      });
      underWay.add(done);
    }
  }

  return {
    set(key, item, share) {
      if (shares.get(key) !== share) remove(key);
      const own = waiting.get(share) ?? { items: new Map<string, T>(), keys: [] };
      waiting.set(share, own);
      if (!own.items.has(key)) own.keys.push(key);
      own.items.set(key, item);
      shares.set(key, share);
      advance();
    },
    delete: remove,
    async stop() {
      waiting.clear();
      shares.clear();
      await Promise.all(underWay);
    },
  };
}
