import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Run } from '../../src/contracts/run.ts';
import type { Service } from '../../src/service/service.ts';
import { claude } from '../support/claude-lines.ts';
import { useNatsServer } from '../support/nats.ts';
import { rulesFrom } from '../support/rules.ts';
import { beIdle, nextAbort, nextRecord, say, startTestService, subjects, untilAllIsRead } from '../support/service.ts';

const rules = rulesFrom(`
rules:
  - id: token-expired
    scope: subscription
    next: switch_subscription
    match:
      - { event: result, text: 'token has expired' }
      - { line: 'Login expired · Please run /login', quiet: 300ms }
`);
const nats = useNatsServer();
let service: Service;
let lastRun = 0;
const freshRun = (): Run => {
  lastRun += 1;
  return { agent: 'a1', execution: `e${lastRun}`, attempt: 1 };
};
const doom = claude.fails('OAuth token has expired', 401);

beforeAll(async () => {
  service = await startTestService(nats.server.url, rules);
});
afterAll(() => service.stop());

const metric = async (name: string): Promise<number> => {
  const text = await (await fetch(`${service.httpUrl}/metrics`)).text();
  return Number(new RegExp(`^${name} (\\S+)`, 'm').exec(text)?.[1] ?? Number.NaN);
};
const abortsIn = async (run: Run) => {
  const manager = await nats.connection.jetstreamManager();
  const info = await manager.streams.info('KNELL_ABORTS', { subjects_filter: subjects.aborts(run) });
  return info.state.subjects?.[subjects.aborts(run)] ?? 0;
};

describe('a doomed run', () => {
  test('gets an abort command and a record that name the run, the rule and the evidence', async () => {
    const run = freshRun();
    const [abort, record] = [nextAbort(nats.connection, run), nextRecord(nats.connection, run)];
    await say(nats.connection, run, 'stdout', [claude.init(), doom], {
      'Knell-Subscription': 'team-a',
      'Knell-Line': '10',
    });
    expect(await abort).toMatchObject({
      ...run,
      category: 'auth.token_expired',
      next_action: 'switch_subscription',
      credential: { subscription: 'team-a' },
      evidence: [{ stream: 'stdout', line: 11 }],
      rule: { id: 'token-expired', pack: 'test', version: '1.0.0', digest: rules.digest },
    });
    expect(await record).toMatchObject({ ...run, disposition: 'aborted', command_id: (await abort).command_id });
  });

  test.each([
    [
      'of the subscription that its output names, where its start named none',
      undefined,
      { kind: 'unknown', subscription: 'team-a' },
    ],
    [
      'of no subscription, where it was started with an API key',
      { kind: 'api_key', fingerprint: 'f'.repeat(32) },
      { kind: 'api_key', fingerprint: 'f'.repeat(32) },
    ],
  ])('gets one that tells %s', async (_, credential, expected) => {
    const run = freshRun();
    const started = { schema: 'knell.run/v1', type: 'started', at: new Date().toISOString(), ...run, credential };
    await nats.connection.jetstream().publish(subjects.runs(run), JSON.stringify(started));
    await untilAllIsRead(nats.connection);
    const abort = nextAbort(nats.connection, run);
    await say(nats.connection, run, 'stdout', [claude.init(), doom], { 'Knell-Subscription': 'team-a' });
    expect((await abort).credential).toEqual(expected);
  });

  test('whose evidence comes from Fluent Bit, without any header, gets one too', async () => {
    const run = freshRun();
    const abort = nextAbort(nats.connection, run);
    const row = (log: string) => [1_795_363_700.5, { tag: subjects.logs(run, 'stdout'), log }];
    await say(nats.connection, run, 'stdout', Buffer.from(JSON.stringify([row(claude.init()), row(doom)])));
    expect(await abort).toMatchObject({ ...run, evidence: [{ line: 1 }] });
  });

  test('whose banner is followed by silence of an idle tree gets one when the silence is over', async () => {
    const run = freshRun();
    const abort = nextAbort(nats.connection, run);
    await say(nats.connection, run, 'stdout', ['Login expired · Please run /login'], {
      'Knell-Runtime': 'claude-code',
      'Knell-Alone': 'true',
    });
    await beIdle(nats.connection, run, 300);
    expect(await abort).toMatchObject({ ...run, grade: 'mixed' });
  });

  test('whose banner is followed by more talk gets a record that says so, and no command', async () => {
    const run = freshRun();
    const record = nextRecord(nats.connection, run);
    await say(nats.connection, run, 'stdout', ['Login expired · Please run /login'], {
      'Knell-Runtime': 'claude-code',
    });
    await say(nats.connection, run, 'stdout', ['That was the banner that I fixed.'], {
      'Knell-Runtime': 'claude-code',
    });
    expect(await record).toMatchObject({ ...run, disposition: 'suppressed' });
    expect(await abortsIn(run)).toBe(0);
  });

  test('gets exactly one command, however often and wherever it fails', async () => {
    const run = freshRun();
    const abort = nextAbort(nats.connection, run);
    await Promise.all(Array.from({ length: 20 }, () => say(nats.connection, run, 'stdout', [claude.init(), doom])));
    await abort;
    await untilAllIsRead(nats.connection);
    expect(await abortsIn(run)).toBe(1);
  });
});

test('what is asked about subscriptions is in the metrics of the service', async () => {
  const name = 'knell_preflight_answers_total{answer="unknown"}';
  const question = JSON.stringify({ subscription: 'nobody-knows' });
  await nats.connection.request(subjects.preflightCheck, question, { timeout: 60_000 });
  const text = await (await fetch(`${service.httpUrl}/metrics`)).text();
  expect(text).toContain(`${name} 1`);
});

describe('bad input', () => {
  const hostile: [string, Uint8Array, Record<string, string>][] = [
    ['bytes that are no UTF-8', Buffer.from([0xff, 0xfe, 0x00, 0x0a, 0xc3]), {}],
    ['an empty message', Buffer.alloc(0), {}],
    ['a line without an end', Buffer.from('{"type":"result"'), {}],
    ['a line of nearly 1 MiB', Buffer.alloc(1_000_000, 0x7b), {}],
    ['broken JSON', Buffer.from('{"type":"result","is_error":tru}\n'), {}],
    ["an array that is not Fluent Bit's", Buffer.from('[[1,{"tag":"x"}]]'), {}],
    ['a line number that is none', Buffer.from('hello\n'), { 'Knell-Line': '-1e9', 'Knell-Time': 'yesterday' }],
  ];
  test.each(hostile)('%s is read and acknowledged', async (_what, data, head) => {
    await say(nats.connection, freshRun(), 'stdout', data, head);
    await untilAllIsRead(nats.connection);
  });

  test.each([
    ['an unknown codec', { 'Knell-Codec': 'morse' }, 'hello'],
    ['ndjson that is none', { 'Knell-Codec': 'ndjson' }, 'hello'],
    ['fluent-bit that is none', { 'Knell-Codec': 'fluent-bit' }, '{}'],
  ])('%s is rejected once, counted, and kept out of the redelivery loop', async (_what, head, text) => {
    const before = await metric('knell_messages_rejected_total');
    await say(nats.connection, freshRun(), 'stdout', Buffer.from(text), head);
    await untilAllIsRead(nats.connection);
    expect(await metric('knell_messages_rejected_total')).toBe(before + 1);
  });

  test.each([
    ['a subject with a token too many', 'knell.logs.a.b.1.stdout.more'],
    ['a subject whose attempt is no number', 'knell.logs.a.b.one.stdout'],
    ['a subject whose stream is unknown', 'knell.logs.a.b.1.stdlog'],
    ['a run subject with an attempt of 0', 'knell.runs.a.b.0'],
  ])('%s is rejected', async (_what, subject) => {
    const before = await metric('knell_messages_rejected_total');
    await nats.connection.jetstream().publish(subject, 'x');
    await untilAllIsRead(nats.connection);
    expect(await metric('knell_messages_rejected_total')).toBe(before + 1);
  });

  test.each([
    ['no JSON', 'started'],
    ['another type', '{"schema":"knell.run/v1","type":"paused"}'],
    [
      'another run than the subject',
      JSON.stringify({
        schema: 'knell.run/v1',
        type: 'heartbeat',
        agent: 'x',
        execution: 'y',
        attempt: 1,
        at: '2026-11-22T12:00:00.000Z',
      }),
    ],
  ])('a run event with %s is rejected', async (_what, text) => {
    const before = await metric('knell_messages_rejected_total');
    await nats.connection.jetstream().publish(subjects.runs(freshRun()), text);
    await untilAllIsRead(nats.connection);
    expect(await metric('knell_messages_rejected_total')).toBe(before + 1);
  });

  test('does not keep the service from its work', async () => {
    const run = freshRun();
    const abort = nextAbort(nats.connection, run);
    await say(nats.connection, run, 'stdout', [claude.init(), doom]);
    expect(await abort).toMatchObject(run);
    expect((await fetch(`${service.httpUrl}/readyz`)).status).toBe(200);
  });
});
