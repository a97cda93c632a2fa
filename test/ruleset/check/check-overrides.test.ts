import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { checkPacks } from '../../../src/ruleset/check/check-pack.ts';
import type { SourcedOverrides } from '../../../src/ruleset/findings/rule-source.ts';
import { readOverrides } from '../../../src/ruleset/load/read-pack.ts';
import { aRule, rawPack } from '../build.ts';
import { codes, inMatch, sourced } from './check.ts';

describe('overrides', () => {
  const pack = sourced(
    rawPack([
      aRule({ action: 'record', ...inMatch({ line: 'Login expired' }) }),
      aRule({ id: 'notice', action: 'notice', notice: 'quota_warning', category: undefined }),
    ]),
  );
  const overridesOf = (rules: Record<string, unknown>, stall = {}): SourcedOverrides => {
    const raw = stringify({ schema: 'knell.overrides/v1', rules, stall });
    const { overrides, source } = readOverrides('rules/overrides.yaml', raw);
    if (!overrides) throw new Error('the overrides of the test are wrong');
    return { overrides, source };
  };
  const reason = 'a test';
  const cases: [string, Record<string, unknown>, string[]][] = [
    ['that name a rule are fine', { 'test/a-rule': { disabled: true, reason } }, []],
    ['that name no rule are refused', { 'test/a-rul': { disabled: true, reason } }, ['override-rule-unknown']],
    ['that change nothing get a warning', { 'test/a-rule': { reason } }, ['override-empty']],
    [
      'can not give an abort to doubtful evidence',
      { 'test/a-rule': { action: 'abort', reason } },
      ['abort-unconfirmed'],
    ],
    ['can give it once the rule waits', { 'test/a-rule': { action: 'abort', quiet: '20s', reason } }, []],
    ['can not make a notice a failure', { 'test/notice': { action: 'record', reason } }, ['category-missing']],
  ];
  test.each(cases)('%s', (_, rules, expected) => {
    const findings = checkPacks([pack], overridesOf(rules));
    expect(codes(findings)).toEqual(expected);
    expect(findings.every(({ file }) => file === 'rules/overrides.yaml')).toBe(true);
  });

  test('of stall limits name a pack', () => {
    expect(checkPacks([pack], overridesOf({}, { test: { warn: '5m' } }))).toEqual([]);
    const findings = checkPacks([pack], overridesOf({}, { tset: { warn: '5m' } }));
    expect(findings).toMatchObject([{ code: 'override-pack-unknown', hint: 'Did you mean `test`?' }]);
    expect(codes(checkPacks([pack], overridesOf({}, { test: { warn: '5m', abort: '1m' } })))).toEqual(['stall-order']);
  });
});
