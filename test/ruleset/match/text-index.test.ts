import { expect, test } from 'vitest';
import { compileCondition } from '../../../src/ruleset/match/compile-condition.ts';
import { indexByText } from '../../../src/ruleset/match/text-index.ts';

const indexOf = (patterns: readonly string[]) => {
  const look = indexByText(patterns, (text) => compileCondition({ text }));
  return (text: string) => look(() => Buffer.from(text));
};
const CODES = Array.from({ length: 20 }, (_, i) => `E${100 + i}`);
const CROWD = CODES.map((code) => `${code}: gateway [0-9]+ was throttled by its owner`);

test('of rules that share a phrase only the one is tried that the rest of the text is about', () => {
  const look = indexOf(CROWD);
  expect(look('E107: gateway 42 was throttled by its owner')).toEqual([CROWD[7]]);
  expect(look('it was throttled by its owner')).toEqual([]);
  expect(look('E103: gateway 1 and then E104: GATEWAY 2 were')).toEqual([CROWD[3], CROWD[4]]);
});

test('where nothing but the phrase can be looked for, all that share it are tried, in their order', () => {
  const patterns = CODES.map((_, i) => `[0-9]{${i + 1}} tokens were throttled by its owner`);
  expect(indexOf(patterns)('7 tokens were throttled by its owner')).toEqual(patterns);
});
