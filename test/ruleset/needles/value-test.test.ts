import { describe, expect, it } from 'vitest';
import type { FieldCondition } from '../../../src/contracts/rule-pack.ts';
import { anyOf, testForField, testForStart, type ValueTest } from '../../../src/ruleset/needles/value-test.ts';

const passes = (test: ValueTest | undefined, raw: string) => test?.passes(Buffer.from(raw), 0);

describe('what follows a key', () => {
  it.each<[FieldCondition, string, boolean]>([
    [401, ':401}', true],
    [401, ' : 4.01e2,', true],
    [401, ':4011}', false],
    [401, ':"401"', false],
    ['rejected', ': "rejected"', true],
    ['rejected', ':"rejecte', false],
    ['rejected', ':"rejected twice"', false],
    ['rejected', ':"rej\\u0065cted"', true],
    [true, ':true}', true],
    [true, ':false}', false],
    [null, ':null', true],
    [{ in: [401, 'x'] }, ':"x"', true],
    [{ in: [401, 'x'] }, ':402', false],
    [{ exists: true }, ':{"a":1}', true],
    [{ exists: true }, ':null', false],
    [{ gt: 400, lte: 403 }, ':403', true],
    [{ gt: 400, lte: 403 }, ':400', false],
    [{ matches: '^a' }, ':"b"', true],
    [{ matches: '^a' }, ':1', false],
    [401, '401', false],
    [401, ',"x":401', false],
  ])('%j in %s passes: %s', (condition, raw, expected) => {
    expect(passes(testForField(condition), raw)).toBe(expected);
  });

  it.each<[FieldCondition]>([[{ not: 401 }], [{ exists: false }], [{}]])(
    '%j holds without the field too',
    (condition) => {
      expect(testForField(condition)).toBeUndefined();
    },
  );
});

it('passes by the first bytes of a value', () => {
  expect(passes(testForStart('"error'), ' : "error_max_turns"')).toBe(true);
  expect(passes(testForStart('"error'), ':"success"')).toBe(false);
});

it('passes where one of several tests does, and asks single values at once', () => {
  const values = [401, 'a', 403].map((value) => testForField(value) as ValueTest);
  const any = anyOf([...values, testForField({ gt: 500 }) as ValueTest]);
  expect([':401', ':"a"', ':501', ':402'].map((raw) => passes(any, raw))).toEqual([true, true, true, false]);
  expect(anyOf(values).equals).toEqual([401, 'a', 403]);
});
