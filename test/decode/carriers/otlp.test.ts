import { expect, it } from 'vitest';
import { otlp } from '../../../src/decode/carriers/otlp.ts';
import { AT_MS, opened } from './opened.ts';

const NANOS = `${AT_MS}000000`;
const stored = (...logRecords: readonly object[]) =>
  JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords }] }] });

it('opens each record to its body, stream and time in nanoseconds', () => {
  const stream = { key: 'log.iostream', value: { stringValue: 'stderr' } };
  const one = { body: { stringValue: 'one' }, attributes: [stream], timeUnixNano: NANOS };
  expect(opened(otlp, stored(one, { body: { stringValue: 'two' } }))).toEqual([
    { text: 'one', stream: 'stderr', timeMs: AT_MS },
    { text: 'two' },
  ]);
});

it('takes the time of observation where the record has none, or 0', () => {
  const body = { stringValue: 'text' };
  const record = { body, timeUnixNano: 0, observedTimeUnixNano: NANOS };
  expect(opened(otlp, stored(record))).toEqual([{ text: 'text', timeMs: AT_MS }]);
});

it.each(['message', 'log'])("reads the text in a map's %s", (key) => {
  const values = [
    { key: 'level', value: { stringValue: 'x' } },
    { key, value: { stringValue: 'text' } },
  ];
  expect(opened(otlp, stored({ body: { kvlistValue: { values } } }))).toEqual([{ text: 'text' }]);
});

it('has no line for a record without a text', () => {
  expect(opened(otlp, stored({ body: { intValue: 5 } }, {}))).toEqual([]);
  expect(opened(otlp, '{"resourceLogs":{}}')).toBeUndefined();
});
