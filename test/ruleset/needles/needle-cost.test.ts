import { expect, it } from 'vitest';
import { cheapest, needleCost } from '../../../src/ruleset/needles/needle-cost.ts';

const needle = (text: string) => ({ text });

it('costs less the longer a needle is, up to 16 bytes', () => {
  expect(needleCost(needle('abcd'))).toBeLessThan(needleCost(needle('abc')));
  expect(needleCost(needle('a'.repeat(17)))).toBe(needleCost(needle('a'.repeat(16))));
});

it('costs more for a key, and for a string of nearly every event', () => {
  expect(needleCost({ text: 'abcdef', isKeyEnd: true })).toBeGreaterThan(needleCost(needle('abcdef')));
  expect(needleCost(needle('"type"'))).toBeGreaterThan(needleCost(needle('"typo"')));
});

it('takes the set that costs least, of the sets that are there', () => {
  const rare = [needle('a rare text')];
  expect(cheapest([undefined, [needle('ab')], rare, [...rare, needle('other text')]])).toBe(rare);
  expect(cheapest([undefined])).toBeUndefined();
  expect(cheapest([])).toBeUndefined();
});
