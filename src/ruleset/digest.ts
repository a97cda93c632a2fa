import { createHash } from 'node:crypto';
import type { RuleOverrides, RulePack } from '../contracts/rule-pack.ts';

/** Digests that were worked out before: writing a whole pack as canonical JSON takes a tenth of a start. */
const known = new WeakMap<RulePack, string>();

/** Takes a pack's digest from a caller that computed it with {@link digestPack}, on the very same pack. */
export function knowDigest(pack: RulePack, digest: string): void {
  known.set(pack, digest);
}

/** SHA-256 (hex) over the canonical JSON of one pack. */
export function digestPack(pack: RulePack): string {
  return known.get(pack) ?? sha256(canonicalJson(pack));
}

/** SHA-256 (hex) over the digests of all packs, in order of their names, and over the overrides. */
export function digestRules(packs: readonly RulePack[], overrides: RuleOverrides | undefined): string {
  const ordered = packs.toSorted((a, b) => (a.pack < b.pack ? -1 : a.pack > b.pack ? 1 : 0));
  return sha256(canonicalJson({ packs: ordered.map(digestPack), overrides: overrides ?? null }));
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
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
