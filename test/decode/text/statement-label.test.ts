import { describe, expect, it } from 'vitest';
import {
  beginsWithStatus,
  isBareException,
  isPanic,
  labelOf,
  reportsStatus,
} from '../../../src/decode/text/statement-label.ts';
import { spentMs } from '../../support/spent.ts';

it('takes no sentence about a status for one', () => {
  expect(beginsWithStatus('HTTP 402 Payment Required')).toBe(true);
  expect(beginsWithStatus('HTTP 402 means that somebody has to pay.')).toBe(false);
});

describe('labelOf', () => {
  it.each([
    ['Error: x', 'Error: '],
    ['FATAL ERROR: x', 'FATAL ERROR: '],
    ['[API Error: x]', '[API Error: '],
    ['litellm.RateLimitError: x', 'litellm.RateLimitError: '],
    ['google.api_core.exceptions.PermissionDenied: x', 'google.api_core.exceptions.PermissionDenied: '],
    ['Error [ERR_X]: x', 'Error [ERR_X]: '],
    ['API Error (Request timed out.)', 'API Error '],
    ['错误：x', '错误：'],
    ['[System Error] {"a":1}', '[System Error] '],
    ['[Upstream Error] stream broke', '[Upstream Error] '],
    ['Get "https://x.test/v1": dial tcp: refused', 'Get "https://x.test/v1": '],
    ["thread 'main' panicked at src/main.rs:9:5:", "thread 'main' panicked at "],
    ['Post "http://x.test": EOF', 'Post "http://x.test": '],
    ['Unauthorized: POST "https://x.test/v1": 401 Unauthorized', 'Unauthorized: POST "https://x.test/v1": '],
    ['Too Many Requests: GET "https://x.test/v1": 429', 'Too Many Requests: GET "https://x.test/v1": '],
  ])('of %s is %s', (body, label) => {
    expect(labelOf(body)).toBe(label);
  });

  it.each([
    'Get "a book": it is good',
    'I read: POST "https://x.test/v1": 401 Unauthorized',
    'Get https://x.test/v1: boom',
    'Fetch "https://x.test": boom',
    'Get "https://x.test" first',
  ])('is none for what is no request of Go: %s', (body) => {
    expect(labelOf(body)).toBeUndefined();
  });

  it.each(['Error handling moved', 'An error', 'Errors: 3 of them', 'terror: x'])('is none for %s', (body) => {
    expect(labelOf(body)).toBeUndefined();
  });

  it.each(['a.', 'Fatal ', 'A:', '$', 'Error'])('stays within bounds on many %j', (piece) => {
    expect(spentMs(() => labelOf(piece.repeat(4_096 / piece.length)))).toBeLessThan(200);
  });
});

it('knows a status behind the name of a program, and a response as Python prints it', () => {
  expect(reportsStatus('droid exec: 401 status code (no body)')).toBe(true);
  expect(reportsStatus("failed to get models: 401, message='Unauthorized'")).toBe(true);
  expect(reportsStatus('listed files: 401 of them')).toBe(false);
  expect(reportsStatus('upstream replied 401: {"error":"x"}')).toBe(true);
  expect(reportsStatus('The upstream replied 401: as the test wants')).toBe(false);
  expect(reportsStatus('server answered 404 times')).toBe(false);
  expect(reportsStatus('Server sent response code: 403 Forbidden')).toBe(true);
  expect(reportsStatus('Server sent response code: 403 twice')).toBe(false);
});

it.each([
  '401 Unauthorized',
  'unexpected status 401 Unauthorized: x',
  'HTTP 502: x',
  '429 {"error"',
  'Error code: 429 - {',
  '502 <html>',
  '500',
  '[500] Internal Server Error',
  '[429] {"error":"x"}',
  'code: 429',
])('%s begins with a status', (body) => {
  expect(beginsWithStatus(body)).toBe(true);
});

it.each([
  'code: 429,',
  '[500 Internal',
  '[500]',
  '[512] of them',
  '[300] Moved',
  '401,Unauthorized,12',
  '429 ops/s',
  '404 pages',
  '4010 x',
])('%s does not', (body) => {
  expect(beginsWithStatus(body)).toBe(false);
});

it('knows the place of a panic, and an exception without a message', () => {
  expect(isPanic("thread 'main' (12) panicked at src/main.rs:9:5:")).toBe(true);
  expect(isPanic("thread 'main' panicked at src/main.rs:9:5: no")).toBe(false);
  expect(isBareException('openai.AuthenticationError')).toBe(true);
  expect(isBareException('AssertionError: no')).toBe(false);
});
