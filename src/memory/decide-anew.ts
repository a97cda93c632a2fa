import { DEFAULT_POLICY, type Policy } from '../classify/policy.ts';
import { nextDueMs } from '../classify/watch-times.ts';
import type { FailureRecord } from '../contracts/failure-record.ts';
import { LOG_HEADERS, type UnlabelledCodec } from '../contracts/log-headers.ts';
import type { Run } from '../contracts/run.ts';
import type { RunState } from '../contracts/run-state.ts';
import { handleDue } from '../pipeline/due/handle-due.ts';
import { earlyOf } from '../pipeline/output/message-facts.ts';
import { createWorker } from '../pipeline/output/worker.ts';
import { decisionContext, type PipelineOptions } from '../pipeline/pipeline-options.ts';
import type { RunMoment, StoredOutput } from '../pipeline/ports/run-moment.ts';
import { silentTelemetry } from '../pipeline/ports/telemetry.ts';
import { createRunListener } from '../pipeline/run-listener.ts';
import { updateRun } from '../pipeline/update-run.ts';
import type { RuleSet } from '../ruleset/rule-set.ts';
import { createMemoryUnmatchedCounter } from './memory-fleet.ts';
import { createMemoryLog } from './memory-log.ts';
import { createMemoryPublisher } from './memory-publisher.ts';
import { createMemoryRunStore } from './memory-run-store.ts';

export interface DecideAnewOptions {
  readonly run: Run;
  readonly rules: RuleSet;
  readonly policy?: Pick<Policy, 'zone'>;
  /** How messages without any `Knell-` header are read; left out: as plain lines. */
  readonly unlabelled?: UnlabelledCodec | undefined;
  /** How far time goes on for a run whose end is not stored, epoch milliseconds; left out: to its last moment. */
  readonly untilMs?: number | undefined;
}

const SETTLEMENT = { ack: async () => undefined, retry: () => undefined, reject: () => undefined };

/**
 * Decides a run anew by other rules, as a worker would have decided it while it ran: what was said and when, what its host
 * saw of its process tree, and what silence brought in between. Nothing leaves the process. The same moments and rules always
 * give the same answer.
 *
 * @param moments in the order of their times; nothing is read beyond what decides
 * @returns the record of what these rules would have ended the run for, issued when they would have; undefined where they
 *   would have left it alone
 * @throws what reading `moments` throws
 */
export async function decideAnew(
  moments: AsyncIterable<RunMoment> | Iterable<RunMoment>,
  { run, rules, policy = DEFAULT_POLICY, unlabelled, untilMs }: DecideAnewOptions,
): Promise<FailureRecord | undefined> {
  const history = createMemoryLog({ ...(unlabelled !== undefined && { unlabelled }) });
  const store = createMemoryRunStore();
  let nowMs = 0;
  let failure: unknown;
  const pipeline: PipelineOptions = {
    rules: () => rules,
    policy: () => ({ ...DEFAULT_POLICY, ...policy, mode: 'shadow' }),
    store,
    history,
    ...(unlabelled !== undefined && { unlabelled }),
    publisher: createMemoryPublisher(),
    drifts: createMemoryUnmatchedCounter(),
    clock: { now: () => nowMs, after: () => () => undefined },
    telemetry: {
      ...silentTelemetry,
      messageRetried: ({ error }) => {
        failure ??= error;
      },
    },
  };
  const worker = createWorker(pipeline);
  const listener = createRunListener(pipeline);
  const stateNow = async (): Promise<RunState | undefined> => (await store.get(run))?.state;

  /** Lets time pass, and does what was due meanwhile, at its time; what is due at the very end can wait for what is said then. */
  async function advanceTo(ms: number): Promise<void> {
    for (;;) {
      const state = await stateNow();
      const dueMs = state && !state.verdict ? nextDueMs(state) : undefined;
      if (dueMs === undefined || dueMs >= ms) break;
      nowMs = Math.max(nowMs, dueMs);
      const after = await updateRun(pipeline, run, (before) =>
        handleDue(before, rules, history, decisionContext(pipeline)),
      );
      const next = nextDueMs(after);
      // What is not put off is looked at again when something is said.
      if (next !== undefined && next <= dueMs) break;
    }
    nowMs = Math.max(nowMs, ms);
  }

  async function hear({ stream, subject, data, header, labelled, seq }: StoredOutput): Promise<void> {
    // A message with a Knell header but no codec is plain lines.
    const codec = header(LOG_HEADERS.codec) ?? (labelled ? 'lines' : undefined);
    const message = { run, stream, subject, data, labelled, seq, storedMs: nowMs };
    const early = earlyOf({ header });
    history.append({ ...message, early, ...(codec !== undefined && { codec }) });
    await worker.handleLogs([{ ...message, header, ...SETTLEMENT }]);
  }

  for await (const moment of moments) {
    await advanceTo(moment.atMs);
    if ((await stateNow())?.verdict) break;
    if ('output' in moment) await hear(moment.output);
    else {
      const { event } = moment;
      if (event.type !== 'exited' && event.tree) history.tellTree(run, { tree: event.tree, storedMs: nowMs });
      const data = Buffer.from(JSON.stringify(event));
      await listener.handleRun({ run, subject: 'stored', data, storedMs: nowMs, ...SETTLEMENT });
    }
    if (failure !== undefined) throw failure;
    const state = await stateNow();
    if (state?.verdict || state?.exited) break;
  }
  if (untilMs !== undefined && !(await stateNow())?.exited) await advanceTo(untilMs);
  const verdict = (await stateNow())?.verdict;
  return verdict?.disposition === 'would_abort' ? verdict.record : undefined;
}
