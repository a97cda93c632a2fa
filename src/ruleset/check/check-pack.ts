import type { RulePack } from '../../contracts/rule-pack.ts';
import type { StreamName } from '../../contracts/run.ts';
import { checkRuleLiterals, checkSignalLiterals } from '../check-literals.ts';
import { type Finding, hasErrors, sortFindings } from '../findings/finding.ts';
import { createReport, type Report } from '../findings/report.ts';
import type { SourcedOverrides, SourcedPack } from '../findings/rule-source.ts';
import { patternsOfPack } from '../walk-rule.ts';
import type { Channels } from './check-abort.ts';
import { checkCause, checkStatement } from './check-causes.ts';
import { checkNames, KNOWN_RUNTIMES } from './check-names.ts';
import { checkOverrides } from './check-overrides.ts';
import { checkTotalCost } from './check-patterns.ts';
import { checkRule, checkSignal } from './check-rule.ts';
import { checkStall } from './check-stall.ts';

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
  const files = new Map<string, string>();
  const findings = packs.flatMap(({ pack, source, isChecked }) => {
    const report = createReport(source);
    checkNames(pack, source.file, { runtimes, files }, report);
    if (!isChecked && checkTotalCost(patternsOfPack(pack), report.say)) checkMeaning(pack, channelsOf(pack), report);
    return report.findings;
  });
  if (overrides) {
    const report = createReport(overrides.source);
    checkOverrides(overrides.overrides, packs, channelsOf, report);
    findings.push(...report.findings);
  }
  return sortFindings(findings);
}

function checkMeaning(pack: RulePack, channels: Channels, report: Report): void {
  for (const [i, rule] of pack.rules.entries()) {
    if (report.isFull()) return;
    checkRule(rule, ['rules', i], channels, report.about(`${pack.pack}/${rule.id}`));
  }
  for (const [i, cause] of pack.causes.entries()) {
    if (report.isFull()) return;
    checkCause(cause, ['causes', i], report.about(`${pack.pack}/${cause.id}`));
  }
  for (const [i, statement] of pack.statements.entries()) checkStatement(statement, ['statements', i], report.say);
  if (pack.stall) checkStall(pack.stall, ['stall'], report.say);
  for (const [i, signal] of pack.signals.entries()) checkSignal(signal, ['signals', i], report.say);
  // What a rule costs is of interest once it may be used at all.
  if (hasErrors(report.findings)) return;
  for (const [i, rule] of pack.rules.entries()) {
    checkRuleLiterals(rule, ['rules', i], report.about(`${pack.pack}/${rule.id}`));
  }
  for (const [i, signal] of pack.signals.entries()) checkSignalLiterals(signal, ['signals', i], report.say);
}
