import { type RunUse, type StoredRunEvent, usesOf } from '../classify/run-uses.ts';
import { parseJson } from '../contracts/parse-json.ts';
import type { Run } from '../contracts/run.ts';
import { RunEvent } from '../contracts/run-event.ts';
import type { RunMoment } from '../pipeline/ports/run-moment.ts';
import type { RunReader } from './read-run.ts';

/** All that a run's host said that is still stored, apart by the uses of its id. @throws what the server answers */
export async function storedUses(reader: RunReader, run: Run): Promise<readonly [RunUse, ...RunUse[]]> {
  const events: StoredRunEvent[] = [];
  for await (const { data, atMs } of reader.events(run)) {
    const event = RunEvent.safeParse(parseJson(data)).data;
    if (event) events.push({ event, atMs });
  }
  return usesOf(events);
}

/**
 * All that one use of a run's id said and was said of it, in the order of the server's times, up to its exit.
 *
 * @throws what the server answers
 */
export async function* storedMoments(reader: RunReader, run: Run, use: RunUse): AsyncGenerator<RunMoment, undefined> {
  const events = [...use.events];
  const untilMs = Math.min(use.untilMs, (use.exit?.atMs ?? Number.POSITIVE_INFINITY) + 1);
  for await (const moment of reader.output(run, use.fromMs)) {
    if (moment.atMs >= untilMs) break;
    // What was printed in the very millisecond of the exit was printed before it.
    while (events[0] && events[0].atMs <= moment.atMs && events[0].event.type !== 'exited') {
      yield events.shift() as (typeof events)[number];
    }
    yield moment;
  }
  yield* events;
}
