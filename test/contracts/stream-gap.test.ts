import { expect, test } from 'vitest';
import { gapBehind, gapSince, type ReadUpTo } from '../../src/contracts/stream-gap.ts';

const at = (seq: number, deliveries: number): ReadUpTo => ({ seq, deliveries });
const now = (deliveredSeq: number, deliveries: number, firstSeq: number) => ({ deliveredSeq, deliveries, firstSeq });

test.each([
  ['nothing was dropped', at(100, 100), now(150, 150, 1), 0],
  ['only what was read has been dropped', at(100, 100), now(150, 150, 90), 0],
  ['the reading stands still before the gap', at(100, 100), now(100, 100, 201), 100],
  ['the reading has passed the gap', at(100, 100), now(300, 200, 201), 100],
  ['the reading has passed the gap and ran into another', at(100, 100), now(300, 200, 401), 200],
  ['what was delivered before it was dropped is not missed', at(100, 100), now(200, 200, 151), 0],
  ['deliveries that are repeated make the count smaller', at(100, 100), now(300, 230, 201), 70],
  ['nothing is known of earlier, and the stream begins behind what was read', undefined, now(100, 100, 201), 100],
  ['nothing is known of earlier, and a new consumer begins at the first message', undefined, now(500, 0, 501), 0],
  ['the consumer was made anew', at(100, 100), now(300, 100 - 90, 291), 0],
])('%s', (_, before, current, missed) => {
  expect(gapSince(before, current).missed).toBe(missed);
});

test('what was missed is told once', () => {
  const first = gapSince(at(100, 100), now(100, 100, 201));
  expect(first).toEqual({ missed: 100, upTo: at(200, 100) });
  expect(gapSince(first.upTo, now(100, 100, 201)).missed).toBe(0);
  expect(gapSince(first.upTo, now(300, 200, 201)).missed).toBe(0);
});

test('what several workers saw, each at looks of its own, counts once', () => {
  // 101 to 180 are dropped unread, then 181 to 280 are read and 281 to 300 dropped.
  const looks = [
    { before: at(100, 100), now: now(100, 100, 151) },
    { before: at(100, 100), now: now(100, 100, 171) },
    { before: at(150, 100), now: now(200, 120, 181) },
    { before: at(170, 100), now: now(280, 200, 301) },
    { before: at(200, 120), now: now(280, 200, 301) },
    { now: now(280, 200, 301) },
  ];
  let countedTo: ReadUpTo | undefined;
  let sum = 0;
  for (const look of looks) {
    const { missed, upTo } = gapBehind(countedTo, { ...look, atMs: 0 });
    sum += missed;
    countedTo = upTo;
  }
  expect(sum).toBe(100);
});

test.each([
  [
    'tells what those before it, which were killed, had no time to store',
    at(100, 100),
    now(300, 200, 201),
    100,
    at(300, 200),
  ],
  ['tells nothing that was counted', at(200, 100), now(300, 200, 201), 0, at(300, 200)],
  ['knows of nothing earlier where nothing was counted', undefined, now(300, 200, 201), 0, at(300, 200)],
  ['of a consumer that was made anew tells nothing', at(100, 100), now(300, 90, 201), 0, at(300, 90)],
])('the first look of a worker %s', (_, countedTo, current, missed, upTo) => {
  expect(gapBehind(countedTo, { now: current, atMs: 0 })).toEqual({ missed, upTo });
});
