import { describe, expect, test } from 'vitest';
import type { Run } from '../../src/contracts/run.ts';
import type { RunState } from '../../src/contracts/run-state.ts';
import { claude } from '../support/claude-lines.ts';
import { rulesFrom } from '../support/rules.ts';
import { fleet, renewMemoryFleet, useMemoryFleet } from '../support/use-memory-fleet.ts';

const rules = rulesFrom(`
stall:
  warn: 120s
  abort: 600s
  open_tool: { warn: 20m }
  tools: { WebFetch: { warn: 60s, abort: 300s } }
  completion: 60s
signals:
  - { id: started, means: started, match: [{ event: system/init }] }
  - { id: done, means: success, match: [{ event: result, where: { is_error: false } }] }
rules:
  - id: token-expired
    scope: subscription
    match:
      - { event: result, text: 'token has expired' }
      - { line: 'Login expired · Please run /login', quiet: 20s }
`);
const banner = 'Login expired · Please run /login';
const doom = claude.fails('OAuth token has expired', 401);
const run: Run = { agent: 'a1', execution: 'e1', attempt: 1 };
useMemoryFleet(rules);
const aborted = () => fleet.publisher.aborts.map(({ category }) => category);
const notices = () => fleet.publisher.notices.map(({ kind }) => kind);
const dispositions = () => fleet.publisher.records().map(({ disposition, category }) => `${disposition} ${category}`);

describe('a suspicion', () => {
  test('is confirmed by silence of an idle tree, and not before', async () => {
    await fleet.say(run, [banner]);
    fleet.watchTree(run);
    await fleet.clock.advance(19_000);
    expect(aborted()).toEqual([]);
    await fleet.clock.advance(5_000);
    expect(aborted()).toEqual(['auth.token_expired']);
  });

  test('is dropped when the run says anything on either stream', async () => {
    await fleet.say(run, [banner]);
    await fleet.clock.advance(5_000);
    await fleet.say(run, ['still here'], 'stderr');
    await fleet.clock.advance(60_000);
    expect(aborted()).toEqual([]);
    expect(dispositions()).toEqual(['suppressed auth.token_expired']);
  });

  test('that became due while nobody was there is settled by whoever starts next', async () => {
    await fleet.say(run, [banner]);
    fleet.watchTree(run);
    await fleet.restartDueWorker();
    await fleet.clock.advance(24_000);
    expect(aborted()).toEqual(['auth.token_expired']);
  });

  test('is settled by the exit, also when the exit is heard before the line', async () => {
    await fleet.start(run);
    await fleet.exit(run, 1);
    await fleet.say(run, [banner]);
    expect(aborted()).toEqual([]);
    expect(dispositions()).toEqual(['recorded auth.token_expired']);
  });

  test('in the last line of a run that exits with 0 is recorded and ends nothing', async () => {
    await fleet.say(run, ['I know the banner you mean.', banner]);
    await fleet.exit(run, 0);
    expect(aborted()).toEqual([]);
    expect(dispositions()).toEqual(['recorded auth.token_expired']);
  });

  test('that the answer has just announced is dropped, whatever the run exits with', async () => {
    await fleet.say(run, ['The banner is this one:', '', banner]);
    await fleet.exit(run, 1);
    expect(aborted()).toEqual([]);
    expect(dispositions()).toEqual(['suppressed auth.token_expired']);
  });
});

describe('silence', () => {
  test('of a run that printed its init and nothing more is warned about, then ended, without a cause', async () => {
    await fleet.start(run);
    await fleet.say(run, [claude.init()]);
    await fleet.clock.advance(119_000);
    expect(notices()).toEqual([]);
    await fleet.clock.advance(2_000);
    expect(notices()).toEqual(['stall']);
    await fleet.clock.advance(478_000);
    expect(aborted()).toEqual([]);
    await fleet.clock.advance(2_000);
    expect(aborted()).toEqual(['runtime.stalled']);
    expect(notices()).toEqual(['stall']);
  });

  test('of a run that never says anything only warns where no host sees what it does', async () => {
    await fleet.start(run);
    await fleet.clock.advance(3_600_000);
    expect([aborted(), notices()]).toEqual([[], ['stall']]);
  });

  test('of a run that never says anything ends it where its tree is idle too', async () => {
    await fleet.start(run);
    fleet.watchTree(run);
    await fleet.clock.advance(632_000);
    expect(aborted()).toEqual(['runtime.stalled']);
    expect(fleet.publisher.aborts[0]?.evidence).toEqual([]);
  });

  test('while a tool is open is measured by the tool', async () => {
    await fleet.start(run);
    await fleet.say(run, [claude.init(), claude.calls('Bash')]);
    await fleet.clock.advance(19 * 60_000);
    expect(notices()).toEqual([]);
    await fleet.clock.advance(2 * 60_000);
    expect(notices()).toEqual(['stall']);
    await fleet.clock.advance(3 * 3_600_000);
    expect(aborted()).toEqual([]);
  });

  test('of a tool with limits of its own is measured by those', async () => {
    await fleet.start(run);
    await fleet.say(run, [claude.init(), claude.calls('WebFetch')]);
    await fleet.clock.advance(301_000);
    expect(aborted()).toEqual(['runtime.stalled']);
  });

  test('starts over whenever the run speaks', async () => {
    await fleet.start(run);
    await fleet.say(run, [claude.init()]);
    for (let minute = 0; minute < 30; minute += 1) {
      await fleet.clock.advance(60_000);
      await fleet.say(run, [claude.says(`minute ${minute}`)]);
    }
    expect([...aborted(), ...notices()]).toEqual([]);
  });

  test('after the run exited or succeeded means nothing', async () => {
    await fleet.start(run);
    await fleet.say(run, [claude.init(), claude.succeeds()]);
    await fleet.exit(run);
    await fleet.clock.advance(3_600_000);
    expect([...aborted(), ...notices()]).toEqual([]);
  });
});

describe('a run that is over', () => {
  test('but whose end nobody reports is recorded once', async () => {
    await fleet.start(run);
    await fleet.say(run, [claude.init(), claude.succeeds()]);
    await fleet.clock.advance(10 * 60_000);
    expect(dispositions()).toEqual(['recorded platform.completion_unreported']);
  });

  test('and whose host reports the exit, but never answers the command, has no record of that', async () => {
    await fleet.start(run);
    await fleet.say(run, [claude.init(), doom]);
    await fleet.exit(run, 143);
    await fleet.clock.advance(60 * 60_000);
    expect(dispositions()).toEqual(['aborted auth.token_expired']);
  });

  test('and that talks on after a result in between is not taken for over', async () => {
    await fleet.start(run);
    await fleet.say(run, [claude.init(), claude.succeeds('one part done')]);
    await fleet.clock.advance(50_000);
    await fleet.say(run, [claude.says('The subagent is still at it.')]);
    await fleet.clock.advance(50_000);
    expect(dispositions()).toEqual([]);
  });
});

describe('an abort command', () => {
  test('without an ack is offered again at growing distances, then reported as unanswered', async () => {
    await fleet.say(run, [claude.init(), doom]);
    expect(fleet.offered).toHaveLength(1);
    await fleet.clock.advance(6_000);
    expect(fleet.offered).toHaveLength(2);
    await fleet.clock.advance(11_000);
    expect(fleet.offered).toHaveLength(3);
    await fleet.clock.advance(20 * 60_000);
    expect(new Set(fleet.offered).size).toBe(1);
    expect(fleet.offered.length).toBeLessThan(12);
    expect(notices()).toEqual(['command_unanswered']);
    expect(dispositions()).toEqual(['aborted auth.token_expired', 'recorded platform.command_unanswered']);
  });

  test('that silence confirmed is offered again in the same way, also to a run that is watched for silence', async () => {
    await fleet.start(run);
    await fleet.say(run, [banner]);
    fleet.watchTree(run);
    await fleet.clock.advance(24_000);
    expect(fleet.offered).toHaveLength(1);
    await fleet.clock.advance(20 * 60_000);
    expect(fleet.offered.length).toBeGreaterThan(5);
    expect(notices()).toEqual(['command_unanswered']);
  });

  test('that is acknowledged is not offered again, and its record tells how long each step took', async () => {
    await fleet.say(run, [claude.init(), doom]);
    await fleet.clock.advance(400);
    await fleet.ack(run, fleet.offered[0] as string);
    await fleet.clock.advance(300);
    await fleet.exit(run, null, 'SIGTERM');
    await fleet.clock.advance(3_600_000);
    expect(fleet.offered).toHaveLength(1);
    expect(fleet.publisher.records()).toMatchObject([
      { disposition: 'aborted', timings: { evidence_to_command_ms: 0, command_to_ack_ms: 400, ack_to_exit_ms: 300 } },
    ]);
    expect(notices()).toEqual([]);
  });

  test('that nobody acts on, of a run that reports its result and exits with 0, has ended nothing', async () => {
    await fleet.start(run);
    await fleet.say(run, [claude.init(), doom]);
    await fleet.say(run, [claude.succeeds()]);
    await fleet.exit(run, 0);
    await fleet.clock.advance(20 * 60_000);
    expect(aborted()).toEqual(['auth.token_expired']);
    expect(new Map(fleet.publisher.records().map((record) => [record.record_id, record.disposition]))).toEqual(
      new Map([[fleet.publisher.records()[0]?.record_id, 'suppressed']]),
    );
  });

  test('is not offered to an attempt that a newer one has replaced', async () => {
    await fleet.say(run, [claude.init(), doom]);
    await fleet.start({ ...run, attempt: 2 });
    await fleet.exit({ ...run, attempt: 2 });
    await fleet.clock.advance(3_600_000);
    expect(fleet.offered).toHaveLength(1);
    expect((await fleet.stateOf(run))?.superseded_by).toBe(2);
  });

  test('is the last word on an attempt: what it prints while it dies is no new failure', async () => {
    await fleet.say(run, [claude.init(), doom]);
    await fleet.say(run, ['Error: write EPIPE'], 'stderr');
    await fleet.say(run, [doom, banner]);
    await fleet.exit(run, null, 'SIGTERM');
    expect(aborted()).toHaveLength(1);
    expect(fleet.publisher.records()).toHaveLength(1);
  });

  test('of an older attempt says nothing about a newer one', async () => {
    await fleet.say(run, [claude.init(), doom]);
    const next = { ...run, attempt: 2 };
    await fleet.start(next);
    await fleet.say(next, [claude.init(), claude.says('All good now.'), claude.succeeds()]);
    await fleet.exit(next);
    expect(fleet.publisher.aborts.map(({ attempt }) => attempt)).toEqual([1]);
  });
});

describe('several agents', () => {
  const failing = (agent: string, subscription = 'team-a'): Run => ({
    agent,
    execution: `x-${subscription}`,
    attempt: 1,
  });
  const fail = async (agent: string, subscription = 'team-a') => {
    await fleet.start(failing(agent, subscription), { subscription });
    await fleet.say(failing(agent, subscription), [claude.init(), doom]);
  };

  test('that fail alike on one subscription are one incident that names them', async () => {
    for (const agent of ['a1', 'a2', 'a3', 'a4', 'a5']) await fail(agent);
    await fleet.clock.advance(3_000);
    expect(fleet.publisher.notices).toMatchObject([
      { kind: 'incident', subscription: 'team-a', agents: ['a1', 'a2', 'a3', 'a4', 'a5'] },
    ]);
  });

  test('that fail on different subscriptions are none', async () => {
    for (const [index, agent] of ['a1', 'a2', 'a3', 'a4'].entries()) await fail(agent, `team-${index}`);
    await fleet.clock.advance(60_000);
    expect(notices()).toEqual([]);
  });
});

describe('a budget', () => {
  test('that a rule has used up takes the rule into shadow, says so, and only a person brings it back', async () => {
    const few = { perMinute: 2, perHour: 10 };
    await renewMemoryFleet(rules, {
      rule: few,
      subscription: { perMinute: 99, perHour: 99 },
      all: { perMinute: 99, perHour: 99 },
    });
    const failOnce = (number: number) => fleet.say({ ...run, execution: `e${number}` }, [claude.init(), doom]);
    for (const number of [1, 2, 3]) await failOnce(number);
    await fleet.clock.advance(1_000);
    expect(notices()).toEqual(['budget']);
    await failOnce(4);
    expect(aborted()).toHaveLength(3);
    expect(fleet.publisher.records().at(-1)).toMatchObject({
      disposition: 'would_abort',
      reason: expect.stringContaining('2 are believed'),
    });
    await fleet.clock.advance(2 * 3_600_000);
    await failOnce(5);
    expect(aborted()).toHaveLength(3);
    const known = await fleet.modes.get();
    await fleet.modes.put({ schema: 'knell.mode/v1', mode: 'enforce', shadowed: {} }, known?.revision ?? -1);
    await failOnce(6);
    expect(aborted()).toHaveLength(4);
  });

  test('that a rule has used up keeps no other rule from ending a run', async () => {
    await renewMemoryFleet(
      rulesFrom(`
rules:
  - { id: shadowed, match: [{ event: result, text: 'token has expired' }] }
  - { id: proven, category: runtime.crash, match: [{ event: result, text: 'out of memory' }] }
`),
    );
    const because = { reason: 'too many', by: 'knell', at: '2026-11-22T12:00:00.000Z' };
    await fleet.modes.put({ schema: 'knell.mode/v1', shadowed: { 'test/shadowed': because } }, 0);
    await fleet.say(run, [claude.init(), doom]);
    await fleet.say(run, [doom]);
    expect(dispositions()).toEqual(['would_abort auth.token_expired']);
    await fleet.say(run, [claude.fails('out of memory', 500)]);
    expect(aborted()).toEqual(['runtime.crash']);
  });

  test('of the whole fleet takes everything into shadow', async () => {
    const many = { perMinute: 99, perHour: 99 };
    await renewMemoryFleet(rules, { rule: many, subscription: many, all: { perMinute: 99, perHour: 3 } });
    for (let number = 1; number <= 4; number += 1) {
      await fleet.say({ ...run, agent: `agent-${number}` }, [claude.init(), doom]);
      await fleet.clock.advance(5 * 60_000);
    }
    await fleet.say({ ...run, execution: 'e9' }, [claude.init(), doom]);
    expect(aborted()).toHaveLength(4);
    expect((await fleet.modes.get())?.mode.mode).toBe('shadow');
  });

  test('that one agent alone has used up takes the protection from that agent, and from no other', async () => {
    const many = { perMinute: 99, perHour: 99 };
    await renewMemoryFleet(rules, { rule: { perMinute: 3, perHour: 99 }, subscription: many, all: many });
    const fail = (agent: string, number: number) =>
      fleet.say({ ...run, agent, execution: `e${number}` }, [claude.init(), doom]);
    for (const number of [1, 2, 3, 4, 5]) await fail('forger', number);
    await fleet.clock.advance(1_000);
    await fail('forger', 6);
    const before = aborted().length;
    expect(before).toBeLessThanOrEqual(5);
    for (const number of [1, 2, 3]) await fail('honest', number);
    expect(aborted()).toHaveLength(before + 3);
    const shadowed = Object.keys((await fleet.modes.get())?.mode.shadowed ?? {});
    expect(shadowed).toEqual(['test/token-expired of forger']);
  });
});

describe('a run that exits badly', () => {
  test('without a word that a rule knows is recorded as unknown, once its last lines have been read', async () => {
    await fleet.start(run);
    await fleet.say(run, [claude.init(), claude.says('Working.')]);
    await fleet.exit(run, 3);
    await fleet.clock.advance(4_000);
    expect(dispositions()).toEqual(['recorded unknown.unmatched']);
    expect(notices()).toEqual(['drift']);
  });

  test.each([
    ['with 0', 0, null],
    ['because somebody ended it', null, 'SIGTERM'],
  ])('%s is nothing', async (_how, code, signal) => {
    await fleet.start(run);
    await fleet.say(run, [claude.init()]);
    await fleet.exit(run, code, signal);
    await fleet.clock.advance(4_000);
    expect(dispositions()).toEqual([]);
  });

  test('after a failure that a rule knows is explained by that', async () => {
    await fleet.start(run);
    await fleet.exit(run, 1);
    await fleet.say(run, [claude.init(), doom]);
    await fleet.clock.advance(4_000);
    expect(dispositions()).toEqual(['recorded auth.token_expired']);
  });
});

describe('a run id that is used again', () => {
  test('what the second process says is not judged, changes nothing of the first, and is told of once', async () => {
    await fleet.start(run, { pid: 1 });
    await fleet.say(run, [claude.init(), claude.succeeds()]);
    await fleet.exit(run);
    const first = await fleet.stateOf(run);
    await fleet.clock.advance(1_000);
    await fleet.start(run, { pid: 2 });
    await fleet.say(run, [claude.init(), doom]);
    await fleet.exit(run, 1);
    const { used_again_ms, noticed, ...rest } = (await fleet.stateOf(run)) as RunState;
    expect(rest).toEqual(first);
    expect(used_again_ms).toBe(first?.exited && first.exited.at_ms + 1_000);
    expect(aborted()).toEqual([]);
    expect(dispositions()).toEqual([]);
    expect(fleet.publisher.notices.map(({ kind, ...more }) => [kind, 'what' in more && more.what])).toEqual([
      ['drift', 'used_again'],
    ]);
  });

  test('the last lines of the first, which come after its exit, still count', async () => {
    await fleet.start(run, { pid: 1 });
    const read = fleet.print(run, [claude.init(), doom]);
    await fleet.exit(run, 1);
    await fleet.clock.advance(1_000);
    await fleet.start(run, { pid: 2 });
    await read();
    expect(dispositions()).toEqual(['recorded auth.token_expired']);
  });
});
