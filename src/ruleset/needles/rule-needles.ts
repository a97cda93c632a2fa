import type { Condition, Rule, Signal } from '../../contracts/rule-pack.ts';
import { conditionNeedles } from '../condition-needles.ts';
import { conditionsOfRule } from '../walk-rule.ts';
import { guardOf, type LineGuard, OBJECT_GUARD } from './line-guard.ts';
import { foldAscii, type Needle } from './needle.ts';
import { needleCost } from './needle-cost.ts';
import { textNeedles } from './text-needles.ts';
import { anyOf, testForStart } from './value-test.ts';

export interface NeedleSources {
  readonly rules: readonly Rule[];
  readonly signals: readonly Signal[];
  readonly errorLiterals: readonly string[];
  /** Patterns that plain lines are tried on beside the conditions of rules. */
  readonly lines?: readonly string[];
  /** Only what can hold on events: plain lines are read otherwise, or there are none. */
  readonly eventsOnly?: boolean;
}

/** A needle, and when a line that contains it is worth looking at. */
export interface GuardedNeedle {
  readonly needle: Needle;
  /** One of these has to pass; absent where every line will do. */
  readonly guards?: readonly LineGuard[];
}

/**
 * The needles of everything that a line could matter to, each text once. `undefined` when there is a condition for which
 * nothing can be looked for, so that every line matters.
 */
export function allNeedles({
  rules,
  signals,
  errorLiterals,
  lines = [],
  eventsOnly = false,
}: NeedleSources): GuardedNeedle[] | undefined {
  const conditions: Condition[] = [
    // Exclusions and recoveries matter only to runs on which a rule has hit.
    ...rules.flatMap((rule) => conditionsOfRule(rule, []).match.map(({ condition }) => condition)),
    ...signals.flatMap(({ match }) => match),
  ];
  const found: FoundNeedle[] = errorLiterals.map((literal) => ({ needle: errorNeedle(literal), guard: OBJECT_GUARD }));
  for (const condition of conditions) {
    if (eventsOnly && condition.line !== undefined) continue;
    const needles = conditionNeedles(condition);
    if (!needles) return undefined;
    const guard = guardOf(condition);
    for (const needle of needles) found.push({ needle, guard });
  }
  // Some of them are tried on what stands in a log's JSON.
  const inLines = textNeedles(lines, 'json');
  if (!inLines) return undefined;
  for (const needle of inLines) found.push({ needle, guard: undefined });
  return mergeNeedles(found);
}

interface FoundNeedle {
  readonly needle: Needle;
  readonly guard: LineGuard | undefined;
}

/**
 * `"key":value` may be printed with spaces around the colon, so it is taken apart: either the key is looked for, or a value
 * that is a whole string. Anything else is looked for as it is.
 */
function errorNeedle(literal: string): Needle {
  const [, key, start] = /^("[^"\\]+"):(.+)$/.exec(literal) ?? [];
  if (key === undefined || start === undefined) return { text: latin1(literal) };
  const byKey = { text: latin1(key), value: testForStart(start) };
  const byValue = /^"[^"\\]+"$/.test(start) ? { text: latin1(start) } : undefined;
  return byValue && needleCost(byValue) < needleCost(byKey) ? byValue : byKey;
}

function latin1(literal: string): string {
  return foldAscii(Buffer.from(literal, 'utf8').toString('latin1'));
}

/** Each text once: ten thousand conditions on values of one key are one needle. */
function mergeNeedles(found: readonly FoundNeedle[]): GuardedNeedle[] {
  const byText = new Map<string, FoundNeedle[]>();
  for (const one of found) {
    const key = `${one.needle.isKeyEnd === true}:${one.needle.text}`;
    const same = byText.get(key);
    if (same) same.push(one);
    else byText.set(key, [one]);
  }
  return [...byText.values()].map((same) => {
    const { value: _, ...bare } = (same[0] as FoundNeedle).needle;
    const values = same.flatMap(({ needle }) => needle.value ?? []);
    const guards = new Map(same.flatMap(({ guard }) => (guard ? [[guard.key, guard]] : [])));
    return {
      needle: values.length < same.length ? bare : { ...bare, value: anyOf(values) },
      ...(same.every(({ guard }) => guard) && { guards: [...guards.values()] }),
    };
  });
}
