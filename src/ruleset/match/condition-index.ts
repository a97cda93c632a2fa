import { Provenance } from '../../contracts/categories.ts';
import type { DecodedEvent } from '../../decode/event.ts';
import type { CompiledCondition } from './compile-condition.ts';
import type { EventView } from './event-view.ts';
import { indexByText, type TextIndex } from './text-index.ts';

/** A condition and whatever it stands for. */
export interface Indexed<T> {
  readonly condition: CompiledCondition;
  readonly owner: T;
}

/** Finds the conditions that an event's kind, name, speaker and text leave possible, in the order in which they were given. */
export type ConditionIndex<T> = (view: EventView) => readonly Indexed<T>[];

const SPEAKERS = Provenance.options;

/**
 * Sorts conditions by event name, by who may speak, and by what they need in the text, so that ten thousand rules cost one
 * look-up for an event that no rule names or that the model speaks in, and one pass over the text of one that many rules name.
 * Only names that rules write are keys: what a run prints can't make the index grow.
 *
 * @param after of how many texts everything is tried before they are indexed; see `indexByText`
 */
export function indexConditions<T>(entries: readonly Indexed<T>[], after = 0): ConditionIndex<T> {
  const names = new Set(
    entries.flatMap(({ condition }) => condition.names?.filter((name) => !name.endsWith('*')) ?? []),
  );
  /** By name, then by speaker; a plain line has no name, and those of typed events that no rule names are all one. */
  const indexes = new Map<string | undefined, (TextIndex<Indexed<T>> | undefined)[]>();
  return (view) => {
    const { event } = view;
    const name = event.typed ? (names.has(event.name) ? event.name : '') : undefined;
    const bySpeaker = indexes.get(name) ?? [];
    if (bySpeaker.length === 0) indexes.set(name, bySpeaker);
    const speaker = SPEAKERS.indexOf(event.provenance) * 2 + (event.subagent ? 1 : 0);
    bySpeaker[speaker] ??= indexByText(
      entries.filter(({ condition }) => isPossible(condition, event)),
      ({ condition }) => condition,
      after,
    );
    return bySpeaker[speaker](() => view.text);
  };
}

/** Whether a condition can hold on events like this one, whatever their fields and text; of its name only if rules write it. */
function isPossible({ kind, names, speakers }: CompiledCondition, event: DecodedEvent): boolean {
  if (kind !== 'either' && event.typed !== (kind === 'typed')) return false;
  if (speakers && (event.subagent || !(event.typed ? speakers.typed : speakers.plain).includes(event.provenance))) {
    return false;
  }
  return !names || names.some((name) => name.endsWith('*') || name === event.name);
}
