import { expect, test, vi } from 'vitest';
import type { RequestEnd } from '../../../src/nats/consume/pull-request.ts';
import { createPuller } from '../../../src/nats/consume/puller.ts';

interface Sent {
  readonly alone: boolean;
  came: number;
  dropped: boolean;
  end(how: RequestEnd): void;
}

function open() {
  const sent: Sent[] = [];
  const state = { room: true, lost: 0, recovered: 0, closed: false };
  const puller = createPuller({
    send(alone, onEnd) {
      if (state.closed) throw new Error('CONNECTION_CLOSED');
      const request: Sent = { alone, came: 0, dropped: false, end: onEnd };
      sent.push(request);
      return {
        get came() {
          return request.came;
        },
        async drop() {
          request.dropped = true;
        },
      };
    },
    hasRoom: () => state.room,
    recover: async () => {
      state.recovered += 1;
    },
    onLost: () => {
      state.lost += 1;
    },
  });
  return { puller, sent, state };
}

test.each<RequestEnd>(['filled', 'time', 'bytes', 'lost'])(
  'one request is out at a time, and the next follows its end: %s',
  (end) => {
    const { puller, sent } = open();
    puller.ask();
    puller.ask();
    expect(sent).toHaveLength(1);
    (sent[0] as Sent).came = 1;
    sent[0]?.end(end);
    expect(sent.map(({ alone }) => alone)).toEqual([false, false]);
  },
);

test('only a lost request is told', () => {
  const { puller, sent, state } = open();
  puller.ask();
  for (const end of ['filled', 'time', 'bytes', 'lost'] as const) sent.at(-1)?.end(end);
  expect(state.lost).toBe(1);
});

test('a lost request may mean that the consumer is gone, so it is looked for', () => {
  const { puller, sent, state } = open();
  puller.ask();
  sent[0]?.end('lost');
  expect([state.recovered, sent.length]).toEqual([1, 2]);
});

test('nothing is asked for while there is no room, and again when there is', () => {
  const { puller, sent, state } = open();
  state.room = false;
  puller.ask();
  expect(sent).toEqual([]);
  state.room = true;
  puller.ask();
  expect(sent).toHaveLength(1);
});

test('a message that fits into no request is asked for alone, and then things go on as before', () => {
  const { puller, sent } = open();
  puller.ask();
  sent[0]?.end('bytes');
  expect(sent.at(-1)?.alone).toBe(true);
  sent.at(-1)?.end('filled');
  expect(sent.at(-1)?.alone).toBe(false);
});

test('the end of a request that was given up changes nothing', () => {
  const { puller, sent, state } = open();
  puller.ask();
  puller.askAnew();
  expect(sent.map(({ dropped }) => dropped)).toEqual([true, false]);
  sent[0]?.end('lost');
  expect([sent.length, state.lost]).toEqual([2, 0]);
});

test('after a refusal the consumer is made anew before more is asked for', async () => {
  vi.useFakeTimers();
  try {
    const { puller, sent, state } = open();
    puller.ask();
    sent[0]?.end('trouble');
    puller.ask();
    expect([sent.length, state.recovered]).toEqual([1, 0]);
    await vi.advanceTimersByTimeAsync(1_000);
    expect([sent.length, state.recovered]).toEqual([2, 1]);
  } finally {
    vi.useRealTimers();
  }
});

test('nothing is asked for after stop', async () => {
  const { puller, sent } = open();
  puller.ask();
  await puller.stop();
  puller.ask();
  puller.askAnew();
  expect(sent.map(({ dropped }) => dropped)).toEqual([true]);
});

test('a request that can not be sent is made again later, also where the connection closes while the consumer is looked for', async () => {
  vi.useFakeTimers();
  try {
    const { puller, sent, state } = open();
    puller.ask();
    state.closed = true;
    sent[0]?.end('trouble');
    await vi.runOnlyPendingTimersAsync();
    expect([sent.length, state.recovered]).toEqual([1, 1]);
    state.closed = false;
    await vi.runOnlyPendingTimersAsync();
    expect([sent.length, state.recovered]).toEqual([2, 2]);
    await puller.stop();
  } finally {
    vi.useRealTimers();
  }
});
