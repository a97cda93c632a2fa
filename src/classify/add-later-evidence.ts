import type { FailureRecord } from '../contracts/failure-record.ts';
import type { RunState } from '../contracts/run-state.ts';
import { type Diagnosis, verdictFields } from './build-messages.ts';
import type { DecisionContext } from './decision-context.ts';
import { withdrawSaid } from './noted-records.ts';
import type { Outcome } from './outcome.ts';
import { isEcho, isReasonOf, isSharper } from './sharper-causes.ts';

/** The most lines a record keeps as evidence. */
const MAX_EVIDENCE = 8;

/**
 * Applies a hit of a run that has its verdict. The verdict stands. What was printed before the command and is read later
 * is added to its evidence, and may name the cause more exactly (`SHARPER`): a new version of the record then says so at
 * once. What was printed after the command changes nothing, except for the reason of a refused credential (`isEcho`).
 */
export function addLaterEvidence(state: RunState, diagnosis: Diagnosis, context: DecisionContext): Outcome {
  const { verdict } = state;
  const { rule, detection } = diagnosis;
  if (!verdict || (!context.finished && isEcho(state, detection.at_ms))) return { state, effects: [] };
  const { evidence } = verdict.record;
  const { evidence: line } = detection;
  if (line && evidence.some((one) => one.stream === line.stream && one.sha256 === line.sha256)) {
    return { state, effects: [] };
  }
  const isAfterCommand = !context.finished && verdict.command_id !== undefined && detection.at_ms > verdict.issued_ms;
  const mayRename = !isAfterCommand || isReasonOf(verdict.category, rule.category);
  const sharper = mayRename && isSharper(verdict, rule.category, detection.grade);
  // A line that finds no room would count again each time it is delivered.
  const isFull = evidence.length >= MAX_EVIDENCE;
  if ((isAfterCommand || isFull) && !sharper) return { state, effects: [] };
  const kept = line ? [...evidence.slice(0, MAX_EVIDENCE - 1), line] : evidence;
  const record: FailureRecord = {
    ...verdict.record,
    // The lines that ended the run stay in front; category, rule and message are those of the sharper rule.
    ...(sharper ? verdictFields(diagnosis, state) : {}),
    evidence: kept,
  };
  const revision = (verdict.revision ?? 0) + (sharper ? 1 : 0);
  const named = sharper
    ? { category: record.category, rule_key: detection.rule_key, precedence: detection.precedence, revision }
    : {};
  const next = { ...verdict, later: verdict.later + 1, record, ...named };
  const after = { ...state, verdict: next };
  if (!sharper) return { state: after, effects: [] };
  const withdrawn = withdrawSaid(after, record.category);
  return { state: withdrawn.state, effects: [{ kind: 'record', record, revision }, ...withdrawn.effects] };
}
