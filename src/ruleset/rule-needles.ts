import type { Condition, Rule, Signal } from '../contracts/rule-pack.ts';
import { conditionNeedles } from './condition-needles.ts';
import { foldAscii, type Needle } from './needle.ts';
import { conditionsOfRule, type PlacedCondition } from './patterns-of.ts';
import type { SourcePath } from './rule-source.ts';
import { anyOf, testForStart } from './value-test.ts';

/** What of a condition is looked for in raw lines. */
export interface PlacedLiterals {
  readonly path: SourcePath;
  /** One of these is in every line on which the condition holds; `undefined` when every line has to be decoded. */
  readonly literals: readonly string[] | undefined;
}

/**
 * What is looked for on behalf of a rule, condition by condition. Exclusions are not among them: they are tried only
 * where the rule has hit.
 */
export function literalsOf(rule: Rule, path: SourcePath = []): PlacedLiterals[] {
  return claimsOf(rule, path).map((placed) => ({
    path: placed.path,
    literals: conditionNeedles(placed.condition)?.map(({ text }) => text),
  }));
}

/** The conditions of a rule that make a line worth looking at. */
function claimsOf(rule: Rule, path: SourcePath): PlacedCondition[] {
  const { match } = conditionsOfRule(rule, path);
  return match;
}

export interface NeedleSources {
  readonly rules: readonly Rule[];
  readonly signals: readonly Signal[];
  readonly errorLiterals: readonly string[];
}

/**
 * The needles of everything that a line could matter to, each text once. `undefined` when there is a condition for which
 * nothing can be looked for, so that every line matters.
 */
export function allNeedles({ rules, signals, errorLiterals }: NeedleSources): readonly Needle[] | undefined {
  const conditions: Condition[] = [
    ...rules.flatMap((rule) => claimsOf(rule, []).map(({ condition }) => condition)),
    ...signals.flatMap(({ match }) => match),
  ];
  const needles = errorLiterals.map(errorNeedle);
  for (const condition of conditions) {
    const found = conditionNeedles(condition);
    if (!found) return undefined;
    needles.push(...found);
  }
  return mergeNeedles(needles);
}

/** `"key":value` may be printed with spaces around the colon, so it is taken apart; anything else is taken as it is. */
function errorNeedle(literal: string): Needle {
  const [, key, start] = /^("[^"\\]+"):(.+)$/.exec(literal) ?? [];
  if (key === undefined || start === undefined) return { text: latin1(literal) };
  return { text: latin1(key), value: testForStart(start) };
}

function latin1(literal: string): string {
  return foldAscii(Buffer.from(literal, 'utf8').toString('latin1'));
}

/** Each text once: ten thousand conditions on values of one key are one needle. */
function mergeNeedles(needles: readonly Needle[]): Needle[] {
  const byText = new Map<string, Needle[]>();
  for (const needle of needles) {
    const key = `${needle.isKeyEnd === true}:${needle.text}`;
    const same = byText.get(key);
    if (same) same.push(needle);
    else byText.set(key, [needle]);
  }
  return [...byText.values()].map((same) => {
    const [first] = same as [Needle];
    const { value: _, ...bare } = first;
    const values = same.flatMap(({ value }) => value ?? []);
    return values.length < same.length ? bare : { ...bare, value: anyOf(values) };
  });
}
