import { expect, test } from 'vitest';
import { clockNotice } from '../../src/classify/clock-skew.ts';
import { Notice } from '../../src/contracts/notice.ts';
import type { RunEvent } from '../../src/contracts/run-event.ts';
import { formatTime } from '../../src/contracts/time.ts';
import { RUN, T0 } from '../support/messages.ts';

const event = (saidMs: number): RunEvent => ({
  schema: 'knell.run/v1',
  type: 'heartbeat',
  ...RUN,
  at: formatTime(saidMs),
});

test.each([0, 30_000, -30_000])('a clock that differs by %i ms is as good as right', (skewMs) => {
  expect(clockNotice(event(T0 + skewMs), T0)).toBeUndefined();
});

test.each([
  ['ahead', 16 * 60_000, 'is 960 s ahead of'],
  ['behind', -11 * 60_000, "is 660 s behind the NATS server's, or its messages were held back"],
])('one that is minutes %s is reported, once an hour for an agent', (_, skewMs, words) => {
  const notice = clockNotice(event(T0 + skewMs), T0);
  expect(Notice.parse(notice)).toMatchObject({ kind: 'clock', agent: RUN.agent, ahead_ms: skewMs });
  expect(notice?.message).toContain(words);
  expect(clockNotice(event(T0 + 60_000 + skewMs), T0 + 60_000)?.notice_id).toBe(notice?.notice_id);
  expect(clockNotice(event(T0 + 3_600_000 + skewMs), T0 + 3_600_000)?.notice_id).not.toBe(notice?.notice_id);
});
