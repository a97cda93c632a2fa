import { conditionsOf } from '../ruleset/compile-clause.ts';
import { conditionKind } from '../ruleset/match/compile-condition.ts';
import type { CompiledRule, RuleSet } from '../ruleset/rule-set.ts';

/** A Markdown page that lists every rule in force, pack by pack. */
export function rulesReference(rules: RuleSet): string {
  const packs = rules.packs.map(({ pack, version }) => {
    const own = rules.rules.filter(({ reference }) => reference.pack === pack);
    const rows = own.map(rowOf);
    return [
      `## ${pack} ${version}`,
      '',
      '| rule | what it means | category | scope | action | evidence | next | remedy | examples |',
      '|---|---|---|---|---|---|---|---|---|',
      ...rows,
      '',
    ].join('\n');
  });
  const aborting = rules.rules.filter(({ rule }) => rule.action === 'abort').length;
  const head = [
    '# All rules',
    '',
    `${rules.rules.length} rules in ${rules.packs.length} packs, ${aborting} of them end runs. Written by \`knell rules docs\`.`,
    '',
  ];
  return [...head, ...packs].join('\n');
}

function rowOf({ rule }: CompiledRule): string {
  const cells = [
    rule.status === 'stable' ? `\`${rule.id}\`` : `\`${rule.id}\` (${rule.status})`,
    rule.title,
    rule.category ?? `notice ${rule.notice ?? ''}`,
    rule.scope,
    rule.action,
    evidenceOf(rule),
    rule.next,
    rule.remedy ?? '',
    `${rule.examples.match.length} + ${rule.examples.ignore.length}`,
  ];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll(/\s+/g, ' ')).join(' | ')} |`;
}

/** Which kinds of evidence a rule works on, and how those are confirmed. */
function evidenceOf(rule: CompiledRule['rule']): string {
  const kinds = rule.match.map((clause) => {
    const typed = conditionsOf(clause).every((condition) => conditionKind(condition) === 'typed');
    const confirmed = clause.exit
      ? ', then exit'
      : clause.quiet === undefined
        ? ''
        : `, then ${clause.quiet} of silence`;
    return `${typed ? 'typed' : 'text'}${confirmed}`;
  });
  return [...new Set(kinds)].join('; ');
}
