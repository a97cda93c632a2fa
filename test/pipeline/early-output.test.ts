import { describe, expect, test } from 'vitest';
import type { Run } from '../../src/contracts/run.ts';
import { claude } from '../support/claude-lines.ts';
import { shippedRules } from '../support/shipped-rules.ts';
import { fleet, useMemoryFleet } from '../support/use-memory-fleet.ts';

/** What stands before an agent in its shell's line, with the shipped rules and time in the test's hands. */
const { ruleSet: rules } = await shippedRules();
const run: Run = { agent: 'a1', execution: 'e1', attempt: 1 };
const BANNER = 'Login expired · Please run /login';
const REFUSED = claude.fails('Failed to authenticate. API Error: 401 OAuth token has expired.', 401);
const MINUTE = 60_000;

useMemoryFleet(rules);
const CERTAIN = { 'Knell-Early': 'certain', 'Knell-Alone': 'no' };
const POSSIBLE = { 'Knell-Early': 'possible', 'Knell-Alone': 'no' };
const say = (lines: readonly string[], more: Record<string, string> = {}) =>
  fleet.say(run, lines, 'stdout', 'claude-code', more);
const aborted = () => fleet.publisher.aborts.map(({ category }) => category);
const lastRecord = () => fleet.publisher.records().at(-1);

describe('what was printed before the agent was there', () => {
  test.each([
    ['a typed failure', [claude.init(), REFUSED], 'structured'],
    ['a banner', [BANNER], 'text'],
  ])('ends nothing and is no suspicion, however long the agent is silent: %s', async (_what, lines, format) => {
    await fleet.start(run, { format });
    fleet.watchTree(run);
    await say(lines, CERTAIN);
    expect((await fleet.stateOf(run))?.suspicions).toEqual([]);
    await fleet.clock.advance(9.5 * MINUTE);
    expect([aborted(), fleet.publisher.records()]).toEqual([[], []]);
  });

  test('names a run that has exited where its agent has said nothing', async () => {
    await fleet.start(run, { format: 'structured' });
    await say([claude.init(), REFUSED], CERTAIN);
    await fleet.exit(run, 1);
    expect(lastRecord()).toMatchObject({ category: 'auth.token_expired', grade: 'typed', disposition: 'recorded' });
    expect((await fleet.stateOf(run))?.verdict?.disposition).toBe('recorded');
    expect(aborted()).toEqual([]);
  });

  test('names it too where its lines are read behind the exit', async () => {
    await fleet.start(run, { format: 'structured' });
    await fleet.exit(run, 1);
    await say([claude.init(), REFUSED], CERTAIN);
    expect((await fleet.stateOf(run))?.verdict?.category).toBe('auth.token_expired');
  });

  test('names nothing where the agent goes on, fails of something else, or reports its result', async () => {
    await fleet.start(run, { format: 'structured' });
    await say([REFUSED], CERTAIN);
    await say([claude.init(), claude.succeeds()]);
    await fleet.exit(run, 0);
    const state = await fleet.stateOf(run);
    expect([state?.verdict, state?.early, aborted()]).toEqual([undefined, undefined, []]);
  });

  test('is no result of the run, but of one that exits well and has said nothing else', async () => {
    await fleet.start(run, { format: 'structured' });
    await say([claude.init(), claude.succeeds()], CERTAIN);
    expect((await fleet.stateOf(run))?.succeeded).toBeUndefined();
    await fleet.exit(run, 0);
    expect((await fleet.stateOf(run))?.succeeded).toBeDefined();
  });

  test('does not count with what the agent says of the same', async () => {
    await fleet.start(run, { format: 'structured' });
    await say([claude.retry(401, 1), claude.retry(401, 2)], CERTAIN);
    await say([claude.init(), claude.retry(401, 1)]);
    expect(aborted()).toEqual([]);
    await say([claude.retry(401, 2)]);
    expect(aborted()).toHaveLength(1);
  });

  test('is not before a banner of the agent, which stands alone', async () => {
    await fleet.start(run, { format: 'text' });
    fleet.watchTree(run);
    await say(['Already up to date.'], CERTAIN);
    await say([BANNER]);
    await fleet.clock.advance(MINUTE);
    expect(aborted()).toHaveLength(1);
  });
});

describe('what the agent or another before it has printed', () => {
  test('ends a run that is silent behind it, after nine minutes', async () => {
    await fleet.start(run, { format: 'structured' });
    fleet.watchTree(run);
    await say([claude.init(), REFUSED], POSSIBLE);
    await fleet.clock.advance(8.9 * MINUTE);
    expect(aborted()).toEqual([]);
    await fleet.clock.advance(MINUTE);
    expect(aborted()).toEqual(['auth.token_expired']);
  });

  test('does not end one that goes on', async () => {
    await fleet.start(run, { format: 'structured' });
    fleet.watchTree(run);
    await say([claude.init(), REFUSED], POSSIBLE);
    await say([claude.init()]);
    await fleet.clock.advance(9.5 * MINUTE);
    expect(aborted()).toEqual([]);
  });

  test('names one that has exited', async () => {
    await fleet.start(run, { format: 'structured' });
    await say([claude.init(), REFUSED], POSSIBLE);
    await fleet.exit(run, 1);
    expect(lastRecord()).toMatchObject({ category: 'auth.token_expired', grade: 'typed', disposition: 'recorded' });
  });
});
