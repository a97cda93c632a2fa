import { expect, it } from 'vitest';
import { journald } from '../../../src/decode/carriers/journald.ts';
import { AT_MS, opened } from './opened.ts';

const row = (fields: object) =>
  JSON.stringify({ MESSAGE: 'text', __REALTIME_TIMESTAMP: `${AT_MS * 1_000}`, ...fields });

it('reads its time in microseconds', () => {
  expect(opened(journald, row({}))).toEqual([{ text: 'text', timeMs: AT_MS }]);
});

it('names the program by its identifier, else its unit, else its command', () => {
  const names = { _COMM: 'node', _SYSTEMD_UNIT: 'agent.service', SYSLOG_IDENTIFIER: 'agent' };
  expect(opened(journald, row(names))?.[0]?.source).toBe('agent');
  expect(opened(journald, row({ ...names, SYSLOG_IDENTIFIER: undefined }))?.[0]?.source).toBe('agent.service');
  expect(opened(journald, row({ _COMM: 'node' }))?.[0]?.source).toBe('node');
});

it('reads a message of bytes', () => {
  expect(opened(journald, row({ MESSAGE: [...Buffer.from('naïve')] }))).toEqual([{ text: 'naïve', timeMs: AT_MS }]);
});

it.each([
  { MESSAGE: [256] },
  { MESSAGE: [-1] },
  { MESSAGE: null },
  { MESSAGE: undefined },
  { __REALTIME_TIMESTAMP: undefined },
])('has not written a row with %j', (fields) => {
  expect(opened(journald, row(fields))).toBeUndefined();
});
