import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { preflightCommand } from '../../../src/cli/subscriptions/preflight.ts';
import { probeCommand } from '../../../src/cli/subscriptions/probe.ts';
import { subscriptionsCommand } from '../../../src/cli/subscriptions/subscriptions.ts';
import { PreflightReply } from '../../../src/contracts/preflight.ts';
import { SubscriptionRecord } from '../../../src/contracts/subscription.ts';
import { formatTime } from '../../../src/contracts/time.ts';
import type { Subscriptions } from '../../../src/service/subscriptions.ts';
import { runCommand } from '../../support/command.ts';
import { useNatsServer } from '../../support/nats.ts';
import { type ProviderStub, startProviderStub } from '../../support/provider-stub.ts';
import { startTestSubscriptions } from '../../support/subscription-service.ts';
import { DAY } from '../../support/subscriptions.ts';

const nats = useNatsServer();
let service: Subscriptions;
let stub: ProviderStub;
const TOKEN = 'sk-ant-oat01-eeeeeeeeeeeeeeee';
const NOBODY = 'nats://127.0.0.1:1';

beforeAll(async () => {
  service = await startTestSubscriptions(nats.connection);
  await service.loaded;
  stub = await startProviderStub();
});
afterAll(async () => {
  await stub.stop();
  await service.stop();
});

const subscriptions = (...args: string[]) =>
  runCommand(subscriptionsCommand(), ['subscriptions', ...args], { NATS_URL: nats.server.url, TOKEN });
const preflight = (...args: string[]) =>
  runCommand(preflightCommand(), ['preflight', ...args], { NATS_URL: nats.server.url });
const probe = (token: string | undefined, ...args: string[]) =>
  runCommand(probeCommand(), ['probe', '--provider', 'anthropic', ...args], {
    NATS_URL: nats.server.url,
    ANTHROPIC_BASE_URL: stub.url,
    CLAUDE_CODE_OAUTH_TOKEN: token,
    ANTHROPIC_API_KEY: undefined,
    ANTHROPIC_AUTH_TOKEN: undefined,
  });

/** Sets a subscription, and settles when the service has it in its view. */
async function known(id: string, ...args: string[]): Promise<void> {
  expect((await subscriptions('set', id, ...args)).code).toBe(0);
  while ((await subscriptions('list', id)).code !== 0) await new Promise((resolve) => setImmediate(resolve));
}

describe('knell subscriptions', () => {
  test('set, list and remove, as a person would', async () => {
    await known('team-a', '--provider', 'anthropic', '--issued', '2026-01-31', '--by', 'ann');
    const details = await subscriptions('list', 'team-a');
    expect(details.out).toContain('2027-01-31');
    expect(details.out).toContain('estimated');
    expect(details.out).toContain('ann: registered');
    const { out } = await subscriptions('list');
    expect(out).toMatch(/^SUBSCRIPTION +PROVIDER +TOKEN +STATE +SEEN +EXPIRES +AGENTS$/m);
    expect(out).toMatch(/^team-a +anthropic +unnamed +nothing against it +2027-01-31 \(.*estimated\) +0$/m);
    expect(await subscriptions('remove', 'team-a')).toMatchObject({ code: 0, out: 'removed team-a\n' });
    while ((await subscriptions('list', 'team-a')).code === 0) await new Promise((resolve) => setImmediate(resolve));
  });

  test('makes a fingerprint of a token that stays here', async () => {
    await known('team-t', '--token-env', 'TOKEN');
    const { out } = await subscriptions('list', 'team-t', '--json');
    expect(SubscriptionRecord.parse(JSON.parse(out)).fingerprint).toMatch(/^[0-9a-f]{32}$/);
    expect(out).not.toContain(TOKEN);
  });

  test.each<[string, string[], string]>([
    ['a date that is none', ['set', 'x', '--issued', 'yesterday'], '--issued'],
    ['an issue date that is still to come', ['set', 'x', '--issued', '2999-01-01'], 'still to come'],
    ['a variable without a token', ['set', 'x', '--token-env', 'KNELL_NO_SUCH_TOKEN'], 'KNELL_NO_SUCH_TOKEN'],
    ['a provider that is no name', ['set', 'x', '--provider', 'Open AI'], 'provider'],
  ])('finds %s bad usage, and says which', async (_what, args, message) => {
    const result = await subscriptions(...args);
    expect(result.code).toBe(2);
    expect(result.err).toContain(message);
  });

  test('says when there is no such subscription', async () => {
    for (const verb of ['remove', 'list']) {
      expect(await subscriptions(verb, 'nobody')).toMatchObject({ code: 2, err: expect.stringContaining('nobody') });
    }
  });
});

describe('knell preflight', () => {
  test('exits 0 on a serviceable subscription and on one nobody knows', async () => {
    await known('team-good');
    expect(await preflight('--subscription', 'team-good')).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^serviceable {2}team-good/),
    });
    const unknown = await preflight('--subscription', 'nobody-knows', '--json');
    expect(unknown.code).toBe(0);
    expect(PreflightReply.parse(JSON.parse(unknown.out)).answer).toBe('unknown');
  });

  test('exits 1 on a refused one', async () => {
    await known('team-old', '--expires', formatTime(Date.now() - DAY));
    expect(await preflight('--subscription', 'team-old')).toMatchObject({
      code: 1,
      out: expect.stringMatching(/^refused {2}team-old {2}the token expired on/),
    });
  });

  test('exits 2 without a subscription and 3 without a server or a service', async () => {
    expect(await preflight()).toMatchObject({ code: 2 });
    expect(await preflight('--subscription', 'x', '--agent', 'no agent')).toMatchObject({ code: 2 });
    expect(await preflight('--subscription', 'x', '--nats', NOBODY)).toMatchObject({ code: 3 });
    const elsewhere = await runCommand(preflightCommand(), ['preflight', '--subscription', 'x'], {
      NATS_URL: nats.server.url,
      KNELL_PREFIX: 'elsewhere',
    });
    expect(elsewhere).toMatchObject({ code: 3, err: expect.stringContaining('no knell service answers') });
  });
});

describe('knell probe', () => {
  test('puts down what it found, and preflight refuses what it found dead', async () => {
    stub.answer = {
      status: 401,
      body: { error: { type: 'authentication_error', message: 'OAuth token has expired.' } },
    };
    const found = await probe(TOKEN, '--subscription', 'team-p');
    expect(found).toMatchObject({ code: 1, out: expect.stringContaining('auth.token_expired') });
    expect(found.out).not.toContain(TOKEN);
    for (;;) {
      if ((await preflight('--subscription', 'team-p')).code === 1) break;
    }
    const again = await probe(TOKEN, '--subscription', 'team-p');
    expect(again).toMatchObject({ code: 1, out: expect.stringContaining('not probed') });
  });

  test('exits 0 when it works and where nothing was settled', async () => {
    stub.answer = { status: 200, body: { content: [] } };
    expect(await probe('another-token')).toMatchObject({ code: 0, out: expect.stringContaining('works') });
    stub.answer = { status: 529 };
    const result = await probe('third-token', '--json');
    expect(result.code).toBe(0);
    expect(JSON.parse(result.out)).toMatchObject({ verdict: 'inconclusive', recorded: null });
  });

  test('exits 2 without a credential and 3 when the provider or NATS is away', async () => {
    expect(await probe(undefined)).toMatchObject({ code: 2, err: expect.stringContaining('CLAUDE_CODE_OAUTH_TOKEN') });
    stub.answer = { status: 0, reset: true };
    expect(await probe('fourth-token')).toMatchObject({ code: 3, err: expect.stringContaining('no answer from') });
    expect(await probe('fifth-token', '--nats', NOBODY)).toMatchObject({ code: 3 });
  });
});
