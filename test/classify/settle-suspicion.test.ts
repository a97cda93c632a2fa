import { describe, expect, test } from 'vitest';
import type { Confirmation } from '../../src/classify/confirm-suspicion.ts';
import { recordId } from '../../src/classify/ids.ts';
import { hasSpokenSince, lookAgain, settleSuspicion } from '../../src/classify/settle-suspicion.ts';
import type { Suspicion } from '../../src/contracts/run-state.ts';
import type { CompiledRule } from '../../src/ruleset/rule-set.ts';
import { contextAt, detection, evidence, named, stateWith } from '../support/decisions.ts';
import { RUN, T0 } from '../support/messages.ts';
import { rulesFrom } from '../support/rules.ts';

const [rule] = rulesFrom(`
rules:
  - id: token-expired
    match: [{ line: 'Login expired · Please run /login', quiet: 20s }]
    continues: ['The account of \\w+ has no seat']
`).rules as [CompiledRule];
const suspicion: Suspicion = {
  ...detection({ grade: 'mixed', evidence: evidence({ excerpt: 'Login expired · Please run /login' }) }),
  clause: 0,
  due_ms: T0,
};
const other: Suspicion = { ...suspicion, rule_key: 'test/other' };
const state = stateWith({ suspicions: [suspicion, other] });
const NOW = T0 + 20_000;
const settle = (confirmation: Confirmation, of: Suspicion = suspicion, by: CompiledRule | undefined = rule) =>
  settleSuspicion(stateWith({ suspicions: [of, other] }), of, by, confirmation, contextAt(NOW));

test('a host that tells of a signal has said nothing of a run that goes on', () => {
  const host = 'Oct 02 07:00:08 lane-2 hostd[811]: gemini (pid 611)';
  expect(hasSpokenSince(rule, suspicion, [`${host} died of signal 9, task T-9 failed`])).toBe(false);
  expect(hasSpokenSince(rule, suspicion, [`${host} has edited 9 files`])).toBe(true);
});

test('a container that is ready again has spoken, one that is not has not', () => {
  expect(hasSpokenSince(rule, suspicion, ['    Ready:          True'])).toBe(true);
  expect(hasSpokenSince(rule, suspicion, ['    Ready:          False'])).toBe(false);
});

describe('a suspicion that was looked at', () => {
  test('ends the run where it is confirmed, and with it all other suspicions', () => {
    const { state: after, effects } = settle({ is: 'confirmed' });
    expect(named(effects)).toEqual(['abort auth.token_expired']);
    expect(after.suspicions).toEqual([]);
  });

  test.each<['dropped' | 'recorded', string]>([
    ['dropped', 'suppressed auth.token_expired'],
    ['recorded', 'recorded auth.token_expired'],
  ])('is gone where it is %s, and a record of its rule says why', (is, expected) => {
    const { state: after, effects } = settle({ is });
    expect(named(effects)).toEqual([expected]);
    expect(effects).toMatchObject([
      {
        record: { record_id: recordId(RUN, 'test/token-expired'), reason: expect.stringContaining('after this line') },
      },
    ]);
    expect(after.suspicions).toEqual([other]);
    expect(after.verdict).toBeUndefined();
  });

  test('is no answer where the runtime itself has said it', () => {
    const { effects } = settle({ is: 'recorded' }, { ...suspicion, grade: 'typed' });
    expect(effects).toMatchObject([{ record: { reason: expect.stringContaining('got over it') } }]);
  });

  test('is looked at again after the time that it still wants, or at the exit', () => {
    const dueOf = (confirmation: Confirmation) => settle(confirmation).state.suspicions.map(({ due_ms: due }) => due);
    expect(dueOf({ is: 'open', forMs: 15_000 })).toEqual([NOW + 15_000, T0]);
    expect(dueOf({ is: 'open' })).toEqual([null, T0]);
    expect(settle({ is: 'open' }).effects).toEqual([]);
  });

  test('ends nothing where its rule has been withdrawn since', () => {
    const { state: after, effects } = settleSuspicion(state, suspicion, undefined, { is: 'confirmed' }, contextAt(NOW));
    expect([effects, after.suspicions]).toEqual([[], [other]]);
  });

  test('that a budget held back is not recorded once more when it is dropped', () => {
    expect(settle({ is: 'dropped' }, { ...suspicion, held: true }).effects).toEqual([]);
    expect(named(settle({ is: 'confirmed' }, { ...suspicion, held: true }).effects)).toEqual([
      'abort auth.token_expired',
    ]);
  });
});

test('another time for one suspicion leaves the others theirs', () => {
  expect(lookAgain(state, other, T0 + 1).suspicions).toEqual([suspicion, { ...other, due_ms: T0 + 1 }]);
});

describe('what follows a suspicious line', () => {
  test.each<[string, string[]]>([
    ['nothing', []],
    ['blank lines', ['', '   ']],
    ['stack frames and closing brackets', ['    at login (cli.js:1:1)', '}', ');', ']']],
    ['lines of its own message, as the rule says', ['The account of ann has no seat']],
    ["the run's account at its end", ['Total cost: $0.42', 'Session ID: 4f1c']],
    ["the host's notice of the exit", ['Process exited with code 1']],
    ["a program's word that the work is over", ['runner: giving up on this task']],
    ['a label before such a word', ['Error: the agent stopped']],
  ])('%s is not the run going on', (_what, lines) => {
    expect(hasSpokenSince(rule, suspicion, lines)).toBe(false);
  });

  test('the same words again are not the run going on', () => {
    const words = 'The plan of ann has no more room';
    expect(hasSpokenSince(rule, { ...suspicion, evidence: evidence({ excerpt: words }) }, [words])).toBe(false);
    expect(hasSpokenSince(rule, suspicion, [words])).toBe(true);
  });

  test.each<[string, string[]]>([
    ['prose', ['I have found another way to do this.']],
    ['prose behind lines that mean nothing', ['', 'Total cost: $0.42', 'So I will fix the parser first.']],
    ['such a word without a name or a label', ['The agent has stopped at the second file and looks at it.']],
    ['a label before other words', ['Error: the file is not there']],
    ["what is nearly the rule's own message", ['The account of ann and bob has no seat']],
  ])('%s is', (_what, lines) => {
    expect(hasSpokenSince(rule, suspicion, lines)).toBe(true);
  });
});
