import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Login } from '../../src/login/login.ts';
import { readLogin } from '../../src/login/read-login.ts';
import { createNatsLink } from '../../src/nats/tap-link.ts';
import type { Service } from '../../src/service/service.ts';
import { createAbortExecutor } from '../../src/tap/carry-out-aborts.ts';
import { type HostClock, systemClock } from '../../src/tap/clock.ts';
import { claude } from '../support/claude-lines.ts';
import { killAll } from '../support/live-processes.ts';
import { useNatsServer } from '../support/nats.ts';
import { orderFor } from '../support/recording-link.ts';
import { startTestService, subjects } from '../support/service.ts';
import { shippedRules } from '../support/shipped-rules.ts';
import { startTap } from '../support/tap-process.ts';
import { startTapServer } from '../support/tap-streams.ts';

const MINUTE_MS = 60_000;
const CLOCK = pathToFileURL(join(import.meta.dirname, '../faults/preload/clock.mjs')).href;
const SKEWS: [string, number][] = [
  ['an hour behind', -60 * MINUTE_MS],
  ['5 minutes behind', -5 * MINUTE_MS],
  ['right', 0],
  ['14 minutes ahead', 14 * MINUTE_MS],
  ['20 minutes ahead', 20 * MINUTE_MS],
  ['an hour ahead', 60 * MINUTE_MS],
];

/** Begins, fails once it is told to, and hangs. */
const DOOMED = `
  console.log(${JSON.stringify(claude.init())});
  process.stdin.once('data', () => console.log(${JSON.stringify(claude.fails('Failed to authenticate. API Error: 401', 401))}));
  setInterval(() => undefined, 1_000);
`;

const nats = useNatsServer();
let service: Service;
beforeAll(async () => {
  service = await startTestService(nats.server.url, (await shippedRules()).ruleSet);
});
afterAll(() => service.stop());
const left: number[] = [];
const cleanUps: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  killAll(left.splice(0));
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

const lastOf = async (stream: string, subject: string) => {
  const manager = await nats.connection.jetstreamManager();
  return manager.streams.getMessage(stream, { last_by_subj: subject });
};
let executions = 0;
const freshRun = () => {
  executions += 1;
  return { agent: 'clocks', execution: `w${executions}`, attempt: 1 };
};

describe.each([
  ['is', undefined],
  ['is set, during the run, to be', 'SIGUSR2'],
] as const)('on a host whose clock %s', (_, shiftOn) => {
  it.each(SKEWS)('%s, a doomed run is ended', async (__, skewMs) => {
    const run = freshRun();
    const { agent, execution } = run;
    const args = ['--nats', nats.server.url, '--agent', agent, '--execution', execution, '--runtime', 'claude-code'];
    const tap = startTap([...args, '--obey', '--flush-timeout', '120s', '--', process.execPath, '-e', DOOMED], {
      NODE_OPTIONS: `--import ${CLOCK}`,
      SHIFT_MS: `${skewMs}`,
      ...(shiftOn && { SHIFT_ON: shiftOn }),
    });
    left.push(tap.child.pid as number);
    await tap.printed('init');
    if (shiftOn) {
      tap.child.kill(shiftOn);
      while (!tap.stderr().includes('the clock was set')) await once(tap.child.stderr, 'data');
    }
    tap.child.stdin.write('fail\n');
    expect(await tap.exited).toBe(125);
    expect((await lastOf('KNELL_ACKS', subjects.acks(run))).json()).toMatchObject({ outcome: 'terminated' });
  });
});

/** A tap's link and its executor, on a host whose clock is off; settles once it knows the server's time. */
async function obeyAt(url: string, skewMs: number) {
  const run = freshRun();
  const clock: HostClock = { ...systemClock, wall: () => Date.now() + skewMs };
  const link = createNatsLink({ login: readLogin(url, {}) as Login, run });
  cleanUps.push(() => link.close(0));
  const end = async () => 'ended' as const;
  const executor = createAbortExecutor({ run, link, clock, isFinished: () => false, end });
  link.onAbort((order) => executor.receive(order));
  const at = new Date(clock.wall()).toISOString();
  link.publishRun({ schema: 'knell.run/v1', type: 'started', ...run, at });
  await expect.poll(() => link.orderTime()).toBeDefined();
  expect(Math.abs((link.orderTime() ?? 0) - Date.now())).toBeLessThan(MINUTE_MS);
  const commandIn = (ms: number) =>
    JSON.stringify(orderFor(run, { expires_at: new Date(Date.now() + ms).toISOString() }));
  return { run, commandIn };
}

describe.each([
  ['that has expired', -MINUTE_MS, 'expired'],
  ['that expires in ten minutes', 10 * MINUTE_MS, 'terminated'],
])('a command %s', (_, forMs, outcome) => {
  it.each(SKEWS)(`is answered with ${outcome} on a host whose clock is %s`, async (__, skewMs) => {
    const { run, commandIn } = await obeyAt(nats.server.url, skewMs);
    const acks = nats.connection.subscribe(subjects.acks(run), { max: 1 });
    nats.connection.publish(subjects.aborts(run), commandIn(forMs));
    for await (const message of acks) expect(message.json()).toMatchObject({ outcome });
  });

  it('is answered so too where it was given while the server was away for a host whose clock is wrong', async () => {
    const storeDir = await mkdtemp(join(tmpdir(), 'knell-store-'));
    cleanUps.push(() => rm(storeDir, { recursive: true, force: true }));
    const before = await startTapServer({ storeDir });
    const port = Number(new URL(before.server.url).port);
    const { run, commandIn } = await obeyAt(before.server.url, forMs < 0 ? -60 * MINUTE_MS : 60 * MINUTE_MS);
    await before.stop();
    // The same store behind another door, where the tap does not knock.
    const elsewhere = await startTapServer({ storeDir }, []);
    await elsewhere.nc.jetstream().publish(subjects.aborts(run), commandIn(forMs));
    await elsewhere.stop();
    const after = await startTapServer({ port, storeDir }, []);
    cleanUps.push(() => after.stop());
    const [ack = ''] = await after.holds('KNELL_ACKS', 1);
    expect(JSON.parse(ack)).toMatchObject({ outcome });
  });
});
