import type { RuleEntry } from '../../contracts/api/rules.ts';
import type { RunRow } from '../../contracts/api/run-row.ts';
import type { FleetMode } from '../../contracts/fleet-mode.ts';
import type { RuleCost } from '../../pipeline/fleet/rule-ledger.ts';
import { isCause, type RuleSet } from '../../ruleset/rule-set.ts';

/** Every rule and cause in force with what it did to the runs that are remembered and what it costs, those that did most first. Pure. */
export function countRules(
  rules: RuleSet,
  rows: readonly RunRow[],
  { shadowed }: FleetMode,
  costs: ReadonlyMap<string, RuleCost>,
): RuleEntry[] {
  const counts = new Map<
    string,
    { hits: number; aborted: number; would_abort: number; right: number; wrong: number }
  >();
  for (const row of rows) {
    for (const key of row.rules) {
      const count = counts.get(key) ?? { hits: 0, aborted: 0, would_abort: 0, right: 0, wrong: 0 };
      counts.set(key, count);
      count.hits += 1;
      if (row.rule !== key) continue;
      if (row.disposition === 'aborted') count.aborted += 1;
      if (row.disposition !== 'would_abort') continue;
      count.would_abort += 1;
      if (row.phase === 'failed') count.right += 1;
      if (row.exit === '0' || row.phase === 'succeeded') count.wrong += 1;
    }
  }
  const none = { hits: 0, aborted: 0, would_abort: 0, right: 0, wrong: 0 };
  return rules.rules
    .map((compiled): RuleEntry => {
      const { key, reference, rule } = compiled;
      const held = shadowed[key];
      return {
        key,
        pack: reference.pack,
        kind: isCause(compiled) ? 'cause' : 'rule',
        title: rule.title,
        ...(rule.category !== undefined && { category: rule.category }),
        action: rule.action,
        status: rule.status,
        ...(counts.get(key) ?? none),
        ...(held && { shadowed: held.reason }),
        over_cost: held?.over === 'cost',
        ...costOf(costs.get(key)),
      };
    })
    .sort(
      (a, b) =>
        Number(b.shadowed !== undefined) - Number(a.shadowed !== undefined) ||
        b.hits - a.hits ||
        (a.key < b.key ? -1 : 1),
    );
}

function costOf(cost: RuleCost | undefined): Pick<RuleEntry, 'cost'> {
  if (!cost) return {};
  return { cost: { microseconds: Math.round((cost.ms / cost.lines) * 10_000) / 10, lines: cost.lines } };
}
