import type { CompiledCondition } from './compile-condition.ts';
import type { EventView } from './event-view.ts';
import { indexByText, type TextIndex } from './text-index.ts';

/** A condition and whatever it stands for. */
export interface Indexed<T> {
  readonly condition: CompiledCondition;
  readonly owner: T;
}

/** Finds the conditions that an event's kind, name and text leave possible, in the order in which they were given. */
export type ConditionIndex<T> = (view: EventView) => readonly Indexed<T>[];

/**
 * Sorts conditions by event name and by what they need in the text, so that ten thousand rules cost one look-up for an
 * event that no rule names, and one pass over the text of one that many rules name.
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
  const possible = new Map<string | undefined, TextIndex<Indexed<T>>>();
  const possibleFor = (name: string | undefined) => {
    const known = possible.get(name);
    if (known) return known;
    const named = name === undefined ? [] : (byName.get(name) ?? []);
    const made = indexByText(merge(named, unnamed), ({ condition }) => condition);
    possible.set(name, made);
    return made;
  };
  const possiblePlain = indexByText(plain, ({ condition }) => condition);
  return (view) => {
    const { event } = view;
    const look = event.typed ? possibleFor(byName.has(event.name) ? event.name : undefined) : possiblePlain;
    return look(() => view.text);
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
