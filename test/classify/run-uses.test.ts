import { describe, expect, it } from 'vitest';
import { type StoredRunEvent, useAt, usesOf } from '../../src/classify/run-uses.ts';
import type { RunEvent } from '../../src/contracts/run-event.ts';

const common = { schema: 'knell.run/v1', agent: 'a1', execution: 'e1', attempt: 1 } as const;
const event = (atMs: number, more: object): StoredRunEvent => ({
  atMs,
  event: { ...common, at: `2026-11-22T12:00:00.${String(atMs).padStart(3, '0')}Z`, ...more } as RunEvent,
});
const started = (atMs: number, pid = 7) => event(atMs, { type: 'started', pid });
const beat = (atMs: number) => event(atMs, { type: 'heartbeat' });
const exited = (atMs: number, code: number) => event(atMs, { type: 'exited', code });

/** From, until, and code of each use. */
const asRows = (events: readonly StoredRunEvent[]) =>
  usesOf(events).map(({ fromMs, untilMs, exit }) => [fromMs, untilMs, exit?.event.code ?? null]);
const forever = Number.POSITIVE_INFINITY;

describe('the uses of a run id', () => {
  it.each<[string, readonly StoredRunEvent[], (number | null)[][]]>([
    ['of which nothing is known: one', [], [[0, forever, null]]],
    ['that is used once: one, with its end', [started(10), beat(20), exited(30, 1)], [[0, forever, 1]]],
    ['whose host reports no start: one', [exited(30, 0)], [[0, forever, 0]]],
    [
      'that is used again after its end: each with its own end',
      [started(10), exited(30, 1), started(50, 8), beat(60), exited(70, 0)],
      [
        [0, 50, 1],
        [50, forever, 0],
      ],
    ],
    [
      'that is used again while nobody reported an end: the first has none',
      [started(10), beat(20), started(50, 8), exited(70, 0)],
      [
        [0, 50, null],
        [50, forever, 0],
      ],
    ],
    ['whose start is stored twice: one', [started(10), started(10), exited(30, 1)], [[0, forever, 1]]],
    [
      'whose end is reported twice: one, with the last word',
      [started(10), exited(30, 1), exited(31, 0)],
      [[0, forever, 0]],
    ],
  ])('%s', (_, events, rows) => {
    expect(asRows(events)).toEqual(rows);
  });

  it('take a moment to be of the use that it falls into, and what came before all to be of the first', () => {
    const uses = usesOf([started(10), exited(30, 1), started(50, 8), exited(70, 0)]);
    expect([5, 30, 49, 50, 99].map((atMs) => useAt(uses, atMs).exit?.event.code)).toEqual([1, 1, 1, 0, 0]);
  });
});
