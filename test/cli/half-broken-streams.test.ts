import { connect, type JetStreamManager, type NatsConnection } from 'nats';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { deadCommand } from '../../src/cli/dead.ts';
import { modeCommand } from '../../src/cli/mode.ts';
import { runsCommand } from '../../src/cli/runs.ts';
import { ensureStreams } from '../../src/nats/ensure-streams.ts';
import { runCommand } from '../support/command.ts';
import { type ConfiguredServer, startConfiguredServer } from '../support/configured-server.ts';
import { subjects } from '../support/service.ts';

/*
 * In an incident streams are half broken and logins have few rights. A command needs what it acts on, and nothing else.
 */

const MODE_ONLY = [
  '$JS.API.INFO',
  '$JS.API.STREAM.INFO.KV_knell_fleet',
  '$JS.API.STREAM.MSG.GET.KV_knell_fleet',
  '$KV.knell_fleet.mode',
];
const CONFIG = `
accounts {
  A: { jetstream: enabled, users: [
    { user: all, password: pw },
    { user: few, password: pw, permissions: { publish: ${JSON.stringify(MODE_ONLY)}, subscribe: "_INBOX.>" } }
  ] }
}`;

let server: ConfiguredServer;
let connection: NatsConnection;
let manager: JetStreamManager;
const urlOf = (user: string) => `nats://${user}:pw@127.0.0.1:${server.port}`;

beforeAll(async () => {
  server = await startConfiguredServer(CONFIG);
  connection = await connect({ servers: `127.0.0.1:${server.port}`, user: 'all', pass: 'pw' });
  manager = await connection.jetstreamManager();
});
afterAll(async () => {
  await connection.close();
  await server.stop();
});
beforeEach(async () => {
  for (const name of await manager.streams.names().next()) await manager.streams.delete(name);
  await ensureStreams(connection, subjects);
});

const COMMANDS = { mode: modeCommand, runs: runsCommand, dead: deadCommand };
function knell(line: string, user = 'all') {
  const args = line.split(' ');
  return runCommand(COMMANDS[args[0] as keyof typeof COMMANDS](), args, { NATS_URL: urlOf(user) });
}

test.each(['mode shadow', 'mode', 'runs list', 'dead list'])(
  '%s does not mind a stream of others that does not fit',
  async (line) => {
    await manager.streams.update('KNELL_ACKS', { subjects: ['elsewhere.>'] });
    expect(await knell(line)).toMatchObject({ code: 0, err: '' });
  },
);

test('the emergency stop needs no right but to its own entry, and says what it could not look at', async () => {
  const { code, out, err } = await knell('mode shadow --json', 'few');
  expect(code).toBe(0);
  expect(err).toMatch(/^knell: which workers run is not known: the NATS server does not allow this login to [^\n]*\n$/);
  expect(JSON.parse(out)).toMatchObject({ mode: 'shadow' });
  expect(JSON.parse(out)).not.toHaveProperty('workers');
  expect((await knell('mode')).out).toContain('the fleet runs in shadow mode');
});

test('a command that reads creates no streams, and says that they are missing', async () => {
  await manager.streams.delete('KNELL_DEAD');
  const { code, err } = await knell('dead list');
  expect(code).toBe(3);
  expect(err).toContain('lacks streams of knell');
});
