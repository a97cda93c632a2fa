import { expect, test } from 'vitest';
import { DEFAULT_POLICY, heldBackBy, withFleetMode } from '../../src/classify/policy.ts';
import { type FleetMode, NO_FLEET_MODE } from '../../src/contracts/fleet-mode.ts';

const because = (reason: string, by = 'knell') => ({ reason, by, at: '2026-11-22T12:00:00.000Z' });
const mode = (over: Partial<FleetMode>): FleetMode => ({ ...NO_FLEET_MODE, ...over });

test('a fleet that says nothing leaves each worker its own mode, one that does decides for all', () => {
  expect(withFleetMode({ ...DEFAULT_POLICY, mode: 'shadow' }, NO_FLEET_MODE).mode).toBe('shadow');
  expect(withFleetMode({ ...DEFAULT_POLICY, mode: 'shadow' }, mode({ mode: 'enforce' })).mode).toBe('enforce');
});

test.each([
  ['knell, for a budget, holds back what is decided again later', 'knell', 'too many'],
  ['a person only says what would have been done', 'ann', undefined],
])('shadow mode by %s', (_what, by, held) => {
  const policy = withFleetMode(DEFAULT_POLICY, mode({ mode: 'shadow', because: because('too many', by) }));
  expect(policy.mode).toBe('shadow');
  expect(heldBackBy(policy, 'p/r')).toBe(held);
});

test('a budget that knell has given back pauses nothing', () => {
  const policy = withFleetMode(DEFAULT_POLICY, mode({ mode: 'enforce', because: because('too many') }));
  expect(heldBackBy(policy, 'p/r')).toBeUndefined();
});

test.each<[string, string | undefined, string | undefined]>([
  ['p/rule', undefined, 'the rule'],
  ['p/rule', 'team-a', 'the rule'],
  ['p/both', 'team-b', 'the rule on team-b'],
  ['p/both', 'team-c', undefined],
  ['p/both', undefined, undefined],
  ['p/other', 'team-a', 'all on team-a'],
  ['p/other', 'team-c', undefined],
])('%s on %s is held back by: %s', (key, subscription, reason) => {
  const shadowed = {
    'p/rule': because('the rule'),
    'p/both@team-b': because('the rule on team-b'),
    '@team-a': because('all on team-a'),
  };
  expect(heldBackBy(withFleetMode(DEFAULT_POLICY, mode({ shadowed })), key, subscription)).toBe(reason);
});

test.each<[string, string, string | undefined]>([
  ['p/rule', 'builder', 'the rule for builder'],
  ['p/other', 'builder', undefined],
  ['p/rule', 'other', undefined],
  ['p/rule', 'third', 'all of third'],
])('%s of %s is held back by: %s', (key, agent, reason) => {
  const shadowed = { 'p/rule of builder': because('the rule for builder'), '* of third': because('all of third') };
  expect(heldBackBy(withFleetMode(DEFAULT_POLICY, mode({ shadowed })), key, 'x of builder', agent)).toBe(reason);
});

test('`*` holds back everything', () => {
  const policy = withFleetMode(DEFAULT_POLICY, mode({ shadowed: { '*': because('everything') } }));
  expect(heldBackBy(policy, 'p/any', 'team-x')).toBe('everything');
});
