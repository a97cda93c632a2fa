import { connect } from 'nats';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { watchConnection } from '../../src/service/watch-connection.ts';
import { type ConfiguredServer, startConfiguredServer } from '../support/configured-server.ts';

const NEEDED = [
  '$JS.API.CONSUMER.MSG.NEXT.KNELL_LOGS.knell_workers',
  '$JS.API.STREAM.MSG.GET.KNELL_LOGS',
  '$JS.API.STREAM.MSG.GET.KNELL_RUNS',
  '$JS.ACK.KNELL_LOGS.knell_workers.1.5.12.1795986959553243178.0',
];
const NOT_NEEDED = ['elsewhere', '$JS.API.STREAM.MSG.GET.KNELL_NOTICES'];
let server: ConfiguredServer;

beforeAll(async () => {
  server = await startConfiguredServer(`authorization { users: [ { user: u, password: p, permissions: {
    publish: { deny: ["$JS.API.CONSUMER.MSG.NEXT.>", "$JS.API.STREAM.MSG.GET.>", "$JS.ACK.>", "elsewhere"] } } } ] }`);
});
afterAll(() => server.stop());

it.each(NEEDED)(
  'tells of a refusal of %s, for as long as it may last, and of none that reading does not need',
  async (needed) => {
    const connection = await connect({ servers: `127.0.0.1:${server.port}`, user: 'u', pass: 'p' });
    let nowMs = 0;
    const health = watchConnection(connection, () => nowMs);
    for (const subject of NOT_NEEDED) connection.publish(subject);
    await connection.flush();
    expect(health.refusal()).toBeUndefined();
    connection.publish(needed);
    await connection.flush();
    await expect.poll(() => health.refusal()).toContain(`does not allow this login to publish to ${needed}`);
    nowMs = 29_999;
    expect(health.refusal()).toBeDefined();
    nowMs = 30_000;
    expect(health.refusal()).toBeUndefined();
    expect(health.isAway()).toBe(false);
    await connection.close();
    expect(health.isAway()).toBe(true);
  },
);
