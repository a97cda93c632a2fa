import { type JsMsg, NatsError } from 'nats';
import { expect, test } from 'vitest';
import { settlementOf } from '../../../src/nats/consume/settlement.ts';

/** A message that was delivered so many times, and what is done with it. */
function open(deliveryCount: number, box: 'open' | 'away' = 'open') {
  const done: string[] = [];
  const message = {
    info: { deliveryCount },
    nak: (delayMs: number) => done.push(`again in ${delayMs}`),
    term: () => done.push('rejected'),
  } as unknown as JsMsg;
  const acks = { add: () => done.push('acknowledged'), flush: () => undefined };
  const settlement = settlementOf(message, { acks, setAside: () => undefined }, async (_, reason) => {
    if (box === 'away') throw new Error('away');
    done.push(`dead: ${reason}`);
  });
  return { settlement, done };
}
const settled = () => new Promise((resolve) => setImmediate(resolve));
const poison = new RangeError('Invalid time value');
const timeout = new NatsError('TIMEOUT', 'TIMEOUT');

test.each([1, 2])('what fails for its own sake comes again after failure %i', async (deliveries) => {
  const { settlement, done } = open(deliveries);
  settlement.retry(1_000, poison);
  await settled();
  expect(done).toEqual(['again in 1000']);
});

test('what fails so for the third time is put aside with its reason, then acknowledged', async () => {
  const { settlement, done } = open(3);
  settlement.retry(1_000, poison);
  await settled();
  expect(done).toEqual(['dead: RangeError: Invalid time value', 'acknowledged']);
});

test('it is not acknowledged where it could not be put aside', async () => {
  const { settlement, done } = open(3, 'away');
  settlement.retry(1_000, poison);
  await settled();
  expect(done).toEqual(['again in 1000']);
});

test.each([
  ['the server is away', timeout],
  ['other workers were faster each time', Object.assign(new Error(''), { code: 'RUN_STATE_CONTENDED' })],
  ['nothing is known', undefined],
])('while %s, a message comes again however often, at growing distances', async (_, error) => {
  const delays: string[] = [];
  for (const deliveries of [1, 2, 3, 5, 50]) {
    const { settlement, done } = open(deliveries);
    settlement.retry(1_000, error);
    await settled();
    delays.push(...done);
  }
  expect(delays).toEqual([1, 2, 4, 16, 16].map((seconds) => `again in ${seconds * 1_000}`));
});

test('a record that is too long for the server is the message’s own fault', async () => {
  const { settlement, done } = open(3);
  settlement.retry(1_000, new NatsError('MAX_PAYLOAD_EXCEEDED', 'MAX_PAYLOAD_EXCEEDED'));
  await settled();
  expect(done.at(-1)).toBe('acknowledged');
});
