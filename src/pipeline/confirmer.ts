import type { Policy } from '../classify/policy.ts';
import { runOf } from '../classify/run-memory.ts';
import { type Run, runKey } from '../contracts/run.ts';
import type { RunState } from '../contracts/run-state.ts';
import type { RuleSet } from '../ruleset/rule-set.ts';
import { createDueQueue } from './due-queue.ts';
import type { Clock, LogHistory, Publisher, RunStore } from './ports.ts';
import { settleSuspicions } from './settle-run.ts';
import type { Telemetry } from './telemetry.ts';
import { updateRun } from './update-run.ts';

export interface ConfirmerOptions {
  readonly rules: () => RuleSet;
  readonly policy: () => Policy;
  readonly store: RunStore;
  readonly history: LogHistory;
  readonly publisher: Publisher;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
}

export interface Confirmer {
  /** Calls off what is waiting, and settles when what is under way is done. */
  stop(): Promise<void>;
}

/** How long a run waits after its settling failed, in milliseconds. */
const RETRY_MS = 1_000;

/**
 * Settles suspicions when their time comes. Due times stand in the run states themselves, which every confirmer
 * watches: one that starts finds what became due while nobody was there, and whoever is first settles it.
 */
export async function startConfirmer(options: ConfirmerOptions): Promise<Confirmer> {
  const { rules, policy, store, history, clock, telemetry } = options;
  const underWay = new Set<Promise<void>>();

  async function settle(run: Run, dueMs: number): Promise<void> {
    try {
      await updateRun(options, run, async (state) => {
        const outcome = await settleSuspicions(state, rules(), history, { policy: policy(), nowMs: clock.now() });
        for (const suspicion of state.suspicions.filter((each) => !outcome.state.suspicions.includes(each))) {
          const confirmed = outcome.state.verdict !== undefined && state.verdict === undefined;
          telemetry.suspicionSettled({ run, rule: suspicion.rule_key, confirmed, lateMs: clock.now() - dueMs });
        }
        return outcome;
      });
    } catch (error) {
      telemetry.messageRetried({ subject: runKey(run), error });
      queue.set(runKey(run), clock.now() + RETRY_MS, run);
    }
  }

  const queue = createDueQueue<Run>(clock, (run, dueMs) => {
    const work = settle(run, dueMs).finally(() => underWay.delete(work));
    underWay.add(work);
  });
  const watch = await store.watch((state) => {
    const due = dueMsOf(state);
    if (due === undefined) queue.delete(runKey(state));
    else queue.set(runKey(state), due, runOf(state));
  });
  await watch.ready;
  return {
    async stop() {
      watch.stop();
      queue.stop();
      await Promise.all(underWay);
    },
  };
}

/** When the next suspicion of a run is due, epoch milliseconds. */
function dueMsOf(state: RunState): number | undefined {
  const dues = state.suspicions.flatMap(({ due_ms: due }) => (due === null ? [] : [due]));
  return dues.length === 0 ? undefined : Math.min(...dues);
}
