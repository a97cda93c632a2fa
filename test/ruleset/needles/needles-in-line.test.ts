import { expect, it } from 'vitest';
import { neededFor, needleText, searchedLine, soughtBy } from '../../../src/ruleset/needles/needles-in-line.ts';
import { aPack, aRule } from '../build.ts';

function foundFor(condition: Record<string, unknown>, line: string): readonly string[] | undefined {
  const [rule] = aPack([aRule({ match: [condition] })]).rules;
  const [sought] = rule ? soughtBy(rule) : [];
  return sought && neededFor(sought, searchedLine(Buffer.from(line)))?.map(needleText);
}

it.each<[string, Record<string, unknown>, string, readonly string[] | undefined]>([
  ['the needle that is there', { text: 'disk full|quota gone' }, 'the QUOTA GONE', ['quota gone']],
  ['both', { text: 'disk full|quota gone' }, 'quota gone, disk full', ['disk full', 'quota gone']],
  ['none', { text: 'disk full' }, 'all is well', []],
  ['none where the line can not be the event', { event: 'quota/gone' }, 'it says "gone"', []],
  ['none where the key has another value', { event: 'e', where: { 'is_error.deep': true } }, '{"deep":false}', []],
  ['everything, where there is nothing to look for', { line: '[0-9]+' }, 'all is well', undefined],
])('%s', (_, condition, line, needles) => {
  expect(foundFor(condition, line)).toEqual(needles);
});

it('shows a needle as people read it', () => {
  expect(needleText({ text: Buffer.from('余额').toString('latin1') })).toBe('余额');
});

it('looks for each condition of a rule, but for those that only take a hit back', () => {
  const [rule] = aPack([
    aRule({
      match: [{ event: 'a' }, { all: [{ event: 'b' }, { event: 'c' }], within: '1m' }],
      unless: [{ text: 'ddd' }],
    }),
  ]).rules;
  expect(rule && soughtBy(rule)).toHaveLength(3);
});
