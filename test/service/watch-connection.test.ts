import { connect } from 'nats';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { watchConnection } from '../../src/service/watch-connection.ts';
import { type ConfiguredServer, startConfiguredServer } from '../support/configured-server.ts';

const NEXT = '$JS.API.CONSUMER.MSG.NEXT.KNELL_LOGS.knell_workers';
let server: ConfiguredServer;

beforeAll(async () => {
  server = await startConfiguredServer(`authorization { users: [ { user: u, password: p, permissions: {
    publish: { deny: ["$JS.API.CONSUMER.MSG.NEXT.>", "elsewhere"] } } } ] }`);
});
afterAll(() => server.stop());

it('tells of a refusal of what reading needs, for as long as it may last, and of no other', async () => {
  const connection = await connect({ servers: `127.0.0.1:${server.port}`, user: 'u', pass: 'p' });
  let nowMs = 0;
  const health = watchConnection(connection, () => nowMs);
  connection.publish('elsewhere');
  await connection.flush();
  expect(health.refusal()).toBeUndefined();
  connection.publish(NEXT);
  await connection.flush();
  await expect.poll(() => health.refusal()).toContain(`does not allow this login to publish to ${NEXT}`);
  nowMs = 29_999;
  expect(health.refusal()).toBeDefined();
  nowMs = 30_000;
  expect(health.refusal()).toBeUndefined();
  expect(health.isAway()).toBe(false);
  await connection.close();
  expect(health.isAway()).toBe(true);
});
