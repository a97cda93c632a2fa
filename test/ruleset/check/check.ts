import { expect } from 'vitest';
import { stringify } from 'yaml';
import { type CheckOptions, checkPacks } from '../../../src/ruleset/check/check-pack.ts';
import type { Finding } from '../../../src/ruleset/findings/finding.ts';
import type { SourcedPack } from '../../../src/ruleset/findings/rule-source.ts';
import { readPack } from '../../../src/ruleset/load/read-pack.ts';
import { aRule, rawPack } from '../build.ts';

/** A pack as it is read from a file, so that findings have places. */
export function sourced(raw: Record<string, unknown>, file = 'rules/test.yaml'): SourcedPack {
  const { pack, source, findings } = readPack(file, stringify(raw, { aliasDuplicateObjects: false }));
  if (!pack) throw new Error(`the test's pack can't be read: ${JSON.stringify(findings)}`);
  return { pack, source };
}

/** All findings about a pack of these rules. */
export function check(rules: Record<string, unknown>[], options?: CheckOptions, changes: Record<string, unknown> = {}) {
  return checkPacks([sourced(rawPack(rules, changes))], undefined, options);
}

export const codes = (findings: readonly Finding[]) => findings.map(({ code }) => code);
export const inMatch = (clause: Record<string, unknown>) => ({ match: [clause] });
export const record = (clause: Record<string, unknown>) => ({ ...inMatch(clause), action: 'record' });

/** That a rule with these changes is refused for just these reasons, each of them an error about it with a hint. */
export function expectRefused(changes: Record<string, unknown>, expected: readonly string[]): void {
  const findings = check([aRule(changes), aRule({ id: 'other' })]);
  expect(codes(findings)).toEqual(expected);
  expect(findings.every(({ level }) => level === 'error')).toBe(true);
  expect(findings.every(({ rule }) => rule === 'test/a-rule')).toBe(true);
  expect(findings.every(({ hint }) => hint !== '')).toBe(true);
}
