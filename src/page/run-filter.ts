import type { RunFilter } from '../contracts/api/run-row.ts';
import { nowMs } from './moments.ts';

/** Filters that the address may have, and that only show as something to take away. */
export const RUN_FILTERS = ['agent', 'execution', 'category', 'subscription', 'rule'] as const;

const SPANS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

/** What is asked of the service: spans of time become moments. */
export function filterOf(query: Readonly<Record<string, string>>): RunFilter {
  const { q, state, since } = query;
  const span = /^(\d{1,4})([mhd])$/.exec(since ?? '');
  const sinceMs = span && Number(span[1]) * (SPANS[span[2] as string] ?? 0);
  return {
    ...Object.fromEntries(RUN_FILTERS.flatMap((name) => (query[name] ? [[name, query[name]]] : []))),
    ...(q && { q }),
    ...(state && { state: state as NonNullable<RunFilter['state']> }),
    ...(sinceMs && { since: new Date(nowMs() - sinceMs).toISOString() }),
  };
}
