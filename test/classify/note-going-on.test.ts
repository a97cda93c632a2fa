import { describe, expect, test } from 'vitest';
import type { DecisionContext } from '../../src/classify/decision-context.ts';
import { recordId } from '../../src/classify/ids.ts';
import { isNotedGoingOn, MAY_GO_ON, noteGoingOn, settleGoingOn } from '../../src/classify/note-going-on.ts';
import { DEFAULT_POLICY } from '../../src/classify/policy.ts';
import type { Detection, RunState } from '../../src/contracts/run-state.ts';
import type { CompiledRule } from '../../src/ruleset/rule-set.ts';
import { contextAt, detection, evidence, named, stateWith } from '../support/decisions.ts';
import { failureRecord, RUN, T0 } from '../support/messages.ts';
import { rulesFrom } from '../support/rules.ts';

const [expired, tried, noModel, quiet] = rulesFrom(`
rules:
  - { id: token-expired, scope: subscription, match: [{ event: result, text: 'token has expired' }] }
  - { id: tried, scope: subscription, status: experimental, match: [{ event: result, text: 'token has gone' }] }
  - { id: no-model, category: model.not_found, scope: run, match: [{ event: result, text: 'no such model' }] }
  - { id: quiet, scope: subscription, match: [{ event: result, text: 'stands still', quiet: 20s }] }
`).rules as [CompiledRule, CompiledRule, CompiledRule, CompiledRule];
const going = (over: Partial<RunState> = {}) => stateWith({ goes_on: 'commands', ...over });
const note = (
  state: RunState = going(),
  rule: CompiledRule = expired,
  found: Partial<Detection> = {},
  context: DecisionContext = contextAt(T0),
) => noteGoingOn(state, rule, rule.clauses[0], detection({ rule_key: rule.key, ...found }), context);

test('a failure of the subscription is recorded at once where the command may go on behind it, and noted', () => {
  const { state, effects } = note();
  expect(effects).toMatchObject([
    { record: { disposition: 'recorded', reason: MAY_GO_ON, category: 'auth.token_expired', grade: 'typed' } },
  ]);
  expect(state.noted).toHaveLength(1);
  expect(state.noted.every(isNotedGoingOn)).toBe(true);
  expect(isNotedGoingOn({ ...failureRecord(), disposition: 'suppressed', reason: MAY_GO_ON })).toBe(false);
});

test('it is recorded once for each rule', () => {
  expect(note(note().state).effects).toEqual([]);
});

test('it takes the place of what was noted of the same cause, less exactly', () => {
  const known = failureRecord(RUN, { record_id: 'r1', disposition: 'recorded', category: 'auth.invalid_credentials' });
  const { state, effects } = note(going({ noted: [known] }));
  expect(named(effects)).toEqual(['suppressed auth.invalid_credentials', 'recorded auth.token_expired']);
  expect(state.noted.map(({ category }) => category)).toEqual(['auth.token_expired']);
});

describe('nothing is recorded', () => {
  const shadowed = (key: string) => contextAt(T0, { policy: { ...DEFAULT_POLICY, shadowed: { [key]: 'a budget' } } });
  test.each<[string, Parameters<typeof note>]>([
    ['of text', [going(), expired, { grade: 'mixed' }]],
    ['of what says nothing of the subscription', [going(), noModel]],
    ['of a rule that is only tried', [going(), tried]],
    ['of a rule that waits for silence', [going(), quiet]],
    ['of a run that its host is ending', [going({ ending: { at_ms: T0 - 1 } })]],
    [
      'of what a client prints while it is ended',
      [going(), expired, { evidence: evidence({ excerpt: 'Request was aborted.' }) }],
    ],
    ['in shadow mode', [going(), expired, {}, contextAt(T0, { policy: { ...DEFAULT_POLICY, mode: 'shadow' } })]],
    ['of a rule that a budget holds back', [going(), expired, {}, shadowed(expired.key)]],
  ])('%s', (_what, given) => {
    const { state, effects } = note(...given);
    expect([state, effects]).toEqual([given[0], []]);
  });
});

describe('once it is known what became of the run', () => {
  const id = recordId(RUN, `${expired.key} going on`);

  test('a run that went on takes it back, once', () => {
    const { state, effects } = settleGoingOn(note().state, expired.key, 'it went on') ?? {
      state: going(),
      effects: [],
    };
    expect(effects).toMatchObject([
      { record: { record_id: id, disposition: 'suppressed', reason: 'it went on' }, revision: 1 },
    ]);
    expect(settleGoingOn(state, expired.key, 'it went on')).toEqual({ state, effects: [] });
  });

  test('one that exited with 0 leaves it as it is', () => {
    const { state } = note();
    expect(settleGoingOn(state, expired.key, undefined)).toEqual({ state, effects: [] });
  });

  test.each([undefined, 'it went on'])('nothing is said where nothing was recorded (%s)', (takenBack) => {
    expect(settleGoingOn(going(), expired.key, takenBack)).toBeUndefined();
  });
});
