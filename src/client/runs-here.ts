import type { Run } from '../contracts/run.ts';
import type { ToldAgain } from '../contracts/run-event.ts';

/** How many executions are remembered after they are over. */
const MAX_REMEMBERED = 10_000;

/** What is known of an execution here: the attempt that runs, or the last one that ran. */
export interface RunHere {
  readonly attempt: number;
  readonly running: boolean;
  /** Tells its start again, as long as it runs. */
  readonly start?: ((nowMs: number) => ToldAgain) | undefined;
}

/** Which runs this backend has started and which have ended, as far as it has said. */
export interface RunsHere {
  started(run: Run, start?: RunHere['start']): void;
  exited(run: Run): void;
  get(run: Pick<Run, 'agent' | 'execution'>): RunHere | undefined;
}

export function createRunsHere(): RunsHere {
  const runs = new Map<string, RunHere>();
  const keyOf = ({ agent, execution }: Pick<Run, 'agent' | 'execution'>): string => `${agent}.${execution}`;
  const memoize = (run: Run, running: boolean, start?: RunHere['start']): void => {
    const key = keyOf(run);
    const known = runs.get(key);
    if (known && known.attempt > run.attempt) return;
    runs.delete(key);
    runs.set(key, { attempt: run.attempt, running, start });
    if (runs.size <= MAX_REMEMBERED) return;
    // The oldest that is over: one that runs must not be forgotten.
    const over = [...runs].find(([, run]) => !run.running);
    if (over) runs.delete(over[0]);
  };
  return {
    started: (run, start) => memoize(run, true, start),
    exited: (run) => memoize(run, false),
    get: (run) => runs.get(keyOf(run)),
  };
}
