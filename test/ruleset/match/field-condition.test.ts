import { describe, expect, test } from 'vitest';
import type { FieldCondition } from '../../../src/contracts/rule-pack.ts';
import { compileField } from '../../../src/ruleset/match/field-condition.ts';

const fields = { code: 401, zero: 0, name: 'rate_limit', none: null, flag: false, list: ['a'], map: {} };

describe('a condition on a field', () => {
  const cases: [string, FieldCondition, boolean][] = [
    ['code', 401, true],
    ['code', '401', false],
    ['none', null, true],
    ['gone', null, false],
    ['flag', false, true],
    ['zero', false, false],
    ['name', { equals: 'rate_limit' }, true],
    ['none', { equals: null }, true],
    ['code', { in: [401, 403] }, true],
    ['code', { in: [403, '401'] }, false],
    ['gone', { in: [null] }, false],
    ['code', { not: 403 }, true],
    ['code', { not: [403, 401] }, false],
    ['gone', { not: 401 }, true],
    ['none', { not: null }, false],
    ['code', { exists: true }, true],
    ['flag', { exists: true }, true],
    ['none', { exists: true }, false],
    ['gone', { exists: true }, false],
    ['none', { exists: false }, true],
    ['gone', { exists: false }, true],
    ['code', { exists: false }, false],
    ['code', { gt: 400, lt: 402 }, true],
    ['code', { gt: 401 }, false],
    ['code', { gte: 401, lte: 401 }, true],
    ['code', { lt: 401 }, false],
    ['code', { lte: 400 }, false],
    ['zero', { lte: 0 }, true],
    ['name', { gt: 0 }, false],
    ['gone', { lt: 5 }, false],
    ['none', { lte: 5 }, false],
    ['name', { matches: '^rate' }, true],
    ['name', { matches: 'limits' }, false],
    ['code', { matches: '401' }, false],
    ['list', { matches: 'a' }, false],
    ['gone', { matches: '' }, false],
    ['name', { matches: 'rate', not: 'rate_limit' }, false],
    ['list.0', 'a', true],
  ];
  test.each(cases)('%s: %j → %s', (path, condition, held) => {
    const field = compileField(path, condition);
    expect(field.holds(field.find(fields))).toBe(held ? 'yes' : 'no');
  });
});
