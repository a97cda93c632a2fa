import { type WhyReport, whyReport } from '../../authoring/why/report.ts';
import type { RunReport } from '../../contracts/api/run-report.ts';
import type { RunRow } from '../../contracts/api/run-row.ts';
import { FailureRecord } from '../../contracts/failure-record.ts';
import { type Run, runKey } from '../../contracts/run.ts';
import { STREAMS } from '../../contracts/subjects.ts';
import { excerpt } from '../../decode/excerpt.ts';
import { readStored } from '../../nats/read-stored.ts';
import type { LoggedLine } from '../../pipeline/ports/ports.ts';
import type { ApiWorld } from '../api/api-world.ts';
import type { RunIndex } from './run-index.ts';
import { rowOf } from './run-row.ts';

/** As many others are named. */
const ALIKE = 10;

/** All that is known of a run, as `knell why` tells it; undefined when nothing is. */
export async function reportRun(
  { store, manager, subjects }: Pick<ApiWorld, 'store' | 'manager' | 'subjects'>,
  run: Run,
  runs: RunIndex,
  lines: readonly LoggedLine[],
): Promise<RunReport | undefined> {
  const known = await store.get(run);
  if (!known || known.isUnreadable) return undefined;
  const { state } = known;
  const records = new Map<string, FailureRecord>();
  for await (const payload of readStored(manager, STREAMS.failures, `${subjects.prefix}.failures.*.*.${runKey(run)}`)) {
    const record = FailureRecord.safeParse(payload);
    // A later version of a record takes the place of the earlier one; a candidate's word says nothing of why it failed.
    if (record.success && !record.data.candidate) records.set(record.data.record_id, record.data);
  }
  const why = whyReport({ name: runKey(run), state, records: [...records.values()], lines });
  const row = rowOf(state);
  const outcome = records.size === 0 && state.suspicions.length > 0 ? 'suspected' : why.outcome;
  const alike =
    row.rule === undefined ? [] : runs.all().filter((other) => other.rule === row.rule && other.run !== row.run);
  return {
    schema: 'knell.run-report/v1',
    row,
    ...(state.credential && {
      credential: {
        kind: state.credential.kind,
        ...(row.subscription !== undefined && { subscription: row.subscription }),
      },
    }),
    ...(state.runtime_version !== undefined && { runtime_version: excerpt(state.runtime_version, 64) }),
    outcome,
    why: paragraphOf(outcome, why, row),
    ...(why.source !== undefined && { source: why.source }),
    evidence: why.evidence.map(({ where, lines: around }) => ({
      where,
      lines: around.map(({ text, isEvidence }) => ({ text, is_evidence: isEvidence })),
    })),
    timeline: [...why.timeline],
    ruled_out: [...why.ruledOut],
    next: [...why.next],
    suspicions: state.suspicions.map(({ rule_key, due_ms, evidence }) => ({
      rule: rule_key,
      due_ms,
      excerpt: evidence?.excerpt ?? '',
    })),
    records: [...records.values()],
    alike: { runs: alike.length, latest: alike.slice(0, ALIKE).map((other) => other.run) },
  };
}

function paragraphOf(outcome: string, { summary, source }: WhyReport, { phase }: RunRow): string {
  if (outcome === 'suspected') {
    return 'The run said something that may be its end. knell waits until silence, the process tree or the exit confirms it, or the run goes on.';
  }
  if (outcome === 'nothing_wrong' && phase === 'running')
    return 'The run is at work, and nothing wrong was found so far.';
  return [summary, source && `It was said by ${source}.`].filter(Boolean).join(' ');
}
