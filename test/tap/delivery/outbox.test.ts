import { describe, expect, it } from 'vitest';
import type { OutMessage } from '../../../src/tap/delivery/out-message.ts';
import { createOutbox, type OutboxOptions, type SendResult } from '../../../src/tap/delivery/outbox.ts';
import { createSpool } from '../../../src/tap/delivery/spool.ts';
import fc from '../../support/fast-check.ts';
import { createTapClock } from '../../support/tap-clock.ts';

const message = (n: number, bytes = 10): OutMessage => ({
  subject: 's',
  id: `${n}`,
  headers: { n: `${n}` },
  payload: Buffer.alloc(bytes, n),
  lines: 1,
});
const turn = () => new Promise((resolve) => setImmediate(resolve));

/** A server that answers when told to. It keeps the first of each id, as JetStream does. */
function setUp(options: Partial<OutboxOptions> = {}) {
  const clock = createTapClock();
  const dropped: string[] = [];
  const outbox = createOutbox({ clock, onDrop: (lost, why) => dropped.push(`${lost.id} ${why}`), ...options });
  const stored: string[] = [];
  const waiting: { id: string; answer: (result: SendResult | 'lost') => void }[] = [];
  const send = (sent: OutMessage) =>
    new Promise<SendResult>((resolve, reject) => {
      waiting.push({
        id: sent.id,
        answer(result) {
          if (result === 'lost') return reject(new Error('timeout'));
          if (result === 'stored' && !stored.includes(sent.id)) stored.push(sent.id);
          resolve(result);
        },
      });
    });
  const answer = async (result: SendResult | 'lost' = 'stored') => {
    waiting.shift()?.answer(result);
    await turn();
  };
  const answerAll = async () => {
    while (waiting.length > 0) await answer();
  };
  return { clock, outbox, dropped, stored, waiting, send, answer, answerAll, ids: () => waiting.map(({ id }) => id) };
}

describe('outbox', () => {
  it('sends one message first, and many at once after the first is stored', async () => {
    const { outbox, send, answer, ids } = setUp({ windowMessages: 3 });
    for (let n = 0; n < 6; n++) outbox.push(message(n));
    expect(ids()).toEqual([]);
    outbox.open(send);
    expect(ids()).toEqual(['0']);
    await answer();
    expect(ids()).toEqual(['1', '2', '3']);
    await answer();
    expect(ids()).toEqual(['2', '3', '4']);
  });

  it('sends again in order what was not confirmed when the connection was lost', async () => {
    const { outbox, send, answer, answerAll, waiting, stored } = setUp();
    for (let n = 0; n < 5; n++) outbox.push(message(n));
    outbox.open(send);
    await answer();
    await answer();
    waiting[1]?.answer('stored');
    waiting.length = 0;
    outbox.shut();
    outbox.push(message(5));
    outbox.open(send);
    await answerAll();
    expect(stored.toSorted()).toEqual(['0', '1', '2', '3', '4', '5']);
  });

  it('waits for all in flight after a failure, then goes on with the oldest, alone, after a pause', async () => {
    const { clock, outbox, send, answer, answerAll, ids, stored } = setUp();
    for (let n = 0; n < 4; n++) outbox.push(message(n));
    outbox.open(send);
    await answer();
    await answer('lost');
    await answer('lost');
    outbox.push(message(4));
    expect(ids()).toEqual(['3']);
    await answer('lost');
    expect(ids()).toEqual([]);
    clock.advance(100);
    expect(ids()).toEqual(['1']);
    await answer('lost');
    clock.advance(199);
    expect(ids()).toEqual([]);
    clock.advance(1);
    await answerAll();
    expect(stored).toEqual(['0', '1', '2', '3', '4']);
  });

  it('gives a message up that is refused for good, counts it, and goes on', async () => {
    const { outbox, send, answer, answerAll, dropped, stored } = setUp();
    for (let n = 0; n < 3; n++) outbox.push(message(n));
    outbox.open(send);
    await answer('refused');
    await answerAll();
    expect([stored, dropped]).toEqual([['1', '2'], ['0 refused']]);
  });

  it('drops the newest when memory and spool are full, and keeps what must be kept, at its place', async () => {
    const spool = createSpool({ maxBytes: 220 });
    const { outbox, send, answerAll, dropped, stored } = setUp({ memoryBytes: 2 * (512 + 10), spool });
    for (let n = 0; n < 6; n++) outbox.push(message(n));
    outbox.push({ ...message(6), lines: 0 }, 'keep');
    outbox.push(message(7));
    outbox.open(send);
    await answerAll();
    // Two in memory, three on disk; 6 is kept although there is no room, and nothing younger may overtake it.
    expect(dropped).toEqual(['5 full', '7 full']);
    expect(stored).toEqual(['0', '1', '2', '3', '4', '6']);
    spool.close();
  });

  it('hands over everything that still waits when it gives up', async () => {
    const spool = createSpool();
    const { outbox, send, answer } = setUp({ memoryBytes: 2 * (512 + 10), spool });
    for (let n = 0; n < 6; n++) outbox.push(message(n));
    outbox.open(send);
    await answer();
    const left: string[] = [];
    outbox.abandon(({ id, payload }) => left.push(`${id}:${payload.length}`));
    expect(left).toEqual(['1:10', '2:10', '3:10', '4:10', '5:10']);
  });

  it('says when it is empty, at once or later', async () => {
    const { outbox, send, answerAll } = setUp();
    await outbox.emptied();
    outbox.push(message(0));
    let empty = false;
    const emptied = outbox.emptied().then(() => {
      empty = true;
    });
    await turn();
    expect(empty).toBe(false);
    outbox.open(send);
    await answerAll();
    await emptied;
  });

  it('loses, repeats and swaps nothing while connections break, however messages and answers fall', async () => {
    const step = fc.constantFrom('push', 'push', 'push', 'answer', 'answer', 'break', 'open');
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
        const spool = createSpool({ maxBytes: 100_000 });
        const { outbox, send, answer, answerAll, waiting, stored } = setUp({
          memoryBytes: 4 * 522,
          windowMessages: 3,
          spool,
        });
        let pushed = 0;
        let isOpen = false;
        for (const next of steps) {
          if (next === 'push') outbox.push(message(pushed++));
          else if (next === 'answer') await answer();
          else if (next === 'break' && isOpen) {
            // The server got some of it, in order, but its answers are lost.
            for (const { answer: settle } of waiting.splice(0, 2)) settle('stored');
            waiting.length = 0;
            outbox.shut();
            isOpen = false;
          } else if (next === 'open' && !isOpen) {
            outbox.open(send);
            isOpen = true;
          }
        }
        if (!isOpen) outbox.open(send);
        await answerAll();
        await outbox.emptied();
        expect(stored).toEqual(Array.from({ length: pushed }, (_, n) => `${n}`));
        spool.close();
      }),
      { numRuns: 150 },
    );
  });
});
