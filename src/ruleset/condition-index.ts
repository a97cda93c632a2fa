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
  const plain = entries.filter(({ condition }) => condition.kind !== 'typed');
  const unnamed = entries.filter(({ condition }) => condition.kind !== 'plain' && !exactNames(condition));
  const byName = new Map<string, readonly Indexed<T>[]>();
  for (const name of new Set(entries.flatMap(({ condition }) => exactNames(condition) ?? []))) {
    const possible = entries.filter(
      ({ condition }) => condition.kind !== 'plain' && (exactNames(condition)?.includes(name) ?? true),
    );
    byName.set(name, possible);
  }
  return (event) => (event.typed ? (byName.get(event.name) ?? unnamed) : plain);
}

/** The names a condition is limited to; `undefined` when one of them has a `*`, or there are none. */
function exactNames(condition: CompiledCondition): readonly string[] | undefined {
  return condition.names?.some((name) => name.endsWith('*')) ? undefined : condition.names;
}
