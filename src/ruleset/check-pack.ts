import type { RulePack } from '../contracts/rule-pack.ts';
import type { StreamName } from '../contracts/run.ts';
import type { Channels } from './check-abort.ts';
import { checkNames, KNOWN_RUNTIMES } from './check-names.ts';
import { checkOverrides } from './check-overrides.ts';
import { checkRule, checkSignal } from './check-rule.ts';
import { type Finding, sortFindings } from './finding.ts';
import { createSay } from './report.ts';
import type { SourcedOverrides, SourcedPack } from './rule-source.ts';

export interface CheckOptions {
  /** Whether only the runtime itself writes plain text on the stream. Left out: nowhere. */
  readonly ownsChannel?: (runtime: string, stream: StreamName) => boolean;
  /** The runtimes that are known; for others there is a warning. */
  readonly runtimes?: readonly string[];
}

/**
 * Checks what packs and overrides mean, as far as that can be seen without running their examples.
 * Their shape has been checked by reading them. Findings come in order of their places.
 */
export function checkPacks(
  packs: readonly SourcedPack[],
  overrides?: SourcedOverrides,
  options: CheckOptions = {},
): Finding[] {
  const { ownsChannel = () => false, runtimes = KNOWN_RUNTIMES } = options;
  const channelsOf = (pack: RulePack): Channels => ({ runtimes: [pack.runtime].flat(), ownsChannel });
  const findings = checkNames(packs, runtimes);
  for (const { pack, source } of packs) {
    pack.rules.forEach((rule, i) => {
      checkRule(rule, ['rules', i], channelsOf(pack), createSay(source, findings, `${pack.pack}/${rule.id}`));
    });
    pack.signals.forEach((signal, i) => {
      checkSignal(signal, ['signals', i], createSay(source, findings));
    });
  }
  if (overrides) findings.push(...checkOverrides(overrides, packs, channelsOf));
  return sortFindings(findings);
}
