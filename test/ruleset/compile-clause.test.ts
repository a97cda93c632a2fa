import { describe, expect, test } from 'vitest';
import { compileRules } from '../../src/ruleset/compile-rules.ts';
import { aPack, aRule, hitsOf, typed } from './build.ts';

describe('clauses', () => {
  const rule = {
    match: [
      { event: 'system/api_retry', repeat: { count: 2, within: '30s' } },
      { sequence: [{ event: 'a' }, { event: 'b' }, { event: 'a' }], within: '2m', quiet: '500ms' },
      { all: [{ event: 'a' }, { event: 'c' }], within: '1h', exit: true },
    ],
  };

  test('carry their times in milliseconds', () => {
    expect(compileRules([aPack([aRule(rule)])]).rules[0]?.clauses).toEqual([
      { kind: 'single', conditions: 1, exit: false, repeat: { count: 2, withinMs: 30_000 } },
      { kind: 'sequence', conditions: 3, exit: false, withinMs: 120_000, quietMs: 500 },
      { kind: 'all', conditions: 2, exit: true, withinMs: 3_600_000 },
    ]);
  });

  test('report each of their conditions that holds on an event', () => {
    const places = hitsOf(rule, typed('a')).map(({ clause, condition }) => [clause, condition]);
    expect(places).toEqual([
      [1, 0],
      [1, 2],
      [2, 0],
    ]);
  });
});
