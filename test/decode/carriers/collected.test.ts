import { expect, it } from 'vitest';
import { collected } from '../../../src/decode/carriers/collected.ts';
import { AT, AT_MS, opened } from './opened.ts';

it.each([
  ['CloudWatch', { timestamp: AT_MS, message: 'text', ingestionTime: AT_MS + 9, logStreamName: 'a/1' }],
  [
    'Google',
    { insertId: '1', textPayload: 'text', resource: { type: 'k8s_container' }, severity: 'DEFAULT', timestamp: AT },
  ],
  ['Filebeat', { '@timestamp': AT, message: 'text', container: { id: 'x' }, log: { offset: 3 } }],
])('opens what %s stores', (_, record) => {
  expect(opened(collected, JSON.stringify(record))).toEqual([{ text: 'text', timeMs: AT_MS }]);
});

it.each([
  ['a program’s own record', { timestamp: AT, hostname: 'n1', level: 'error', message: 'text' }],
  ['a record with a level inside', { timestamp: AT, container: {}, log: { level: 'error' }, message: 'text' }],
  ['an event', { timestamp: AT, hostname: 'n1', type: 'error', message: 'text' }],
  ['a record without a time', { hostname: 'n1', message: 'text' }],
  ['any object', { timestamp: AT, message: 'text' }],
  ['a record without a line', { timestamp: AT, hostname: 'n1' }],
])('has not written %s', (_, record) => {
  expect(opened(collected, JSON.stringify(record))).toBeUndefined();
});
