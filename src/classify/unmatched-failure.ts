import { createHash } from 'node:crypto';
import type { Evidence } from '../contracts/evidence.ts';
import type { Position, RunState } from '../contracts/run-state.ts';
import { formatTime } from '../contracts/time.ts';
import { excerpt } from '../decode/excerpt.ts';
import { buildRecord, type FailureDescription } from './build-messages.ts';
import type { DecisionContext } from './decision-context.ts';
import { noteRecord } from './noted-records.ts';
import type { Occurrence } from './occurrence.ts';
import { evidenceOf, shortName } from './occurrence.ts';
import type { Outcome } from './outcome.ts';
import { runOf } from './run-state.ts';

const UNMATCHED: FailureDescription = {
  title: 'A failure that no rule knows',
  category: 'unknown.unmatched',
  scope: 'run',
  severity: 'warning',
  status: 'stable',
  next: 'notify_owner',
  remedy: 'If it is one, write a rule for it: knell rules draft makes a skeleton.',
};

/** The most kinds of unknown failure that are recorded for one run. */
const MAX_DRIFTS = 8;

/** What differs from run to run and says nothing about the kind of failure: ids, numbers, times, paths, quoted names. */
const VARIABLE = [
  /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}/gi,
  /\b(?:req|toolu|msg|ses|call|org|conv|run)_[A-Za-z0-9]+/g,
  /\b[0-9a-f]{12,}\b/gi,
  /https?:\/\/\S+/g,
  /(?:\/[\w.@-]+){2,}/g,
  /`[^`]*`|"[^"]*"|'[^']*'/g,
  /\d+/g,
];

/** How fingerprints are made; another way of making them is another version, so that nobody compares across. */
const FINGERPRINTS = 'v1';

/**
 * A name for a kind of unknown failure: the same for every run that fails this way, whatever ids and numbers it prints.
 *
 * @param event the event's name, or `exit` for a run that ended badly
 */
export function failureFingerprint(runtime: string, event: string, text: string): string {
  const shape = VARIABLE.reduce((rest, variable) => rest.replace(variable, '#'), excerpt(text).toLowerCase());
  const hash = createHash('sha256').update(`${runtime}\n${event}\n${shape.replace(/\s+/g, ' ').trim()}`);
  return `${FINGERPRINTS}-${hash.digest('hex').slice(0, 16)}`;
}

/** Whether the runtime itself says in a typed field that something failed, and no rule matches. */
export function isUnmatchedFailure({ event, match }: Occurrence): boolean {
  const isRuntime = event.provenance === 'runtime' && event.typed && !event.subagent;
  return event.claimsError && isRuntime && match.hits.length === 0;
}

/** Records an event that says "error" and that no rule knows. It never aborts. */
export function recordUnmatchedFailure(state: RunState, occurrence: Occurrence, context: DecisionContext): Outcome {
  const { event, runtime, position, atMs } = occurrence;
  const fingerprint = failureFingerprint(runtime, event.name, event.text);
  return record(state, context, {
    fingerprint,
    runtime,
    event: shortName(event),
    what: `${runtime} ${shortName(event)}`,
    evidence: evidenceOf(occurrence),
    position,
    atMs,
  });
}

/** Records a run that exited badly and of which neither its output nor its exit tells the cause. */
export function recordBadExit(state: RunState, lastLine: Evidence | undefined, context: DecisionContext): Outcome {
  const runtime = state.runtime ?? 'generic';
  const who = runtime === 'generic' ? 'the agent' : runtime;
  const { code, signal } = state.exited ?? {};
  const how = signal ?? `code ${code}`;
  return record(state, context, {
    fingerprint: failureFingerprint(runtime, 'exit', `${how} ${lastLine?.excerpt ?? ''}`),
    runtime,
    event: 'exit',
    what: `${who} ${signal ? `was ended by ${signal}` : `exited with ${how}`}`,
    ...(lastLine ? { evidence: lastLine } : {}),
    position: { seq: lastLine?.seq ?? 0, row: lastLine?.line ?? 0 },
    atMs: state.exited?.at_ms ?? context.nowMs,
  });
}

interface Drift {
  readonly fingerprint: string;
  readonly runtime: string;
  readonly event: string;
  /** Who did what, for people. */
  readonly what: string;
  readonly evidence?: Evidence;
  readonly position: Position;
  readonly atMs: number;
}

function record(state: RunState, context: DecisionContext, drift: Drift): Outcome {
  const { fingerprint, runtime, event, what, evidence } = drift;
  const about = `drift/${fingerprint}`;
  const known = Object.keys(state.recorded).filter((key) => key.startsWith('drift/')).length;
  if (state.verdict || state.recorded[about] || known >= MAX_DRIFTS) return { state, effects: [] };
  const detection = {
    rule: { id: 'unmatched', pack: 'drift', version: '1.0.0', digest: context.digest },
    rule_key: 'drift/unmatched',
    grade: 'typed' as const,
    precedence: 0,
    position: drift.position,
    at_ms: drift.atMs,
    ...(evidence ? { evidence } : {}),
  };
  const failure = buildRecord({ rule: UNMATCHED, detection }, state, context.policy, context.nowMs, {
    disposition: 'recorded',
    about,
  });
  return {
    state: noteRecord({ ...state, recorded: { ...state.recorded, [about]: 1 } }, failure),
    effects: [
      { kind: 'record', record: failure },
      {
        kind: 'drift',
        fingerprint,
        notice: {
          schema: 'knell.notice/v1',
          kind: 'drift',
          at: formatTime(context.nowMs),
          message: `${UNMATCHED.title}: ${what}${evidence ? `: "${evidence.excerpt}"` : ''}.`,
          fingerprint,
          runtime,
          event,
          ...(evidence ? { excerpt: evidence.excerpt } : {}),
          ...runOf(state),
        },
      },
    ],
  };
}
