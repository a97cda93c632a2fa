import type { RunEvent, RunExited, RunStarted } from '../contracts/run-event.ts';

/** What a run's host said, and when the server stored it (epoch milliseconds). */
export interface StoredRunEvent {
  readonly event: RunEvent;
  readonly atMs: number;
}

/**
 * One process under a run's id. An id is meant for one; where it was used again, each use is a run of its own, with its own
 * lines and its own end.
 */
export interface RunUse {
  /** The lines that were stored from here on, epoch milliseconds; 0 for the first use. */
  readonly fromMs: number;
  /** Up to here, exclusive; infinity for the last use. */
  readonly untilMs: number;
  readonly events: readonly StoredRunEvent[];
  /** The last that was said of its end. */
  readonly exit?: { readonly event: RunExited; readonly atMs: number };
}

/** The uses of a run's id, of which there is one at least, in their order. Pure. @param events in the order in which they were stored */
export function usesOf(events: readonly StoredRunEvent[]): readonly [RunUse, ...RunUse[]] {
  const groups: StoredRunEvent[][] = [[]];
  for (const one of events) {
    const group = groups.at(-1) as StoredRunEvent[];
    if (one.event.type === 'started' && isOver(group, one.event)) groups.push([one]);
    else group.push(one);
  }
  const starts = groups.map((group, index) => (index === 0 ? 0 : (group[0]?.atMs ?? 0)));
  const uses = groups.map((group, index): RunUse => {
    const exit = group.flatMap(({ event, atMs }) => (event.type === 'exited' ? [{ event, atMs }] : [])).at(-1);
    const [fromMs, untilMs] = [starts[index] ?? 0, starts[index + 1] ?? Number.POSITIVE_INFINITY];
    return { fromMs, untilMs, events: group, ...(exit && { exit }) };
  });
  return uses as [RunUse, ...RunUse[]];
}

/** The use that a moment falls into. Pure. */
export function useAt(uses: readonly [RunUse, ...RunUse[]], atMs: number): RunUse {
  return uses.findLast(({ fromMs }) => fromMs <= atMs) ?? uses[0];
}

/** Whether a start is another process than the one that was heard of so far: that one has ended, or began elsewhere. */
function isOver(group: readonly StoredRunEvent[], next: RunStarted): boolean {
  if (group.some(({ event }) => event.type === 'exited')) return true;
  const first = group.find(({ event }) => event.type === 'started')?.event as RunStarted | undefined;
  // The same word may be stored twice.
  return first !== undefined && (first.at !== next.at || first.pid !== next.pid);
}
