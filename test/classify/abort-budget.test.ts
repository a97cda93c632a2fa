import { expect, test } from 'vitest';
import { createAbortMeter } from '../../src/classify/abort-budget.ts';
import { abortCommand, T0 } from '../support/messages.ts';

const limits = { perMinute: 2, perHour: 3 };
const open = () => createAbortMeter({ rule: limits, subscription: limits, all: { perMinute: 100, perHour: 100 } });
const command = (index: number, issued_at = '2026-11-22T12:00:00.500Z') =>
  abortCommand({ agent: 'a', execution: `e${index}`, attempt: 1 }, { issued_at });

test('commands are counted by when they were stored: their own time does not matter', () => {
  const meter = open();
  expect(meter.add(command(1, '2031-01-01T00:00:00.000Z'), T0)).toEqual([]);
  expect(meter.add(command(2, '1999-01-01T00:00:00.000Z'), T0 + 1)).toEqual([]);
  expect(meter.add(command(3), T0 + 2).map(({ kind, span, count }) => `${kind} ${span} ${count}`)).toEqual([
    'rule minute 3',
    'subscription minute 3',
  ]);
});

test('a window slides: what is a minute old counts for the hour only', () => {
  const meter = open();
  for (const atMs of [T0, T0 + 70_000, T0 + 140_000]) expect(meter.add(command(atMs), atMs)).toEqual([]);
  expect(meter.add(command(4), T0 + 210_000)[0]).toMatchObject({ kind: 'rule', span: 'hour', count: 4, limit: 3 });
  expect(meter.add(command(5), T0 + 4 * 3_600_000)).toEqual([]);
});
