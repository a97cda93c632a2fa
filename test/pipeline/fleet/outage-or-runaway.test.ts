import { afterEach, expect, test } from 'vitest';
import { commandId } from '../../../src/classify/ids.ts';
import type { Run } from '../../../src/contracts/run.ts';
import type { Successes } from '../../../src/pipeline/fleet/look-at-overrun.ts';
import { claude } from '../../support/claude-lines.ts';
import { startMemoryFleet } from '../../support/memory-fleet.ts';
import { abortCommand } from '../../support/messages.ts';
import { rulesFrom } from '../../support/rules.ts';

const rules = rulesFrom(`
rules:
  - id: token-expired
    scope: subscription
    match: [{ event: result, text: 'token has expired' }]
`);
const doom = claude.fails('OAuth token has expired', 401);
const LIMIT = 60;
const few = { perMinute: LIMIT, perHour: 1_000 };
const many = { perMinute: 9_999, perHour: 9_999 };

let fleet: Awaited<ReturnType<typeof startMemoryFleet>>;
afterEach(() => fleet.stop());

async function open(over: object = {}, successes?: Successes) {
  fleet = await startMemoryFleet(rules, { rule: many, subscription: many, all: many, ...over }, successes);
}
async function fail(subscription: string, number: number): Promise<Run> {
  const run = { agent: `a${number}`, execution: subscription, attempt: 1 };
  await fleet.start(run, { subscription, credential: { kind: 'oauth' } });
  await fleet.say(run, [claude.init(), doom]);
  // The guard looks while the fleet goes on.
  await fleet.clock.advance(500);
  return run;
}
const shadowed = async () => Object.keys((await fleet.modes.get())?.mode.shadowed ?? {});

test('three dead tokens end all their runs, however far beyond the budgets', async () => {
  await open({ rule: few, subscription: few, all: few });
  for (let number = 0; number < 210; number += 1) await fail(`team-${number % 3}`, number);
  expect(fleet.publisher.aborts).toHaveLength(210);
  expect(await fleet.modes.get()).toBeUndefined();
  expect(fleet.failures).toEqual([]);
});

test('runs that fail on many credentials are a rule that errs: it alone goes into shadow', async () => {
  await open({ rule: few });
  for (let number = 0; number < 90; number += 1) await fail(`team-${number}`, number);
  expect(fleet.publisher.aborts.length).toBeLessThanOrEqual(LIMIT + 2);
  expect(await shadowed()).toEqual(['test/token-expired']);
  expect((await fleet.modes.get())?.mode.mode).toBeUndefined();
});

test('commands that are under way use up the budget too: hundreds at once pass it by one', async () => {
  await open({ rule: few });
  let goOn: () => void = () => undefined;
  const published = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  const abort = fleet.publisher.abort;
  fleet.publisher.abort = async (command) => {
    await published;
    return abort(command);
  };
  const runs = Array.from({ length: 300 }, (_, index): Run => ({ agent: `a${index}`, execution: 'e', attempt: 1 }));
  for (const [index, run] of runs.entries()) await fleet.start(run, { subscription: `team-${index}` });
  const said = runs.map((run) => fleet.say(run, [claude.init(), doom]));
  await fleet.clock.advance(0);
  goOn();
  await Promise.all(said);
  expect(fleet.publisher.aborts).toHaveLength(LIMIT + 1);
  await fleet.clock.advance(20_000);
  expect(fleet.publisher.aborts).toHaveLength(LIMIT + 1);
  expect(await shadowed()).toEqual(['test/token-expired']);
  expect(fleet.failures).toEqual([]);
});

test('a look that fails is made again: what was held back of an outage is ended all the same', async () => {
  let fails = 1;
  await open(
    { rule: { perMinute: 9_999, perHour: LIMIT } },
    {
      lastMs: async () => {
        fails -= 1;
        if (fails >= 0) throw new Error('TIMEOUT');
        return undefined;
      },
    },
  );
  for (let number = 0; number < 90; number += 1) await fail('team-a', number);
  await fleet.clock.advance(120_000);
  expect(fleet.failures).toHaveLength(1);
  expect(fleet.publisher.aborts).toHaveLength(90);
  expect(await shadowed()).toEqual([]);
});

test('a success on the credential in between is no outage: the rule goes into shadow on that subscription, others stay protected', async () => {
  const isTeamA = (subscription?: string) => subscription === 'team-a';
  await open(
    { subscription: few },
    { lastMs: async ({ subscription }) => (isTeamA(subscription) ? fleet.clock.now() : undefined) },
  );
  for (let number = 0; number < 90; number += 1) await fail('team-a', number);
  expect(await shadowed()).toEqual(['test/token-expired@team-a']);
  const before = fleet.publisher.aborts.length;
  expect(before).toBeLessThanOrEqual(LIMIT + 2);
  await fail('team-a', 100);
  await fail('team-b', 101);
  expect(fleet.publisher.aborts.slice(before).map(({ credential }) => credential.subscription)).toEqual(['team-b']);
});

test('what was held back is ended after the release, unless it has gone on or exited', async () => {
  await open();
  const because = { reason: 'too many', by: 'knell', at: '2026-11-22T12:00:00.000Z' };
  await fleet.modes.put({ schema: 'knell.mode/v1', shadowed: { 'test/token-expired': because } }, 0);
  const still = await fail('team-a', 1);
  const wentOn = await fail('team-a', 2);
  const over = await fail('team-a', 3);
  await fleet.say(wentOn, [claude.says('I have found another way.')]);
  await fleet.exit(over);
  await fleet.clock.advance(60_000);
  expect(fleet.publisher.aborts).toEqual([]);
  const known = await fleet.modes.get();
  await fleet.modes.put({ schema: 'knell.mode/v1', shadowed: {} }, known?.revision ?? -1);
  await fleet.clock.advance(60_000);
  expect(fleet.publisher.aborts.map(({ agent }) => agent)).toEqual([still.agent]);
});

test('commands that knell has not given use no budget up', async () => {
  await open({ rule: few, subscription: few, all: few });
  for (let number = 0; number < 150; number += 1) {
    const run = { agent: `foreign${number}`, execution: 'e', attempt: 1 };
    const rule = { id: 'token-expired', pack: 'test', version: '1.0.0', digest: 'd'.repeat(64) };
    fleet.feed.add(
      abortCommand(run, { command_id: commandId(run), rule, issued_at: '2031-01-01T00:00:00.000Z' }),
      fleet.clock.now(),
    );
    await fleet.clock.advance(20);
  }
  await fail('team-a', 1);
  // It is looked first whose they are; what is held back meanwhile is decided afterwards.
  await fleet.clock.advance(20_000);
  expect(await fleet.modes.get()).toBeUndefined();
  expect(fleet.publisher.aborts).toHaveLength(1);
});

test('an outage is known before a budget is used up, so that nothing is held back when all of it fails at once', async () => {
  await open({ rule: few, subscription: few, all: few });
  for (let number = 0; number < 40; number += 1) await fail('team-0', number);
  const runs = Array.from({ length: 100 }, (_, index): Run => ({ agent: `a${index}`, execution: 'e', attempt: 1 }));
  for (const run of runs) await fleet.start(run, { subscription: 'team-0', credential: { kind: 'oauth' } });
  let goOn: () => void = () => undefined;
  const published = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  const abort = fleet.publisher.abort;
  fleet.publisher.abort = async (command) => {
    await published;
    return abort(command);
  };
  const said = runs.map((run) => fleet.say(run, [claude.init(), doom]));
  await fleet.clock.advance(0);
  goOn();
  await Promise.all(said);
  expect(fleet.publisher.records().filter(({ disposition }) => disposition !== 'aborted')).toEqual([]);
  expect(fleet.publisher.aborts).toHaveLength(140);
});

/** What another worker has ended on a dead credential, so many runs of it. */
function endedElsewhere(subscription: string, count: number, of: string): void {
  for (let number = 0; number < count; number += 1) {
    const run = { agent: `a${number}`, execution: of, attempt: 1 };
    const more = { credential: { kind: 'oauth' as const, subscription }, scope: 'subscription' as const };
    fleet.feed.add(abortCommand(run, { ...more, category: 'auth.token_expired' }), fleet.clock.now());
  }
}

test('a worker that was stopped hears of a known outage more than a budget at once, and holds nothing back of it', async () => {
  await open({ rule: few, subscription: few, all: few });
  for (let number = 0; number < 2 * LIMIT; number += 1) await fail('team-a', number);
  await fleet.clock.advance(45_000);
  endedElsewhere('team-a', 3 * LIMIT, 'meanwhile');
  const before = fleet.publisher.aborts.length;
  const run = { agent: 'b', execution: 'e', attempt: 1 };
  await fleet.start(run, { subscription: 'team-a', credential: { kind: 'oauth' } });
  await fleet.say(run, [claude.init(), doom]);
  expect(fleet.publisher.aborts.slice(before)).toMatchObject([run]);
  expect(await shadowed()).toEqual([]);
});

test('an outage that is over when its next commands come covers them no more: they use up the budget', async () => {
  let succeededMs: number | undefined;
  await open({ subscription: few }, { lastMs: async () => succeededMs });
  for (let number = 0; number < 2 * LIMIT; number += 1) await fail('team-a', number);
  expect(fleet.publisher.aborts).toHaveLength(2 * LIMIT);
  await fleet.clock.advance(65_000);
  succeededMs = fleet.clock.now();
  for (let number = 200; number < 200 + 2 * LIMIT; number += 1) await fail('team-a', number);
  expect(fleet.publisher.aborts.length).toBeLessThanOrEqual(3 * LIMIT + 2);
  expect(await shadowed()).toEqual(['test/token-expired@team-a']);
});
