import { describe, expect, test } from 'vitest';
import {
  DYING_MS,
  ENDING_MS,
  isBeingEnded,
  mustWait,
  STATED_QUIET_MS,
  wantedQuietMs,
} from '../../src/classify/wanted-quiet.ts';
import type { CompiledClause, CompiledRule } from '../../src/ruleset/rule-set.ts';
import { detection, evidence, stateWith } from '../support/decisions.ts';
import { T0 } from '../support/messages.ts';

const clause = (over: Partial<CompiledClause> = {}): CompiledClause => ({
  kind: 'single',
  conditions: 1,
  exit: false,
  ...over,
});
const of = (match: readonly object[]) => ({ rule: { match } }) as unknown as CompiledRule;
const [cause, rule] = [of([]), of([{}])];
const running = stateWith();
const structured = stateWith({ format: 'structured' });
const ending = stateWith({ ending: { at_ms: T0 - 1_000 } });
const dying = { evidence: evidence({ event: 'result', excerpt: 'error_during_execution' }) };

describe('a hit that may end its run at once', () => {
  test.each([
    ['a typed event', cause, {}, running],
    ["an author's whole line on a channel of the runtime's own, in plain text", rule, { grade: 'stated' }, running],
    ['a typed event after the time that a host has to end the run', cause, { at_ms: T0 + ENDING_MS }, ending],
  ] as const)('is %s', (_what, by, found, state) => {
    expect(mustWait(by, clause(), detection(found), state)).toBe(false);
  });
});

describe('a hit that has to wait', () => {
  test.each([
    ['a statement of text, on whatever channel', cause, {}, { grade: 'stated' }, running],
    ["an author's line beside structured output", rule, {}, { grade: 'stated' }, structured],
    ['a line on a shared channel', rule, {}, { grade: 'mixed' }, running],
    ['one whose rule wants silence', rule, { quietMs: 1 }, {}, running],
    ['one whose rule wants the exit', rule, { exit: true }, {}, running],
    ['what a client prints while it is ended', cause, {}, dying, running],
    ['anything while the host ends the run', cause, {}, {}, ending],
    ["an author's line while the host ends the run", rule, {}, { grade: 'stated' }, ending],
  ] as const)('is %s', (_what, by, of, found, state) => {
    expect(mustWait(by, clause(of), detection(found), state)).toBe(true);
  });

  test.each([
    ['as long as its rule says', { quietMs: 7 }, 'mixed', 7],
    ['20 s where the runtime alone prints', {}, 'stated', STATED_QUIET_MS],
    ['five seconds where it is a typed event', {}, 'typed', DYING_MS],
    ['for the exit where its rule names no time', {}, 'mixed', undefined],
    ['for the exit where its rule says so', { exit: true }, 'typed', undefined],
  ] as const)('waits %s', (_what, of, grade, expected) => {
    expect(wantedQuietMs(clause(of), { grade })).toBe(expected);
  });
});

test('a host has 30 s to end a run', () => {
  expect(isBeingEnded(ending, { at_ms: T0 + ENDING_MS - 1_001 })).toBe(true);
  expect(isBeingEnded(ending, { at_ms: T0 + ENDING_MS - 1_000 })).toBe(false);
  expect(isBeingEnded(running, { at_ms: T0 })).toBe(false);
});
