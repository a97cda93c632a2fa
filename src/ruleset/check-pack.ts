import type { RuleOverrides, RulePack } from '../contracts/rule-pack.ts';
import type { StreamName } from '../contracts/run.ts';
import { checkPattern } from './check-patterns.ts';
import type { Finding } from './finding.ts';
import { patternsOfRule, patternsOfSignal } from './patterns-of.ts';
import { createReport } from './report.ts';
import type { RuleSource } from './rule-source.ts';

export interface SourcedPack {
  readonly pack: RulePack;
  readonly source: RuleSource;
}

export interface SourcedOverrides {
  readonly overrides: RuleOverrides;
  readonly source: RuleSource;
}

export interface CheckOptions {
  /** Whether only the runtime itself writes plain text on the stream. Left out: nowhere. */
  readonly ownsChannel?: (runtime: string, stream: StreamName) => boolean;
  /** The runtimes that are known; others get a warning. */
  readonly runtimes?: readonly string[];
}

export function checkPacks(
  packs: readonly SourcedPack[],
  _overrides?: SourcedOverrides,
  _options: CheckOptions = {},
): Finding[] {
  return packs.flatMap(({ pack, source }) => {
    const report = createReport(source);
    pack.rules.forEach((rule, i) => {
      for (const pattern of patternsOfRule(rule, ['rules', i])) {
        checkPattern(pattern, report.about(`${pack.pack}/${rule.id}`));
      }
    });
    pack.signals.forEach((signal, i) => {
      for (const pattern of patternsOfSignal(signal, ['signals', i])) checkPattern(pattern, report.say);
    });
    return report.findings;
  });
}
