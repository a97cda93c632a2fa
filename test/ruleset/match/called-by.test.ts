import { expect, it } from 'vitest';
import { calledBy } from '../../../src/ruleset/match/called-by.ts';

it('calls for what contains a needle, and for all of which nothing is known', () => {
  const isCalled = calledBy(Buffer.from('Usage Limit reached'));
  expect([isCalled([{ text: 'limit' }]), isCalled([{ text: 'expired' }]), isCalled(undefined)]).toEqual([
    true,
    false,
    true,
  ]);
});

it('calls for everything where a character stands that RE2 takes for a letter', () => {
  expect(calledBy(Buffer.from('to\u212aen'))([{ text: 'token' }])).toBe(true);
});
