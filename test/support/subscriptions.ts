import type { FailureRecord } from '../../src/contracts/failure-record.ts';
import type { Run } from '../../src/contracts/run.ts';
import type { RunExited, RunHeartbeat, RunStarted } from '../../src/contracts/run-event.ts';
import type { RunState } from '../../src/contracts/run-state.ts';
import type { SubscriptionRecord } from '../../src/contracts/subscription.ts';
import { formatTime } from '../../src/contracts/time.ts';
import { createMemorySubscriptionStore } from '../../src/memory/memory-subscription-store.ts';
import type { Clock } from '../../src/pipeline/ports/ports.ts';
import { applyFailure } from '../../src/subscriptions/learn/apply-failure.ts';
import { newRecord } from '../../src/subscriptions/record/new-record.ts';
import type { SubscriptionTelemetry } from '../../src/subscriptions/telemetry.ts';
import { startSubscriptionView } from '../../src/subscriptions/view.ts';
import { failureRecord, RUN, T0 } from './messages.ts';

export const SECOND = 1_000;
export const MINUTE = 60_000;
export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;
export { T0 };

export const TEAM_A = { kind: 'subscription', id: 'team-a' } as const;

/** A subscription that has been in use for a day. */
export function subscription(id = 'team-a', over: Partial<SubscriptionRecord> = {}): SubscriptionRecord {
  return {
    ...newRecord({ kind: 'subscription', id }, `print-${id}`, T0 - DAY),
    provider: 'anthropic',
    agents: ['a1'],
    ...over,
  };
}

/** A subscription that a run was last seen to succeed with at T0. */
export function healthy(id: string, over: Partial<SubscriptionRecord> = {}): SubscriptionRecord {
  return subscription(id, { health: { state: 'healthy', at: formatTime(T0), by: 'run x' }, ...over });
}

/** A subscription whose token one agent saw refused at T0. */
export function dead(record = subscription(), over: Partial<FailureRecord> = {}): SubscriptionRecord {
  return applyFailure(record, record, tokenFailure({ subscription: record.id }, over), T0, T0) as SubscriptionRecord;
}

/** A subscription whose window was used up at T0 and resets an hour later. */
export function limited(record = subscription()): SubscriptionRecord {
  return dead(record, { category: 'quota.usage_limit', not_before: formatTime(T0 + HOUR) });
}

/** A store in memory with some records in it, and a view of it that has been read. */
export async function registryOf(...records: readonly SubscriptionRecord[]) {
  const store = createMemorySubscriptionStore();
  for (const record of records) await store.put(record, 0);
  const view = await startSubscriptionView(store);
  await view.loaded;
  return { store, view };
}

export interface FailureOptions {
  readonly run?: Run;
  readonly atMs?: number;
  readonly fingerprint?: string | undefined;
  readonly subscription?: string;
}

/** A record of typed evidence against the token of a subscription. */
export function tokenFailure(options: FailureOptions = {}, over: Partial<FailureRecord> = {}): FailureRecord {
  const { run = RUN, atMs = T0, subscription: id = 'team-a' } = options;
  const fingerprint = 'fingerprint' in options ? options.fingerprint : `print-${id}`;
  const base = failureRecord(run);
  return {
    ...base,
    issued_at: formatTime(atMs + 500),
    credential: { kind: 'oauth', subscription: id, ...(fingerprint === undefined ? {} : { fingerprint }) },
    evidence: base.evidence.map((item) => ({ ...item, observed_at: formatTime(atMs) })),
    ...over,
  };
}

export function started(run: Run, over: Partial<RunStarted> = {}): RunStarted {
  return {
    schema: 'knell.run/v1',
    type: 'started',
    ...run,
    at: formatTime(T0),
    runtime: 'claude-code',
    subscription: 'team-a',
    credential: { kind: 'oauth', fingerprint: 'print-team-a' },
    ...over,
  };
}

export function answered(run: Run, atMs = T0): RunHeartbeat {
  return { schema: 'knell.run/v1', type: 'heartbeat', ...run, at: formatTime(atMs), answered: true };
}

export function exited(run: Run, code = 0, atMs = T0): RunExited {
  return { schema: 'knell.run/v1', type: 'exited', ...run, at: formatTime(atMs), code, signal: null };
}

/** The state of a run that has reported its result. */
export function succeeded(
  run: Run,
  startedMs: number | undefined,
  atMs: number,
  fingerprint = 'print-team-a',
): RunState {
  return {
    schema: 'knell.run-state/v1',
    ...run,
    credential: { kind: 'oauth', subscription: 'team-a', fingerprint },
    ...(startedMs === undefined ? {} : { started_ms: startedMs }),
    succeeded: { at_ms: atMs, position: { seq: 1, row: 0 } },
    counts: {},
    suspicions: [],
    recorded: {},
    noted: [],
  };
}

export interface ManualClock extends Clock {
  /** Moves the time on, and calls back what becomes due on the way, in order. */
  advance(byMs: number): void;
}

/** A clock that stands still until it is moved. */
export function manualClock(startMs = T0): ManualClock {
  let nowMs = startMs;
  let timers: { dueMs: number; callback: () => void }[] = [];
  return {
    now: () => nowMs,
    after(delayMs, callback) {
      const timer = { dueMs: nowMs + delayMs, callback };
      timers.push(timer);
      return () => {
        timers = timers.filter((other) => other !== timer);
      };
    },
    advance(byMs) {
      const untilMs = nowMs + byMs;
      for (;;) {
        const next = timers.filter(({ dueMs }) => dueMs <= untilMs).sort((a, b) => a.dueMs - b.dueMs)[0];
        if (!next) break;
        timers = timers.filter((other) => other !== next);
        nowMs = Math.max(nowMs, next.dueMs);
        next.callback();
      }
      nowMs = untilMs;
    },
  };
}

/** Keeps nothing of what happens to subscriptions. */
export const silentSubscriptionTelemetry: SubscriptionTelemetry = {
  recordChanged: () => undefined,
  recordSeen: () => undefined,
  expiryWarned: () => undefined,
  preflightAnswered: () => undefined,
  evidenceRejected: () => undefined,
  workRetried: () => undefined,
};
