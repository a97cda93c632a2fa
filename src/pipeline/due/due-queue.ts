import type { Clock } from '../ports/ports.ts';

/** Calls back for each key when its time has come. Setting a key again moves it. */
export interface DueQueue<T> {
  set(key: string, dueMs: number, value: T): void;
  delete(key: string): void;
  has(key: string): boolean;
  readonly size: number;
  /** Calls off all that waits; what is set from then on never comes. */
  stop(): void;
}

interface Entry<T> {
  readonly key: string;
  readonly dueMs: number;
  readonly value: T;
}

/** A heap with one timer for its earliest entry, so that ten thousand waiting runs cost nothing while they wait. */
export function createDueQueue<T>(clock: Clock, onDue: (value: T, dueMs: number) => void): DueQueue<T> {
  const current = new Map<string, Entry<T>>();
  // Moved and deleted entries stay in the heap until they surface: `current` says which entry is the real one.
  const heap: Entry<T>[] = [];
  let cancel: (() => void) | undefined;
  let armedMs = Number.POSITIVE_INFINITY;
  let isStopped = false;

  function push(entry: Entry<T>): void {
    let at = heap.push(entry) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if ((heap[parent] as Entry<T>).dueMs <= entry.dueMs) break;
      heap[at] = heap[parent] as Entry<T>;
      at = parent;
    }
    heap[at] = entry;
  }

  function pop(): void {
    const last = heap.pop();
    if (heap.length === 0 || last === undefined) return;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && (heap[child + 1] as Entry<T>).dueMs < (heap[child] as Entry<T>).dueMs) child += 1;
      if ((heap[child] as Entry<T>).dueMs >= last.dueMs) break;
      heap[at] = heap[child] as Entry<T>;
      at = child;
    }
    heap[at] = last;
  }

  function arm(): void {
    while (heap[0] && current.get(heap[0].key) !== heap[0]) pop();
    const next = heap[0]?.dueMs ?? Number.POSITIVE_INFINITY;
    if (next === armedMs) return;
    cancel?.();
    cancel = undefined;
    armedMs = next;
    if (next !== Number.POSITIVE_INFINITY) cancel = clock.after(Math.max(0, next - clock.now()), fire);
  }

  function fire(): void {
    armedMs = Number.POSITIVE_INFINITY;
    cancel = undefined;
    const nowMs = clock.now();
    for (let first = heap[0]; first && first.dueMs <= nowMs; first = heap[0]) {
      pop();
      if (current.get(first.key) !== first) continue;
      current.delete(first.key);
      onDue(first.value, first.dueMs);
    }
    arm();
  }

  return {
    set(key, dueMs, value) {
      if (isStopped || current.get(key)?.dueMs === dueMs) return;
      const entry = { key, dueMs, value };
      current.set(key, entry);
      push(entry);
      arm();
    },
    delete(key) {
      if (current.delete(key)) arm();
    },
    has: (key) => current.has(key),
    get size() {
      return current.size;
    },
    stop() {
      isStopped = true;
      cancel?.();
      cancel = undefined;
      armedMs = Number.POSITIVE_INFINITY;
      current.clear();
      heap.length = 0;
    },
  };
}
