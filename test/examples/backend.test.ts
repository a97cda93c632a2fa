import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createKnellClient, type KnellClient } from '../../src/client/client.ts';
import { createSubjects } from '../../src/contracts/subjects.ts';
import { formatTime } from '../../src/contracts/time.ts';
import type { Subscriptions } from '../../src/service/subscriptions.ts';
import { abortCommand } from '../support/messages.ts';
import { useNatsServer } from '../support/nats.ts';
import { startTestSubscriptions } from '../support/subscription-service.ts';
import { DAY } from '../support/subscriptions.ts';

interface Job {
  agent: string;
  execution: string;
  attempt?: number;
  subscription: string;
  command: string[];
}
interface Dispatcher {
  add(job: Job): void;
  listen(): Promise<unknown>;
  whenIdle(): Promise<void>;
  stop(): Promise<void>;
}
// The example is plain JavaScript: what a backend can copy without a compiler.
const example: string = '../../examples/backend/dispatcher.js';
const { createDispatcher } = (await import(example)) as { createDispatcher(options: object): Dispatcher };

const linkModule: string = '../../examples/backend/knell-link.js';
interface Link {
  onAbort(handler: () => string): Promise<() => Promise<void>>;
  preflight(request: object): Promise<{ answer: string }>;
  whenLinked(withinMs: number): Promise<void>;
  close(): Promise<void>;
}
const { linkToKnell } = (await import(linkModule)) as { linkToKnell(options: object): Link };

const subjects = createSubjects();
const nats = useNatsServer();
let service: Subscriptions;
let knell: KnellClient;
let dispatcher: Dispatcher | undefined;

beforeAll(async () => {
  service = await startTestSubscriptions(nats.connection);
  await service.loaded;
  knell = await createKnellClient({ nats: nats.connection, by: 'example' });
});
afterEach(() => dispatcher?.stop());
afterAll(async () => {
  await knell.close();
  await service.stop();
});

const exits = ['true'];
const hangs = ['sleep', '3600'];

/** A dispatcher of this test's own, and a way to wait for what it says. */
async function start(options: object = {}) {
  const said: string[] = [];
  const waiting: { text: string; wake: () => void }[] = [];
  dispatcher = createDispatcher({
    knell,
    subscriptions: { 'team-a': {}, 'team-b': {} },
    say: (line: string) => {
      said.push(line);
      for (const { text, wake } of waiting) if (line.includes(text)) wake();
    },
    ...options,
  });
  await dispatcher.listen();
  const hears = (text: string) =>
    new Promise<void>((resolve) => {
      if (said.some((line) => line.includes(text))) resolve();
      else waiting.push({ text, wake: resolve });
    });
  return { dispatcher, said, hears };
}

const abort = (run: { agent: string; execution: string; attempt: number }, over = {}) =>
  nats.connection
    .jetstream()
    .publish(
      subjects.aborts(run),
      JSON.stringify(
        abortCommand(run, { issued_at: formatTime(Date.now()), expires_at: formatTime(Date.now() + 60_000), ...over }),
      ),
    );
const set = (request: object) =>
  nats.connection.request(subjects.subscriptions('set'), JSON.stringify({ by: 'test', ...request }));

describe('the example backend', () => {
  test('runs jobs on its slots, and tells knell', async () => {
    const { dispatcher, said } = await start({ slots: 1 });
    for (const execution of ['j1', 'j2'])
      dispatcher.add({ agent: 'a', execution, subscription: 'team-a', command: exits });
    await dispatcher.whenIdle();
    expect(said).toEqual([
      'a.j1.1: started on team-a',
      'a.j1.1: over (0)',
      'a.j2.1: started on team-a',
      'a.j2.1: over (0)',
    ]);
  });

  test('ends a doomed run at once and does its work again on another subscription', async () => {
    const { dispatcher, said, hears } = await start();
    dispatcher.add({ agent: 'a', execution: 'j3', subscription: 'team-a', command: hangs });
    await hears('a.j3.1: started');
    await abort({ agent: 'a', execution: 'j3', attempt: 1 });
    await hears('a.j3.2: started');
    expect(said).toContain('a.j3.1: over (SIGTERM)');
    expect(said).toContain('a.j3.2: started on team-b');
    await abort({ agent: 'a', execution: 'j3', attempt: 2 }, { next_action: 'fail' });
    await dispatcher.whenIdle();
    expect(said.filter((line) => line.includes('started'))).toHaveLength(2);
  });

  test.each([
    ['switch_subscription', { retryable: false }, 'a.n0.2: started on team-b'],
    ['retry', {}, 'a.n1.2: started on team-a'],
    ['retry_after', { not_before: formatTime(Date.now() - 1) }, 'a.n2.2: started on team-a'],
    ['fail', {}, undefined],
    ['fix_agent', { retryable: true }, undefined],
    ['notify_owner', { retryable: true }, undefined],
  ])('does what knell says is next: %s', async (next_action, over, started) => {
    const execution = started?.split('.')[1] ?? `n-${next_action}`;
    const { dispatcher, said, hears } = await start();
    dispatcher.add({ agent: 'a', execution, subscription: 'team-a', command: hangs });
    await hears(`a.${execution}.1: started on team-a`);
    await abort({ agent: 'a', execution, attempt: 1 }, { next_action, ...over });
    await hears(`a.${execution}.1: over`);
    if (started !== undefined) {
      await hears(started);
      await abort({ agent: 'a', execution, attempt: 2 }, { next_action: 'fail' });
    }
    await dispatcher.whenIdle();
    expect(said.filter((line) => line.includes('started'))).toHaveLength(started === undefined ? 1 : 2);
  });

  test('acknowledges a command for a run that is over as that', async () => {
    const { dispatcher } = await start();
    const run = { agent: 'a', execution: 'j5', attempt: 1 };
    dispatcher.add({ ...run, subscription: 'team-a', command: exits });
    await dispatcher.whenIdle();
    const acks = nats.connection.subscribe(subjects.acks(run), { max: 1 });
    await abort(run);
    for await (const ack of acks) expect(ack.json()).toMatchObject({ outcome: 'already_finished' });
  });

  test('starts nothing on a subscription that is refused, and takes one that works', async () => {
    await set({ id: 'team-a', provider: 'anthropic', expires_at: formatTime(Date.now() - DAY) });
    await set({ id: 'team-b', provider: 'anthropic' });
    while ((await knell.preflight({ subscription: 'team-a' })).answer !== 'refused');
    while ((await knell.preflight({ subscription: 'team-a' })).alternatives.length === 0);
    const { dispatcher, said } = await start();
    dispatcher.add({ agent: 'a', execution: 'j4', subscription: 'team-a', command: exits });
    await dispatcher.whenIdle();
    expect(said).toContain('a.j4.1: started on team-b');
    expect(said[0]).toContain('team-a is refused');
  });

  test('keeps a job that nothing can run now, and runs it when its subscription has healed', async () => {
    await set({ id: 'team-b', provider: 'anthropic', expires_at: formatTime(Date.now() - DAY) });
    while ((await knell.preflight({ subscription: 'team-b' })).answer !== 'refused');
    const { dispatcher, hears } = await start({ retryMs: 1 });
    dispatcher.add({ agent: 'a', execution: 'j6', subscription: 'team-a', command: exits });
    await hears('a.j6.1: waits, no subscription can run it now');
    await set({ id: 'team-a', provider: 'anthropic', expires_at: null });
    await hears('a.j6.1: started on team-a');
    await dispatcher.whenIdle();
  });
});

describe('a backend whose knell is away', () => {
  const LATE = 'a server that is not there yet';

  test('runs its jobs, listens as soon as knell is there, and says once why it could not', async () => {
    const said: string[] = [];
    let isThere = false;
    let tries = 0;
    const link = linkToKnell({
      retryMs: 1,
      say: (line: string) => said.push(line),
      connect: async () => {
        tries += 1;
        if (!isThere) throw new Error(LATE);
        return createKnellClient({ nats: nats.connection, by: 'late' });
      },
    });
    await link.whenLinked(1);
    const { dispatcher, hears } = await start({ knell: link });
    dispatcher.add({ agent: 'a', execution: 'k1', subscription: 'team-a', command: exits });
    await hears('a.k1.1: over (0)');
    dispatcher.add({ agent: 'a', execution: 'k2', subscription: 'team-a', command: hangs });
    await hears('a.k2.1: started on team-a');
    while (tries < 3) await new Promise((resolve) => setImmediate(resolve));
    isThere = true;
    await abort({ agent: 'a', execution: 'k2', attempt: 1 }, { next_action: 'fail' });
    await hears('a.k2.1: over (SIGTERM)');
    await dispatcher.whenIdle();
    expect(said).toEqual([`knell: ${LATE}; trying again`]);
    await dispatcher.stop();
    await link.close();
  });

  test('a link that is closed before knell is there ends', async () => {
    const link = linkToKnell({ say: () => undefined, connect: () => Promise.reject(new Error(LATE)) });
    const stop = await link.onAbort(() => 'not_found');
    await stop();
    await link.close();
    expect((await link.preflight({ subscription: 'team-a' })).answer).toBe('unknown');
  });
});
