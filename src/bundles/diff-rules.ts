import type { Cause, Rule, RuleOverrides, RulePack, Stall } from '../contracts/rule-pack.ts';
import { canonicalJson } from '../ruleset/digest.ts';
import { isSmaller, largestStep, stepBetween, type VersionStep } from './versions.ts';

/** Rules that can be compared: a bundle's or a folder's. */
export interface ComparedRules {
  readonly packs: readonly RulePack[];
  readonly overrides?: RuleOverrides | undefined;
}

/** One thing that is not the same in both. */
export interface RuleChange {
  /** `pack/id`, or the pack's name where it is about the pack itself. */
  readonly key: string;
  readonly kind: 'rule' | 'cause' | 'signal' | 'statements' | 'stall' | 'pack';
  readonly change: 'new' | 'gone' | 'changed';
  /** Which of its fields changed. */
  readonly fields: readonly string[];
  /** It ends runs now, and did not before. */
  readonly newly_aborts: boolean;
  /** It ended runs, and no longer does, though it is still there. */
  readonly no_longer_aborts?: true;
  /** The step of the pack's version that it asks for. */
  readonly step: VersionStep;
}

/** What a pack's changes ask of its version. */
export interface PackStep {
  readonly pack: string;
  readonly from: string | null;
  readonly to: string | null;
  readonly step: VersionStep;
  readonly wanted: VersionStep;
  readonly is_enough: boolean;
}

export interface RulesDiff {
  readonly changes: readonly RuleChange[];
  readonly packs: readonly PackStep[];
}

type Item = Rule | Cause;
type Override = RuleOverrides['rules'][string] | undefined;

/** What says something to people, and decides nothing. */
const PROSE = new Set(['title', 'remedy', 'examples', 'origin', 'description']);

/** What changed from one set of rules to another, and how large a step of each pack's version that is. Pure. */
export function diffRules(before: ComparedRules, after: ComparedRules): RulesDiff {
  const names = [...new Set([...before.packs, ...after.packs].map(({ pack }) => pack))].sort();
  const changes: RuleChange[] = [];
  const packs: PackStep[] = [];
  for (const name of names) {
    const [old, now] = [before, after].map(({ packs: all }) => all.find(({ pack }) => pack === name));
    const found = changesOfPack(name, old, now, before.overrides, after.overrides);
    changes.push(...found);
    // What only overrides change is the deployment's doing, and no pack's.
    const own = changesOfPack(name, old, now, undefined, undefined);
    const wanted = old && now ? largestStep(own.map(({ step }) => step)) : 'none';
    const step = old && now ? stepBetween(old.version, now.version) : 'none';
    if (found.length === 0 && old?.version === now?.version) continue;
    const is_enough = !isSmaller(step, wanted);
    packs.push({ pack: name, from: old?.version ?? null, to: now?.version ?? null, step, wanted, is_enough });
  }
  return { changes, packs };
}

function changesOfPack(
  name: string,
  old: RulePack | undefined,
  now: RulePack | undefined,
  oldOverrides: RuleOverrides | undefined,
  nowOverrides: RuleOverrides | undefined,
): RuleChange[] {
  const changes: RuleChange[] = [];
  const packLevel = (kind: RuleChange['kind'], from: unknown, to: unknown, step: VersionStep, aborts = false): void => {
    if (same(from, to)) return;
    const change = isAbsent(from) ? 'new' : isAbsent(to) ? 'gone' : 'changed';
    changes.push({ key: name, kind, change, fields: [], newly_aborts: aborts, step });
  };
  packLevel('pack', old?.runtime, now?.runtime, 'major');
  packLevel('statements', old?.statements ?? [], now?.statements ?? [], 'minor');
  const stalls: [Stall | undefined, Stall | undefined] = [
    oldOverrides?.stall?.[name] ?? old?.stall,
    nowOverrides?.stall?.[name] ?? now?.stall,
  ];
  const ends = stalls[1]?.abort !== undefined && stalls[1].abort !== stalls[0]?.abort;
  packLevel('stall', ...stalls, ends ? 'major' : 'minor', ends);
  for (const kind of ['rule', 'cause'] as const) {
    const itemsOf = (pack: RulePack | undefined): readonly Item[] =>
      (kind === 'rule' ? pack?.rules : pack?.causes) ?? [];
    for (const id of idsOf(itemsOf(old), itemsOf(now))) {
      const key = `${name}/${id}`;
      const [a, b] = [itemsOf(old), itemsOf(now)].map((items) => items.find((item) => item.id === id));
      const change = changeOf(a, oldOverrides?.rules[key], b, nowOverrides?.rules[key]);
      if (change) changes.push({ key, kind, ...change });
    }
  }
  for (const id of idsOf(old?.signals ?? [], now?.signals ?? [])) {
    const [a, b] = [old, now].map((pack) => pack?.signals.find((signal) => signal.id === id));
    if (same(a, b)) continue;
    const change = a === undefined ? 'new' : b === undefined ? 'gone' : 'changed';
    const fields = change === 'changed' ? changedFields(a, b) : [];
    const step = change === 'gone' ? 'major' : 'minor';
    changes.push({ key: `${name}/${id}`, kind: 'signal', change, fields, newly_aborts: false, step });
  }
  return changes;
}

function changeOf(
  before: Item | undefined,
  overrideBefore: Override,
  after: Item | undefined,
  overrideAfter: Override,
): Omit<RuleChange, 'key' | 'kind'> | undefined {
  const aborts = endsRuns(after, overrideAfter);
  if (!before) return { change: 'new', fields: [], newly_aborts: aborts, step: aborts ? 'major' : 'minor' };
  if (!after) return { change: 'gone', fields: [], newly_aborts: false, step: 'major' };
  const fields = changedFields(before, after);
  if (!same(overrideBefore, overrideAfter)) fields.push('overrides');
  if (fields.length === 0) return undefined;
  const didAbort = endsRuns(before, overrideBefore);
  const newly = aborts && !didAbort;
  const step = newly ? 'major' : fields.every((field) => PROSE.has(field)) ? 'patch' : 'minor';
  const over = didAbort && !aborts && { no_longer_aborts: true as const };
  return { change: 'changed', fields, newly_aborts: newly, ...over, step };
}

/** Whether a rule or cause ends runs: its action says so, and it is past being tried. */
function endsRuns(item: Item | undefined, override: Override): boolean {
  if (!item || override?.disabled) return false;
  return (override?.action ?? item.action) === 'abort' && (override?.status ?? item.status) === 'stable';
}

function idsOf(before: readonly { id: string }[], after: readonly { id: string }[]): string[] {
  return [...new Set([...before, ...after].map(({ id }) => id))].sort();
}

function changedFields(before: object | undefined, after: object | undefined): string[] {
  const [a, b] = [before, after] as Record<string, unknown>[];
  return [...new Set([...Object.keys(a ?? {}), ...Object.keys(b ?? {})])]
    .filter((key) => !same(a?.[key], b?.[key]))
    .sort();
}

function isAbsent(value: unknown): boolean {
  return value === undefined || (Array.isArray(value) && value.length === 0);
}

function same(a: unknown, b: unknown): boolean {
  return canonicalJson(a ?? null) === canonicalJson(b ?? null);
}
