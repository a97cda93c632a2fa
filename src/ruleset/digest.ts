import { createHash } from 'node:crypto';
import type { RuleOverrides, RulePack } from '../contracts/rule-pack.ts';

/** SHA-256 (hex) over the canonical JSON of all packs, in order of their names, and of the overrides. */
export function digestRules(packs: readonly RulePack[], overrides: RuleOverrides | undefined): string {
  const ordered = packs.toSorted((a, b) => (a.pack < b.pack ? -1 : a.pack > b.pack ? 1 : 0));
  return createHash('sha256')
    .update(canonicalJson({ packs: ordered, overrides: overrides ?? null }))
    .digest('hex');
}

/** JSON with the keys of each object sorted and nothing between tokens: the same value always gives the same text. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const entries = Object.entries(value)
    .filter(([, item]) => item !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonicalJson(item)}`).join(',')}}`;
}
