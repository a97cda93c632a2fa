import { createHash } from 'node:crypto';
import { headers } from 'nats';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commandId, recordId } from '../../src/classify/ids.ts';
import { createKnellClient } from '../../src/client/client.ts';
import { AbortCommand } from '../../src/contracts/abort-command.ts';
import { Notice } from '../../src/contracts/notice.ts';
import type { Run } from '../../src/contracts/run.ts';
import { createNatsLink } from '../../src/nats/tap-link.ts';
import type { Service } from '../../src/service/service.ts';
import { newKeyPair, readSigningKey, readTrustedKeys, signingWith } from '../../src/signing/keys.ts';
import { SIGNATURE_HEADER, sign, verify } from '../../src/signing/signature.ts';
import type { AbortOrder } from '../../src/tap/tap-link.ts';
import { claude } from '../support/claude-lines.ts';
import { abortCommand } from '../support/messages.ts';
import { useNatsServer } from '../support/nats.ts';
import { rulesFrom } from '../support/rules.ts';
import { say, startTestService, subjects, untilAllIsRead } from '../support/service.ts';

/*
 * A bus without permissions, where anybody may publish anything: what a stranger can and can't bring about.
 */

const rules = rulesFrom(`
rules:
  - id: token-expired
    match: [{ event: result, text: 'token has expired' }]
`);
const nats = useNatsServer();
const keys = newKeyPair();
const key = readSigningKey(keys.privatePem);
const trusted = readTrustedKeys(keys.publicKey);
let service: Service;
let count = 0;
const freshRun = (): Run => ({ agent: 'a', execution: `e${++count}`, attempt: 1 });
const login = () => ({ servers: [`127.0.0.1:${nats.server.port}`] });
const doom = [claude.init(), claude.fails('OAuth token has expired', 401)];

/** A command that looks in all like knell's, but for who made it. */
const forged = (run: Run, more: object = {}) =>
  JSON.stringify({
    ...abortCommand(run),
    command_id: commandId(run),
    expires_at: new Date(Date.now() + 600_000).toISOString(),
    ...more,
  });

async function stored(stream: string, subject: string) {
  const manager = await nats.connection.jetstreamManager();
  const { state } = await manager.streams.info(stream, { subjects_filter: subject });
  const found = [];
  for (let seq = state.first_seq; seq <= state.last_seq && state.messages > 0; seq++) {
    const message = await manager.streams.getMessage(stream, { seq }).catch(() => undefined);
    if (message?.subject === subject || (subject.endsWith('>') && message?.subject.startsWith(subject.slice(0, -1))))
      found.push(message);
  }
  return found as NonNullable<(typeof found)[number]>[];
}

async function commandsOf(run: Run) {
  return (await stored('KNELL_ABORTS', subjects.aborts(run))).filter(
    ({ subject, data, header }) => verify(subject, data, header.get(SIGNATURE_HEADER), trusted) === 'good',
  );
}

describe.each([true, false])('where knell signs: %s', (signs) => {
  beforeAll(async () => {
    service = await startTestService(nats.server.url, rules, undefined, signs ? { signing: signingWith(key) } : {});
  });
  afterAll(() => service.stop());

  it.each([
    ['no command at all', () => 'nonsense', {}],
    ['a command that has expired', (run: Run) => forged(run, { expires_at: '2020-01-01T00:00:00.000Z' }), {}],
    ['a command for another run', (run: Run) => forged({ ...run, attempt: 2 }), {}],
    ['a message that has taken the id', () => 'nonsense', { takesId: true }],
    ['three messages', () => 'nonsense', { times: 3 }],
    ...(signs ? [['a command that is forged well', (run: Run) => forged(run), {}] as const] : []),
  ] as const)('%s that came first does not hide the own command', async (_what, make, how) => {
    const run = freshRun();
    const { takesId = false, times = 1 }: { takesId?: boolean; times?: number } = how;
    for (let n = 0; n < times; n++) {
      const subject = takesId ? 'knell.aborts.x.y.1' : subjects.aborts(run);
      await nats.connection.jetstream().publish(subject, make(run), takesId ? { msgID: commandId(run) } : {});
    }
    await say(nats.connection, run, 'stdout', doom);
    await untilAllIsRead(nats.connection);
    const messages = await stored('KNELL_ABORTS', subjects.aborts(run));
    const own = AbortCommand.parse(JSON.parse(Buffer.from(messages.at(-1)?.data ?? '').toString()));
    expect(own).toMatchObject({ ...run, command_id: commandId(run), rule: { id: 'token-expired' } });
    expect(messages.length).toBe((takesId ? 0 : times) + 1);
    expect(await commandsOf(run)).toHaveLength(signs ? 1 : 0);
    const notices = await stored('KNELL_NOTICES', `knell.notices.foreign_message.a.${run.execution}.1`);
    expect(notices.map(({ data }) => Notice.parse(JSON.parse(Buffer.from(data).toString())).kind)).toEqual([
      'foreign_message',
    ]);
  });

  it('messages that have taken all ids of a command do not hide it', async () => {
    const run = freshRun();
    for (const msgID of [commandId(run), `${commandId(run)}.0`]) {
      await nats.connection.jetstream().publish('knell.aborts.x.y.1', '{}', { msgID });
    }
    await say(nats.connection, run, 'stdout', doom);
    await untilAllIsRead(nats.connection);
    expect(await stored('KNELL_ABORTS', subjects.aborts(run))).toHaveLength(1);
  });

  it.each<[string, (id: string) => readonly [payload: string, msgID: string][]]>([
    ['the id of a record', (id) => [['{}', id]]],
    ['more ids of a record', (id) => ['', '.own', '.1', '.2'].map((more) => ['{}', `${id}${more}`])],
    ['the id of a record and its name', (id) => [[JSON.stringify({ record_id: id.replace(/\..*/, '') }), id]]],
  ])('a message that has taken %s does not hide it', async (_what, made) => {
    const run = freshRun();
    const subject = `knell.failures.auth.token_expired.a.${run.execution}.1`;
    for (const [payload, msgID] of made(`${recordId(run, 'verdict')}.auth.token_expired`)) {
      await nats.connection.jetstream().publish('knell.failures.auth.token_expired.x.y.1', payload, { msgID });
    }
    await say(nats.connection, run, 'stdout', doom);
    await untilAllIsRead(nats.connection);
    expect((await stored('KNELL_FAILURES', subject)).length).toBe(1);
  });

  it('a message that has taken the id of a notice does not hide it', async () => {
    const run = freshRun();
    await nats.connection.jetstream().publish('knell.notices.x', '{}', { msgID: `foreign.${subjects.aborts(run)}` });
    await nats.connection.jetstream().publish(subjects.aborts(run), 'nonsense');
    await say(nats.connection, run, 'stdout', doom);
    await untilAllIsRead(nats.connection);
    expect(await stored('KNELL_NOTICES', `knell.notices.foreign_message.a.${run.execution}.1`)).toHaveLength(1);
  });
});

describe('who knows the public key', () => {
  const withSignature = (value: string) => {
    const head = headers();
    head.set(SIGNATURE_HEADER, value);
    return head;
  };
  const attempts: readonly (readonly [string, (run: Run) => { payload: string; signature?: string }])[] = [
    ['unsigned', (run) => ({ payload: forged(run) })],
    [
      'signed by another',
      (run) => ({
        payload: forged(run),
        signature: sign(subjects.aborts(run), Buffer.from(forged(run)), readSigningKey(newKeyPair().privatePem)),
      }),
    ],
    [
      'changed after it was signed',
      (run) => ({
        payload: forged(run, { message: 'other' }),
        signature: sign(subjects.aborts(run), Buffer.from(forged(run)), key),
      }),
    ],
    [
      'taken from another run',
      (run) => ({ payload: forged(run), signature: sign('knell.aborts.a.other.1', Buffer.from(forged(run)), key) }),
    ],
    [
      'with a signature that is none',
      (run) => ({ payload: forged(run), signature: createHash('sha256').update('x').digest('base64') }),
    ],
  ];

  it.each(attempts)('a tap does not obey a command %s, and says so once', async (_what, make) => {
    const run = freshRun();
    const refused: string[] = [];
    const obeyed: AbortOrder[] = [];
    const link = createNatsLink({ login: login(), run, trusted, onRefusedOrder: (why) => refused.push(why) });
    link.onAbort((order) => void obeyed.push(order));
    const { payload, signature } = make(run);
    const options = signature === undefined ? {} : { headers: withSignature(signature) };
    // Until the tap listens, and twice more.
    for (let more = 2; more > 0; more -= refused.length) {
      await nats.connection.jetstream().publish(subjects.aborts(run), payload, options);
    }
    // One that comes before the tap has begun is for an earlier process.
    for (let n = 0; obeyed.length === 0; n += 1) {
      const own = forged(run, { message: `the own one ${n}` });
      const head = withSignature(sign(subjects.aborts(run), Buffer.from(own), key));
      await nats.connection.jetstream().publish(subjects.aborts(run), own, { headers: head });
    }
    for (const { message } of obeyed) expect(message).toMatch(/^the own one \d+$/);
    expect(refused).toEqual([expect.stringContaining('an abort command was not obeyed: ')]);
    await link.close(1_000);
  });

  it.each(attempts)('a backend does not obey a command %s', async (_what, make) => {
    const run = freshRun();
    const problems: string[] = [];
    const nc = { nats: login(), by: `b${count}`, publicKeys: keys.publicKey };
    const client = await createKnellClient({ ...nc, onError: (_error, about) => void problems.push(about) });
    const heard: string[] = [];
    const good = new Promise<void>((resolve) => {
      void client.onAbort(({ execution, message }) => {
        if (execution !== run.execution) return 'not_mine';
        heard.push(message);
        resolve();
        return 'terminated';
      });
    });
    const { payload, signature } = make(run);
    const options = signature === undefined ? {} : { headers: withSignature(signature) };
    await nats.connection.jetstream().publish(subjects.aborts(run), payload, options);
    const own = forged(run, { message: 'the own one' });
    const head = withSignature(sign(subjects.aborts(run), Buffer.from(own), key));
    await nats.connection.jetstream().publish(subjects.aborts(run), own, { headers: head });
    await good;
    expect(heard).toEqual(['the own one']);
    expect(problems).toContain(`a message on ${subjects.aborts(run)} that is not obeyed`);
    await client.close();
  });
});
