import { describe, expect, test } from 'vitest';
import { checkPacks } from '../../../src/ruleset/check/check-pack.ts';
import { aRule, rawPack } from '../build.ts';
import { check, codes, expectRefused, sourced } from './check.ts';

describe('a rule is refused', () => {
  const cases: [string, Record<string, unknown>, string[]][] = [
    ['for an unknown successor', { status: 'deprecated', replaced_by: 'a-rul' }, ['replaced-by-unknown']],
    ['for replacing itself', { status: 'deprecated', replaced_by: 'a-rule' }, ['replaced-by-replaced']],
    ['for being replaced and in force', { replaced_by: 'other' }, ['replaced-not-deprecated']],
  ];
  test.each(cases)('%s', (_, changes, expected) => {
    expectRefused(changes, expected);
  });
});

describe('names', () => {
  test('of rules are unique in their pack, and not used again', () => {
    expect(codes(check([aRule(), aRule()]))).toEqual(['rule-id-duplicate']);
    expect(codes(check([aRule({ status: 'deprecated' }), aRule()]))).toEqual(['rule-id-reused']);
  });

  test('of rules may be the same in different packs', () => {
    const packs = ['a', 'b'].map((pack) => sourced(rawPack([aRule()], { pack }), `rules/${pack}.yaml`));
    expect(checkPacks(packs)).toEqual([]);
  });

  test('of packs are those of their files, and unique', () => {
    const packs = ['a', 'b'].map((file) => sourced(rawPack([aRule()], { pack: 'a' }), `rules/${file}.yaml`));
    expect(codes(checkPacks(packs))).toEqual(['pack-name', 'pack-duplicate']);
  });

  test('of signals are unique', () => {
    const signal = { id: 'done', means: 'success', match: [{ event: 'done' }] };
    expect(codes(check([aRule()], {}, { signals: [signal, signal] }))).toEqual(['signal-duplicate']);
  });

  test("of runtimes that are nearly known get a warning; one of the author's own does not", () => {
    const findings = check([aRule()], {}, { runtime: ['claude-code', 'claude-cod'] });
    expect(findings).toMatchObject([
      { code: 'runtime-unknown', level: 'warning', hint: expect.stringContaining('Did you mean `claude-code`?') },
    ]);
    expect(check([aRule()], {}, { runtime: 'my-own-assistant' })).toEqual([]);
    expect(check([aRule()], { runtimes: ['mine'] }, { runtime: 'mine' })).toEqual([]);
    expect(check([aRule()], { runtimes: [] }, { runtime: 'any' })).toEqual([]);
  });
});
