import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AckPolicy, Events, type NatsConnection, nkeys } from 'nats';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { modeCommand } from '../../src/cli/mode.ts';
import { rulesCommand } from '../../src/cli/rules/rules.ts';
import { runsCommand } from '../../src/cli/runs.ts';
import { preflightCommand } from '../../src/cli/subscriptions/preflight.ts';
import { subscriptionsCommand } from '../../src/cli/subscriptions/subscriptions.ts';
import { createKnellClient } from '../../src/client/client.ts';
import type { RulesPointer } from '../../src/contracts/rules-pointer.ts';
import { CONSUMERS } from '../../src/contracts/subjects.ts';
import { connectWith } from '../../src/login/connect.ts';
import type { Login } from '../../src/login/login.ts';
import type { LoginEnvironment } from '../../src/login/login-variables.ts';
import { lastDirect } from '../../src/nats/direct-get.ts';
import type { NatsRole } from '../../src/nats/permissions.ts';
import { createNatsLink } from '../../src/nats/tap-link.ts';
import { RUNTIME_FACTS } from '../../src/ruleset/load/runtime-facts.ts';
import type { Service } from '../../src/service/service.ts';
import type { AbortOrder } from '../../src/tap/tap-link.ts';
import { claude } from '../support/claude-lines.ts';
import { runCommand } from '../support/command.ts';
import { seedOf } from '../support/nats-jwt.ts';
import { type ProtectedBus, startProtectedBus } from '../support/protected-bus.ts';
import { packText } from '../support/rule-files.ts';
import { rulesFrom } from '../support/rules.ts';
import { startTestService } from '../support/service.ts';

const ROLES = {
  knell: { role: 'knell' },
  operator: { role: 'operator' },
  author: { role: 'author' },
  reader: { role: 'reader' },
  backend: { role: 'backend', name: 'dispatcher' },
  builder: { role: 'agent', name: 'builder' },
  other: { role: 'agent', name: 'other' },
} as const satisfies Record<string, NatsRole>;
type Who = keyof typeof ROLES;

const work = mkdtempSync(join(tmpdir(), 'knell-permissions-'));
const rules = rulesFrom(`
pack: acme
rules:
  - id: token-expired
    match: [{ event: result, text: 'token has expired' }]
`);
const quietRules = mkdtempSync(join(work, 'quiet-'));
writeFileSync(join(quietRules, 'acme.yaml'), packText());
let bus: ProtectedBus<Who>;
let service: Service;
const open: NatsConnection[] = [];

const loginOf = (who: Who): Login => bus.logins[who];
const envOf = (who: Who): LoginEnvironment => bus.environments[who];
async function connectAs(who: Who): Promise<NatsConnection> {
  const connection = await connectWith(loginOf(who), {});
  open.push(connection);
  return connection;
}

beforeAll(async () => {
  bus = await startProtectedBus(ROLES);
  service = await startTestService('', rules, undefined, {
    nats: loginOf('knell'),
    published: { load: RUNTIME_FACTS },
  });
});
afterAll(async () => {
  await Promise.all(open.map((connection) => connection.close()));
  await service?.stop();
  await bus?.stop();
  rmSync(work, { recursive: true, force: true });
});

describe('each part can do its work', () => {
  it('an agent is heard, ended and answered for, and a backend hears and answers', async () => {
    const run = { agent: 'builder', execution: 'e1', attempt: 1 };
    const client = await createKnellClient({ nats: loginOf('backend'), by: 'dispatcher' });
    const notices: string[] = [];
    const stopNotices = await client.onNotice(({ kind }) => void notices.push(kind));
    const heard = new Promise<string>((resolve) => {
      void client.onAbort(({ execution }) => {
        resolve(execution);
        return 'terminated';
      });
    });
    await client.publishRunStarted(run, { runtime: 'claude-code' });
    const link = createNatsLink({ login: loginOf('builder'), run, runtime: 'claude-code' });
    const ordered = new Promise<AbortOrder>((resolve) => link.onAbort(resolve));
    const lines = [claude.init(), claude.fails('OAuth token has expired', 401)];
    const payload = Buffer.from(lines.join('\n'));
    link.publishLog({ stream: 'stdout', firstLine: 0, lineCount: 2, atMs: Date.now(), payload });
    const order = await ordered;
    expect(order).toMatchObject(run);
    expect(await heard).toBe('e1');
    link.ack({
      schema: 'knell.ack/v1',
      command_id: order.command_id,
      ...run,
      outcome: 'terminated',
      by: 'tap',
      at: new Date().toISOString(),
    });
    expect(await link.close(10_000)).toMatchObject({ unsentMessages: 0, unsentLines: 0 });

    // A tap that comes later may look at its subjects of the streams, and finds that its run id was used.
    const usedBefore = async (used: typeof run, isObeying: boolean) => {
      let told: (how: string) => void = () => undefined;
      const isTold = new Promise<string>((resolve) => {
        told = resolve;
      });
      const later = createNatsLink({ login: loginOf('builder'), run: used, onUsedBefore: told });
      if (isObeying) later.onAbort(() => undefined);
      later.publishRun({ schema: 'knell.run/v1', type: 'started', ...used, at: new Date().toISOString(), pid: 1 });
      const how = await isTold;
      await later.close(1_000);
      return how;
    };
    expect(await usedBefore(run, true)).toBe('ended');
    const well = { ...run, execution: 'well' };
    await client.publishRunStarted(well, { runtime: 'claude-code' });
    await client.publishRunExited(well, { code: 0, signal: null });
    expect(await usedBefore(well, false)).toBe('used');
    expect(await client.preflight({ agent: 'builder', subscription: 'team-a' }, { timeoutMs: 5_000 })).toMatchObject({
      reason: expect.not.stringContaining('did not answer'),
    });
    await stopNotices();
    await client.close();
  });

  it.each([
    ['mode', () => modeCommand(), ['mode']],
    ['mode shadow', () => modeCommand(), ['mode', 'shadow', '--reason', 'test']],
    ['runs list', () => runsCommand(), ['runs', 'list']],
    ['runs show', () => runsCommand(), ['runs', 'show', 'builder.e1.1']],
    ['subscriptions set', () => subscriptionsCommand(), ['subscriptions', 'set', 'team-a', '--provider', 'anthropic']],
    ['subscriptions list', () => subscriptionsCommand(), ['subscriptions', 'list']],
    ['preflight', () => preflightCommand(), ['preflight', '--subscription', 'team-a']],
    ['rules status', () => rulesCommand(), ['rules', 'status']],
    ['rules report', () => rulesCommand(), ['rules', 'report']],
    ['rules replay', () => rulesCommand(), ['rules', 'replay', '--rules', quietRules]],
    ['subscriptions remove', () => subscriptionsCommand(), ['subscriptions', 'remove', 'team-a']],
  ])('an operator: %s', async (_what, command, args) => {
    const { code, err } = await runCommand(command(), args, envOf('operator'));
    expect(`${code} ${err}`).toBe('0 ');
  });

  it('a reader reads the stream of failure records', async () => {
    const connection = await connectAs('reader');
    const subject = 'knell.failures.auth.token_expired.builder.e1.1';
    const manager = await connection.jetstreamManager();
    expect((await lastDirect(manager, 'KNELL_FAILURES', subject))?.subject).toBe(subject);
    await manager.consumers.add('KNELL_FAILURES', {
      name: 'mine',
      deliver_subject: `${loginOf('reader').inboxPrefix}.x`,
    });
    expect(await manager.consumers.delete('KNELL_FAILURES', 'mine')).toBe(true);
  });

  it('an author publishes rules, a worker takes them, and the author sees that', async () => {
    const folder = mkdtempSync(join(work, 'rules-'));
    writeFileSync(join(folder, 'acme.yaml'), packText());
    const { out, err } = await runCommand(rulesCommand(), ['rules', 'publish', folder, '--json'], envOf('author'));
    expect(err).toBe('');
    const { digest } = JSON.parse(out) as RulesPointer;
    const status = async () => (await runCommand(rulesCommand(), ['rules', 'status', '--json'], envOf('author'))).out;
    await expect.poll(async () => JSON.parse(await status()).workers).toMatchObject([{ digest }]);
    const diff = await runCommand(rulesCommand(), ['rules', 'diff', 'active', folder], envOf('author'));
    expect(diff).toMatchObject({ code: 0, err: '' });
  });

  it('an author judges a candidate by what workers recorded, promotes it and withdraws it; no other login can', async () => {
    const as = (who: Who, ...args: string[]) => runCommand(rulesCommand(), ['rules', ...args], envOf(who));
    const folder = mkdtempSync(join(work, 'candidate-'));
    writeFileSync(join(folder, 'acme.yaml'), packText({ version: '2.0.0', more: ['second'] }));
    expect(await as('author', 'publish', folder, '--candidate')).toMatchObject({ code: 0, err: '' });
    const serials = async () => {
      const { pointers } = JSON.parse((await as('author', 'status', '--json')).out) as { pointers: RulesPointer[] };
      return pointers.map(({ name, serial }) => `${name} ${serial}`).sort();
    };
    const before = await serials();
    for (const who of ['operator', 'reader', 'backend'] as const) {
      for (const args of [['promote', '--force'], ['withdraw'], ['publish', folder]]) {
        const { code, err } = await as(who, ...args);
        expect(`${who} ${args[0]} ${code} ${err}`).toMatch(/ 3 .*does not allow this login to publish to /s);
      }
    }
    expect(await serials()).toEqual(before);

    const report = await as('author', 'report', '--json');
    expect(report).toMatchObject({ code: 0, err: expect.stringContaining('may not read KNELL_LOGS') });
    expect(JSON.parse(report.out).candidate).toMatchObject({ right: 0, wrong: 0 });
    expect(await as('author', 'promote')).toMatchObject({ code: 1, err: expect.stringContaining('20 are asked for') });
    expect((await as('author', 'promote', '--force')).code).toBe(0);
    expect((await as('author', 'withdraw')).code).toBe(0);
    expect(await serials()).not.toEqual(before);
  });
});

/** Tries it on the real server; its word on that comes before the answer to the flush. */
async function attempt(who: Who, operation: 'publish' | 'subscribe', subject: string): Promise<'allowed' | 'refused'> {
  const connection = await connectWith(loginOf(who), { reconnect: false });
  let refused = false;
  void (async () => {
    for await (const { type, data } of connection.status())
      refused ||= type === Events.Error && data === 'PERMISSIONS_VIOLATION';
  })();
  if (operation === 'publish') connection.publish(subject, '{}');
  else connection.subscribe(subject, { callback: () => undefined });
  await connection.flush();
  await new Promise((resolve) => setImmediate(resolve));
  await connection.close();
  return refused ? 'refused' : 'allowed';
}

const command = '$JS.API.CONSUMER.CREATE.KNELL_ABORTS';
describe.each<[Who, 'publish' | 'subscribe', readonly string[]]>([
  [
    'builder',
    'publish',
    [
      'knell.aborts.builder.e1.1',
      'knell.aborts.other.e1.1',
      'knell.failures.auth.token_expired.builder.e1.1',
      'knell.notices.stall.x',
      'knell.logs.other.e1.1.stdout',
      'knell.runs.other.e1.1',
      'knell.acks.other.e1.1',
      'knell.preflight.check',
      'knell.subscriptions.list',
      'knell.subscriptions.set',
      'knell.subscriptions.remove',
      '$KV.knell_fleet.mode',
      '$KV.knell_runs.builder.e1.1',
      '$KV.knell_rules.x',
      '$O.knell_bundles.C.x',
      '$KV.knell_subscriptions.x',
      '$JS.API.INFO',
      '$JS.API.STREAM.LIST',
      '$JS.API.STREAM.PURGE.KNELL_LOGS',
      '$JS.API.STREAM.DELETE.KNELL_ABORTS',
      '$JS.API.STREAM.UPDATE.KNELL_ABORTS',
      '$JS.API.STREAM.CREATE.MINE',
      '$JS.API.STREAM.MSG.GET.KNELL_LOGS',
      '$JS.API.STREAM.MSG.GET.KNELL_ABORTS',
      '$JS.API.STREAM.MSG.DELETE.KNELL_LOGS',
      '$JS.API.DIRECT.GET.KNELL_ABORTS',
      '$JS.API.DIRECT.GET.KNELL_ABORTS.knell.aborts.other.e1.1',
      '$JS.API.DIRECT.GET.KNELL_LOGS.knell.logs.builder.e1.1.stdout',
      '$JS.API.CONSUMER.DELETE.KNELL_LOGS.knell_workers',
      '$JS.API.CONSUMER.MSG.NEXT.KNELL_LOGS.knell_workers',
      command,
      '$JS.ACK.KNELL_LOGS.knell_workers.1.1.1.1.0',
      '_INBOX.knell_agent.other.x',
      '_INBOX.knell_backend.dispatcher.x',
      '$SRV.PING',
      '$SYS.REQ.SERVER.PING',
    ],
  ],
  [
    'builder',
    'subscribe',
    [
      '>',
      'knell.>',
      'knell.aborts.>',
      'knell.aborts.other.*.*',
      'knell.logs.>',
      'knell.preflight.check',
      'knell.notices.>',
      '_INBOX.>',
      '_INBOX.knell_agent.other.>',
      '$SRV.>',
      '$KV.>',
    ],
  ],
  [
    'backend',
    'publish',
    [
      'knell.aborts.builder.e1.1',
      'knell.failures.auth.token_expired.builder.e1.1',
      'knell.notices.stall.x',
      'knell.logs.builder.e1.1.stdout',
      'knell.subscriptions.set',
      'knell.subscriptions.remove',
      '$KV.knell_fleet.mode',
      '$KV.knell_rules.x',
      '$JS.API.STREAM.DELETE.KNELL_ABORTS',
      '$JS.API.STREAM.PURGE.KNELL_ABORTS',
      '$JS.API.STREAM.MSG.GET.KNELL_LOGS',
      '$JS.API.CONSUMER.DELETE.KNELL_ABORTS.backend_another',
      '$JS.API.CONSUMER.MSG.NEXT.KNELL_ABORTS.backend_another',
      '$JS.API.CONSUMER.CREATE.KNELL_LOGS.x',
      '$JS.API.CONSUMER.CREATE.KNELL_NOTICES.knell_fluentd.knell.notices.>',
      '$JS.API.CONSUMER.DELETE.KNELL_NOTICES.knell_fluentd',
    ],
  ],
  ['backend', 'subscribe', ['knell.logs.>', 'knell.preflight.check', '_INBOX.>', 'knell.subscriptions.set']],
  [
    'operator',
    'publish',
    [
      'knell.aborts.builder.e1.1',
      'knell.failures.auth.token_expired.builder.e1.1',
      'knell.logs.builder.e1.1.stdout',
      '$KV.knell_rules.x',
      '$KV.knell_rules.active',
      '$KV.knell_rules.candidate',
      '$O.knell_bundles.C.x',
      '$KV.knell_runs.x',
      '$JS.API.STREAM.DELETE.KNELL_LOGS',
      '$JS.API.STREAM.PURGE.KNELL_LOGS',
      '$JS.API.CONSUMER.DELETE.KNELL_LOGS.knell_workers',
      '$JS.API.CONSUMER.CREATE.KNELL_LOGS.knell_workers',
    ],
  ],
  ['operator', 'subscribe', ['knell.preflight.check', 'knell.subscriptions.set', '_INBOX.>']],
  [
    'author',
    'publish',
    [
      'knell.aborts.builder.e1.1',
      '$KV.knell_fleet.mode',
      '$KV.knell_runs.x',
      '$KV.knell_worker_rules.x',
      'knell.subscriptions.set',
      '$JS.API.STREAM.DELETE.KV_knell_rules',
      '$JS.API.DIRECT.GET.KNELL_LOGS',
      '$JS.API.STREAM.MSG.GET.KNELL_LOGS',
      '$JS.API.CONSUMER.CREATE.KNELL_LOGS',
      // Evidence for a candidate of one's own is not to be made up.
      'knell.failures.auth.token_expired.builder.e1.1',
      'knell.runs.builder.e1.1',
      '$JS.API.STREAM.MSG.DELETE.KNELL_FAILURES',
      '$JS.API.STREAM.PURGE.KNELL_FAILURES',
    ],
  ],
  ['author', 'subscribe', ['knell.aborts.>', 'knell.logs.>', '_INBOX.>']],
  [
    'reader',
    'publish',
    [
      'knell.aborts.builder.e1.1',
      'knell.acks.builder.e1.1',
      '$KV.knell_fleet.mode',
      '$KV.knell_rules.active',
      '$KV.knell_rules.candidate',
      '$JS.API.DIRECT.GET.KNELL_LOGS',
      '$JS.API.STREAM.DELETE.KNELL_ABORTS',
    ],
  ],
  ['reader', 'subscribe', ['knell.logs.>', '_INBOX.>']],
])('%s may not %s', (who, operation, forbidden) => {
  it.each(forbidden)('%s', async (subject) => {
    expect(await attempt(who, operation, subject)).toBe('refused');
  });
});

it("no consumer of knell's own can be changed by a request that names it in its body", async () => {
  const knell = await (await connectAs('knell')).jetstreamManager();
  const config = { durable_name: 'knell_fluentd', ack_policy: AckPolicy.Explicit };
  const before = await knell.consumers.add('KNELL_NOTICES', config);
  const backend = await connectAs('backend');
  for (const name of [{ durable_name: 'knell_fluentd' }, { name: 'knell_fluentd' }]) {
    const changed = {
      ...name,
      ack_policy: 'explicit',
      deliver_subject: `${loginOf('backend').inboxPrefix}.x`,
      max_deliver: 1,
    };
    const request = JSON.stringify({ stream_name: 'KNELL_NOTICES', config: changed });
    const reply = await backend.request('$JS.API.CONSUMER.CREATE.KNELL_NOTICES', request);
    expect(reply.json()).toHaveProperty('error');
  }
  expect((await knell.consumers.info('KNELL_NOTICES', 'knell_fluentd')).config).toEqual(before.config);
});

it.each([
  'knell.aborts.builder.e1.1',
  'knell.aborts.other.e1.1',
  'knell.failures.auth.token_expired.other.e1.1',
  'knell.subscriptions.remove',
  '$KV.knell_fleet.mode',
  '$KV.knell_rules.active',
  '$O.knell_bundles.C.x',
  '$JS.API.STREAM.PURGE.KNELL_ABORTS',
  '$JS.API.STREAM.PURGE.OBJ_knell_bundles',
  `$JS.API.CONSUMER.DELETE.KNELL_LOGS.${CONSUMERS.logs}`,
])("what the server confirms to an agent stays in the agent's account: %s", async (reply) => {
  const knell = await connectAs('knell');
  const manager = await knell.jetstreamManager();
  const heard: string[] = [];
  knell.subscribe('knell.>', { callback: (_, { subject }) => void heard.push(subject) });
  await knell.flush();
  const lastOf = async (subject: string) =>
    (await manager.streams.getMessage('KV_knell_fleet', { last_by_subj: subject }).catch(() => undefined))?.seq;
  const seen = async () => {
    const streams = await manager.streams.list().next();
    // Not what the lines themselves change, nor what a worker writes now and then: states, its rules, the account.
    const others = streams.filter(
      ({ config }) => !/^(?:KNELL_LOGS|KV_knell_(?:runs|worker_rules|fleet))$/.test(config.name),
    );
    const { subjects = {} } = (await manager.streams.info('KV_knell_fleet', { subjects_filter: '>' })).state;
    const fleet = Object.keys(subjects).filter((one) => one !== '$KV.knell_fleet.account');
    return [
      ...others.map(({ config, state }) => [config.name, state.messages, state.last_seq]),
      ...(await Promise.all(fleet.map(async (one) => [one, await lastOf(one)]))),
    ];
  };
  const before = await seen();
  const builder = await connectAs('builder');
  const subject = `knell.logs.builder.reply.1.stdout`;
  builder.publish(subject, 'x', { reply });
  // The server confirms in order: when this one's answer is here, the other's is where it went.
  const inbox = `${loginOf('builder').inboxPrefix}.deputy`;
  const answer = new Promise((resolve) => builder.subscribe(inbox, { max: 1, callback: resolve }));
  builder.publish(subject, 'y', { reply: inbox });
  await answer;
  await knell.flush();
  expect(heard.filter((one) => one === reply)).toEqual([]);
  expect(await seen()).toEqual(before);
  expect(await manager.consumers.info('KNELL_LOGS', CONSUMERS.logs)).toHaveProperty('stream_name', 'KNELL_LOGS');
});

/** Settles when the server has answered all that a connection has asked so far. */
async function hasAnswered(who: Who, connection: NatsConnection): Promise<void> {
  const inbox = `${loginOf(who).inboxPrefix}.last`;
  const answer = new Promise((resolve) => connection.subscribe(inbox, { max: 1, callback: resolve }));
  connection.publish('$JS.API.INFO', undefined, { reply: inbox });
  await answer;
}

describe.each([
  "a run's output|knell.logs.other.deputy.1.stdout",
  'a command|knell.aborts.other.deputy.1',
  'a record|knell.failures.auth.token_expired.other.deputy.1',
  "the fleet's mode|$KV.knell_fleet.deputy",
  'the rules in force|$KV.knell_rules.deputy',
  'a subscription|$KV.knell_subscriptions.deputy',
])('what the server answers becomes nothing else: %s', (row) => {
  const reply = row.split('|')[1] as string;
  it.each<[Who, (connection: NatsConnection) => Promise<string>]>([
    [
      'backend',
      async (connection) => {
        await connection.jetstream().publish('knell.acks.deputy.e1.1', 'chosen');
        return '$JS.API.DIRECT.GET.KNELL_ACKS.knell.acks.deputy.e1.1';
      },
    ],
    [
      'operator',
      async (connection) => {
        await connection.jetstream().publish('$KV.knell_probes.chosen', 'chosen');
        return '$JS.API.DIRECT.GET.KV_knell_probes.$KV.knell_probes.chosen';
      },
    ],
    [
      'author',
      async (connection) => {
        await connection.jetstream().publish('$O.knell_bundles.C.chosen', 'chosen');
        return '$JS.API.DIRECT.GET.OBJ_knell_bundles.$O.knell_bundles.C.chosen';
      },
    ],
    ['reader', async () => '$JS.API.DIRECT.GET.KNELL_FAILURES.knell.failures.auth.token_expired.builder.e1.1'],
  ])('%s', async (who, choose) => {
    const connection = await connectAs(who);
    const subject = await choose(connection);
    const knell = await connectAs('knell');
    const heard: string[] = [];
    knell.subscribe('knell.>', { callback: (_, message) => void heard.push(message.subject) });
    await knell.flush();
    connection.publish(subject, undefined, { reply });
    await hasAnswered(who, connection);
    await knell.flush();
    expect(heard).not.toContain(reply);
    const manager = await knell.jetstreamManager();
    const stream = await manager.streams.find(reply);
    const { state } = await manager.streams.info(stream, { subjects_filter: reply });
    expect(state.subjects ?? {}).toEqual({});
  });
});

it('what is tried above would be told if it were allowed', async () => {
  expect(await attempt('builder', 'publish', 'knell.runs.builder.e9.1')).toBe('allowed');
  expect(await attempt('builder', 'subscribe', 'knell.aborts.builder.e9.1')).toBe('allowed');
});

it('a login without a known key is refused', async () => {
  writeFileSync(join(work, 'stranger.nk'), seedOf(nkeys.createUser()));
  const login = { ...loginOf('builder'), nkeyFile: join(work, 'stranger.nk') };
  await expect(connectWith(login, {})).rejects.toMatchObject({ code: 'NATS_LOGIN_REFUSED' });
});
