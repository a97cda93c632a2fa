import { describe, expect, test } from 'vitest';
import { compileRules } from '../../src/ruleset/compile-rules.ts';
import { aPack, aRule, someOverrides, typed } from './build.ts';

test('lines continue a message only as whole lines', () => {
  const [rule] = compileRules([aPack([aRule({ continues: ['Generate a new one.*', 'Bye'] })])]).rules;
  expect(['Generate a new one with it', 'Bye', 'Bye bye', ''].map((text) => rule?.continues(text))).toEqual([
    true,
    true,
    false,
    false,
  ]);
});

describe('packs', () => {
  const set = compileRules([
    aPack([aRule({ match: [{ event: 'x' }] })], { pack: 'one', runtime: ['codex', 'gemini'] }),
    aPack([aRule({ match: [{ event: 'x' }] })], { pack: 'all', runtime: 'any' }),
  ]);
  const cases: [string, string[]][] = [
    ['codex', ['one/a-rule', 'all/a-rule']],
    ['gemini', ['one/a-rule', 'all/a-rule']],
    ['claude-code', ['all/a-rule']],
    ['__proto__', ['all/a-rule']],
    ['any', ['all/a-rule']],
  ];
  test.each(cases)('for %s are those that name it and those for any', (runtime, keys) => {
    expect(set.match(typed('x'), 'stdout', runtime).hits.map(({ rule }) => rule.key)).toEqual(keys);
  });

  test('stand with their version and the digest of the set in every reference', () => {
    expect(set.rules[0]?.reference).toEqual({ id: 'a-rule', pack: 'one', version: '1.2.3', digest: set.digest });
    expect(set.digest).toMatch(/^[0-9a-f]{64}$/);
  });
});

describe('overrides', () => {
  const pack = aPack([aRule({ match: [{ event: 'result' }, { line: 'x', exit: true }] })]);
  const overridden = (change: Record<string, unknown>) =>
    compileRules([pack], someOverrides({ 'test/a-rule': change })).rules[0];

  test.each([{ status: 'experimental' }, { action: 'warn' }, { severity: 'info' }, { next: 'retry' }])(
    'change %j of a rule',
    (change) => {
      expect(overridden(change)?.rule).toMatchObject(change);
    },
  );

  test('switch a rule off', () => {
    expect(overridden({ disabled: true })).toBeUndefined();
    expect(overridden({ disabled: false })).toBeDefined();
  });

  test('make clauses wait, but for those that wait for the exit', () => {
    expect(overridden({ quiet: '20s' })?.clauses).toMatchObject([{ quietMs: 20_000 }, { exit: true }]);
    expect(overridden({ quiet: '20s' })?.clauses[1]).not.toHaveProperty('quietMs');
  });

  test('leave the pack as it was, and change the digest', () => {
    const before = structuredClone(pack);
    const set = compileRules([pack], someOverrides({ 'test/a-rule': { action: 'warn', quiet: '1m' } }));
    expect(pack).toEqual(before);
    expect(set.digest).not.toBe(compileRules([pack]).digest);
  });
});

describe('deprecation', () => {
  test('keeps a rule in force until another has taken its place', () => {
    const set = compileRules([
      aPack([
        aRule({ id: 'old', status: 'deprecated' }),
        aRule({ id: 'gone', status: 'deprecated', replaced_by: 'new' }),
        aRule({ id: 'new' }),
      ]),
    ]);
    expect(set.rules.map(({ key }) => key)).toEqual(['test/old', 'test/new']);
  });
});

test('a set that starts light says the same of each event, before its index is made and after', () => {
  const phrases = Array.from({ length: 20 }, (_, i) => `failure number ${i} of this kind`);
  const rules = phrases.map((text, i) => aRule({ id: `rule-${i}`, match: [{ event: 'result', text }] }));
  const [light, whole] = [true, false].map((startsLight) => compileRules([aPack(rules)], undefined, { startsLight }));
  for (let round = 0; round < 3; round++) {
    for (const text of [...phrases, 'nothing of the kind']) {
      const keys = [light, whole].map((set) =>
        set?.match(typed('result', {}, { text }), 'stdout', 'claude-code').hits.map(({ rule }) => rule.key),
      );
      expect(keys[0]).toHaveLength(text.startsWith('failure') ? 1 : 0);
      expect(keys[0]).toEqual(keys[1]);
    }
  }
});
