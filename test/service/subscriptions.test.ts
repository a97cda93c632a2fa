import { type NatsConnection, RequestStrategy } from 'nats';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PreflightReply } from '../../src/contracts/preflight.ts';
import type { Run } from '../../src/contracts/run.ts';
import { createSubjects } from '../../src/contracts/subjects.ts';
import type { SubscriptionRecord } from '../../src/contracts/subscription.ts';
import { ApiError, SubscriptionChanged, SubscriptionPage } from '../../src/contracts/subscription-api.ts';
import { formatTime } from '../../src/contracts/time.ts';
import { type Buckets, ensureStreams } from '../../src/nats/ensure-streams.ts';
import { createRunStore } from '../../src/nats/store/run-store.ts';
import { type Clock, systemClock } from '../../src/pipeline/ports/ports.ts';
import type { Subscriptions } from '../../src/service/subscriptions.ts';
import { useNatsServer } from '../support/nats.ts';
import { startTestSubscriptions } from '../support/subscription-service.ts';
import {
  answered,
  DAY,
  HOUR,
  MINUTE,
  started,
  subscription,
  succeeded,
  tokenFailure,
} from '../support/subscriptions.ts';

const subjects = createSubjects();
const nats = useNatsServer();
let buckets: Buckets;
let services: Subscriptions[] = [];
let lastId = 0;

/** Time limits are not what is tested here: on a busy machine they would be all that is. */
const patientClock: Clock = { ...systemClock, after: (ms, callback) => systemClock.after(ms * 100, callback) };
const start = () => startTestSubscriptions(nats.connection, patientClock);

beforeAll(async () => {
  buckets = await ensureStreams(nats.connection, subjects);
  services = await Promise.all([start(), start()]);
  await Promise.all(services.map(({ loaded }) => loaded));
});
afterAll(async () => {
  await Promise.all(services.map((service) => service.stop()));
});

/** A subscription, a token and runs of this test's own. */
function fresh() {
  lastId += 1;
  const id = `team-${lastId}`;
  const run: Run = { agent: 'a1', execution: `e${lastId}`, attempt: 1 };
  const credential = { kind: 'oauth', subscription: id, fingerprint: `print-${lastId}` } as const;
  return { id, run, credential, fingerprint: credential.fingerprint };
}

const request = async (subject: string, payload: unknown) =>
  nats.connection.request(subject, typeof payload === 'string' ? payload : JSON.stringify(payload), {
    timeout: 60_000,
  });
const preflight = async (payload: unknown) =>
  PreflightReply.parse((await request(subjects.preflightCheck, payload)).json());

/** Asks until the answer is as expected: what the services learn comes to them by way of the streams. */
async function untilAnswered(subscription: string, answer: string): Promise<PreflightReply> {
  for (;;) {
    const reply = await preflight({ subscription });
    if (reply.answer === answer) return reply;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** Settles when a consumer has nothing left to read or to acknowledge. */
async function untilLearnt(stream: string, durable: string): Promise<void> {
  const manager = await nats.connection.jetstreamManager();
  for (;;) {
    const info = await manager.consumers.info(stream, durable);
    if (info.num_pending + info.num_ack_pending === 0) return;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

const publishStart = (run: Run, subscription: string, fingerprint: string) =>
  nats.connection
    .jetstream()
    .publish(
      subjects.runs(run),
      JSON.stringify(started(run, { subscription, credential: { kind: 'oauth', fingerprint } })),
    );
const publishFailure = (run: Run, credential: ReturnType<typeof fresh>['credential'], atMs = Date.now()) =>
  nats.connection
    .jetstream()
    .publish(
      subjects.failures('auth.token_expired', run),
      JSON.stringify(tokenFailure({ run, atMs, subscription: credential.subscription }, { credential })),
    );

describe('the service', () => {
  test('learns a subscription from the start of a run', async () => {
    const { id, run, fingerprint } = fresh();
    expect(await preflight({ subscription: id })).toMatchObject({ answer: 'unknown' });
    await publishStart(run, id, fingerprint);
    expect(await untilAnswered(id, 'serviceable')).toMatchObject({ subscription: id });
  });

  test('refuses the next run on a token as soon as one was seen to fail, and takes a new token up', async () => {
    const { id, run, credential, fingerprint } = fresh();
    await publishStart(run, id, fingerprint);
    await untilAnswered(id, 'serviceable');
    await publishFailure(run, credential);
    expect(await untilAnswered(id, 'refused')).toMatchObject({
      // When one run may try again.
      until: expect.stringMatching(/^\d{4}-/),
      evidence: [{ event: 'result' }],
    });
    await publishStart({ ...run, attempt: 2 }, id, `${fingerprint}-new`);
    await untilAnswered(id, 'serviceable');
    expect(await preflight({ subscription: id, fingerprint })).toMatchObject({ answer: 'refused' });
  });

  test('closes the breaker when a run that started later reports its result', async () => {
    const { id, run, credential } = fresh();
    const failedMs = Date.now() - MINUTE;
    await publishFailure(run, credential, failedMs);
    await untilAnswered(id, 'refused');
    const again = { ...run, attempt: 2 };
    const store = createRunStore(buckets.runs, () => undefined);
    await store.put({ ...succeeded(again, failedMs + 1_000, failedMs + 2_000), credential }, 0);
    await untilAnswered(id, 'serviceable');
  });

  /** Puts in a subscription of which one run may try whether it works again. */
  async function halfOpen() {
    const { id, run, fingerprint } = fresh();
    const record = subscription(id, { fingerprint });
    const breaker = {
      ...record.breaker,
      state: 'open',
      since: formatTime(Date.now() - HOUR),
      until_source: 'guessed',
      category: 'quota.usage_limit',
    } as const;
    const half: SubscriptionRecord = { ...record, breaker: { ...breaker, until: formatTime(Date.now() - MINUTE) } };
    await buckets.subscriptions.put(`subscription.${id}`, JSON.stringify(half));
    // Of another token nothing is known, so asking about that does not take the trial.
    while ((await preflight({ subscription: id, fingerprint: `${id}-other` })).answer !== 'serviceable');
    return { id, run, fingerprint };
  }

  test('closes the breaker when the model answers the run that tries', async () => {
    const { id, run, fingerprint } = await halfOpen();
    expect(await preflight({ subscription: id, agent: run.agent })).toMatchObject({ answer: 'serviceable' });
    await untilAnswered(id, 'refused');
    await publishStart(run, id, fingerprint);
    // A host says so with each heartbeat: one that is read before the trial is known changes nothing.
    const tell = setInterval(() => {
      void nats.connection.jetstream().publish(subjects.runs(run), JSON.stringify(answered(run, Date.now())));
    }, 50);
    await untilAnswered(id, 'serviceable').finally(() => clearInterval(tell));
  });

  test('lets one of many askers try a half-open breaker, though two services answer', async () => {
    const { id } = await halfOpen();
    const asked = Array.from({ length: 12 }, (_, at) => preflight({ subscription: id, agent: `a${at}` }));
    const answers = (await Promise.all(asked)).map(({ answer }) => answer);
    expect(answers.filter((answer) => answer === 'serviceable')).toHaveLength(1);
    expect(answers.filter((answer) => answer === 'refused')).toHaveLength(11);
  });

  test('hears what was said while nobody was there', async () => {
    const { id, run, credential } = fresh();
    await Promise.all(services.map((service) => service.stop()));
    await publishFailure(run, credential);
    services = await Promise.all([start(), start()]);
    await untilAnswered(id, 'refused');
  });

  test('refuses nothing again when the record of a doomed run is closed after a run under way has succeeded', async () => {
    const { id, run, credential } = fresh();
    const failedMs = Date.now() - MINUTE;
    const doomed = ['a2', 'a3'].map((agent, at) => [{ ...run, agent }, credential, failedMs + at] as const);
    for (const one of doomed) await publishFailure(...one);
    await untilAnswered(id, 'refused');
    await untilLearnt('KNELL_FAILURES', 'knell_subscriptions_failures');
    const store = createRunStore(buckets.runs, () => undefined);
    await store.put({ ...succeeded(run, failedMs - HOUR, failedMs + 10), credential }, 0);
    await untilAnswered(id, 'serviceable');
    for (const one of doomed) await publishFailure(...one);
    await untilLearnt('KNELL_FAILURES', 'knell_subscriptions_failures');
    const kept = await buckets.subscriptions.get(`subscription.${id}`);
    expect(kept?.json()).toMatchObject({ breaker: { state: 'closed' } });
  });

  test.each([
    ['no JSON', 'scribble'],
    ['another message', '{"schema":"knell.ack/v1"}'],
    ['nothing', ''],
  ])('keeps %s on the evidence streams out of the redelivery loop', async (_what, text) => {
    const { id, run, fingerprint } = fresh();
    await nats.connection.jetstream().publish(subjects.failures('auth.forbidden', run), text);
    await nats.connection.jetstream().publish(subjects.runs({ ...run, attempt: 9 }), text);
    await publishStart(run, id, fingerprint);
    await untilAnswered(id, 'serviceable');
    await untilLearnt('KNELL_FAILURES', 'knell_subscriptions_failures');
    await untilLearnt('KNELL_RUNS', 'knell_subscriptions_runs');
  });

  test('warns of an expiry once, though two services watch', async () => {
    const { id, fingerprint } = fresh();
    const expires_at = formatTime(Date.now() + 2 * DAY);
    const next = nats.connection.subscribe(`knell.notices.subscription_expiring.${id}.>`, { max: 1 });
    await request(subjects.subscriptions('set'), { id, by: 'ann', fingerprint, expires_at });
    for await (const message of next) {
      expect(message.subject).toBe(`knell.notices.subscription_expiring.${id}.3d`);
      expect(message.json()).toMatchObject({ subscription: id, rung: '3d', expires_source: 'operator' });
    }
    for (;;) {
      const page = SubscriptionPage.parse((await request(subjects.subscriptions('list'), { id })).json());
      if (page.subscriptions[0]?.warned.length === 3) break;
    }
    const manager = await nats.connection.jetstreamManager();
    const info = await manager.streams.info('KNELL_NOTICES', { subjects_filter: `knell.notices.*.${id}.>` });
    expect(info.state.subjects).toEqual({ [`knell.notices.subscription_expiring.${id}.3d`]: 1 });
  });
});

describe('the NATS service API', () => {
  const gather = async <T>(connection: NatsConnection, subject: string): Promise<T[]> => {
    const found: T[] = [];
    for await (const message of await connection.requestMany(subject, '', {
      strategy: RequestStrategy.Count,
      maxMessages: 2,
      maxWait: 2_000,
    })) {
      found.push(message.json<T>());
    }
    return found;
  };

  test('shows the services, their version and their endpoints to whoever asks', async () => {
    const infos = await gather<{ version: string; endpoints: { subject: string; queue_group: string }[] }>(
      nats.connection,
      '$SRV.INFO.knell',
    );
    expect(infos).toHaveLength(2);
    expect(infos[0]?.version).toBe('1.2.3');
    expect(infos[0]?.endpoints.map(({ subject }) => subject)).toEqual([
      'knell.preflight.check',
      'knell.subscriptions.list',
      'knell.subscriptions.set',
      'knell.subscriptions.remove',
    ]);
  });

  test('answers a request once, though two services serve it', async () => {
    const replies: unknown[] = [];
    const inbox = nats.connection.subscribe('answers.here');
    nats.connection.publish(subjects.preflightCheck, '{"subscription":"x"}', { reply: 'answers.here' });
    for await (const message of inbox) {
      replies.push(message.json());
      if (replies.length === 1) await nats.connection.flush();
      inbox.drain();
    }
    expect(replies).toHaveLength(1);
  });

  test('sets, lists and removes, each service seeing what the other wrote', async () => {
    const { id } = fresh();
    const set = await request(subjects.subscriptions('set'), { id, by: 'ann', provider: 'openai' });
    expect(SubscriptionChanged.parse(set.json()).subscription.provider).toBe('openai');
    const removed = await request(subjects.subscriptions('remove'), { id, by: 'ann' });
    expect(SubscriptionChanged.parse(removed.json()).subscription.removed_at).not.toBeNull();
    for (;;) {
      const page = SubscriptionPage.parse((await request(subjects.subscriptions('list'), { id })).json());
      if (page.subscriptions.length === 0) break;
    }
  });

  test('tells what is wrong with a request in the reply and in its error header', async () => {
    const reply = await request(subjects.subscriptions('set'), '{');
    expect(reply.headers?.get('Nats-Service-Error-Code')).toBe('400');
    expect(ApiError.parse(reply.json())).toMatchObject({ code: 'BAD_REQUEST' });
    const missing = await request(subjects.subscriptions('remove'), { id: 'nobody', by: 'ann' });
    expect(missing.headers?.get('Nats-Service-Error-Code')).toBe('404');
  });

  test('answers preflight requests that are no requests with unknown', async () => {
    expect(await preflight('scribble')).toMatchObject({ answer: 'unknown' });
    expect(await preflight('')).toMatchObject({ answer: 'unknown' });
  });
});

test('what was observed an hour ago is as old as that', async () => {
  const { id, run, credential } = fresh();
  await publishFailure(run, credential, Date.now() - HOUR);
  const reply = await untilAnswered(id, 'refused');
  expect(reply.evidence_age_s).toBeGreaterThanOrEqual(3_600);
});
