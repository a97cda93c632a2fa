import { describe, expect, test, vi } from 'vitest';
import type { DecodedEvent } from '../../../src/decode/event.ts';
import { compileRules } from '../../../src/ruleset/compile-rules.ts';
import type { CompiledCondition, Outcome } from '../../../src/ruleset/match/compile-condition.ts';
import { createMatcher, type MatchableRule } from '../../../src/ruleset/match/matcher.ts';
import { aPack, aRule, clause, hitsOf, plain, typed } from '../build.ts';

const bare = { kind: 'either' as const, steps: [], textNeedles: () => undefined, knownNeedles: () => undefined };
const saying = (held: Outcome['held']): CompiledCondition => ({ ...bare, check: () => ({ held }) });

function ruleOf(changes: Partial<MatchableRule>): MatchableRule {
  const [rule] = compileRules([aPack([aRule()])]).rules;
  if (!rule) throw new Error('no rule');
  return { rule, clauses: [], unless: [], recover: [], captures: () => ({}), ...changes };
}

const match = (changes: Partial<MatchableRule>) => createMatcher([ruleOf(changes)], [])(plain('x'), 'stdout');

test('a claim that can not be tested is neither a hit nor forgotten', () => {
  const { hits, unknowns } = match({ clauses: [[saying('unknown')]] });
  expect(hits).toEqual([]);
  expect(unknowns).toMatchObject([{ key: 'test/a-rule' }]);
});

test('a claim that can not be tested does not stand in the way of one that holds', () => {
  const { hits, unknowns } = match({ clauses: [[saying('unknown')], [saying('yes')]] });
  expect(hits).toMatchObject([{ clause: 1, condition: 0 }]);
  expect(unknowns).toHaveLength(1);
});

test('an exclusion that can not be tested keeps the rule from hitting, and is told', () => {
  const { hits, unknowns } = match({ clauses: [[saying('yes')]], unless: [saying('unknown'), saying('no')] });
  expect(hits).toEqual([]);
  expect(unknowns).toHaveLength(1);
});

test('a recovery that can not be tested has not happened', () => {
  expect(match({ recover: [saying('unknown')] }).recoveries).toEqual([]);
  expect(match({ recover: [saying('no'), saying('yes'), saying('yes')] }).recoveries).toHaveLength(1);
});

test('exclusions are looked at once a rule, and only when it has a hit', () => {
  const check = vi.fn<CompiledCondition['check']>(() => ({ held: 'no' }));
  const unless = [{ ...bare, check }];
  match({ clauses: [[saying('no')]], unless });
  expect(check).toHaveBeenCalledTimes(0);
  match({ clauses: [[saying('yes'), saying('yes')], [saying('yes')]], unless });
  expect(check).toHaveBeenCalledTimes(1);
});

describe('the grade of a hit', () => {
  const cases: [string, DecodedEvent, string][] = [
    ['an event of the runtime', typed('result', {}, { text: 'x' }), 'typed'],
    ['a line of a channel of its own', plain('x'), 'stated'],
    ['a line of a shared channel', plain('x', { shared: true }), 'mixed'],
    ['a line of unknown provenance', plain('x', { provenance: 'unknown' }), 'mixed'],
  ];
  test.each(cases)('%s', (_, event, grade) => {
    expect(hitsOf(clause({ text: 'x' }), event)).toMatchObject([{ grade }]);
  });

  test('a typed event on the word of the model is not the runtime testifying', () => {
    const event = typed('assistant', {}, { provenance: 'narration' });
    const hits = hitsOf(clause({ event: 'assistant', provenance: 'narration' }), event);
    expect(hits).toMatchObject([{ grade: 'mixed' }]);
  });
});

describe('exclusions', () => {
  const rule = (unless: Record<string, unknown>) => ({ ...clause({ text: 'limit' }), unless: [unless] });
  const line = plain("You've used 90% of your session limit");
  const cases: [string, Record<string, unknown>, DecodedEvent, boolean][] = [
    ['that hold take the hit away', { text: '90%' }, line, false],
    ['that do not hold leave it', { text: '80%' }, line, true],
    ['look at fields too', { where: { ok: true } }, typed('x', { ok: true }, { text: 'limit' }), false],
    ['may ask who spoke', { provenance: 'unknown' }, plain('limit', { provenance: 'unknown' }), false],
    ['may ask for a stream', { stream: 'stdout' }, plain('limit'), false],
  ];
  test.each(cases)('%s', (_, unless, event, held) => {
    expect(hitsOf(rule(unless), event)).toHaveLength(held ? 1 : 0);
  });

  test('look at whatever the rule has hit, whoever said it', () => {
    const event = plain('limit 90%', { provenance: 'tool' });
    const asked = { match: [{ text: 'limit', provenance: 'tool' }] };
    expect(hitsOf(asked, event)).toHaveLength(1);
    expect(hitsOf({ ...asked, unless: [{ text: '90%' }] }, event)).toHaveLength(0);
  });
});

test('recoveries and signals are reported beside the hits', () => {
  const set = compileRules([
    aPack([aRule({ recover: [{ event: 'assistant', provenance: 'narration' }, { event: 'done' }] })], {
      signals: [{ id: 'success', means: 'success', match: [{ event: 'done' }, { event: 'd*' }] }],
    }),
  ]);
  const narration = set.match(typed('assistant', {}, { provenance: 'narration' }), 'stdout', 'claude-code');
  expect(narration).toMatchObject({ hits: [], recoveries: [{ key: 'test/a-rule' }], signals: [] });
  const done = set.match(typed('done'), 'stdout', 'claude-code');
  expect(done).toMatchObject({ hits: [], recoveries: [{ key: 'test/a-rule' }], signals: [{ key: 'test/success' }] });
});
