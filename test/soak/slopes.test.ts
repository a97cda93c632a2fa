import { expect, it } from 'vitest';
import { trendOf } from './slopes.ts';

const line = (from: number, count: number, value: (s: number) => number) => ({
  who: 'steady',
  points: Array.from({ length: count }, (_, index) => ({ s: from + index * 10, value: value(from + index * 10) })),
});

it('tells how much a series grows in an hour', () => {
  expect(trendOf([line(0, 100, (s) => 50 + s / 3_600)]).slopePerHour).toBeCloseTo(1, 9);
  expect(trendOf([line(0, 100, () => 50)]).slopePerHour).toBe(0);
});

it('takes no start anew for a fall: each life has a level of its own', () => {
  const lives = [line(0, 30, (s) => 100 + s / 360), line(300, 30, (s) => 20 + (s - 300) / 360)];
  expect(trendOf(lives).slopePerHour).toBeCloseTo(10, 9);
  expect(trendOf(lives)).toMatchObject({ lives: 2, readings: 60 });
});

it('leaves the first seconds of each life out', () => {
  const warming = (from: number) => line(from, 30, (s) => (s - from < 60 ? s - from : 60));
  expect(trendOf([warming(0), warming(500)]).slopePerHour).toBeGreaterThan(100);
  expect(trendOf([warming(0), warming(500)], 60)).toMatchObject({ slopePerHour: 0, median: 60, highest: 60 });
});

it('tells no slope of a single reading, and nothing of none', () => {
  expect(trendOf([line(0, 1, () => 7)])).toMatchObject({ slopePerHour: Number.NaN, median: 7, highest: 7 });
  expect(trendOf([])).toMatchObject({ slopePerHour: Number.NaN, lives: 0, readings: 0 });
});
