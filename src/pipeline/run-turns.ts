import { type Run, runKey } from '../contracts/run.ts';

/**
 * Does work on a run when all that was begun on it before is done, and says whether it had to wait. Settles as the work does.
 */
export type InTurn = <T>(run: Run, work: (hasWaited: boolean) => Promise<T>) => Promise<T>;

/**
 * One decision on a run at a time. What a host says of a run and what the run prints come from several streams, often at once:
 * side by side their decisions would race each other for its state, and each lost race is read, decided and written anew.
 * Workers still race one another.
 */
export function createRunTurns(): InTurn {
  /** Run → settles, never rejects, when the last work that was begun on it is done. */
  const busy = new Map<string, Promise<void>>();
  return (run, work) => {
    const key = runKey(run);
    const before = busy.get(key);
    const doing = before ? before.then(() => work(true)) : work(false);
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
  };
}
