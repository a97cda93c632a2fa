import type { FailureRecord } from '../../src/contracts/failure-record.ts';
import { PreflightReply } from '../../src/contracts/preflight.ts';
import type { Run } from '../../src/contracts/run.ts';
import { formatTime } from '../../src/contracts/time.ts';
import { createMemorySubscriptionStore } from '../../src/memory/memory-subscription-store.ts';
import type { EvidenceMessage } from '../../src/pipeline/ports/subscription-ports.ts';
import { createLearner } from '../../src/subscriptions/learn/learner.ts';
import { checkPreflight } from '../../src/subscriptions/preflight/check-preflight.ts';
import { startSubscriptionView } from '../../src/subscriptions/view.ts';
import {
  answered,
  exited,
  type ManualClock,
  silentSubscriptionTelemetry,
  started,
  succeeded,
  tokenFailure,
} from '../support/subscriptions.ts';
import type { Credential } from './world.ts';

/** The real registry, breaker and preflight on a clock that is moved by hand. */
export async function startSimulatedKnell(clock: ManualClock) {
  const store = createMemorySubscriptionStore();
  const view = await startSubscriptionView(store);
  await view.loaded;
  const learner = createLearner({ store, view, clock, telemetry: silentSubscriptionTelemetry });
  const message = (value: object): EvidenceMessage => ({
    subject: 'simulated',
    data: Buffer.from(JSON.stringify(value)),
    storedMs: clock.now(),
    ack: async () => undefined,
    retry: () => {
      throw new Error('nothing outside can fail here');
    },
    reject: () => {
      throw new Error('the simulation says what fits the contract');
    },
  });
  return {
    ask: async (agent: string, { subscription, fingerprint }: Credential) =>
      PreflightReply.parse(
        await checkPreflight({ store, view, clock }, Buffer.from(JSON.stringify({ agent, subscription, fingerprint }))),
      ),
    hearStart: (run: Run, { kind, subscription, fingerprint }: Credential) =>
      learner.run(
        message(started(run, { at: formatTime(clock.now()), subscription, credential: { kind, fingerprint } })),
      ),
    hearAnswer: (run: Run) => learner.run(message(answered(run, clock.now()))),
    hearExit: (run: Run, code: number) => learner.run(message(exited(run, code, clock.now()))),
    applyFailure: (run: Run, credential: Credential, over: Partial<FailureRecord>) =>
      learner.failure(message(tokenFailure({ run, atMs: clock.now() }, { ...over, credential }))),
    applySuccess: (run: Run, credential: Credential, startedMs: number) =>
      learner.state({ ...succeeded(run, startedMs, clock.now()), credential }),
  };
}
