import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Run } from '../../src/contracts/run.ts';
import type { Service } from '../../src/service/service.ts';
import { claude } from '../support/claude-lines.ts';
import { useNatsServer } from '../support/nats.ts';
import { rulesFrom } from '../support/rules.ts';
import { beIdle, nextAbort, nextRecord, say, startTestService, subjects, untilAllIsRead } from '../support/service.ts';

const rules = rulesFrom(`
stall: { warn: 1h, abort: 2h, completion: 5m }
signals:
  - { id: done, means: success, match: [{ event: result, where: { is_error: false } }] }
rules:
  - id: expired-twice
    scope: subscription
    next: switch_subscription
    match:
      - { event: system/api_retry, where: { error_status: 401 }, repeat: { count: 2, within: 10m } }
  - id: banner
    scope: subscription
    next: switch_subscription
    match:
      - { line: 'Login expired · Please run /login', quiet: 300ms }
`);
const nats = useNatsServer();
let service: Service;
let lastRun = 0;
const freshRun = (): Run => {
  lastRun += 1;
  return { agent: 'clocks', execution: `e${lastRun}`, attempt: 1 };
};
beforeAll(async () => {
  service = await startTestService(nats.server.url, rules);
});
afterAll(() => service.stop());

const MINUTE_MS = 60_000;
const at = (skewMs: number): Record<string, string> => ({
  'Knell-Runtime': 'claude-code',
  'Knell-Time': new Date(Date.now() + skewMs).toISOString(),
});
const retry = (attempt: number): string =>
  JSON.stringify({
    type: 'system',
    subtype: 'api_retry',
    attempt,
    max_retries: 10,
    retry_delay_ms: 500,
    error_status: 401,
    error: 'authentication_failed',
    uuid: `u${attempt}`,
    session_id: 's1',
  });
const tell = (run: Run, type: string, skewMs: number, more: object = {}) =>
  nats.connection.jetstream().publish(
    subjects.runs(run),
    JSON.stringify({
      schema: 'knell.run/v1',
      type,
      ...run,
      at: new Date(Date.now() + skewMs).toISOString(),
      ...more,
    }),
  );
const abortsOf = async (run: Run): Promise<number> => {
  const manager = await nats.connection.jetstreamManager();
  const { state } = await manager.streams.info('KNELL_ABORTS', { subjects_filter: subjects.aborts(run) });
  return state.subjects?.[subjects.aborts(run)] ?? 0;
};

const SKEWS: [string, number][] = [
  ['as the server has it', 0],
  ['11 minutes behind', -11 * MINUTE_MS],
  ['16 minutes ahead', 16 * MINUTE_MS],
  ['a day behind', -24 * 60 * MINUTE_MS],
];

test.each(SKEWS)(
  'a doomed run on a host whose clock is %s is ended, and what its host says is told on',
  async (_, skewMs) => {
    const run = freshRun();
    const abort = nextAbort(nats.connection, run);
    const headers = at(skewMs);
    await say(nats.connection, run, 'stdout', [claude.init(), retry(1)], headers);
    await say(nats.connection, run, 'stdout', [retry(2)], headers);
    const { evidence } = await abort;
    expect(evidence[0]?.printed_at).toBe(headers['Knell-Time']);
    expect(Math.abs(Date.parse(evidence[0]?.observed_at ?? '') - Date.now())).toBeLessThan(MINUTE_MS);
  },
);

test('a second failure that is stamped a day before the first counts all the same', async () => {
  const run = freshRun();
  const abort = nextAbort(nats.connection, run);
  await say(nats.connection, run, 'stdout', [claude.init(), retry(1)], at(0));
  await say(nats.connection, run, 'stdout', [retry(2)], at(-24 * 60 * MINUTE_MS));
  expect((await abort).rule.id).toBe('expired-twice');
});

test.each(SKEWS)('a healthy run on a host whose clock is %s is not ended', async (_, skewMs) => {
  const run = freshRun();
  await tell(run, 'started', skewMs, { runtime: 'claude-code' });
  await say(nats.connection, run, 'stdout', [claude.init()], at(skewMs));
  const record = nextRecord(nats.connection, { ...run, execution: `${run.execution}x` });
  await say(nats.connection, run, 'stdout', [claude.succeeds()], at(skewMs));
  // A run that is known to fail goes through the same steps after it.
  const control = { ...run, execution: `${run.execution}x` };
  await say(nats.connection, control, 'stdout', [claude.init(), retry(1), retry(2)], at(skewMs));
  await record;
  await untilAllIsRead(nats.connection);
  expect(await abortsOf(run)).toBe(0);
});

test.each(SKEWS)(
  'a suspicion on a host whose clock is %s waits for its silence, neither less nor for ever',
  async (_, skewMs) => {
    const run = freshRun();
    const abort = nextAbort(nats.connection, run);
    const saidMs = Date.now();
    await say(nats.connection, run, 'stdout', ['Login expired · Please run /login'], {
      ...at(skewMs),
      'Knell-Alone': 'true',
    });
    await beIdle(nats.connection, run, 300);
    await abort;
    expect(Date.now() - saidMs).toBeGreaterThanOrEqual(250);
  },
);

test('a host whose clock is 16 minutes ahead is told of in a notice', async () => {
  const run = { ...freshRun(), agent: 'ahead' };
  const told = nats.connection.subscribe(subjects.notices('clock', run.agent), { max: 1 });
  await tell(run, 'heartbeat', 16 * MINUTE_MS);
  for await (const message of told) expect(message.json()).toMatchObject({ kind: 'clock', ...run });
});
