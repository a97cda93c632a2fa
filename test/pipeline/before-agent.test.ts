import { describe, expect, test } from 'vitest';
import type { Run, StreamName } from '../../src/contracts/run.ts';
import { formatTime } from '../../src/contracts/time.ts';
import { claude } from '../support/claude-lines.ts';
import { shippedRules } from '../support/shipped-rules.ts';
import { fleet, useMemoryFleet } from '../support/use-memory-fleet.ts';

/*
 * What was printed before the agent of a shell's line was started is not the agent's word: `aws sts get-caller-identity; claude -p …`. The
 * host tells when that was, by the clock by which it tells when a line was printed.
 */
const { ruleSet: rules } = await shippedRules();
const run: Run = { agent: 'a1', execution: 'e1', attempt: 1 };
const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const EXPIRED = 'Error: The SSO session associated with this profile has expired or is otherwise invalid.';
const BANNER = 'Login expired · Please run /login';

useMemoryFleet(rules);
const commands = () => fleet.publisher.aborts.map(({ category }) => category);
const stands = () => fleet.publisher.records().filter(({ disposition }) => disposition !== 'suppressed');
/** A line of a host whose clock is this far ahead. */
const say = (line: string, stream: StreamName = 'stdout', runtime = 'claude-code', aheadMs = 0) =>
  fleet.say(run, [line], stream, runtime, { 'Knell-Time': formatTime(fleet.clock.now() + aheadMs) });

/** Seconds until the run is ended; undefined where it is not within the time. */
async function endedAfter(limitMs: number): Promise<number | undefined> {
  for (let waitedMs = 0; waitedMs <= limitMs; waitedMs += SECOND) {
    if (commands().length > 0) return waitedMs / SECOND;
    await fleet.clock.advance(SECOND);
  }
  return undefined;
}

describe.each([0, -HOUR, HOUR])('by a clock that is %i ms ahead', (aheadMs) => {
  test.each([
    ['a failure', 'text', EXPIRED, 'stderr'],
    ['a banner like the agent’s', 'text', BANNER, 'stdout'],
    ['a banner like the agent’s', 'structured', BANNER, 'stderr'],
  ] as const)(
    'a step before the agent that prints %s in front of %s ends nothing',
    async (_what, format, line, stream) => {
      await fleet.start(run, { format });
      const tree = fleet.watchTree(run);
      await say(line, stream, 'claude-code', aheadMs);
      await fleet.clock.advance(SECOND);
      tree.startAgent(aheadMs);
      const agent_started_at = formatTime(fleet.clock.now() + aheadMs);
      // The pack's own limit of a silent run comes later.
      expect(await endedAfter(11 * MINUTE)).toBeUndefined();
      tree.stop();
      await fleet.exit(run, 1, null, { agent_started_at });
      await fleet.clock.advance(MINUTE);
      expect(stands().filter(({ category }) => category.startsWith('auth.'))).toEqual([]);
    },
  );

  test('the agent’s own banner behind such words ends it within a minute', async () => {
    await fleet.start(run, { format: 'text' });
    const tree = fleet.watchTree(run);
    await say(
      'Already up to date. The branch is in order, and nothing is to be pulled.',
      'stdout',
      'claude-code',
      aheadMs,
    );
    await fleet.clock.advance(SECOND);
    tree.startAgent(aheadMs);
    await fleet.clock.advance(SECOND);
    await say(BANNER, 'stdout', 'claude-code', aheadMs);
    const seconds = await endedAfter(10 * MINUTE);
    expect(seconds).toBeGreaterThanOrEqual(20);
    expect(seconds).toBeLessThanOrEqual(60);
  });

  test('the agent’s own banner behind its own words still waits for nine minutes', async () => {
    await fleet.start(run, { format: 'text' });
    const tree = fleet.watchTree(run);
    tree.startAgent(aheadMs);
    await fleet.clock.advance(SECOND);
    await say('The log of the nightly job ends with this line', 'stdout', 'claude-code', aheadMs);
    await say(BANNER, 'stdout', 'claude-code', aheadMs);
    const seconds = await endedAfter(11 * MINUTE);
    expect(seconds).toBeGreaterThanOrEqual(540);
  });
});

test('an exit that tells when the agent was started names the run by the agent’s words alone', async () => {
  await fleet.start(run, { format: 'text' });
  const printedMs = fleet.clock.now();
  await say(BANNER, 'stderr');
  await fleet.exit(run, 1, null, { agent_started_at: formatTime(printedMs + SECOND) });
  await fleet.clock.advance(MINUTE);
  expect(stands().map(({ category }) => category)).not.toContain('auth.token_expired');
});

test('where the agent never starts, the step’s failure is the run’s', async () => {
  await fleet.start(run, { format: 'text' });
  await say(BANNER, 'stderr');
  await fleet.exit(run, 1);
  await fleet.clock.advance(MINUTE);
  expect(stands().map(({ category }) => category)).toEqual(['auth.token_expired']);
});

describe('Codex whose standard error goes the way of its output', () => {
  const HEADER = [
    'OpenAI Codex v0.171.0',
    '--------',
    'workdir: /srv/app',
    'model: gpt-5.5',
    'session id: 01a22992-ef1f-7813-b0ce-4fdc99b2169e',
    '--------',
    'user',
    'Do the work',
  ];
  const LIMIT = "ERROR: You've hit your usage limit. Upgrade to Pro or try again at 10:09 AM.";
  const tell = (lines: readonly string[]) => fleet.say(run, lines, 'stdout', 'codex');

  test('is ended within a minute for a banner that stands alone', async () => {
    await fleet.start(run, { runtime: 'codex', format: 'text' });
    fleet.watchTree(run);
    await tell(HEADER);
    await fleet.clock.advance(SECOND);
    await tell(['ERROR: Reconnecting... 1/5', LIMIT]);
    expect(await endedAfter(10 * MINUTE)).toBeLessThanOrEqual(60);
  });

  test.each([
    ['its model has spoken', [...HEADER, 'codex', 'The log of last night ends with this line']],
    ['its prompt shows that line', [...HEADER.slice(0, -1), 'Why did the run end with this line?']],
  ])('is not ended before nine minutes where %s', async (_what, before) => {
    await fleet.start(run, { runtime: 'codex', format: 'text' });
    fleet.watchTree(run);
    await tell([...before, LIMIT]);
    expect((await endedAfter(11 * MINUTE)) ?? 600).toBeGreaterThanOrEqual(540);
  });

  test('is not ended before nine minutes for what a command of its model prints', async () => {
    await fleet.start(run, { runtime: 'codex', format: 'text' });
    fleet.watchTree(run);
    await tell([...HEADER, 'exec', "/bin/bash -lc 'cat run.log' in /srv/app", ' succeeded in 12ms:', LIMIT]);
    expect((await endedAfter(11 * MINUTE)) ?? 600).toBeGreaterThanOrEqual(540);
  });
});

test('a structured run goes on behind the words of a step before it', async () => {
  await fleet.start(run, { format: 'structured' });
  const tree = fleet.watchTree(run);
  await say(EXPIRED, 'stderr');
  tree.startAgent(SECOND);
  await say(claude.init());
  await say(claude.succeeds());
  await fleet.exit(run, 0);
  await fleet.clock.advance(MINUTE);
  expect([commands(), stands()]).toEqual([[], []]);
});
