import type { Grade } from '../../contracts/categories.ts';
import type { StreamName } from '../../contracts/run.ts';
import type { DecodedEvent } from '../../decode/event.ts';
import type { CompiledRule, CompiledSignal, ConditionHit, EventMatch } from '../rule-set.ts';
import type { Captures } from './capture.ts';
import type { CompiledCondition } from './compile-condition.ts';
import { type ConditionIndex, type Indexed, indexConditions } from './condition-index.ts';
import { createEventView, type EventView } from './event-view.ts';

/** A rule with what it takes to match it. */
export interface MatchableRule {
  readonly rule: CompiledRule;
  /** Clause by clause, condition by condition. */
  readonly clauses: readonly (readonly CompiledCondition[])[];
  readonly unless: readonly CompiledCondition[];
  readonly recover: readonly CompiledCondition[];
  readonly captures: Captures;
}

export interface MatchableSignal {
  readonly signal: CompiledSignal;
  readonly conditions: readonly CompiledCondition[];
}

export type Matcher = (event: DecodedEvent, stream: StreamName) => EventMatch;

interface Place {
  readonly owner: MatchableRule;
  readonly clause: number;
  readonly condition: number;
}

/**
 * Makes the matcher for the rules and signals that apply to one runtime. Pure.
 *
 * @param after how many texts it goes through without an index, which is worth making only for long output
 */
export function createMatcher(
  rules: readonly MatchableRule[],
  signals: readonly MatchableSignal[],
  after = 0,
): Matcher {
  const claims = indexConditions(rules.flatMap(placesOf), after);
  const recoveries = indexConditions(
    rules.flatMap(({ rule, recover }) => recover.map((condition) => ({ condition, owner: rule }))),
    after,
  );
  const meanings = indexConditions(
    signals.flatMap(({ signal, conditions }) => conditions.map((condition) => ({ condition, owner: signal }))),
    after,
  );
  return (event, stream) => {
    const view = createEventView(event, stream);
    const unknowns: CompiledRule[] = [];
    return {
      hits: findHits(claims, view, unknowns),
      recoveries: holders(recoveries, view),
      signals: holders(meanings, view),
      unknowns,
    };
  };
}

function placesOf(owner: MatchableRule): Indexed<Place>[] {
  return owner.clauses.flatMap((conditions, clause) =>
    conditions.map((compiled, condition) => ({ condition: compiled, owner: { owner, clause, condition } })),
  );
}

function findHits(claims: ConditionIndex<Place>, view: EventView, unknowns: CompiledRule[]): ConditionHit[] {
  const hits: ConditionHit[] = [];
  let excluded: Map<MatchableRule, boolean> | undefined;
  for (const { condition, owner: place } of claims(view)) {
    const outcome = condition.check(view);
    if (outcome.held === 'no') continue;
    const { owner } = place;
    if (outcome.held === 'unknown') {
      addOnce(unknowns, owner.rule);
      continue;
    }
    let isExcluded = owner.unless.length === 0 ? false : excluded?.get(owner);
    if (isExcluded === undefined) {
      isExcluded = isExcludedBy(owner, view, unknowns);
      excluded ??= new Map();
      excluded.set(owner, isExcluded);
    }
    if (isExcluded) continue;
    hits.push({
      rule: owner.rule,
      clause: place.clause,
      condition: place.condition,
      grade: gradeOf(view.event),
      ...(outcome.pointer !== undefined && { pointer: outcome.pointer }),
      captures: owner.captures(view),
    });
  }
  return hits;
}

/** An exclusion that could not be tested excludes: better a miss that is counted than a healthy run ended. */
function isExcludedBy(owner: MatchableRule, view: EventView, unknowns: CompiledRule[]): boolean {
  let excluded = false;
  for (const condition of owner.unless) {
    const { held } = condition.check(view);
    if (held === 'yes') return true;
    if (held === 'unknown') {
      addOnce(unknowns, owner.rule);
      excluded = true;
    }
  }
  return excluded;
}

/** The rules that have a condition that holds, once each. One that can't be tested counts as not said. */
function holders<T>(index: ConditionIndex<T>, view: EventView): T[] {
  const found: T[] = [];
  for (const { condition, owner } of index(view)) {
    if (!found.includes(owner) && condition.check(view).held === 'yes') found.push(owner);
  }
  return found;
}

function addOnce<T>(list: T[], one: T): void {
  if (!list.includes(one)) list.push(one);
}

/** How good an event is as evidence; see the contract's words. */
export function gradeOf(event: DecodedEvent): Grade {
  if (event.provenance !== 'runtime' || event.subagent || event.shared) return 'mixed';
  return event.typed ? 'typed' : 'stated';
}
