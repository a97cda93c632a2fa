import { z } from 'zod';
import { Category, NextAction, Provenance, Scope, Severity } from '../../contracts/categories.ts';
import { NoticeKind } from '../../contracts/notice.ts';
import { RuleAction, RulePack, RuleStatus } from '../../contracts/rule-pack.ts';
import { StreamName } from '../../contracts/run.ts';

/** Every key that a rules file may have anywhere, and the words that some of them take; from the schema of packs. */
export const RULE_WORD_VALUES = {
  keys: keysIn(z.toJSONSchema(RulePack, { unrepresentable: 'any', io: 'input' })),
  values: {
    category: [...Category.options],
    scope: [...Scope.options],
    severity: [...Severity.options],
    next: [...NextAction.options],
    action: [...RuleAction.options],
    status: [...RuleStatus.options],
    notice: [...NoticeKind.options],
    provenance: [...Provenance.options],
    stream: [...StreamName.options],
    final: ['yes', 'no'],
    means: ['started', 'success', 'credential'],
    schema: ['knell.rules/v1'],
  } as Record<string, string[]>,
};

function keysIn(schema: unknown): string[] {
  const found = new Set<string>();
  const look = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    const { properties } = value as { properties?: Record<string, unknown> };
    for (const key of Object.keys(properties ?? {})) found.add(key);
    for (const inner of Object.values(value)) look(inner);
  };
  look(schema);
  return [...found].sort();
}
