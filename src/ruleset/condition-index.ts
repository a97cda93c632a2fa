import type { DecodedEvent } from '../decode/event.ts';
import type { CompiledCondition } from './compile-condition.ts';

/** A condition and whatever it stands for. */
export interface Indexed<T> {
  readonly condition: CompiledCondition;
  readonly owner: T;
}

/** Finds the conditions that an event's name and kind leave possible, in the order in which they were given. */
export type ConditionIndex<T> = (event: DecodedEvent) => readonly Indexed<T>[];

/**
 * Sorts conditions by event name, so that ten thousand rules cost one look-up for an event that no rule names.
 * Only names that rules write are keys: what a run prints can't make the index grow.
 */
export function indexConditions<T>(entries: readonly Indexed<T>[]): ConditionIndex<T> {
  const plain: Indexed<T>[] = [];
  const unnamed: Ordered<T>[] = [];
  const byName = new Map<string, Ordered<T>[]>();
  for (const [order, entry] of entries.entries()) {
    const { kind, names } = entry.condition;
    if (kind !== 'typed') plain.push(entry);
    if (kind === 'plain') continue;
    if (!names || names.some((name) => name.endsWith('*'))) {
      unnamed.push({ order, entry });
      continue;
    }
    for (const name of new Set(names)) {
      const named = byName.get(name);
      if (named) named.push({ order, entry });
      else byName.set(name, [{ order, entry }]);
    }
  }
  const onlyUnnamed = unnamed.map(({ entry }) => entry);
  return (event) => {
    if (!event.typed) return plain;
    const named = byName.get(event.name);
    return named ? merge(named, unnamed) : onlyUnnamed;
  };
}

interface Ordered<T> {
  readonly order: number;
  readonly entry: Indexed<T>;
}

function merge<T>(one: readonly Ordered<T>[], other: readonly Ordered<T>[]): Indexed<T>[] {
  const all = other.length === 0 ? one : [...one, ...other].sort((a, b) => a.order - b.order);
  return all.map(({ entry }) => entry);
}
