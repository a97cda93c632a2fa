import type { CompiledCondition } from './compile-condition.ts';
import type { EventView } from './event-view.ts';
import { indexByText } from './text-index.ts';

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
  const byText = (some: readonly Indexed<T>[]) => indexByText(some, ({ condition }) => condition);
  const plain = byText(entries.filter(({ condition }) => condition.kind !== 'typed'));
  const unnamed = byText(entries.filter(({ condition }) => condition.kind !== 'plain' && !exactNames(condition)));
  const byName = new Map<string, typeof plain>();
  for (const name of new Set(entries.flatMap(({ condition }) => exactNames(condition) ?? []))) {
    const possible = entries.filter(
      ({ condition }) => condition.kind !== 'plain' && (exactNames(condition)?.includes(name) ?? true),
    );
    byName.set(name, byText(possible));
  }
  return (view) => {
    const { event } = view;
    const possible = event.typed ? (byName.get(event.name) ?? unnamed) : plain;
    return possible(() => view.text);
  };
}

/** The names a condition is limited to; `undefined` when one of them has a `*`, or there are none. */
function exactNames(condition: CompiledCondition): readonly string[] | undefined {
  return condition.names?.some((name) => name.endsWith('*')) ? undefined : condition.names;
}
