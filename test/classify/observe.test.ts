import { describe, expect, test } from 'vitest';
import { ALONE_MS } from '../../src/classify/confirm-suspicion.ts';
import { observe } from '../../src/classify/observe.ts';
import type { Occurrence } from '../../src/classify/occurrence.ts';
import type { Credential } from '../../src/contracts/evidence.ts';
import type { RunState } from '../../src/contracts/run-state.ts';
import { formatTime } from '../../src/contracts/time.ts';
import { claude } from '../support/claude-lines.ts';
import { contextAt, endedAt, named, occurrenceOf, stateWith } from '../support/decisions.ts';
import { T0 } from '../support/messages.ts';
import { rulesFrom } from '../support/rules.ts';

const BANNER = 'Login expired · Please run /login';
const rules = rulesFrom(`
signals:
  - { id: started, means: started, version: claude_code_version, match: [{ event: system/init }] }
  - { id: done, means: success, match: [{ event: result, where: { is_error: false } }] }
  - id: uses-api-key
    means: credential
    kind: api_key
    match: [{ event: system/init, where: { apiKeySource: { not: none } } }]
  - id: uses-subscription
    means: credential
    kind: oauth
    match: [{ event: system/init, where: { apiKeySource: none } }]
rules:
  - { id: expired, match: [{ event: result, text: 'token has expired' }] }
  - { id: quiet, match: [{ event: result, text: 'stands still', quiet: 20s }] }
  - { id: at-exit, match: [{ event: result, text: 'only the exit', exit: true }] }
  - { id: banner, match: [{ line: '${BANNER}', quiet: 2m }] }
  - { id: refused-twice, match: [{ event: system/api_retry, where: { error_status: 401 }, repeat: { count: 2, within: 60s } }] }
  - { id: slow, action: record, category: provider.overloaded, match: [{ event: result, text: overloaded }] }
  - { id: soon, action: warn, category: quota.usage_limit, match: [{ event: result, text: 'nearly used up' }] }
  - id: window
    category: quota.usage_limit
    next: retry_after
    capture: { reset_at: { text: 'resets (.+)', as: reset_time } }
    match: [{ event: result, text: 'limit reached' }]
`);
const said = (line: string, over: Partial<Occurrence> = {}) => occurrenceOf(rules, line, over);
const fails = (text: string, over: Partial<Occurrence> = {}) => said(claude.fails(text, 500), over);
const at = (seq: number, atMs = T0 + seq) => ({ position: { seq, row: 0 }, atMs });
const take = (state: RunState, occurrence: Occurrence) => observe(state, occurrence, contextAt(occurrence.atMs));

describe('a signal', () => {
  test('of a success drops all suspicions and takes back what was noted, before anything else is said', () => {
    const noted = take(stateWith(), fails('overloaded')).state;
    const suspected = take(noted, fails('stands still', at(2))).state;
    expect(suspected.suspicions).toHaveLength(1);
    const { state, effects } = take(suspected, said(claude.succeeds(), at(3)));
    expect(named(effects)).toEqual(['suppressed provider.overloaded']);
    expect(state).toMatchObject({ suspicions: [], noted: [], succeeded: { at_ms: T0 + 3, position: { seq: 3 } } });
  });

  test('counts where it stands in the stream, whenever it is read', () => {
    const over = take(stateWith(), said(claude.succeeds(), at(5))).state;
    // The beginning of the turn comes again from a worker that died.
    const again = take(over, said(claude.init(), at(2))).state;
    expect(again.succeeded?.position.seq).toBe(5);
    expect(named(take(again, fails('token has expired', at(9))).effects)).not.toContain('abort auth.token_expired');
    // The result of an earlier turn says nothing of what the next one met.
    const suspected = take(stateWith(), fails('stands still', at(7))).state;
    expect(take(suspected, said(claude.succeeds(), at(5))).state.suspicions).toHaveLength(1);
    const twice = take(take(stateWith(), said(claude.succeeds(), at(8))).state, said(claude.succeeds(), at(5))).state;
    expect(twice.succeeded?.position.seq).toBe(8);
  });

  test('of a new turn takes back that the run has succeeded', () => {
    const { state } = take(stateWith(), said(claude.succeeds()));
    expect(take(state, said(claude.init(), at(2))).state.succeeded).toBeUndefined();
  });

  test('of what the run runs with counts where it stands in the stream, whenever it is read', () => {
    const newer = claude.init('ANTHROPIC_API_KEY').replace('2.1.197', '2.2.0');
    const later = take(stateWith(), said(newer, at(2))).state;
    const told = { credential: { kind: 'api_key' }, runtime_version: '2.2.0', told_at: { seq: 2, row: 0 } };
    expect(take(later, said(claude.init(), at(1))).state).toMatchObject(told);
    const inOrder = take(take(stateWith(), said(claude.init(), at(1))).state, said(newer, at(2))).state;
    expect(inOrder).toMatchObject(told);
    // One that comes again says the same.
    expect(take(inOrder, said(newer, at(2))).state).toEqual(inOrder);
  });

  test("brings in the runtime's version, cut to 64 characters", () => {
    expect(take(stateWith(), said(claude.init())).state.runtime_version).toBe('2.1.197');
    const long = claude.init().replace('2.1.197', '9'.repeat(100));
    expect(take(stateWith(), said(long)).state.runtime_version).toBe('9'.repeat(64));
  });

  test.each<[string, Credential | undefined, string, Credential]>([
    [
      'a run that was started with a key and says so keeps the fingerprint of the key',
      { kind: 'api_key', subscription: 'team-a', fingerprint: 'key' },
      'ANTHROPIC_API_KEY',
      { kind: 'api_key', subscription: 'team-a', fingerprint: 'key' },
    ],
    [
      'a run that says it uses a key it was not started with is not known by the fingerprint of its token',
      { kind: 'oauth', subscription: 'team-a', fingerprint: 'token' },
      'apiKeyHelper',
      { kind: 'api_key' },
    ],
    [
      'a run that uses its subscription keeps all that is known',
      { kind: 'unknown', subscription: 'team-a', fingerprint: 'token' },
      'none',
      { kind: 'oauth', subscription: 'team-a', fingerprint: 'token' },
    ],
    ['a run of which nothing is known is known by what it says', undefined, 'none', { kind: 'oauth' }],
  ])('of the credential: %s', (_what, startedWith, apiKeySource, known) => {
    const state = stateWith(startedWith ? { credential: startedWith } : {});
    expect(take(state, said(claude.init(apiKeySource))).state.credential).toEqual(known);
  });
});

describe('a rule that aborts', () => {
  test('ends the run at once on what only the runtime says', () => {
    expect(named(take(stateWith(), fails('token has expired')).effects)).toEqual(['abort auth.token_expired']);
  });

  test('only suspects where it wants silence or the exit', () => {
    const { state, effects } = take(take(stateWith(), fails('stands still')).state, fails('only the exit', at(2)));
    expect(effects).toEqual([]);
    expect(state.suspicions.map(({ rule_key: key, due_ms: due }) => [key, due])).toEqual([
      ['test/quiet', T0 + 20_000],
      ['test/at-exit', null],
    ]);
  });

  test('is looked at soon where its line may stand alone on a channel that others write to', () => {
    const [suspicion] = take(stateWith(), occurrenceOf(rules, BANNER, {}, 'text')).state.suspicions;
    expect(suspicion).toMatchObject({ grade: 'mixed', due_ms: T0 + ALONE_MS });
  });

  test('suspects from the last of its lines on, in whatever order they come, and however often', () => {
    const second = take(stateWith(), fails('stands still', at(20))).state;
    expect(take(second, fails('stands still', at(10)))).toEqual({ state: second, effects: [] });
    expect(take(second, fails('stands still', at(20)))).toEqual({ state: second, effects: [] });
    const third = take(second, fails('stands still', at(30))).state.suspicions;
    expect(third.map(({ position, due_ms: due }) => [position.seq, due])).toEqual([[30, T0 + 20_030]]);
  });

  test('reads the reset time that it captures from the time of the line', () => {
    const { effects } = take(stateWith(), fails('limit reached, resets in 2 hours'));
    expect(effects).toMatchObject([{ command: { not_before: formatTime(T0 + 7_200_000), reset_source: 'text' } }]);
  });

  test('forgets what the run got over, and counts on from there', () => {
    const retry = (seq: number) => said(claude.retry(401, seq), at(seq));
    const first = take(stateWith(), retry(1)).state;
    expect(named(take(first, retry(3)).effects)).toEqual(['abort auth.token_expired']);
    const recovered = new Map([['test/refused-twice', [{ seq: 2, row: 1 }]]]);
    expect(observe(first, retry(3), contextAt(), recovered).effects).toEqual([]);
  });
});

describe('a rule that records or warns', () => {
  test.each([
    ['overloaded', 'recorded provider.overloaded'],
    ['nearly used up', 'warned quota.usage_limit'],
  ])('%s: does so once for a run, and only counts after that', (text, expected) => {
    const first = take(stateWith(), fails(text));
    expect(named(first.effects)).toEqual([expected]);
    expect(first.state.noted).toHaveLength(1);
    const second = take(first.state, fails(text, at(2)));
    expect([second.effects, Object.values(second.state.recorded)]).toEqual([[], [2]]);
  });

  test('says nothing any more once 64 rules have been recorded for the run: its memory is bounded', () => {
    const recorded = Object.fromEntries(Array.from({ length: 64 }, (_, number) => [`test/r${number}`, 1]));
    const full = stateWith({ recorded });
    expect(take(full, fails('overloaded'))).toEqual({ state: full, effects: [] });
  });

  test('says nothing of a run that has its verdict', () => {
    const ended = endedAt(T0 + 60_000);
    expect(take(ended, fails('overloaded')).effects).toEqual([]);
  });
});

test('what no rule knows and the runtime calls a failure is recorded as unknown', () => {
  expect(named(take(stateWith(), fails('unheard of')).effects)).toEqual(['recorded unknown.unmatched', 'drift']);
});

test('what a run prints after its command changes nothing, and in a finished log it counts', () => {
  const ended = endedAt(T0);
  const late = fails('unheard of', { atMs: T0 + 1 });
  expect(take(ended, late)).toEqual({ state: ended, effects: [] });
  const finished = observe(ended, fails('token has expired', at(9)), contextAt(T0, { finished: true }));
  expect(finished.state.verdict?.record.evidence).toHaveLength(2);
});

test('a refusal that the run got over by its result counts no more when the next turn meets one', () => {
  const refused = () => said(claude.retry(401, 2), at(1));
  const first = take(stateWith(), refused());
  const done = take(first.state, said(claude.succeeds(), at(2)));
  const next = take(done.state, said(claude.retry(401, 2), at(3)));
  expect(next.effects.filter(({ kind }) => kind === 'abort')).toEqual([]);
});
