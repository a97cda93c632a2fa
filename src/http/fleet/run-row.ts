import { phaseOf } from '../../classify/run-phase.ts';
import type { RunRow } from '../../contracts/api/run-row.ts';
import { runKey } from '../../contracts/run.ts';
import type { RunState } from '../../contracts/run-state.ts';
import { excerpt } from '../../decode/excerpt.ts';

/** How many rules of a run its row names. */
const MAX_RULES = 8;
const NAME_MAX = 128;

/** What a list shows of a run: some hundred bytes, whatever its state holds. Pure. */
export function rowOf(state: RunState): RunRow {
  const { agent, execution, attempt, verdict, exited, succeeded, credential, noted } = state;
  const record = verdict?.record ?? noted.at(-1);
  const rule = record && `${record.rule.pack}/${record.rule.id}`;
  const rules = new Set([
    ...(rule === undefined ? [] : [rule]),
    ...(verdict ? [verdict.rule_key] : []),
    ...Object.keys(state.recorded).filter((key) => !key.startsWith('drift/')),
    ...state.suspicions.map(({ rule_key }) => rule_key),
  ]);
  const decidedMs = verdict?.issued_ms ?? (record && Date.parse(record.issued_at));
  const moments = [
    state.started_ms,
    decidedMs,
    verdict?.acked?.at_ms,
    exited?.at_ms,
    succeeded?.at_ms,
    ...state.suspicions.map(({ at_ms }) => at_ms),
  ];
  return defined({
    run: runKey(state),
    agent,
    execution,
    attempt,
    phase: phaseOf(state),
    // A publisher chooses these.
    runtime: shown(state.runtime),
    subscription: shown(credential?.subscription),
    category: verdict?.category ?? record?.category,
    disposition: verdict?.disposition ?? record?.disposition,
    grade: record?.grade,
    rule,
    rules: [...rules].slice(0, MAX_RULES),
    started_ms: state.started_ms,
    decided_ms: decidedMs,
    acked_ms: verdict?.acked?.at_ms,
    exited_ms: exited?.at_ms,
    timeout_s: state.timeout_s,
    exit: exited && (exited.signal ?? (exited.code === null ? undefined : `${exited.code}`)),
    seen_ms: Math.max(0, ...moments.filter((ms) => ms !== undefined)),
  });
}

function shown(name: string | undefined): string | undefined {
  return name === undefined ? undefined : excerpt(name, NAME_MAX);
}

/** Without the keys that have no value. */
function defined(row: { [K in keyof RunRow]: RunRow[K] | undefined }): RunRow {
  return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== undefined)) as RunRow;
}
