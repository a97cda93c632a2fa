import { describe, expect, test } from 'vitest';
import { countHit } from '../../src/classify/count-hits.ts';
import { RunState } from '../../src/contracts/run-state.ts';
import type { CompiledClause, CompiledRule, ConditionHit } from '../../src/ruleset/rule-set.ts';
import { stateWith } from '../support/decisions.ts';
import { T0 } from '../support/messages.ts';
import { rulesFrom } from '../support/rules.ts';

const WINDOW_MS = 60_000;
/** A rule as the loader compiles it; its clauses are the test's own. */
const [compiled] = rulesFrom(`rules: [{ id: counted, match: [{ event: result, text: x }] }]`).rules;
const ruleOf = (clause: Partial<CompiledClause>): CompiledRule => ({
  ...(compiled as CompiledRule),
  clauses: [{ kind: 'single', conditions: 1, exit: false, ...clause }],
});
const twice = ruleOf({ repeat: { count: 2, withinMs: WINDOW_MS } });
const inOrder = ruleOf({ kind: 'sequence', conditions: 2, withinMs: WINDOW_MS });
const inAnyOrder = ruleOf({ kind: 'all', conditions: 2, withinMs: WINDOW_MS });

interface Said {
  readonly at?: number;
  readonly seq?: number;
  readonly row?: number;
  readonly condition?: number;
  readonly text?: string;
  /** The number that the publisher gave the line. */
  readonly number?: number;
  readonly stream?: 'stdout' | 'stderr';
}

/** Counts lines one after the other; by default each is a message of its own, a second after the last. */
function count(rule: CompiledRule, said: readonly Said[], before: RunState = stateWith()) {
  let state = before;
  const complete: boolean[] = [];
  for (const [at, line] of said.entries()) {
    const { seq = at + 1, row = 0, condition = 0, text = `line ${at}`, number, stream = 'stdout' } = line;
    const hit: ConditionHit = { rule, clause: 0, condition, grade: 'typed', captures: {} };
    const outcome = countHit(state, hit, {
      position: { seq, row },
      atMs: T0 + (line.at ?? at * 1_000),
      line: { stream, number: number ?? row, raw: Buffer.from(text) },
      isNumbered: number !== undefined,
    });
    state = outcome.state;
    complete.push(outcome.complete);
  }
  return { state, complete, hits: state.counts[`${rule.key}#0`] ?? [] };
}

test('a clause that needs no memory is true at once and leaves none', () => {
  const { state, complete } = count(ruleOf({}), [{}]);
  expect([complete, state.counts]).toEqual([[true], {}]);
});

describe('a clause that counts', () => {
  test('is true at the hit that completes it, to the last millisecond of its window', () => {
    expect(count(twice, [{ at: 0 }, { at: WINDOW_MS }]).complete).toEqual([false, true]);
    expect(count(twice, [{ at: 0 }, { at: WINDOW_MS + 1 }]).complete).toEqual([false, false]);
  });

  test("slides on the lines' own time: one that comes late counts where it belongs", () => {
    expect(
      count(twice, [
        { at: 90_000, seq: 9 },
        { at: 40_000, seq: 1 },
      ]).complete,
    ).toEqual([false, true]);
    expect(
      count(twice, [
        { at: 90_000, seq: 9 },
        { at: 29_999, seq: 1 },
      ]).complete,
    ).toEqual([false, false]);
  });

  test('counts a line once, however often it is delivered', () => {
    const line = { seq: 7, row: 3, at: 0 };
    const { complete, hits } = count(twice, [line, line, line]);
    expect([complete, hits.length]).toEqual([[false, false, false], 1]);
  });

  test('counts two rows of one message twice, though they read alike', () => {
    expect(
      count(twice, [
        { seq: 7, row: 0, text: 'x' },
        { seq: 7, row: 1, text: 'x' },
      ]).complete,
    ).toEqual([false, true]);
  });

  test('forgets what is older than its window, and keeps the last 64 at most', () => {
    expect(count(twice, [{ at: 0 }, { at: WINDOW_MS * 2 }]).hits.map(({ seq }) => seq)).toEqual([2]);
    const many = count(
      twice,
      Array.from({ length: 70 }, () => ({ at: 0 })),
    );
    expect([many.hits.length, many.hits[0]?.seq]).toEqual([64, 7]);
  });
});

test('hits between which the run recovered do not count together, whichever comes first', () => {
  const say = (state: RunState, seq: number) =>
    countHit(
      state,
      { rule: twice, clause: 0, condition: 0, grade: 'typed', captures: {} },
      {
        position: { seq, row: 0 },
        atMs: T0 + seq * 1_000,
        line: { stream: 'stdout', number: seq, raw: Buffer.from(`hit ${seq}`) },
        isNumbered: true,
      },
      [{ seq: 2, row: 1 }],
    );
  const late = say(stateWith(), 4).state;
  expect([say(late, 1).complete, say(late, 3).complete]).toEqual([false, true]);
  expect(say(late, 3).together.map(({ seq }) => seq)).toEqual([3, 4]);
  expect(say(say(late, 1).state, 2).complete).toBe(true);
});

describe('a line that was published twice', () => {
  const said = (over: Said) => ({ text: 'same', ...over });

  test.each<[string, Said, Said, boolean]>([
    ['the same number, however much later', { number: 4 }, { number: 4, at: 50_000 }, false],
    ['another number is another line', { number: 4 }, { number: 5 }, true],
    ['the other stream is another line', { number: 4 }, { number: 4, stream: 'stderr' }, true],
    ['without numbers the same bytes within five seconds', {}, { at: 4_999 }, false],
    ['without numbers the same bytes five seconds later', {}, { at: 5_000 }, true],
    ['without numbers other bytes', {}, { at: 0, text: 'other' }, true],
  ])('%s', (_what, first, second, counts) => {
    expect(count(twice, [said({ at: 0, ...first }), said({ at: 0, ...second })]).complete).toEqual([false, counts]);
  });
});

describe('several conditions', () => {
  test('in order are true only in that order, whatever came between', () => {
    expect(count(inOrder, [{ condition: 1 }, { condition: 0 }]).complete).toEqual([false, false]);
    expect(count(inOrder, [{ condition: 0 }, { condition: 0 }, { condition: 1 }]).complete).toEqual([
      false,
      false,
      true,
    ]);
  });

  test('in order are put into the order of the log, not of delivery', () => {
    expect(
      count(inOrder, [
        { condition: 1, seq: 9 },
        { condition: 0, seq: 1 },
      ]).complete,
    ).toEqual([false, true]);
  });

  test('in any order are true once each has held, on one line too', () => {
    expect(count(inAnyOrder, [{ condition: 1 }, { condition: 0 }]).complete).toEqual([false, true]);
    expect(count(inAnyOrder, [{ condition: 1 }, { condition: 1 }]).complete).toEqual([false, false]);
    expect(
      count(inAnyOrder, [
        { condition: 0, seq: 1 },
        { condition: 1, seq: 1 },
      ]).complete,
    ).toEqual([false, true]);
  });
});

test('over a stream that was made anew two lines may have one sequence', () => {
  expect(count(twice, [{ seq: 1 }, { seq: 1, at: 20_000 }]).complete).toEqual([false, true]);
  expect(count(twice, [{ seq: 1 }, { seq: 1, at: 0 }]).complete).toEqual([false, false]);
});

test('of the clauses of a run 64 are counted: the one that was counted first makes room', () => {
  let state = stateWith();
  for (let number = 0; number < 65; number += 1) state = count({ ...twice, key: `test/r${number}` }, [{}], state).state;
  const keys = Object.keys(state.counts);
  expect([keys.length, keys[0], keys.at(-1)]).toEqual([64, 'test/r1#0', 'test/r64#0']);
  expect(RunState.safeParse(state).success).toBe(true);
});

test('the first try of a request begins anew, and counts once', () => {
  const say = (state: RunState, seq: number, isFirstTry: boolean) =>
    countHit(
      state,
      {
        rule: twice,
        clause: 0,
        condition: 0,
        grade: 'typed',
        captures: {},
        ...(isFirstTry && { isFirstTry: true as const }),
      },
      {
        position: { seq, row: 0 },
        atMs: T0 + seq * 1_000,
        line: { stream: 'stdout', number: seq, raw: Buffer.from(`try ${seq}`) },
        isNumbered: true,
      },
    );
  const healed = say(stateWith(), 1, true);
  const again = say(healed.state, 2, true);
  expect([healed.complete, again.complete]).toEqual([false, false]);
  expect(say(again.state, 3, false).complete).toBe(true);
  expect(say(healed.state, 1, true).complete).toBe(false);
  const newer = say(stateWith(), 2, true);
  expect(say(newer.state, 1, true).complete).toBe(false);
  expect(say(say(stateWith(), 3, false).state, 2, true).complete).toBe(true);
});
