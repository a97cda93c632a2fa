import type { Outcome } from '../../classify/outcome.ts';
import { runOf } from '../../classify/run-state.ts';
import { nextDueMs } from '../../classify/watch-times.ts';
import { type Run, runKey } from '../../contracts/run.ts';
import type { RunState } from '../../contracts/run-state.ts';
import { decisionContext, type PipelineOptions } from '../pipeline-options.ts';
import { updateRun } from '../update-run.ts';
import { createBacklog } from './backlog.ts';
import { createDueQueue } from './due-queue.ts';
import { handleDue } from './handle-due.ts';

export interface DueWorker {
  /** Calls off what is waiting, and settles when what is under way is done. */
  stop(): Promise<void>;
}

interface Due {
  readonly run: Run;
  /** Whose turn it takes. */
  readonly share: string;
}

/**
 * What falls due takes turns by subscription, as what is read does, and apart from it: a run that was held back is offered again
 * however much is read meanwhile, of its own subscription too.
 */
function shareOf({ agent, credential }: RunState): string {
  return `due ${credential?.subscription ?? agent}`;
}

/** How many runs are attended to side by side: enough to hide the round trips, few enough to share with other workers. */
const AT_ONCE = 128;

/**
 * How long a due run is left to the worker that wrote its state last, and over how long the others then spread, in
 * milliseconds: as late as runs are attended to whose worker has died.
 */
const GRACE_MS = 500;
const SPREAD_MS = 500;

/** How long a run waits after attending to it failed, in milliseconds. */
const RETRY_MS = 1_000;

/**
 * Attends to runs when their time comes: suspicions, silence, commands without an ack. The times stand in the run
 * states themselves, which every dueWorker watches: one that starts finds what became due while no worker ran.
 * The worker that wrote a run's state last is the first to look at it again, so that all share the work without racing;
 * what it leaves undone, because it is gone or has too much to do, is done by the others, and is then theirs.
 */
export async function startDueWorker(options: PipelineOptions): Promise<DueWorker> {
  const { rules, store, history, clock, telemetry, worker } = options;

  async function attend({ run, share }: Due): Promise<void> {
    let attended: { readonly before: RunState; readonly after: RunState; readonly dueMs: number } | undefined;
    const key = runKey(run);
    let notBeforeMs: number | undefined;
    try {
      const look = async (before: RunState): Promise<Outcome> => {
        const dueMs = nextDueMs(before) ?? Number.POSITIVE_INFINITY;
        attended = undefined;
        notBeforeMs = dueMs > clock.now() ? dueMs : undefined;
        if (notBeforeMs !== undefined) return { state: before, effects: [] };
        const ruleSet = rules();
        const outcome = await handleDue(
          before,
          ruleSet,
          history,
          decisionContext({ ...options, rules: () => ruleSet }),
        );
        attended = { before, after: outcome.state, dueMs };
        return outcome;
      };
      await updateRun(options, run, look, { share });
      if (attended) telemetry.dueRunHandled({ run, ...attended, lateMs: clock.now() - attended.dueMs });
      // Looked at too soon, as after a write that was stored and whose confirmation was lost: the watch reported that write
      // before, and the second try took the place of its time. What the watch has reported since the look began stays.
      if (notBeforeMs !== undefined && Number.isFinite(notBeforeMs) && !queue.has(key))
        queue.set(key, notBeforeMs, { run, share });
    } catch (error) {
      telemetry.messageRetried({ subject: key, error });
      queue.set(key, clock.now() + RETRY_MS, { run, share });
    }
  }

  const backlog = createBacklog(AT_ONCE, attend);
  const queue = createDueQueue<Due>(clock, (due) => backlog.set(runKey(due.run), due, due.share));
  const watch = await store.watch((state) => {
    const key = runKey(state);
    const due = nextDueMs(state);
    // The writer of this has done what was due: it is called off here.
    if (due === undefined || due > clock.now()) backlog.delete(key);
    if (due === undefined) queue.delete(key);
    else {
      const afterMs = state.worker === worker ? 0 : GRACE_MS + Math.random() * SPREAD_MS;
      queue.set(key, due + afterMs, { run: runOf(state), share: shareOf(state) });
    }
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
