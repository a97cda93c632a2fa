import { describe, expect, it } from 'vitest';
import { conditionsOfRule, patternsOfPack, placeConditions } from '../../src/ruleset/walk-rule.ts';
import { aPack, aRule } from './build.ts';

const PACK = aPack(
  [
    aRule({
      match: [
        { line: ['one', 'two'], quiet: '20s' },
        { all: [{ event: 'a' }, { text: 'three' }], within: '1m' },
      ],
      unless: [{ event: 'b', where: { code: { matches: 'four' }, other: 1 } }],
      recover: [{ text: 'five' }],
      continues: 'six',
      capture: {
        at: { text: 'seven', as: 'string' },
        from: [
          { field: 'x', as: 'string' },
          { text: 'eight', as: 'string' },
        ],
      },
    }),
  ],
  { signals: [{ id: 'ok', means: 'success', match: [{ event: 'c' }, { text: 'nine' }] }] },
);

it('finds every pattern of a pack, with what it is for and where it is written', () => {
  const found = patternsOfPack(PACK).map(({ source, use, path }) => [source, use, path.join('.')]);
  expect(found).toEqual([
    ['one', 'line', 'rules.0.match.0.line.0'],
    ['two', 'line', 'rules.0.match.0.line.1'],
    ['three', 'text', 'rules.0.match.1.all.1.text'],
    ['four', 'matches', 'rules.0.unless.0.where.code.matches'],
    ['five', 'text', 'rules.0.recover.0.text'],
    ['six', 'continues', 'rules.0.continues'],
    ['seven', 'capture', 'rules.0.capture.at.text'],
    ['eight', 'capture', 'rules.0.capture.from.1.text'],
    ['nine', 'text', 'signals.0.match.1.text'],
  ]);
});

describe('the conditions of a rule', () => {
  it('stand apart by what they are for', () => {
    const [rule] = PACK.rules;
    if (!rule) throw new Error('no rule');
    const { match, unless, recover } = conditionsOfRule(rule, ['r']);
    expect([match, unless, recover].map((placed) => placed.map(({ path }) => path.join('.')))).toEqual([
      ['r.match.0', 'r.match.1.all.0', 'r.match.1.all.1'],
      ['r.unless.0'],
      ['r.recover.0'],
    ]);
  });

  it('are the clause itself where it is not a list', () => {
    expect(placeConditions({ event: 'a', quiet: '1m' }, ['here'])).toEqual([
      { condition: { event: 'a' }, path: ['here'] },
    ]);
    expect(placeConditions({ sequence: [{ event: 'a' }], within: '1m' }, []).map(({ path }) => path)).toEqual([
      ['sequence', 0],
    ]);
  });
});
