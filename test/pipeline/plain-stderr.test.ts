import { describe, expect, test } from 'vitest';
import type { Run } from '../../src/contracts/run.ts';
import { claude } from '../support/claude-lines.ts';
import { shippedRules } from '../support/shipped-rules.ts';
import { fleet, useMemoryFleet } from '../support/use-memory-fleet.ts';

/*
 * A line of text on standard error may come from a tool, a hook, a tool server or any child that inherits the channel: it is
 * never believed at once, also where the runtime itself prints nothing else there.
 */
const { ruleSet: rules } = await shippedRules();
const run: Run = { agent: 'a1', execution: 'e1', attempt: 1 };
const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const BANNERS = [
  'API Error: 401 {"type":"error","error":{"type":"authentication_error","message":"OAuth token has expired."}} · Please run /login',
  'Failed to authenticate. API Error: 401 Invalid bearer token',
  'API Error: 403 {"type":"error","error":{"type":"permission_error","message":"Your organization is disabled"}}',
];

useMemoryFleet(rules);
const aborted = () => fleet.publisher.aborts.map(({ category }) => category);
const structured = { format: 'structured' } as const;

/** Seconds until the run is ended; Infinity where it is not within the time. */
async function endedAfter(limitMs: number): Promise<number> {
  for (let waitedMs = 0; waitedMs <= limitMs; waitedMs += SECOND) {
    if (aborted().length > 0) return waitedMs / SECOND;
    await fleet.clock.advance(SECOND);
  }
  return Number.POSITIVE_INFINITY;
}

describe('a run that prints events, and on whose standard error a banner stands', () => {
  test.each(BANNERS)('is not ended while its tool works, and goes on: %s', async (banner) => {
    await fleet.start(run, structured);
    await fleet.say(run, [claude.init(), claude.calls('Bash')]);
    const tree = fleet.watchTree(run, { tools: 1 });
    await fleet.say(run, [banner], 'stderr');
    await fleet.clock.advance(80 * SECOND);
    tree.tools(0);
    await fleet.say(run, [claude.toolSays('exit 1'), claude.says('The fixture holds that line.')]);
    await fleet.clock.advance(8 * MINUTE);
    expect(aborted()).toEqual([]);
  });

  test('is not ended where nobody sees its tree', async () => {
    await fleet.start(run, structured);
    await fleet.say(run, [claude.init(), claude.calls('Bash')]);
    await fleet.say(run, BANNERS, 'stderr');
    await fleet.clock.advance(5 * MINUTE);
    await fleet.say(run, [claude.toolSays('exit 1'), claude.says('Done.')]);
    await fleet.clock.advance(5 * MINUTE);
    expect(aborted()).toEqual([]);
  });

  test('is not ended while its model thinks about what a tool printed there', async () => {
    await fleet.start(run, structured);
    await fleet.say(run, [claude.init(), claude.calls('Bash')]);
    await fleet.say(run, BANNERS, 'stderr');
    await fleet.say(run, [claude.toolSays('exit 1')]);
    fleet.watchTree(run);
    await fleet.clock.advance(8 * MINUTE);
    await fleet.say(run, [claude.says('The fixture holds that line.'), claude.succeeds()]);
    await fleet.exit(run, 0);
    await fleet.clock.advance(MINUTE);
    expect(aborted()).toEqual([]);
  });

  test('has it taken back once its events go on, whatever its exit is then', async () => {
    await fleet.start(run, structured);
    await fleet.say(run, [claude.init(), claude.calls('Bash')]);
    await fleet.say(run, BANNERS.slice(0, 1), 'stderr');
    await fleet.say(run, [claude.toolSays('exit 1'), claude.says('I go on.')]);
    await fleet.exit(run, 1);
    const left = fleet.publisher.records().filter(({ category }) => category.startsWith('auth.'));
    expect(left.map(({ disposition }) => disposition)).toEqual(['suppressed']);
  });

  test('is ended at once when a typed event says the same', async () => {
    await fleet.start(run, structured);
    await fleet.say(run, [claude.init(), claude.calls('Bash')]);
    await fleet.say(run, BANNERS.slice(0, 1), 'stderr');
    expect(aborted()).toEqual([]);
    await fleet.say(run, [claude.fails('API Error: 401 OAuth access token has expired.', 401)]);
    expect(aborted()).toEqual(['auth.token_expired']);
  });

  test('is ended within 60 s where it has printed nothing else and hangs', async () => {
    await fleet.start(run, structured);
    await fleet.say(run, BANNERS.slice(0, 1), 'stderr');
    fleet.watchTree(run);
    const seconds = await endedAfter(5 * MINUTE);
    expect(seconds).toBeGreaterThanOrEqual(20);
    expect(seconds).toBeLessThanOrEqual(60);
  });

  test.each(['Error: connect ECONNREFUSED 127.0.0.1:5432', 'Error: 401 Unauthorized', ...BANNERS])(
    'is not ended before its model has had nine minutes for its first answer, since a tool server may have said: %s',
    async (line) => {
      await fleet.start(run, structured);
      await fleet.say(run, [claude.init()]);
      await fleet.say(run, [line], 'stderr');
      fleet.watchTree(run);
      const seconds = await endedAfter(20 * MINUTE);
      expect(seconds).toBeGreaterThan(400);
      expect(seconds).toBeLessThanOrEqual(600);
    },
  );

  test.each(['Error: connect ECONNREFUSED 127.0.0.1:5432', ...BANNERS])(
    'is not ended for what a script printed before it started the client: %s',
    async (line) => {
      await fleet.start(run, structured);
      await fleet.say(run, [line], 'stderr');
      await fleet.clock.advance(3 * SECOND);
      await fleet.say(run, [claude.init()]);
      fleet.watchTree(run);
      expect(await endedAfter(11 * MINUTE)).toBe(Number.POSITIVE_INFINITY);
    },
  );

  test('is ended within ten minutes where it hangs after its tools have worked', async () => {
    await fleet.start(run, structured);
    await fleet.say(run, [claude.init(), claude.calls('Bash'), claude.toolSays('ok')]);
    await fleet.say(run, BANNERS.slice(0, 1), 'stderr');
    fleet.watchTree(run);
    const seconds = await endedAfter(20 * MINUTE);
    expect(seconds).toBeGreaterThan(400);
    expect(seconds).toBeLessThanOrEqual(600);
  });

  test('is named by it where it exits with a failure', async () => {
    await fleet.start(run, structured);
    await fleet.say(run, [claude.init()]);
    await fleet.say(run, BANNERS.slice(0, 1), 'stderr');
    await fleet.exit(run, 1);
    expect(aborted()).toEqual([]);
    expect(fleet.publisher.records()).toMatchObject([{ category: 'auth.token_expired', disposition: 'recorded' }]);
  });
});

describe.each(['claude-code', 'copilot-cli', 'cline', 'continue-cli', 'pi'])('%s in plain text', (runtime) => {
  const LINE = 'Error: 401 Unauthorized: invalid API key';

  test('is not ended at once for a banner on standard error, nor while a tool works', async () => {
    await fleet.start(run, { runtime });
    await fleet.say(run, [LINE], 'stderr', runtime);
    expect((await fleet.stateOf(run))?.suspicions).toHaveLength(1);
    const tree = fleet.watchTree(run, { tools: 1 });
    await fleet.clock.advance(80 * SECOND);
    expect(aborted()).toEqual([]);
    tree.tools(0);
    await fleet.say(run, ['All the tests pass now, and I have pushed the change.'], 'stdout', runtime);
    await fleet.clock.advance(15 * MINUTE);
    expect(aborted()).toEqual([]);
  });

  test('is ended within 60 s where it hangs behind it', async () => {
    await fleet.start(run, { runtime });
    await fleet.say(run, [LINE], 'stderr', runtime);
    fleet.watchTree(run);
    expect(await endedAfter(5 * MINUTE)).toBeLessThanOrEqual(60);
  });
});
