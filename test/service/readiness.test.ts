import { expect, test } from 'vitest';
import type { Reading } from '../../src/nats/consume/reading-watch.ts';
import { DEFAULT_LAG_BOUNDS, obstaclesToReading, obstacleToReading } from '../../src/service/readiness.ts';
import { T0 } from '../support/messages.ts';

const lag = {
  stream: 'KNELL_LOGS',
  durable: 'knell_workers',
  unread: 0,
  unacknowledged: 0,
  redelivered: 0,
  waiting: 2,
  deliveredSeq: 10,
  deliveries: 10,
  settledSeq: 10,
  firstSeq: 1,
};
const well: Reading = { lags: [lag], answeredMs: T0 };

test.each<[string, Reading, number]>([
  ['it reads', well, T0 + 10_000],
  ['a few messages wait', { ...well, lags: [{ ...lag, unread: 1_000, oldestUnreadMs: T0 - 59_000 }] }, T0],
  ['Fluentd is far behind', { ...well, lags: [{ ...lag, durable: 'knell_fluentd', unread: 10 ** 6 }] }, T0],
  ['a gap is long past', { ...well, gap: { stream: 'KNELL_LOGS', missed: 5, atMs: T0 - 601_000 } }, T0],
])('the service is ready while %s', (_, reading, nowMs) => {
  expect(obstacleToReading(reading, DEFAULT_LAG_BOUNDS, nowMs)).toBeUndefined();
});

test.each<[string, Reading, number, RegExp]>([
  ['JetStream refuses to answer', { ...well, failure: new Error('TIMEOUT') }, T0, /JetStream does not answer: TIMEOUT/],
  ['JetStream has not answered for long', well, T0 + 21_000, /has not answered for 21 s/],
  [
    'a consumer was there and is gone',
    { ...well, lags: [], gone: [{ stream: 'KNELL_LOGS', durable: 'knell_workers' }] },
    T0,
    /knell_workers of KNELL_LOGS is gone/,
  ],
  ['too many messages wait', { ...well, lags: [{ ...lag, unread: 100_001 }] }, T0, /knell_workers has 100001 unread/],
  [
    'a message waits too long',
    { ...well, lags: [{ ...lag, unread: 1, oldestUnreadMs: T0 - 61_000 }] },
    T0,
    /oldest of 1 unread messages of the consumer knell_workers in KNELL_LOGS is 61 s old/,
  ],
  [
    'too many messages are unread and unsettled',
    { ...well, lags: [{ ...lag, unread: 60_000, unacknowledged: 40_001 }] },
    T0,
    /knell_workers has 60000 unread messages in KNELL_LOGS, and 40001 that were delivered and are not settled/,
  ],
  [
    'a message is held too long',
    { ...well, lags: [{ ...lag, unacknowledged: 2, oldestUnacknowledgedMs: T0 - 61_000 }] },
    T0,
    /oldest of 2 messages that the consumer knell_workers delivered from KNELL_LOGS, and that are not settled, is 61 s old/,
  ],
  [
    'a consumer does not hand out what is to be read',
    { ...well, lags: [{ ...lag, misfits: ['reads only x.>, not knell.logs.>'] }] },
    T0,
    /knell_workers of KNELL_LOGS reads only x\.>, not knell\.logs\.>: remove it/,
  ],
  [
    'the stream dropped what was not read',
    { ...well, gap: { stream: 'KNELL_LOGS', missed: 5, atMs: T0 - 1_000 } },
    T0,
    /KNELL_LOGS dropped 5 messages before they were read/,
  ],
])('it is not while %s, and says so', (_, reading, nowMs, reason) => {
  expect(obstacleToReading(reading, DEFAULT_LAG_BOUNDS, nowMs)).toMatch(reason);
});

test('all that keeps it from being ready is told', () => {
  const bad = { ...lag, unread: 100_001, oldestUnreadMs: T0 - 61_000, misfits: ['gives up after 3 deliveries'] };
  const reading = { ...well, lags: [bad], gap: { stream: 'KNELL_LOGS', missed: 5, atMs: T0 - 1_000 } };
  expect(obstaclesToReading(reading, DEFAULT_LAG_BOUNDS, T0)).toHaveLength(4);
  expect(obstacleToReading(reading, DEFAULT_LAG_BOUNDS, T0)?.split('\n')).toHaveLength(4);
});
