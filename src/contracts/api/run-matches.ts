import type { RunFilter, RunRow } from './run-row.ts';

/** Whether a run fits a filter. Pure, and the same on both sides: the page sorts live changes in by it. */
export function runMatches(row: RunRow, filter: RunFilter): boolean {
  const { q, agent, execution, state, category, subscription, rule, since, until } = filter;
  if (agent !== undefined && row.agent !== agent) return false;
  if (execution !== undefined && row.execution !== execution) return false;
  if (state !== undefined && row.phase !== state) return false;
  if (category !== undefined && row.category !== category && !row.category?.startsWith(`${category}.`)) return false;
  if (subscription !== undefined && row.subscription !== subscription) return false;
  if (rule !== undefined && !row.rules.includes(rule)) return false;
  const atMs = row.started_ms ?? row.seen_ms;
  if (since !== undefined && atMs < Date.parse(since)) return false;
  if (until !== undefined && atMs > Date.parse(until)) return false;
  return q === undefined || q.trim() === '' || hasWords(row, q);
}

function hasWords(row: RunRow, q: string): boolean {
  const all = [row.run, row.phase, row.runtime, row.subscription, row.category, row.disposition, row.exit, ...row.rules]
    .join(' ')
    .toLowerCase();
  return q
    .toLowerCase()
    .split(/\s+/)
    .every((word) => all.includes(word));
}
