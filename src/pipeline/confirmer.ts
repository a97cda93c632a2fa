import { runOf } from '../classify/run-memory.ts';
import { nextDueMs } from '../classify/watch-times.ts';
import { type Run, runKey } from '../contracts/run.ts';
import { attendRun } from './attend-run.ts';
import { createBacklog } from './backlog.ts';
import { createDueQueue } from './due-queue.ts';
import { benchOf, type PipelineOptions } from './pipeline-options.ts';
import { updateRun } from './update-run.ts';

export interface ConfirmerOptions extends PipelineOptions {
  /** Up to how long a due run is left to another confirmer that may be quicker, milliseconds. Spreads the work. */
  readonly spreadMs?: number;
}

export interface Confirmer {
  /** Calls off what is waiting, and settles when what is under way is done. */
  stop(): Promise<void>;
}

/** How many runs are attended to side by side: enough to hide the round trips, few enough to share with other workers. */
const AT_ONCE = 128;

/** How long a run waits after attending to it failed, in milliseconds. */
const RETRY_MS = 1_000;

/**
 * Attends to runs when their time comes: suspicions, silence, commands without an ack. The times stand in the run
 * states themselves, which every confirmer watches: one that starts finds what became due while nobody was there,
 * and whoever is first does it.
 */
export async function startConfirmer(options: ConfirmerOptions): Promise<Confirmer> {
  const { rules, store, history, clock, telemetry, spreadMs = 100 } = options;

  async function attend(run: Run): Promise<void> {
    try {
      await updateRun(options, run, async (state) => {
        const nowMs = clock.now();
        const dueMs = nextDueMs(state) ?? Number.POSITIVE_INFINITY;
        if (dueMs > nowMs) return { state, effects: [] };
        const outcome = await attendRun(state, rules(), history, benchOf(options));
        telemetry.runAttended({ run, before: state, after: outcome.state, lateMs: nowMs - dueMs });
        return outcome;
      });
    } catch (error) {
      telemetry.messageRetried({ subject: runKey(run), error });
      queue.set(runKey(run), clock.now() + RETRY_MS, run);
    }
  }

  const backlog = createBacklog(AT_ONCE, attend);
  const queue = createDueQueue<Run>(clock, (run) => backlog.set(runKey(run), run));
  const watch = await store.watch((state) => {
    const key = runKey(state);
    const due = nextDueMs(state);
    // Whoever wrote this has done what was due: it is called off here.
    if (due === undefined || due > clock.now()) backlog.delete(key);
    if (due === undefined) queue.delete(key);
    else queue.set(key, due + Math.floor(Math.random() * spreadMs), runOf(state));
  });
  await watch.ready;
  return {
    async stop() {
      watch.stop();
      queue.stop();
      await backlog.stop();
    },
  };
}
