import { describe, expect, test } from 'vitest';
import { toFluentEvent } from '../../src/fluentd/fluent-event.ts';

const storedAtMs = 1_000;
const eventOf = (value: unknown) => toFluentEvent(Buffer.from(JSON.stringify(value)), storedAtMs, 'knell');

describe('the tag', () => {
  test.each([
    [{ schema: 'knell.failure/v1', category: 'auth.token_expired' }, 'knell.failures.auth.token_expired'],
    [{ schema: 'knell.failure/v2', category: 'rate_limit.429' }, 'knell.failures.rate_limit.429'],
    [{ schema: 'knell.notice/v1', kind: 'drift' }, 'knell.notices.drift'],
    [{ schema: 'knell.failure/v1' }, 'knell.other'],
    [{ schema: 'knell.failure/v1', category: 'not a tag' }, 'knell.other'],
    [{ schema: 'knell.failure/v1', category: 'a..b' }, 'knell.other'],
    [{ schema: 7, category: 'auth.token_expired' }, 'knell.other'],
    [{}, 'knell.other'],
  ])('of %j is %s', (record, tag) => {
    expect(eventOf(record)).toMatchObject({ tag, record });
  });
});

describe('the time', () => {
  test.each([
    [{ issued_at: '2026-11-22T17:04:42.123Z' }, Date.parse('2026-11-22T17:04:42.123Z')],
    [{ at: '2026-11-22T18:04:42+01:00' }, Date.parse('2026-11-22T17:04:42Z')],
    [{ issued_at: 'yesterday' }, storedAtMs],
    [{ issued_at: 12 }, storedAtMs],
    [{ issued_at: '1969-12-31T23:59:59Z' }, storedAtMs],
    [{ issued_at: '2200-01-01T00:00:00Z' }, storedAtMs],
    [{}, storedAtMs],
  ])('of %j is %i', (record, timeMs) => {
    expect(eventOf(record)?.timeMs).toBe(timeMs);
  });
});

test.each(['', 'text', '{"half":', '[]', 'null', '"a"', '7', '\u0000'])('%j is no event', (text) => {
  expect(toFluentEvent(Buffer.from(text), storedAtMs, 'knell')).toBeUndefined();
});

test('bytes that are no UTF-8 inside of a JSON string are replaced, not refused', () => {
  const bytes = Buffer.concat([Buffer.from('{"message":"'), Buffer.from([0xff]), Buffer.from('"}')]);
  expect(toFluentEvent(bytes, storedAtMs, 'knell')?.record).toEqual({ message: '\ufffd' });
});
