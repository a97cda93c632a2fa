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
    await abort({ agent: 'a', execution: 'j3', attempt: 2 }, { retryable: false });
    await dispatcher.whenIdle();
    expect(said.filter((line) => line.includes('started'))).toHaveLength(2);
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
});
