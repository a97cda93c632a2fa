import type { Credential } from '../contracts/evidence.ts';
import type { Early } from '../contracts/log-headers.ts';
import { isBefore } from '../contracts/position.ts';
import type { RuleAction } from '../contracts/rule-pack.ts';
import type { Detection, Position, RunState } from '../contracts/run-state.ts';
import { normaliseText } from '../decode/normalise-text.ts';
import { isTried } from '../ruleset/is-tried.ts';
import type { CompiledClause, ConditionHit } from '../ruleset/rule-set.ts';
import { buildRecord, type Diagnosis } from './build-messages.ts';
import { ALONE_MS, QUOTABLE_MS } from './confirm-suspicion.ts';
import { countAlone, countHit } from './count-hits.ts';
import type { DecisionContext } from './decision-context.ts';
import { noteGoingOn } from './note-going-on.ts';
import { MAX_RECORDED, noteRecord, withdrawNoted } from './noted-records.ts';
import { noticeOf } from './notice-of.ts';
import { evidenceOf, type Occurrence } from './occurrence.ts';
import type { Outcome } from './outcome.ts';
import { MAX_SUSPICIONS, reachVerdict } from './reach-verdict.ts';
import { readResetTime } from './reset-time/reset-time.ts';
import { beginTurnAt, isTakenBack, succeedAt } from './run-state.ts';
import { isEcho } from './sharper-causes.ts';
import { speakersOf } from './strongest-hit.ts';
import { isUnmatchedFailure, recordUnmatchedFailure } from './unmatched-failure.ts';
import { ENDING_MS, isBeingEnded, mustWait, wantedQuietMs } from './wanted-quiet.ts';

/**
 * Applies one line that some rule or signal matched.
 *
 * Pure: the same state, line and context always give the same outcome. A line that is delivered twice is published
 * once and decides nothing more; only how often its rule was recorded goes up.
 *
 * @param recovered rule key → where the run began anew behind what the rule counts
 */
export function observe(
  before: RunState,
  occurrence: Occurrence,
  context: DecisionContext,
  recovered: ReadonlyMap<string, readonly Position[]> = new Map(),
): Outcome {
  if (occurrence.early === 'certain') return keepForExit(before, occurrence, context);
  const signalled = applySignals(before, occurrence);
  const { state: healed, effects: withdrawn } = succeeds(occurrence)
    ? withdrawNoted(signalled, occurrence.position.seq)
    : { state: signalled, effects: [] };
  const outcome = applyHits(healed, occurrence, context, recovered);
  return withdrawn.length === 0 ? outcome : { ...outcome, effects: [...withdrawn, ...outcome.effects] };
}

function succeeds({ match }: Occurrence): boolean {
  return match.signals.some(({ signal }) => signal.means === 'success');
}

/**
 * What another than the run's agent has printed is kept until the run exits: it ends nothing and begins nothing. A rule that counts
 * wants more of an agent than what that can print unseen.
 */
function keepForExit(before: RunState, occurrence: Occurrence, context: DecisionContext): Outcome {
  const { position, atMs, match } = occurrence;
  const kept = before.early ?? { suspicions: [] };
  const complete = match.hits.filter((hit) => countAlone(before, hit, occurrence).complete);
  const { inForce } = speakersOf(complete);
  const isAbort = inForce !== undefined && actionOf(inForce) === 'abort';
  const { suspicions } = isAbort
    ? applyAbortHit({ ...before, suspicions: kept.suspicions }, inForce, occurrence, context).state
    : kept;
  const early = { ...kept, suspicions, ...(succeeds(occurrence) && { succeeded: { at_ms: atMs, position } }) };
  return { state: suspicions.length > 0 || early.succeeded ? { ...before, early } : before, effects: [] };
}

function applyHits(
  before: RunState,
  occurrence: Occurrence,
  context: DecisionContext,
  recovered: ReadonlyMap<string, readonly Position[]>,
): Outcome {
  let state = before;
  if (!context.finished && isEcho(state, occurrence.atMs)) return { state, effects: [] };

  const isOver = isTakenBack(state, occurrence.position);
  const hits = occurrence.match.hits.filter((hit) => !isOver || actionOf(hit) === 'notice');
  const complete: ConditionHit[] = [];
  for (const hit of hits) {
    const counted = occurrence.early
      ? countAlone(state, hit, occurrence)
      : countHit(state, hit, occurrence, recovered.get(hit.rule.key));
    state = counted.state;
    if (counted.complete) complete.push(hit);
  }
  const { inForce, tried } = speakersOf(complete);
  if (!inForce && !tried)
    return isUnmatchedFailure(occurrence) && !isOver
      ? recordUnmatchedFailure(state, occurrence, context)
      : { state, effects: [] };
  // What is tried says what it would do before the run may have its verdict.
  const beside = tried ? applyHit(state, tried, occurrence, context) : { state, effects: [] };
  if (!inForce) return beside;
  const decided = applyHit(beside.state, inForce, occurrence, context);
  return { state: decided.state, effects: [...beside.effects, ...decided.effects] };
}

function actionOf({ action, rule }: ConditionHit): RuleAction {
  return action ?? rule.rule.action;
}

function applyHit(state: RunState, hit: ConditionHit, occurrence: Occurrence, context: DecisionContext): Outcome {
  switch (actionOf(hit)) {
    case 'notice':
      return { state, effects: [noticeOf(hit.rule, state, occurrence)] };
    case 'warn':
    case 'record':
      return recordHit(state, hit, occurrence, context);
    case 'abort':
      return applyAbortHit(state, hit, occurrence, context);
  }
}

function applySignals(state: RunState, { match, atMs, position, event }: Occurrence): RunState {
  let next = state;
  const isTurnOver = state.goes_on === 'turns' && event.endsTurn && !event.subagent;
  if (isTurnOver && !(next.turn_over && isBefore(position, next.turn_over))) next = { ...next, turn_over: position };
  const isNews = !(state.told_at && isBefore(position, state.told_at));
  for (const { signal } of match.signals) {
    const version = signal.version === undefined ? undefined : event.fields[signal.version];
    if (typeof version === 'string' && isNews) {
      next = { ...next, runtime_version: normaliseText(version).slice(0, 64), told_at: position };
    }
    if (signal.means === 'started') {
      next = beginTurnAt(next, position);
    } else if (signal.means === 'success') {
      next = succeedAt(next, position, atMs);
    } else if (signal.means === 'credential' && signal.kind && isNews) {
      // What the run reports overrides what it was started with: the subscription's token may not be in use.
      next = {
        ...next,
        credential: credentialInUse(next.credential, signal.kind),
        told_at: position,
      };
    }
  }
  return next;
}

/** A run that was started with an API key keeps the key's fingerprint; one that was not uses another credential. */
function credentialInUse(known: RunState['credential'], kind: Credential['kind']): Credential {
  return kind === 'oauth' || known?.kind === kind ? { ...known, kind } : { kind };
}

function diagnosisOf(hit: ConditionHit, occurrence: Occurrence, context: DecisionContext): Diagnosis {
  const captured = hit.captures.reset_at;
  const reset = captured && readResetTime(captured, { epochMs: occurrence.atMs, zone: context.policy.zone });
  const detection: Detection = {
    rule: hit.rule.reference,
    rule_key: hit.rule.key,
    grade: hit.grade,
    precedence: hit.rule.rule.precedence,
    position: occurrence.position,
    at_ms: occurrence.atMs,
    evidence: evidenceOf(occurrence, hit.pointer),
    ...(reset ? { reset: { at_ms: reset.epochMs, source: reset.source } } : {}),
  };
  return { rule: hit.rule.rule, detection };
}

/**
 * A failure worth a record but not an abort. A run's second hit of the same rule only counts, and so does what is said
 * after its result: a success takes back such records, so none begins behind it.
 */
function recordHit(state: RunState, hit: ConditionHit, occurrence: Occurrence, context: DecisionContext): Outcome {
  const { key } = hit.rule;
  const times = state.recorded[key] ?? 0;
  if (times === 0 && Object.keys(state.recorded).length >= MAX_RECORDED) return { state, effects: [] };
  const recorded = { ...state.recorded, [key]: times + 1 };
  if (state.verdict || state.succeeded || times > 0) return { state: { ...state, recorded }, effects: [] };
  const disposition = actionOf(hit) === 'warn' ? 'warned' : 'recorded';
  const record = buildRecord(diagnosisOf(hit, occurrence, context), state, context.policy, context.nowMs, {
    disposition,
    about: key,
  });
  return { state: noteRecord({ ...state, recorded }, record), effects: [{ kind: 'record', record }] };
}

/** A hit of a rule that aborts: a verdict at once, or a suspicion that silence or the exit must confirm. */
function applyAbortHit(state: RunState, hit: ConditionHit, occurrence: Occurrence, context: DecisionContext): Outcome {
  const diagnosis = diagnosisOf(hit, occurrence, context);
  const clause = hit.rule.clauses[hit.clause];
  const { early } = occurrence;
  if (early && state.verdict) return { state, effects: [] };
  if (state.verdict || (!early && !mustWait(hit.rule, clause, diagnosis.detection, state)))
    return reachVerdict(state, diagnosis, context);

  // A line that may be quoted does not take the place of one that may not.
  const known = state.suspicions.find(
    (suspicion) => suspicion.rule_key === hit.rule.key && suspicion.quotable === hit.isQuotable,
  );
  if (known && !isBefore(known.position, occurrence.position)) return { state, effects: [] };
  // What is only tried over and over is no progress: the time counts from the first try.
  if (known?.clause === hit.clause && clause?.untilStall) return { state, effects: [] };
  // What is only tried takes the place of no suspicion.
  const isFull = state.suspicions.length >= MAX_SUSPICIONS;
  if (isFull && !known && isTried(hit.rule)) return { state, effects: [] };
  const suspicion = {
    ...diagnosis.detection,
    clause: hit.clause,
    due_ms: early ? earlyLookMs(early, occurrence.atMs) : firstLookMs(clause, diagnosis.detection, state),
    ...(hit.isQuotable && { quotable: true as const }),
    ...(occurrence.isAlone && { alone: true as const }),
    ...(early && { early: true as const }),
  };
  const others = state.suspicions.filter((other) => other !== known);
  const suspected = { ...state, suspicions: [...others, suspicion].slice(-MAX_SUSPICIONS) };
  return early
    ? { state: suspected, effects: [] }
    : noteGoingOn(suspected, hit.rule, clause, diagnosis.detection, context);
}

/**
 * When a suspicion is first looked at; null: when the run exits. A line that may stand alone is not waited on for long, and
 * a host that was told to end the run has its time.
 */
function firstLookMs(
  clause: CompiledClause | undefined,
  { grade, at_ms: atMs }: Detection,
  { ending }: Pick<RunState, 'ending'>,
): number | null {
  const quietMs = wantedQuietMs(clause, { grade });
  if (quietMs === undefined) return null;
  const dueMs = atMs + (grade === 'typed' ? quietMs : Math.min(quietMs, ALONE_MS));
  return isBeingEnded({ ending }, { at_ms: atMs }) ? Math.max(dueMs, (ending?.at_ms ?? 0) + ENDING_MS) : dueMs;
}

/** When the same is done of a line that may have been printed before the agent was there. */
function earlyLookMs(early: Early, atMs: number): number | null {
  return early === 'certain' ? null : atMs + QUOTABLE_MS;
}
