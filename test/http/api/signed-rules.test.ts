import { afterAll, beforeAll, expect, it } from 'vitest';
import { openRules, type RulesStores } from '../../../src/nats/ensure-streams.ts';
import type { Service } from '../../../src/service/service.ts';
import { newKeyPair, readSigningKey, signingWith } from '../../../src/signing/keys.ts';
import { bundleWith, pointerTo } from '../../support/bundles.ts';
import { useNatsServer } from '../../support/nats.ts';
import { startPageService, TOKEN } from '../../support/page-fleet.ts';

const nats = useNatsServer();
const key = readSigningKey(newKeyPair().privatePem);
const [first, second, evil] = [{}, { version: '1.0.1' }, { version: '9.0.0', more: ['evil'] }].map((rules) =>
  bundleWith(rules),
) as [ReturnType<typeof bundleWith>, ReturnType<typeof bundleWith>, ReturnType<typeof bundleWith>];
let service: Service;
let stores: RulesStores;

beforeAll(async () => {
  stores = await openRules(nats.connection);
  for (const { digest, bytes } of [first, second, evil]) await stores.bundles.put(digest, bytes);
  await stores.pointers.put(pointerTo(first.digest, {}, 1, key), 0);
  const before = await stores.pointers.get('active');
  await stores.pointers.put(pointerTo(second.digest, { previous: first.digest }, 2, key), before?.revision ?? 0);
  service = await startPageService(nats.server.url, { rulesSigning: signingWith(key) });
});
afterAll(() => service.stop());

const post = (path: string, body: object) =>
  fetch(`${service.httpUrl}/api/v1/rules/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${TOKEN}` },
    body: JSON.stringify({ by: 'pat', why: 'a test', ...body }),
  });

it('promotes in its own name no candidate that nobody who is known has signed', async () => {
  await stores.pointers.put(pointerTo(evil.digest, { name: 'candidate' }), 0);
  const response = await post('promote', { digest: evil.digest, force: true });
  expect(response.status).toBe(409);
  expect(((await response.json()) as { message: string }).message).toContain('is not signed by a trusted key');
});

it('rolls back to what a signed entry names, whatever an unsigned one says', async () => {
  const before = await stores.pointers.get('active');
  await stores.pointers.put(pointerTo(second.digest, { previous: evil.digest }, 3), before?.revision ?? 0);
  expect((await post('rollback', {})).status).toBe(200);
  expect((await stores.pointers.get('active'))?.pointer).toMatchObject({ digest: first.digest, serial: 4 });
});
