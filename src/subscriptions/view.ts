import { type Holder, holderKey, type SubscriptionRecord } from '../contracts/subscription.ts';
import type { SubscriptionStore } from '../pipeline/ports/subscription-ports.ts';

/** All subscriptions in memory, as the store last reported them. Questions are answered from it without a read. */
export interface SubscriptionView {
  /** Whether everything that was stored has been read. Until then no question is answered. */
  readonly ready: boolean;
  readonly size: number;
  get(holder: Holder): SubscriptionRecord | undefined;
  /** Subscriptions (no API keys) that an agent is known to use. */
  ofAgent(agent: string): SubscriptionRecord[];
  /**
   * Up to `limit` subscriptions of a provider with a closed breaker: those that are seen to work, or the others.
   * `seed` decides where it begins, so that askers spread.
   */
  free(provider: string, health: 'healthy' | 'unknown', seed: number, limit: number): SubscriptionRecord[];
  /** The first `limit` records after a key that `fits` accepts, in the order of their keys, and how to go on. */
  page(after: string | undefined, limit: number, fits: (record: SubscriptionRecord) => boolean): RecordPage;
  /** The holder whose half-open breaker a run (`agent.execution.attempt`) is trying; undefined: it tries none. */
  triedBy(run: string): Holder | undefined;
  stop(): void;
}

export interface RecordPage {
  readonly records: readonly SubscriptionRecord[];
  /** The key to go on after; null: that was all. */
  readonly next: string | null;
}

/**
 * Keeps a view of the store. Settles at once; `loaded` settles when the view is ready.
 *
 * @param onChange called for each record as it is read or changes, with what was known of it before
 */
export async function startSubscriptionView(
  store: SubscriptionStore,
  onChange: (
    key: string,
    record: SubscriptionRecord | undefined,
    before: SubscriptionRecord | undefined,
  ) => void = () => undefined,
): Promise<SubscriptionView & { readonly loaded: Promise<void> }> {
  const records = new Map<string, SubscriptionRecord>();
  const byAgent = new Map<string, Set<string>>();
  const pools = new Map<string, Pool>();
  const byTrial = new Map<string, Holder>();
  let sortedKeys: string[] | undefined;
  let ready = false;

  function forget(key: string, record: SubscriptionRecord): void {
    if (record.breaker.trial?.run) byTrial.delete(record.breaker.trial.run);
    for (const agent of record.agents) {
      const keys = byAgent.get(agent);
      keys?.delete(key);
      if (keys?.size === 0) byAgent.delete(agent);
    }
    pools.get(poolOf(record))?.delete(key);
  }

  function memoize(key: string, record: SubscriptionRecord): void {
    if (record.breaker.trial?.run) byTrial.set(record.breaker.trial.run, { kind: record.kind, id: record.id });
    if (record.kind !== 'subscription' || record.removed_at !== null) return;
    for (const agent of record.agents) {
      const keys = byAgent.get(agent) ?? new Set();
      byAgent.set(agent, keys.add(key));
    }
    if (record.breaker.state !== 'closed') return;
    const pool = pools.get(poolOf(record)) ?? createPool();
    pools.set(poolOf(record), pool);
    pool.add(key);
  }

  const watch = await store.watch((key, record) => {
    const before = records.get(key);
    if (before) forget(key, before);
    if (record) {
      records.set(key, record);
      memoize(key, record);
    } else records.delete(key);
    if (!before !== !record) sortedKeys = undefined;
    onChange(key, record, before);
  });
  const loaded = watch.ready.then(() => {
    ready = true;
  });
  const existing = (keys: Iterable<string>) => [...keys].flatMap((key) => records.get(key) ?? []);

  return {
    loaded,
    get ready() {
      return ready;
    },
    get size() {
      return records.size;
    },
    get: (holder) => records.get(holderKey(holder)),
    ofAgent: (agent) => existing(byAgent.get(agent) ?? []),
    free: (provider, health, seed, limit) => existing(pools.get(`${health} ${provider}`)?.some(seed, limit) ?? []),
    page(after, limit, fits) {
      sortedKeys ??= [...records.keys()].sort();
      const found: SubscriptionRecord[] = [];
      for (let at = after === undefined ? 0 : firstAfter(sortedKeys, after); at < sortedKeys.length; at += 1) {
        const key = sortedKeys[at] as string;
        const record = records.get(key);
        if (!record || !fits(record)) continue;
        if (found.length === limit) return { records: found, next: holderKey(found.at(-1) as Holder) };
        found.push(record);
      }
      return { records: found, next: null };
    },
    triedBy: (run) => byTrial.get(run),
    stop: () => watch.stop(),
  };
}

/** Index of the first of some sorted keys that comes after a given one. */
function firstAfter(keys: readonly string[], after: string): number {
  let [low, high] = [0, keys.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((keys[middle] as string) <= after) low = middle + 1;
    else high = middle;
  }
  return low;
}

function poolOf({ provider, health }: SubscriptionRecord): string {
  return `${health.state === 'healthy' ? 'healthy' : 'unknown'} ${provider}`;
}

interface Pool {
  add(key: string): void;
  delete(key: string): void;
  some(seed: number, limit: number): string[];
}

/** A set that can be read from any place without walking there, as it may have fifty thousand members. */
function createPool(): Pool {
  const keys: string[] = [];
  const places = new Map<string, number>();
  return {
    add(key) {
      if (!places.has(key)) places.set(key, keys.push(key) - 1);
    },
    delete(key) {
      const place = places.get(key);
      if (place === undefined) return;
      places.delete(key);
      const last = keys.pop() as string;
      if (last === key) return;
      keys[place] = last;
      places.set(last, place);
    },
    some(seed, limit) {
      const count = Math.min(limit, keys.length);
      return Array.from({ length: count }, (_, step) => keys[(seed + step) % keys.length] as string);
    },
  };
}
