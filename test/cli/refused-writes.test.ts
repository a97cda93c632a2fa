import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { headers, type JetStreamManager } from 'nats';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { deadCommand } from '../../src/cli/dead.ts';
import { modeCommand } from '../../src/cli/mode.ts';
import { rulesCommand } from '../../src/cli/rules/rules.ts';
import { subscriptionsCommand } from '../../src/cli/subscriptions/subscriptions.ts';
import { DEAD_HEADERS } from '../../src/contracts/dead-letter.ts';
import { openRules } from '../../src/nats/ensure-streams.ts';
import type { Service } from '../../src/service/service.ts';
import { runCommand } from '../support/command.ts';
import { useNatsServer } from '../support/nats.ts';
import { packText } from '../support/rule-files.ts';
import { rulesFrom } from '../support/rules.ts';
import { startTestService, subjects } from '../support/service.ts';

/*
 * What a command writes is refused where a person has given a bucket or stream too little room, or other subjects. The command
 * says so in a line, with what to do, as of a server that does not answer.
 */

const nats = useNatsServer();
const work = mkdtempSync(join(tmpdir(), 'knell-refused-'));
let manager: JetStreamManager;
let service: Service;

const COMMANDS = {
  mode: modeCommand,
  rules: rulesCommand,
  dead: deadCommand,
  subscriptions: subscriptionsCommand,
};
function knell(line: string) {
  const args = line.replace('PACKS', work).split(' ');
  return runCommand(COMMANDS[args[0] as keyof typeof COMMANDS](), args, { NATS_URL: nats.server.url });
}

beforeAll(async () => {
  writeFileSync(join(work, 'acme.yaml'), packText({}));
  service = await startTestService(nats.server.url, rulesFrom('rules: []'));
  await openRules(nats.connection);
  manager = await nats.connection.jetstreamManager();
  const head = headers();
  head.set(DEAD_HEADERS.reason, 'poison');
  head.set(DEAD_HEADERS.subject, 'knell.logs.a.e.1.stdout');
  head.set(DEAD_HEADERS.stream, 'KNELL_LOGS');
  head.set(DEAD_HEADERS.seq, '7');
  head.set(DEAD_HEADERS.stored, '2026-11-28T12:00:00.000Z');
  await nats.connection.jetstream().publish(subjects.dead('knell.logs.a.e.1.stdout'), 'x', { headers: head });
  expect(await knell('rules publish PACKS --candidate')).toMatchObject({ code: 0 });
});
afterAll(async () => {
  await service.stop();
  rmSync(work, { recursive: true, force: true });
});

const NO_ROOM = { max_bytes: 100 };
const FULL = /maximum bytes exceeded \(see "knell doctor"\)$/;
const UNHEARD = /no stream takes it \("knell doctor" says why\)$/;

test.each([
  ['mode shadow', 'KV_knell_fleet', NO_ROOM, FULL],
  ['mode shadow', 'KV_knell_fleet', { subjects: ['$KV.elsewhere.>'] }, UNHEARD],
  ['subscriptions set team-a', 'KV_knell_subscriptions', NO_ROOM, FULL],
  ['rules withdraw', 'KV_knell_rules', { subjects: ['$KV.elsewhere.>'] }, UNHEARD],
  // The server drops what a smaller bound has no room for: after this there is no candidate.
  ['rules publish PACKS', 'KV_knell_rules', NO_ROOM, FULL],
  ['rules publish PACKS', 'OBJ_knell_bundles', NO_ROOM, FULL],
  ['dead retry --all', 'KNELL_LOGS', { max_msgs: 1, max_msg_size: 1 }, /message size exceeds maximum allowed/],
])('%s where %s has %j says why in a line, and exits 3', async (line, stream, edit, why) => {
  const { config } = await manager.streams.info(stream);
  await manager.streams.update(stream, edit);
  try {
    const { code, out, err } = await knell(line);
    expect({ code, out }).toEqual({ code: 3, out: '' });
    expect(err).toMatch(why);
  } finally {
    await manager.streams.update(stream, config);
  }
});
