import { expect, it } from 'vitest';
import type { CarriedLine } from '../../../src/decode/carriers/carrier.ts';
import { createPartialJoiner } from '../../../src/decode/carriers/join-partials.ts';

const piece = (text: string, more: Partial<CarriedLine> = {}): CarriedLine => ({ raw: Buffer.from(text), ...more });
const text = (line: CarriedLine | undefined): string | undefined => line?.raw.toString();

it('joins the pieces of a line, and keeps what the first one says', () => {
  const joiner = createPartialJoiner();
  expect(joiner.add(piece('a', { partial: true, timeMs: 1 }))).toBeUndefined();
  expect(joiner.add(piece('b', { partial: true, timeMs: 2 }))).toBeUndefined();
  expect(joiner.add(piece('c', { timeMs: 3 }))).toEqual({ raw: Buffer.from('abc'), timeMs: 1 });
});

it('keeps the streams apart', () => {
  const joiner = createPartialJoiner();
  joiner.add(piece('out-', { partial: true, stream: 'stdout' }));
  joiner.add(piece('err-', { partial: true, stream: 'stderr' }));
  expect(text(joiner.add(piece('1', { stream: 'stdout' })))).toBe('out-1');
  expect(text(joiner.add(piece('2', { stream: 'stderr' })))).toBe('err-2');
});

it('gives out in the end what never ended', () => {
  const joiner = createPartialJoiner();
  joiner.add(piece('half', { partial: true }));
  expect(joiner.end().map(text)).toEqual(['half']);
  expect(joiner.end()).toEqual([]);
});

it('lets a line go that grows without end', () => {
  const joiner = createPartialJoiner();
  const lines: (CarriedLine | undefined)[] = [];
  for (let at = 0; at < 3_000; at += 1) lines.push(joiner.add(piece('x', { partial: true })));
  const sizes = lines.flatMap((line) => (line ? [line.raw.length] : []));
  expect(sizes).toEqual([1_024, 1_024]);
});
