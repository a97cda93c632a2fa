import { expect, it } from 'vitest';
import { sse } from '../../../src/decode/carriers/sse.ts';
import { opened } from './opened.ts';

it('takes an event out of its stream, and leaves out what is said about it', () => {
  expect(opened(sse, 'data: {"type":"x"}')).toEqual([{ text: '{"type":"x"}' }]);
  expect(opened(sse, 'data:{"type":"x"}')).toEqual([{ text: '{"type":"x"}' }]);
  for (const about of ['event: message', 'id: 12', 'retry: 3000', ': ping']) expect(opened(sse, about)).toEqual([]);
});

it.each(['data: words', 'event: two words', '{"type":"x"}', 'host: prompt failed', 'data'])(
  'has not written %j',
  (line) => {
    expect(opened(sse, line)).toBeUndefined();
  },
);

it('is recognised by an event, not by what may stand about one', () => {
  const fits = (...lines: string[]) => sse.fitTogether?.(lines.map((line) => Buffer.from(line)));
  expect(fits('event: message', 'data: {"type":"x"}')).toBe(true);
  expect(fits('event: message', 'id: 3')).toBe(false);
});
