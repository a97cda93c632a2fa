import type { JetStreamPullSubscription } from 'nats';
import { NatsError } from 'nats';
import { expect, test } from 'vitest';
import { createPuller } from '../../../src/nats/consume/puller.ts';

function open() {
  const requests: { batch?: number; max_bytes?: number }[] = [];
  const state = { room: true };
  const subscription = {
    pull: ({ batch, max_bytes }: { batch: number; max_bytes?: number }) =>
      requests.push({ batch, ...(max_bytes === undefined ? {} : { max_bytes }) }),
    drain: async () => undefined,
  } as unknown as JetStreamPullSubscription;
  const puller = createPuller({
    subscription,
    hasRoom: () => state.room,
    batch: 2,
    maxBytes: 100,
    recover: async () => undefined,
  });
  return { puller, requests, state };
}
const full = { batch: 2, max_bytes: 100 };
const bytesAreUsedUp = new NatsError('message size exceeds maxbytes', '409');

test('one request is out at a time, and the next follows when all of it has come', () => {
  const { puller, requests } = open();
  puller.ask();
  puller.ask();
  puller.heard(null, true);
  expect(requests).toEqual([full]);
  puller.heard(null, true);
  expect(requests).toEqual([full, full]);
});

test.each([
  ['whose time is over', new NatsError('request timeout', '408')],
  ['whose bytes are used up', bytesAreUsedUp],
])('a request %s is followed by another', (_, error) => {
  const { puller, requests } = open();
  puller.ask();
  puller.heard(null, true);
  puller.heard(error, false);
  expect(requests).toEqual([full, full]);
});

test('nothing is asked for while there is no room, and again when there is', () => {
  const { puller, requests, state } = open();
  state.room = false;
  puller.ask();
  expect(requests).toEqual([]);
  state.room = true;
  puller.ask();
  expect(requests).toEqual([full]);
});

test('a message that fits into no request is asked for alone, and then things go on as before', () => {
  const { puller, requests } = open();
  puller.ask();
  puller.heard(bytesAreUsedUp, false);
  expect(requests.at(-1)).toEqual({ batch: 1 });
  puller.heard(null, true);
  expect(requests.at(-1)).toEqual(full);
});

test('nothing is asked for after stop', async () => {
  const { puller, requests } = open();
  await puller.stop();
  puller.ask();
  expect(requests).toEqual([]);
});
