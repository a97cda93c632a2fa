import { type Run, runKey } from '../contracts/run.ts';
import { createFairPlaces } from './fair-places.ts';

export interface InTurn {
  /**
   * Does work on a run when all that was begun on it before is done and its share has its turn, and says whether it had to
   * wait. Settles as the work does.
   *
   * @param share whose turn it takes, such as a subscription: where there is too much to do, its runs wait for each other
   */
  <T>(run: Run, work: (hasWaited: boolean) => Promise<T>, share?: string): Promise<T>;
  /** Whether work has to wait now. */
  isFull(): boolean;
}

/** So many runs are decided on side by side: enough to hide the round trips to a server, and few, since another share waits for them. */
const AT_ONCE = 32;

/**
 * One decision on a run at a time, and a bounded number over all runs, in turns over what they share. What hosts say of a run and
 * what the run prints come from several streams, often at once: side by side their decisions would race each other for its
 * state, and each lost race is read, decided and written anew. Workers still race one another.
 *
 * Nothing that is done in a turn may wait for another turn.
 */
export function createRunTurns(atOnce = AT_ONCE): InTurn {
  /** Run → settles, never rejects, when the last work that was begun on it is done. */
  const busy = new Map<string, Promise<void>>();
  const places = createFairPlaces(atOnce);

  function inTurn<T>(run: Run, work: (hasWaited: boolean) => Promise<T>, share = run.agent): Promise<T> {
    const key = runKey(run);
    const before = busy.get(key);
    const doing = before ? before.then(() => places.work(share, () => work(true))) : places.work(share, work);
    const done: Promise<void> = doing
      .then(
        () => undefined,
        () => undefined,
      )
      .then(() => {
        if (busy.get(key) === done) busy.delete(key);
      });
    busy.set(key, done);
    return doing;
  }

  return Object.assign(inTurn, { isFull: () => places.isFull });
}
