import { describe, expect, test } from 'vitest';
import { PreflightReply, type PreflightRequest } from '../../../src/contracts/preflight.ts';
import type { SubscriptionRecord } from '../../../src/contracts/subscription.ts';
import { formatTime } from '../../../src/contracts/time.ts';
import { answerPreflight } from '../../../src/subscriptions/preflight/preflight.ts';
import { dead, HOUR, healthy, limited, registryOf, SECOND, subscription, T0 } from '../../support/subscriptions.ts';

const NOW = T0 + 10 * SECOND;

async function ask(
  records: readonly SubscriptionRecord[],
  request: Partial<PreflightRequest> = {},
  nowMs = NOW,
): Promise<ReturnType<typeof answerPreflight>> {
  const { view } = await registryOf(...records);
  const preflight = answerPreflight({ subscription: 'team-a', ...request }, view, nowMs);
  PreflightReply.parse(preflight.reply);
  return preflight;
}
const reply = async (...asked: Parameters<typeof ask>) => (await ask(...asked)).reply;

describe('a subscription is', () => {
  test('refused where its token is known to be dead: with the evidence, its age and what to use instead', async () => {
    expect(await reply([dead(), healthy('team-b')], { agent: 'a1' })).toMatchObject({
      subscription: 'team-a',
      answer: 'refused',
      reason: expect.stringContaining('auth.token_expired'),
      until: formatTime(T0 + 60_000),
      evidence: [{ excerpt: 'OAuth token has expired' }],
      evidence_age_s: 10,
      alternatives: ['team-b'],
    });
  });

  test('serviceable where nothing is held against it; how old that is is said where it was seen', async () => {
    const known = [healthy('team-a'), subscription('team-b')];
    expect(await reply(known)).toMatchObject({ answer: 'serviceable', evidence_age_s: 10, alternatives: [] });
    expect(await reply(known, { subscription: 'team-b' })).toMatchObject({
      answer: 'serviceable',
      evidence_age_s: null,
    });
  });

  test('serviceable for the one agent that may find out, if it gets the trial', async () => {
    const { reply: answer, trial } = await ask([limited(), healthy('team-b')], { agent: 'a1' }, T0 + HOUR);
    expect(answer).toMatchObject({ answer: 'serviceable', alternatives: ['team-b'] });
    expect(trial).toEqual({
      holder: { kind: 'subscription', id: 'team-a' },
      fingerprint: 'print-team-a',
      agent: 'a1',
      isLikelyOver: true,
    });
  });

  test('serviceable for one that does not say who it is, if it gets the trial', async () => {
    const { reply: answer, trial } = await ask([limited()], {}, T0 + HOUR);
    expect(answer).toMatchObject({ answer: 'serviceable' });
    expect(trial).toMatchObject({ agent: 'an unnamed agent' });
  });

  test.each([
    ['never seen', 'team-x'],
    ['removed', 'gone'],
  ])('unknown where it was %s', async (_what, id) => {
    const known = [subscription('gone', { removed_at: formatTime(T0) })];
    expect(await reply(known, { subscription: id })).toMatchObject({
      answer: 'unknown',
      reason: expect.stringContaining('nothing is known'),
    });
  });

  test('unknown until the registry has been read', async () => {
    const { view } = await registryOf(dead());
    expect(answerPreflight({ subscription: 'team-a' }, { ...view, ready: false }, NOW).reply).toMatchObject({
      answer: 'unknown',
      reason: expect.stringContaining('not loaded'),
    });
  });
});

describe('with a fingerprint the answer', () => {
  const replaced = healthy('team-a', { fingerprint: 'new', other_tokens: [dead()] });

  test.each([
    [undefined, 'serviceable'],
    ['new', 'serviceable'],
    ['print-team-a', 'refused'],
    ['never seen', 'serviceable'],
  ])('is about that token (%s: %s)', async (fingerprint, answer) => {
    const request = fingerprint === undefined ? {} : { fingerprint };
    expect(await reply([replaced], request)).toMatchObject({ answer });
  });

  test('does not hold against a token never seen what the one before it did', async () => {
    expect(await reply([dead()], { fingerprint: 'newest' })).toMatchObject({ answer: 'serviceable' });
  });

  test('is about the token that is there where that has no fingerprint yet', async () => {
    expect(await reply([{ ...dead(), fingerprint: null }], { fingerprint: 'any' })).toMatchObject({
      answer: 'refused',
    });
  });

  test('is about the API key where that is what a run would use: moving would change nothing', async () => {
    const credential = { kind: 'api_key', subscription: 'team-a', fingerprint: 'key-1' } as const;
    const key = dead({ ...subscription('key-1'), kind: 'api_key', fingerprint: 'key-1' }, { credential });
    const known = [key, healthy('team-a'), healthy('team-b')];
    expect(await reply(known)).toMatchObject({ answer: 'serviceable' });
    expect(await reply(known, { fingerprint: 'key-1' })).toMatchObject({
      answer: 'refused',
      reason: expect.stringContaining('API key'),
      alternatives: [],
    });
    const removed = [{ ...key, removed_at: formatTime(T0) }, healthy('team-a')];
    expect(await reply(removed, { fingerprint: 'key-1' })).toMatchObject({ answer: 'serviceable' });
  });
});
