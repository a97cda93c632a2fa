import type { Category } from '../../contracts/categories.ts';
import type { DecodedEvent } from '../../decode/event.ts';
import type { Failure } from '../../decode/failure/failure.ts';
import { CLAUSE } from '../causes/cause-clauses.ts';
import type { Resolved } from '../causes/resolve-cause.ts';
import { unknownCause } from '../causes/unknown-cause.ts';
import { gradeOf } from '../match/matcher.ts';
import type { CompiledRule, ConditionHit } from '../rule-set.ts';
import { PERMANENT } from './permanent-categories.ts';
import { readCaptures } from './read-captures.ts';

/** Finality and category of a typed failure decide. */
export function typedHits(failure: Failure, resolved: Resolved | undefined, event: DecodedEvent): ConditionHit[] {
  const hit = (rule: CompiledRule, clause: number, action?: ConditionHit['action']): ConditionHit => ({
    rule,
    clause,
    condition: 0,
    grade: gradeOf(event),
    captures: readCaptures(failure, event.fields),
    ...(action && { action }),
  });
  if (event.shared) return sharedHits(failure, resolved, hit);
  if (failure.final === 'yes') {
    const rule = resolved?.cause.rule ?? unknownCause;
    // Even a cause that only records is over when the runtime says that the run is.
    return [hit(rule, CLAUSE.atOnce, rule.rule.action === 'abort' ? undefined : 'abort')];
  }
  if (!resolved) return [];
  const { rule } = resolved.cause;
  if (rule.rule.action !== 'abort') return [hit(rule, CLAUSE.atOnce)];
  const isPermanent = PERMANENT.has(rule.rule.category as Category);
  if (failure.final === 'maybe') {
    if (!failure.retrying) return [hit(rule, CLAUSE.awaited)];
    return [isPermanent ? hit(rule, CLAUSE.retried) : hit(rule, CLAUSE.atOnce, 'record')];
  }
  if (failure.final === 'no') {
    const record = hit(rule, CLAUSE.atOnce, 'record');
    if (!isPermanent || !failure.retrying) return [record];
    const again = hit(rule, CLAUSE.secondTime);
    return [event.fields.attempt === 1 ? { ...again, isFirstTry: true } : again, record];
  }
  // Whether the client gets over what may pass, it says itself.
  return [isPermanent ? hit(rule, CLAUSE.atOnce) : hit(rule, CLAUSE.atOnce, 'record')];
}

/** A typed event that any program could have printed: silence or the exit must confirm it. */
function sharedHits(
  failure: Failure,
  resolved: Resolved | undefined,
  hit: (rule: CompiledRule, clause: number, action?: ConditionHit['action']) => ConditionHit,
): ConditionHit[] {
  const rule = resolved?.cause.rule ?? (failure.final === 'yes' ? unknownCause : undefined);
  if (!rule) return [];
  if (failure.final === 'no' || rule.rule.action !== 'abort') return [hit(rule, CLAUSE.atOnce, 'record')];
  return [hit(rule, CLAUSE.quiet)];
}
