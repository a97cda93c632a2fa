import { describe, expect, test } from 'vitest';
import type { Run } from '../../src/contracts/run.ts';
import { shippedRules } from '../support/shipped-rules.ts';
import { fleet, useMemoryFleet } from '../support/use-memory-fleet.ts';

const { ruleSet: rules } = await shippedRules();
const run: Run = { agent: 'a1', execution: 'e1', attempt: 1 };
const SECOND = 1_000;
const MINUTE = 60 * SECOND;

useMemoryFleet(rules);

/** Seconds until the run is ended; undefined where it is not within the time. */
async function endedAfter(limitMs: number): Promise<number | undefined> {
  for (let waitedMs = 0; waitedMs <= limitMs; waitedMs += SECOND) {
    if (fleet.publisher.aborts.length > 0) return waitedMs / SECOND;
    await fleet.clock.advance(SECOND);
  }
  return undefined;
}

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
