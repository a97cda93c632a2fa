import { expect, test } from 'vitest';
import { shapeLine } from '../../src/decode/text/line-shape.ts';
import { compileRules } from '../../src/ruleset/compile-rules.ts';
import { setAside } from '../../src/ruleset/set-aside.ts';
import { aPack, aRule, plain, typed } from './build.ts';

const ALL = compileRules([
  aPack([
    aRule({ id: 'general', precedence: 20, match: [{ text: '^Refused' }] }),
    aRule({ id: 'special', precedence: 80, action: 'record', match: [{ text: '^Refused for now' }] }),
    aRule({ id: 'wide', match: [{ line: '[0-9]+', quiet: '1s' }] }),
  ]),
]);
const ASIDE = setAside(ALL, ['test/special', 'test/wide']);
const hits = (rules: typeof ALL, event: ReturnType<typeof plain>) =>
  rules.match(event, 'stdout', 'claude-code').hits.map(({ rule }) => rule.rule.id);

test('nothing is looked for on behalf of rules that are set aside', () => {
  const chunk = Buffer.from('healthy\n123\nRefused\n');
  expect(ALL.candidates(chunk).map(({ row }) => row)).toEqual([0, 1, 2]);
  expect(ASIDE.candidates(chunk).map(({ row }) => row)).toEqual([2]);
  expect(hits(ALL, plain('123'))).toEqual(['wide']);
  expect(hits(ASIDE, plain('123'))).toEqual([]);
});

test('one that is set aside still speaks for a line that a general rule would take otherwise', () => {
  expect(hits(ASIDE, plain('Refused for now'))).toEqual(['general', 'special']);
});

test('one that is set aside still knows a failure that the runtime claims', () => {
  const event = typed('error', {}, { text: 'Refused for now', claimsError: true });
  expect(hits(setAside(ALL, ['test/special', 'test/general']), event)).toEqual(['general', 'special']);
});

test('a line of text is still read in the light of the lines around it', () => {
  const shapes = ['src/a.ts:12: Refused for now'].map((line) => shapeLine(line));
  const heard = (rules: typeof ALL) =>
    rules
      .match(plain('Refused for now'), 'stdout', 'claude-code', { shapes, at: 0 })
      .hits.map(({ rule }) => rule.rule.id);
  expect(heard(ALL)).toEqual(['special']);
  expect(heard(setAside(ALL, ['test/wide']))).toEqual(['special']);
});

test('everything else is as it was', () => {
  expect(ASIDE.digest).toBe(ALL.digest);
  expect(ASIDE.rules).toBe(ALL.rules);
});
