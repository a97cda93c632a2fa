import type { Capture, Clause, Condition, Rule, RulePack, Signal } from '../contracts/rule-pack.ts';
import { conditionsOf } from './compile-clause.ts';
import type { SourcePath } from './findings/rule-source.ts';

/** What a pattern is for. */
export type PatternUse = 'line' | 'text' | 'matches' | 'continues' | 'capture';

/** One pattern of a rule or signal, and where it is written. */
export interface PlacedPattern {
  readonly source: string;
  readonly use: PatternUse;
  readonly path: SourcePath;
}

/** A condition, and where it is written. */
export interface PlacedCondition {
  readonly condition: Condition;
  readonly path: SourcePath;
}

/** A clause's conditions with their places, seen from `path`. */
export function placeConditions(clause: Clause, path: SourcePath): PlacedCondition[] {
  const list = clause.sequence ? 'sequence' : clause.all ? 'all' : undefined;
  return conditionsOf(clause).map((condition, i) => ({
    condition,
    path: list === undefined ? path : [...path, list, i],
  }));
}

/** The conditions of a rule by what they are for. */
export function conditionsOfRule(
  rule: Rule,
  path: SourcePath,
): { readonly match: PlacedCondition[]; readonly unless: PlacedCondition[]; readonly recover: PlacedCondition[] } {
  const placed = (conditions: readonly Condition[] | undefined, key: string) =>
    (conditions ?? []).map((condition, i) => ({ condition, path: [...path, key, i] }));
  return {
    match: rule.match.flatMap((clause, i) => placeConditions(clause, [...path, 'match', i])),
    unless: placed(rule.unless, 'unless'),
    recover: placed(rule.recover, 'recover'),
  };
}

/** Every pattern of a pack. */
export function patternsOfPack({ rules, signals }: RulePack): PlacedPattern[] {
  return [
    ...rules.flatMap((rule, i) => patternsOfRule(rule, ['rules', i])),
    ...signals.flatMap((signal, i) => patternsOfSignal(signal, ['signals', i])),
  ];
}

/** Every pattern of a rule. */
export function patternsOfRule(rule: Rule, path: SourcePath): PlacedPattern[] {
  const { match, unless, recover } = conditionsOfRule(rule, path);
  return [
    ...[...match, ...unless, ...recover].flatMap(patternsOfCondition),
    ...placePatterns(rule.continues, 'continues', [...path, 'continues']),
    ...Object.entries(rule.capture ?? {}).flatMap(([name, given]) => {
      const at = [...path, 'capture', name];
      return Array.isArray(given)
        ? given.flatMap((capture, i) => patternOfCapture(capture, [...at, i]))
        : patternOfCapture(given, at);
    }),
  ];
}

/** Every pattern of a signal. */
export function patternsOfSignal(signal: Signal, path: SourcePath): PlacedPattern[] {
  return signal.match.flatMap((condition, i) => patternsOfCondition({ condition, path: [...path, 'match', i] }));
}

/** Every pattern of a condition. */
export function patternsOfCondition({ condition, path }: PlacedCondition): PlacedPattern[] {
  return [
    ...placePatterns(condition.line, 'line', [...path, 'line']),
    ...placePatterns(condition.text, 'text', [...path, 'text']),
    ...Object.entries(condition.where ?? {}).flatMap(([field, wanted]) =>
      typeof wanted === 'object' && wanted !== null && wanted.matches !== undefined
        ? [{ source: wanted.matches, use: 'matches' as const, path: [...path, 'where', field, 'matches'] }]
        : [],
    ),
  ];
}

function patternOfCapture(capture: Capture, path: SourcePath): PlacedPattern[] {
  return placePatterns(capture.text, 'capture', [...path, 'text']);
}

function placePatterns(given: string | string[] | undefined, use: PatternUse, path: SourcePath): PlacedPattern[] {
  if (given === undefined) return [];
  if (typeof given === 'string') return [{ source: given, use, path }];
  return given.map((source, i) => ({ source, use, path: [...path, i] }));
}
