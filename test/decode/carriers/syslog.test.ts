import { expect, it } from 'vitest';
import { syslog } from '../../../src/decode/carriers/syslog.ts';
import { AT_MS, opened } from './opened.ts';

it.each([
  '<134>Jan 29 16:29:20 host agent[123]: ',
  'Jan  9 16:29:20 host agent: ',
  'Jan 29 16:29:20.123456 host.example agent[1]: ',
  '<27>Jan  9 16:29:20 agent[123]: ',
])('takes %j off; a time without a year and a zone is none', (prefix) => {
  expect(opened(syslog, `${prefix}  text`)).toEqual([{ text: '  text', source: 'agent' }]);
});

it.each([
  '2026-01-29T16:29:20+0000 host agent[123]: ',
  '<134>1 2026-01-29T16:29:20.000Z host agent 123 - - ',
  '<134>1 2026-01-29T16:29:20Z host agent 123 ID [a b="\\]"][c] \ufeff',
])('takes %j off, and knows the time', (prefix) => {
  expect(opened(syslog, `${prefix}text`)).toEqual([{ text: 'text', source: 'agent', timeMs: AT_MS }]);
});

it('has no time where RFC 5424 leaves it out', () => {
  expect(opened(syslog, '<14>1 - host agent - - - text')).toEqual([{ text: 'text', source: 'agent' }]);
});

it.each([
  'Jan 29 16:29:20 text',
  'jan 29 16:29:20 host agent: text',
  'Jan 29 16:29:20 agent[123]: text',
  '<134>2 - host agent - - - text',
  'agent[1]: text',
])('has not written %j', (line) => {
  expect(opened(syslog, line)).toBeUndefined();
});
