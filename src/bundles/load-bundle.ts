import type { RuleOverrides, RulePack } from '../contracts/rule-pack.ts';
import type { RulesBundle } from '../contracts/rules-bundle.ts';
import type { Finding } from '../ruleset/findings/finding.ts';
import { type LoadOptions, loadFiles } from '../ruleset/load/load-rules.ts';
import type { RuleSet } from '../ruleset/rule-set.ts';
import { openArchive, type Refusal, short } from './archive.ts';
import { compareVersions } from './versions.ts';

/** A bundle whose rules can be used. */
export interface LoadedBundle {
  readonly digest: string;
  readonly bundle: RulesBundle;
  readonly packs: readonly RulePack[];
  readonly overrides: RuleOverrides | undefined;
  /** Its verdicts name the bundle's digest. */
  readonly ruleSet: RuleSet;
}

export interface LoadBundleOptions extends LoadOptions {
  /** The version of knell that is to run it. */
  readonly engine: string;
}

/** How many of a bundle's findings a refusal repeats. */
const MAX_REPEATED = 10;

/**
 * Verifies, reads, checks and compiles a bundle: whole, or not at all. Pure; never throws.
 *
 * @param bytes from anywhere
 * @param digest the SHA-256 that they must have
 */
export function loadBundle(
  bytes: Uint8Array,
  digest: string,
  options: LoadBundleOptions,
): { loaded: LoadedBundle } | { refusals: readonly Refusal[] } {
  const opened = openArchive(bytes, digest);
  if ('refusal' in opened) return { refusals: [opened.refusal] };
  const { bundle } = opened;
  if (compareVersions(bundle.engine, options.engine) > 0) {
    const message = `The bundle wants knell ${bundle.engine} or newer, and this is ${options.engine}: update knell first.`;
    return { refusals: [{ code: 'engine-too-old', message }] };
  }
  const files = Object.entries(bundle.files)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, text]) => ({ name, file: `${short(digest)}/${name}`, content: Buffer.from(text, 'utf8') }));
  if (files.length === 0) return { refusals: [{ code: 'bundle-empty', message: 'The bundle has no files.' }] };
  const { ruleSet, findings, packs, overrides } = loadFiles(files, { ...options, digest });
  if (!ruleSet) {
    const errors = findings.filter(({ level }) => level === 'error').slice(0, MAX_REPEATED);
    return { refusals: errors.map(refusalOf) };
  }
  return { loaded: { digest, bundle, packs: packs.map(({ pack }) => pack), overrides, ruleSet } };
}

/** Where something is wrong, but not the words of the file, since a refusal is published to all. */
function refusalOf({ code, file, line, column }: Finding): Refusal {
  return { code, message: `${file}:${line}:${column}` };
}
