import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createKnellClient, type KnellClient, type KnellClientOptions } from '../../src/client/client.ts';
import { Ack } from '../../src/contracts/ack.ts';
import type { Run } from '../../src/contracts/run.ts';
import { RunEvent } from '../../src/contracts/run-event.ts';
import { createSubjects } from '../../src/contracts/subjects.ts';
import { formatTime } from '../../src/contracts/time.ts';
import { ensureStreams } from '../../src/nats/ensure-streams.ts';
import { abortCommand } from '../support/messages.ts';
import { useNatsServer } from '../support/nats.ts';

const subjects = createSubjects();
const nats = useNatsServer();
const clients: KnellClient[] = [];
let lastRun = 0;

beforeAll(() => ensureStreams(nats.connection, subjects));
afterEach(async () => {
  for (const client of clients.splice(0)) await client.close();
});

async function backend(over: Partial<KnellClientOptions> = {}): Promise<KnellClient> {
  lastRun += 1;
  const client = await createKnellClient({ nats: nats.server.url, by: `backend-${lastRun}`, ...over });
  clients.push(client);
  return client;
}

function freshRun(attempt = 1): Run {
  lastRun += 1;
  return { agent: 'a1', execution: `e${lastRun}`, attempt };
}

const command = (run: Run, over = {}) =>
  abortCommand(run, {
    issued_at: formatTime(Date.now()),
    expires_at: formatTime(Date.now() + 60_000),
    ...over,
  });
/** Puts a command into the stream; `again` gives it another message id, so that the stream keeps both. */
const issue = (run: Run, over = {}, again = '') => {
  const whole = command(run, over);
  return nats.connection.jetstream().publish(subjects.aborts(run), JSON.stringify(whole), {
    msgID: `${whole.command_id}${again}`,
  });
};
async function nextAck(run: Run): Promise<Ack> {
  const manager = await nats.connection.jetstreamManager();
  for (;;) {
    const message = await manager.streams
      .getMessage('KNELL_ACKS', { last_by_subj: subjects.acks(run) })
      .catch(() => undefined);
    if (message) return Ack.parse(message.json());
    await new Promise((resolve) => setImmediate(resolve));
  }
}
const acksOf = async (run: Run): Promise<number> => {
  const manager = await nats.connection.jetstreamManager();
  const info = await manager.streams.info('KNELL_ACKS', { subjects_filter: subjects.acks(run) });
  return info.state.subjects?.[subjects.acks(run)] ?? 0;
};

test('where its consumer is removed, it says so, listens again and misses nothing', async () => {
  const told: string[] = [];
  const client = await backend({ by: 'removed', onError: (_, about) => told.push(about) });
  const run = freshRun();
  await client.onAbort(() => 'terminated');
  await (await nats.connection.jetstreamManager()).consumers.delete('KNELL_ABORTS', 'backend_removed');
  await issue(run);
  expect((await nextAck(run)).outcome).toBe('terminated');
  expect(told[0]).toContain('listening again');
});

describe('abort commands', () => {
  test("reach the handler, and what it returns is published under the backend's name", async () => {
    const [client, run] = [await backend({ by: 'dispatcher' }), freshRun()];
    const seen: string[] = [];
    await client.onAbort(async (abort) => {
      if (abort.execution !== run.execution) return 'not_mine';
      seen.push(`${abort.agent}.${abort.execution}.${abort.attempt} ${abort.next_action}`);
      return 'terminated';
    });
    await issue(run);
    expect(await nextAck(run)).toMatchObject({ ...run, outcome: 'terminated', by: 'dispatcher' });
    expect(seen).toEqual([`a1.${run.execution}.1 switch_subscription`]);
  });

  test('that were issued while the backend was away are picked up when it is back', async () => {
    const run = freshRun();
    const first = await backend({ by: 'sometimes' });
    await first.onAbort(() => 'terminated');
    await first.close();
    await issue(run);
    const second = await backend({ by: 'sometimes' });
    await second.onAbort(() => 'terminated');
    expect(await nextAck(run)).toMatchObject({ outcome: 'terminated' });
  });

  test('that are issued twice reach the handler once', async () => {
    const [client, run] = [await backend(), freshRun()];
    let calls = 0;
    await client.onAbort(async (abort) => {
      if (abort.execution === run.execution) calls += 1;
      await nats.connection.flush();
      return 'terminated' as const;
    });
    await Promise.all([issue(run), issue(run, {}, '-2'), issue(run, {}, '-3')]);
    await nextAck(run);
    const marker = freshRun();
    await issue(marker);
    await nextAck(marker);
    expect(calls).toBe(1);
    expect(await acksOf(run)).toBe(1);
  });

  test('are answered also where another has taken the id of the answer', async () => {
    const [client, run] = [await backend({ by: 'dispatcher' }), freshRun()];
    const taken = { msgID: `${command(run).command_id}.dispatcher` };
    await nats.connection.jetstream().publish('knell.acks.x.y.1', '{}', taken);
    await client.onAbort(() => 'terminated');
    await issue(run);
    expect(await nextAck(run)).toMatchObject({ ...run, outcome: 'terminated', by: 'dispatcher' });
  });

  test('that somebody has answered already reach nobody', async () => {
    const [run, marker] = [freshRun(), freshRun()];
    const { command_id } = command(run);
    await issue(run);
    const ack: Ack = {
      schema: 'knell.ack/v1',
      command_id,
      ...run,
      outcome: 'terminated',
      by: 'tap',
      at: formatTime(Date.now()),
    };
    await nats.connection.jetstream().publish(subjects.acks(run), JSON.stringify(ack));
    const client = await backend();
    const seen: string[] = [];
    await client.onAbort((abort) => {
      seen.push(abort.execution);
      return 'not_found';
    });
    await issue(marker);
    await nextAck(marker);
    expect(seen).not.toContain(run.execution);
    expect(await nextAck(run)).toMatchObject({ by: 'tap' });
  });

  test.each<[string, (client: KnellClient, run: Run) => Promise<void>, object, string]>([
    ['that have expired', async () => undefined, { expires_at: formatTime(0) }, 'expired'],
    [
      'for an attempt before the one that runs here',
      (client, run) => client.publishRunStarted({ ...run, attempt: 2 }),
      {},
      'superseded',
    ],
    [
      'for a run that is over here',
      async (client, run) => {
        await client.publishRunStarted(run);
        await client.publishRunExited(run, { code: 0 });
      },
      {},
      'already_finished',
    ],
  ])('%s are acknowledged as that, without the handler', async (_what, prepare, over, outcome) => {
    const [client, run] = [await backend(), freshRun()];
    await prepare(client, run);
    const seen: string[] = [];
    await client.onAbort((abort) => {
      seen.push(abort.execution);
      return 'terminated';
    });
    await issue(run, over);
    expect(await nextAck(run)).toMatchObject({ outcome });
    expect(seen).not.toContain(run.execution);
  });

  test('for the attempt that runs here reach the handler', async () => {
    const [client, run] = [await backend(), freshRun(2)];
    await client.publishRunStarted(run);
    await client.onAbort(() => 'terminated');
    await issue(run);
    expect(await nextAck(run)).toMatchObject({ ...run, outcome: 'terminated' });
  });

  test('come again when the handler throws', async () => {
    const errors: string[] = [];
    const [client, run] = [await backend({ onError: (_error, about) => errors.push(about) }), freshRun()];
    let calls = 0;
    await client.onAbort((abort) => {
      if (abort.execution !== run.execution) return 'not_mine';
      calls += 1;
      if (calls === 1) throw new Error('the process table is busy');
      return 'terminated';
    });
    await issue(run);
    expect(await nextAck(run)).toMatchObject({ outcome: 'terminated' });
    expect(calls).toBe(2);
    expect(errors).toEqual([`abort command ${command(run).command_id}`]);
  });

  test('go to one of the instances that share a name', async () => {
    const [one, two, runs] = [
      await backend({ by: 'pair' }),
      await backend({ by: 'pair' }),
      Array.from({ length: 20 }, () => freshRun()),
    ];
    const seen: string[] = [];
    for (const client of [one, two]) {
      await client.onAbort((abort) => {
        seen.push(abort.execution);
        return 'terminated';
      });
    }
    for (const run of runs) await issue(run);
    await Promise.all(runs.map(nextAck));
    expect(runs.map(({ execution }) => seen.filter((each) => each === execution).length)).toEqual(runs.map(() => 1));
  });

  test('go to every instance with delivery each, and the one that has the run answers', async () => {
    const [one, two, run] = [await backend({ by: 'many' }), await backend({ by: 'many' }), freshRun()];
    const asked: string[] = [];
    for (const [name, client] of [
      ['one', one],
      ['two', two],
    ] as const) {
      await client.onAbort(
        (abort) => {
          if (abort.execution === run.execution) asked.push(name);
          return abort.execution === run.execution && name === 'two' ? 'terminated' : 'not_mine';
        },
        { delivery: 'each' },
      );
    }
    await issue(run);
    expect(await nextAck(run)).toMatchObject({ outcome: 'terminated' });
    while (asked.length < 2) await new Promise((resolve) => setImmediate(resolve));
    expect(asked.toSorted()).toEqual(['one', 'two']);
    const manager = await nats.connection.jetstreamManager();
    await Promise.all([one.close(), two.close()]);
    const left = (await manager.consumers.list('KNELL_ABORTS').next()).filter(({ name }) =>
      name.startsWith('backend_many_'),
    );
    expect(left).toEqual([]);
  });

  test('that can not be read are told of and leave the others alone', async () => {
    const errors: string[] = [];
    const [client, run] = [await backend({ onError: (_error, about) => errors.push(about) }), freshRun()];
    await client.onAbort((abort) => (abort.execution === run.execution ? 'terminated' : 'not_mine'));
    const other = freshRun();
    await nats.connection.jetstream().publish(subjects.aborts(other), 'scribble');
    await issue(run);
    expect(await nextAck(run)).toMatchObject({ outcome: 'terminated' });
    expect(errors.some((about) => about.includes(subjects.aborts(other)))).toBe(true);
  });

  test('that are under way are finished before the client closes', async () => {
    const [client, run] = [await backend(), freshRun()];
    let asked: () => void = () => undefined;
    let finish: () => void = () => undefined;
    const wasAsked = new Promise<void>((resolve) => {
      asked = resolve;
    });
    const mayFinish = new Promise<void>((resolve) => {
      finish = resolve;
    });
    await client.onAbort(async (abort) => {
      if (abort.execution !== run.execution) return 'not_mine';
      asked();
      await mayFinish;
      return 'terminated';
    });
    await issue(run);
    await wasAsked;
    const closed = client.close();
    finish();
    await closed;
    expect(await acksOf(run)).toBe(1);
  });
});

describe('preflight', () => {
  test('hands on what the service answers', async () => {
    const client = await backend();
    const service = nats.connection.subscribe(subjects.preflightCheck, { max: 1 });
    void (async () => {
      for await (const message of service) {
        message.respond(
          JSON.stringify({
            schema: 'knell.preflight/v1',
            answer: 'refused',
            reason: 'dead',
            until: null,
            evidence: [],
            evidence_age_s: 3,
            expires_at: null,
            alternatives: ['team-b'],
            added_later: true,
          }),
        );
      }
    })();
    await nats.connection.flush();
    expect(await client.preflight({ subscription: 'team-a' })).toMatchObject({
      answer: 'refused',
      alternatives: ['team-b'],
    });
  });

  test.each<[string, string | undefined]>([
    ['nobody serves it', undefined],
    ['nobody answers in time', 'silence'],
    ['the answer can not be read', 'scribble'],
    ['the answer is another message', '{"schema":"knell.ack/v1"}'],
  ])('is unknown when %s', async (_what, answer) => {
    const client = await backend();
    const service =
      answer === undefined
        ? undefined
        : nats.connection.subscribe(subjects.preflightCheck, {
            callback: (_error, message) => void (answer === 'silence' || message.respond(answer)),
          });
    await nats.connection.flush();
    expect(await client.preflight({ subscription: 'team-a' }, { timeoutMs: 100 })).toMatchObject({
      answer: 'unknown',
      subscription: 'team-a',
      reason: expect.stringContaining('knell did not answer'),
    });
    service?.unsubscribe();
  });

  test('is unknown on a closed connection', async () => {
    const client = await backend();
    await client.close();
    expect(await client.preflight({ subscription: 'team-a' })).toMatchObject({ answer: 'unknown' });
  });
});

describe('run events and notices', () => {
  test('run events are stored as the contract has them', async () => {
    const [client, run] = [await backend(), freshRun()];
    await client.publishRunStarted(run, { runtime: 'codex', subscription: 'team-a', timeout_s: 3_600 });
    await client.publishRunHeartbeat(run);
    await client.publishRunExited(run, { signal: 'SIGTERM' });
    const manager = await nats.connection.jetstreamManager();
    const last = await manager.streams.getMessage('KNELL_RUNS', { last_by_subj: subjects.runs(run) });
    expect(RunEvent.parse(last.json())).toMatchObject({ type: 'exited', ...run, signal: 'SIGTERM', code: null });
    const first = await manager.streams.getMessage('KNELL_RUNS', { seq: last.seq - 2 });
    expect(RunEvent.parse(first.json())).toMatchObject({ type: 'started', runtime: 'codex', subscription: 'team-a' });
  });

  test('a heartbeat tells again what the start of its attempt told here', async () => {
    const [client, run] = [await backend(), freshRun()];
    const heard = async (of: Run) => {
      await client.publishRunHeartbeat(of);
      const last = await (await nats.connection.jetstreamManager()).streams.getMessage('KNELL_RUNS', {
        last_by_subj: subjects.runs(of),
      });
      return RunEvent.parse(last.json());
    };
    expect(await heard(run)).not.toHaveProperty('started');
    await client.publishRunStarted(run, { runtime: 'codex', goes_on: 'turns', tree: { processes: 1, cpu_ms: 1 } });
    const told = await heard(run);
    expect(told).toMatchObject({ started: { runtime: 'codex', goes_on: 'turns', ago_ms: expect.any(Number) } });
    expect(told).not.toHaveProperty('started.tree');
    expect(await heard({ ...run, attempt: run.attempt + 1 })).not.toHaveProperty('started');
    await client.publishRunExited(run, { code: 0 });
    expect(await heard(run)).not.toHaveProperty('started');
  });

  test('a run event that does not fit the contract is refused before it is sent', async () => {
    const client = await backend();
    await expect(client.publishRunStarted({ agent: 'a b', execution: 'e', attempt: 1 })).rejects.toThrow();
  });

  test('notices are handed on from now on, and one bad one does not end it', async () => {
    const errors: string[] = [];
    const client = await backend({ onError: (_error, about) => errors.push(about) });
    const publish = (text: string) => nats.connection.jetstream().publish('knell.notices.rules.x', text);
    const notice = (message: string) =>
      JSON.stringify({ schema: 'knell.notice/v1', kind: 'rules', at: formatTime(Date.now()), message });
    await publish(notice('before'));
    const heard: string[] = [];
    let wake: () => void = () => undefined;
    const second = new Promise<void>((resolve) => {
      wake = resolve;
    });
    await client.onNotice(({ message }) => {
      heard.push(message);
      if (message === 'two') wake();
    });
    await publish(notice('one'));
    await publish('scribble');
    await publish(notice('two'));
    await second;
    expect(heard).toEqual(['one', 'two']);
    expect(errors).toHaveLength(1);
  });
});
