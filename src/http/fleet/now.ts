import type { AbortBudget } from '../../classify/abort-budget.ts';
import type { Now } from '../../contracts/api/now.ts';
import { RunPhase, type RunRow } from '../../contracts/api/run-row.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** As many of the latest verdicts are shown. */
const VERDICTS = 100;

type Counted = Pick<Now, 'runs' | 'saved' | 'budget' | 'aborts' | 'verdicts'>;

/** What there is to say of the fleet at a moment, from the rows of its runs. Pure. */
export function countFleet(rows: readonly RunRow[], nowMs: number, { all: limits }: AbortBudget): Counted {
  const runs = Object.fromEntries(RunPhase.options.map((phase) => [phase, 0])) as Record<RunPhase, number>;
  for (const { phase } of rows) runs[phase] += 1;
  const decided = rows.filter((row): row is RunRow & { decided_ms: number } => row.decided_ms !== undefined);
  const aborted = decided.filter(({ disposition }) => disposition === 'aborted');
  const within = (ms: number): number => aborted.filter(({ decided_ms }) => decided_ms > nowMs - ms).length;
  return {
    runs,
    saved: savedSince(aborted, nowMs - (nowMs % DAY_MS)),
    budget: {
      minute: { used: within(60_000), limit: limits.perMinute },
      hour: { used: within(HOUR_MS), limit: limits.perHour },
    },
    aborts: byHour(aborted, nowMs),
    verdicts: decided.toSorted((a, b) => b.decided_ms - a.decided_ms).slice(0, VERDICTS),
  };
}

/**
 * What the slots of ended runs would still have been held for: from the ack, which says that the run was ended, to the time
 * limit that the run was started with. A run without a limit, or without an ack, saves nothing that is known.
 */
function savedSince(aborted: readonly (RunRow & { decided_ms: number })[], sinceMs: number): Now['saved'] {
  const ended = aborted.filter(({ decided_ms }) => decided_ms >= sinceMs);
  const saved = ended.flatMap(({ started_ms, timeout_s, acked_ms }) => {
    if (started_ms === undefined || timeout_s === undefined || acked_ms === undefined) return [];
    return Math.max(0, started_ms + timeout_s * 1_000 - acked_ms);
  });
  const hours = saved.reduce((sum, ms) => sum + ms, 0) / HOUR_MS;
  return {
    since_ms: sinceMs,
    slot_hours: Math.round(hours * 100) / 100,
    counted: saved.length,
    not_counted: ended.length - saved.length,
  };
}

function byHour(aborted: readonly (RunRow & { decided_ms: number })[], nowMs: number): Now['aborts'] {
  const current = nowMs - (nowMs % HOUR_MS);
  const hours = Array.from({ length: 24 }, (_, index) => ({
    at_ms: current - (23 - index) * HOUR_MS,
    by_category: {} as Record<string, number>,
  }));
  const first = hours[0]?.at_ms ?? 0;
  for (const { decided_ms, category = 'unknown.unmatched' } of aborted) {
    const hour = hours[Math.floor((decided_ms - first) / HOUR_MS)];
    if (hour) hour.by_category[category] = (hour.by_category[category] ?? 0) + 1;
  }
  return hours;
}
