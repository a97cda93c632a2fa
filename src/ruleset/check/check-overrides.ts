import type { Rule, RuleOverrides, RulePack } from '../../contracts/rule-pack.ts';
import { nearestWord } from '../findings/nearest-word.ts';
import type { Report, Said } from '../findings/report.ts';
import type { SourcedPack } from '../findings/rule-source.ts';
import { overrideRule } from '../override-rule.ts';
import { quote } from '../quote.ts';
import { type Channels, checkAbort } from './check-abort.ts';
import { checkOutcome } from './check-rule.ts';
import { checkStall } from './check-stall.ts';

/** Checks that overrides name what exists, and that a rule they give the abort to may have it. */
export function checkOverrides(
  overrides: RuleOverrides,
  packs: readonly SourcedPack[],
  channelsOf: (pack: RulePack) => Channels,
  report: Report,
): void {
  const rules = new Map<string, { rule: Rule; pack: RulePack }>();
  for (const { pack } of packs) for (const rule of pack.rules) rules.set(`${pack.pack}/${rule.id}`, { rule, pack });

  for (const [key, override] of Object.entries(overrides.rules)) {
    if (report.isFull()) return;
    const say = report.about(key);
    const path = ['rules', key];
    const found = rules.get(key);
    if (!found) {
      const nearest = nearestWord(key, [...rules.keys()]);
      const hint = nearest ? `Did you mean ${quote(nearest)}?` : 'Name a rule of this folder as pack/rule-id.';
      say({ code: 'override-rule-unknown', path, message: `There is no rule ${quote(key)}.`, hint });
      continue;
    }
    if (Object.keys(override).length === 1) {
      const hint = 'Say what to change, or remove it.';
      say({ code: 'override-empty', level: 'warning', path, message: 'The override changes nothing.', hint });
    }
    // The same action as before is the pack's own affair, and has been checked there.
    if (override.action === undefined || override.action === found.rule.action) continue;
    const rule = overrideRule(found.rule, override);
    const here = (said: Said) => say({ ...said, path: [...path, 'action'] });
    checkOutcome(rule, path, here);
    if (rule.action === 'abort') checkAbort(rule, path, channelsOf(found.pack), here);
  }
  for (const [name, stall] of Object.entries(overrides.stall ?? {})) {
    checkStall(stall, ['stall', name], report.say);
    if (packs.some(({ pack }) => pack.pack === name)) continue;
    const nearest = nearestWord(
      name,
      packs.map(({ pack }) => pack.pack),
    );
    const hint = nearest ? `Did you mean ${quote(nearest)}?` : 'Name a pack of this folder.';
    const message = `There is no pack ${quote(name)}.`;
    report.say({ code: 'override-pack-unknown', path: ['stall', name], message, hint });
  }
}
