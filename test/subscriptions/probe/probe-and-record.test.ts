import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { fingerprintOf } from '../../../src/contracts/fingerprint.ts';
import { formatTime } from '../../../src/contracts/time.ts';
import { createMemoryProbeLease } from '../../../src/memory/memory-probe-lease.ts';
import { createMemorySubscriptionStore } from '../../../src/memory/memory-subscription-store.ts';
import { probeAndRecord } from '../../../src/subscriptions/probe/probe-and-record.ts';
import { type ProviderStub, type StubAnswer, startProviderStub } from '../../support/provider-stub.ts';
import { HOUR, manualClock, SECOND, subscription, T0 } from '../../support/subscriptions.ts';

const OAUTH = 'sk-ant-oat01-aaaaaaaaaaaaaaaa';
const KEY = 'sk-ant-api03-bbbbbbbbbbbbbbbb';
let stub: ProviderStub;
beforeAll(async () => {
  stub = await startProviderStub();
});
beforeEach(() => {
  stub.requests.length = 0;
});
afterAll(() => stub.stop());

describe('what a probe puts down', () => {
  const base = (clock = manualClock()) => {
    return {
      provider: 'anthropic' as const,
      credential: { variable: 'CLAUDE_CODE_OAUTH_TOKEN', kind: 'oauth' as const, token: OAUTH },
      env: { ANTHROPIC_BASE_URL: stub.url },
      store: createMemorySubscriptionStore(),
      lease: createMemoryProbeLease(clock),
      clock,
      salt: 'test',
      subscription: 'team-a',
    };
  };
  const expired: StubAnswer = {
    status: 401,
    body: { error: { type: 'authentication_error', message: `token ${OAUTH} has expired` } },
  };
  const works: StubAnswer = { status: 200, body: { type: 'message', content: [] } };

  test('is the fingerprint and the finding, and nothing of the token', async () => {
    stub.answer = expired;
    const outcome = await probeAndRecord(base());
    expect(outcome.record).toMatchObject({
      id: 'team-a',
      provider: 'anthropic',
      fingerprint: fingerprintOf(OAUTH, 'test'),
      breaker: { state: 'open', category: 'auth.token_expired' },
      health: { by: 'probe' },
    });
    expect(JSON.stringify(outcome)).not.toContain(OAUTH);
  });

  test('closes a breaker when the token works, even where the clock that opened it is ahead', async () => {
    const options = base();
    const fingerprint = fingerprintOf(OAUTH, 'test');
    const open = subscription('team-a', { fingerprint });
    await options.store.put(
      {
        ...open,
        breaker: { ...open.breaker, state: 'open', since: formatTime(T0 + HOUR), category: 'auth.forbidden' },
      },
      0,
    );
    stub.answer = works;
    expect((await probeAndRecord(options)).record).toMatchObject({
      breaker: { state: 'closed' },
      health: { state: 'healthy', by: 'probe' },
    });
  });

  test('is nothing where the answer settles nothing', async () => {
    const options = base();
    stub.answer = { status: 429 };
    expect(await probeAndRecord(options)).toMatchObject({ result: { verdict: 'inconclusive' }, record: undefined });
    expect(await options.store.get({ kind: 'subscription', id: 'team-a' })).toBeUndefined();
  });

  test('stands under the key itself where an API key shadows the token', async () => {
    stub.answer = expired;
    const options = base();
    const record = (await probeAndRecord({ ...options, credential: { variable: 'K', kind: 'api_key', token: KEY } }))
      .record;
    expect(record).toMatchObject({ kind: 'api_key', id: fingerprintOf(KEY, 'test') });
    expect(await options.store.get({ kind: 'subscription', id: 'team-a' })).toBeUndefined();
  });

  test('comes from one probe at a time and one a minute, however many ask', async () => {
    stub.answer = works;
    const clock = manualClock();
    const options = base(clock);
    const outcomes = await Promise.all(Array.from({ length: 10 }, () => probeAndRecord(options)));
    expect(outcomes.filter(({ result }) => result !== undefined)).toHaveLength(1);
    clock.advance(59 * SECOND);
    expect((await probeAndRecord(options)).result).toBeUndefined();
    expect(stub.requests).toHaveLength(1);
    clock.advance(SECOND);
    expect((await probeAndRecord(options)).result?.verdict).toBe('works');
  });
});
