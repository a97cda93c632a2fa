import { expect, it } from 'vitest';
import { fluentBit, fluentRecord, linesOfRecord } from '../../../src/decode/carriers/fluent-bit.ts';
import { AT, AT_MS, opened } from './opened.ts';

it('opens the records that its NATS output puts into one message, times in seconds', () => {
  const stored = JSON.stringify([
    [AT_MS / 1_000, { log: 'one', stream: 'stderr' }],
    [AT_MS / 1_000 + 0.5, { message: 'two' }],
  ]);
  expect(opened(fluentBit, stored)).toEqual([
    { text: 'one', stream: 'stderr', timeMs: AT_MS },
    { text: 'two', timeMs: AT_MS + 500 },
  ]);
});

it('opens the list of rows that its JSON format writes', () => {
  expect(opened(fluentBit, JSON.stringify([{ date: AT_MS / 1_000, log: 'one' }]))).toEqual([
    { text: 'one', timeMs: AT_MS },
  ]);
});

it.each([AT, AT_MS / 1_000])('opens a row with the date %s', (date) => {
  expect(opened(fluentBit, JSON.stringify({ date, log: 'text' }))).toEqual([{ text: 'text', timeMs: AT_MS }]);
});

it.each(['[]', '[1]', '[[1,{"log":"a"}],[1,{"other":"b"}]]', '{"log":"text"}', '{"date":1}', '[[1,{"log":"a"}]'])(
  'has not written %s',
  (stored) => {
    expect(opened(fluentBit, stored)).toBeUndefined();
  },
);

it('takes only a pair of seconds and fields for a record', () => {
  expect(fluentRecord([1, { a: 2 }])).toEqual({ seconds: 1, fields: { a: 2 } });
  for (const entry of [[1], [1, {}, 2], ['1', {}], [1, []], {}]) expect(fluentRecord(entry)).toBeUndefined();
});

it('reads `log` before `message`', () => {
  expect(linesOfRecord({ log: 'a', message: 'b' }, {})).toEqual([{ raw: Buffer.from('a') }]);
  expect(linesOfRecord({ log: 5, message: 'b' }, {})).toBeUndefined();
});
