import type { z } from 'zod';
import { FailureRecord } from '../../contracts/failure-record.ts';
import { parseJson } from '../../contracts/parse-json.ts';
import { runKey } from '../../contracts/run.ts';
import { RunEvent } from '../../contracts/run-event.ts';
import type { RunState } from '../../contracts/run-state.ts';
import { type Holder, holderKey } from '../../contracts/subscription.ts';
import type { Clock } from '../../pipeline/ports/ports.ts';
import type { EvidenceMessage, SubscriptionStore } from '../../pipeline/ports/subscription-ports.ts';
import { createJoinedUpdates, type JoinedChange } from '../record/joined-updates.ts';
import type { SubscriptionTelemetry } from '../telemetry.ts';
import type { SubscriptionView } from '../view.ts';
import { applyFailure, isAboutSubscription } from './apply-failure.ts';
import {
  applyAnswered,
  applyExited,
  applyStarted,
  applySuccess,
  credentialOf,
  holderOf,
  successMs,
} from './apply-run.ts';
import { createLatestOnly } from './latest-only.ts';

export interface LearnerOptions {
  readonly store: SubscriptionStore;
  readonly view: SubscriptionView;
  readonly clock: Clock;
  readonly telemetry: SubscriptionTelemetry;
}

/** Learns about subscriptions from runs and their failures. Each call settles its message, and none throws. */
export interface Learner {
  failure(message: EvidenceMessage): Promise<void>;
  run(message: EvidenceMessage): Promise<void>;
  /** A run's state was read, or has changed. */
  state(run: RunState): Promise<void>;
}

/** Of so many credentials the last success is remembered. */
const MOST_CREDENTIALS = 10_000;

const credentialKey = (holder: Holder, credential?: { readonly fingerprint?: string | undefined }): string =>
  `${holderKey(holder)} ${credential?.fingerprint ?? ''}`;

/** How long a message waits after something outside failed, in milliseconds. */
const RETRY_MS = 2_000;

/** Keeps no state that matters: any number of learners share the messages, and a message that comes twice changes nothing. */
export function createLearner({ store, view, clock, telemetry }: LearnerOptions): Learner {
  const updates = createJoinedUpdates(store);
  /** Of so many credentials, when a success was last heard of: within a minute of another it is not written. */
  const succeededMs = new Map<string, number>();

  /** Healthy runs report little that is new: what the view knows already is neither read nor written. */
  async function applyIfNew(holder: Holder, change: JoinedChange): Promise<void> {
    const seen = view.ready ? view.get(holder) : undefined;
    if (!seen || change(seen) !== seen) await apply(holder, change);
  }

  async function apply(holder: Holder, change: JoinedChange): Promise<void> {
    const { before, after } = await updates.update(holder, change);
    if (after && after !== before) {
      const what = after.audit[0] === before?.audit[0] ? undefined : after.audit[0]?.what;
      telemetry.recordChanged({ record: after, what });
    }
  }

  async function settle<T extends z.ZodType>(
    message: EvidenceMessage,
    schema: T,
    learn: (evidence: z.output<T>) => Promise<void>,
  ): Promise<void> {
    const parsed = schema.safeParse(parseJson(message.data));
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      telemetry.evidenceRejected({
        subject: message.subject,
        reason: `${issue?.path.join('.') || 'it'}: ${issue?.message}`,
      });
      message.reject();
      return;
    }
    try {
      await learn(parsed.data);
      await message.ack();
    } catch (error) {
      telemetry.workRetried({ what: message.subject, error });
      message.retry(RETRY_MS, error);
    }
  }

  const applyLatest = createLatestOnly<RunState>(
    (run, waiting) => (successMs(run) ?? 0) >= (successMs(waiting) ?? 0),
    async (run) => {
      const holder = holderOf(run.credential);
      if (!holder) return;
      try {
        await applyIfNew(holder, (before) => before && applySuccess(before, run, clock.now()));
      } catch (error) {
        telemetry.workRetried({ what: `success on ${holder.id}`, error });
        clock.after(RETRY_MS, () => void applyState(run));
      }
    },
  );

  async function applyState(run: RunState): Promise<void> {
    const atMs = successMs(run);
    const holder = atMs === undefined ? undefined : holderOf(run.credential);
    if (!holder || atMs === undefined) return;
    const key = credentialKey(holder, run.credential);
    const knownMs = succeededMs.get(key) ?? 0;
    succeededMs.delete(key);
    succeededMs.set(key, Math.max(knownMs, Math.min(atMs, clock.now())));
    if (succeededMs.size > MOST_CREDENTIALS) succeededMs.delete(succeededMs.keys().next().value as string);
    await applyLatest(key, run);
  }

  return {
    failure: (message) =>
      settle(message, FailureRecord, async (failure) => {
        const holder = holderOf(failure.credential);
        if (!holder || !isAboutSubscription(failure)) return;
        const { storedMs } = message;
        const provedMs = succeededMs.get(credentialKey(holder, failure.credential));
        await apply(holder, (before) => applyFailure(before, holder, failure, storedMs, clock.now(), provedMs));
      }),
    run: (message) =>
      settle(message, RunEvent, async (event) => {
        if (event.type === 'started') {
          const holder = holderOf(credentialOf(event));
          if (holder) await applyIfNew(holder, (before) => applyStarted(before, holder, event, message.storedMs));
          return;
        }
        const holder = view.triedBy(runKey(event));
        if (!holder || (event.type === 'heartbeat' && !event.answered)) return;
        await apply(holder, (before) => {
          if (!before) return before;
          const { storedMs } = message;
          return event.type === 'exited'
            ? applyExited(before, event, storedMs)
            : applyAnswered(before, event, storedMs);
        });
      }),
    state: applyState,
  };
}
