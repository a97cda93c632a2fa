import { expect, it } from 'vitest';
import { quoteOf } from '../../src/classify/quote-of.ts';

it.each([
  ['a line without a body', 'Login expired · Please run /login', 'Login expired · Please run /login'],
  [
    'the message of a JSON body',
    'API Error: 401 {"type":"error","error":{"type":"authentication_error","message":"Token has expired"}} · Please run /login',
    'Token has expired',
  ],
  ['the innermost one', '{"message":"{\\"error\\":{\\"message\\":\\"Quota exceeded\\"}}"}', 'Quota exceeded'],
  ['that of a Python dictionary', "Error code: 401 - {'error': {'message': 'Invalid key', 'code': 1}}", 'Invalid key'],
  ['a body that was cut', 'Error: {"message":"You have', "Error: {'message':'You have"],
  ['an empty message', 'Error 500 {"message":""}', "Error 500 {'message':''}"],
  ['no more than 160 characters', 'x'.repeat(300), `${'x'.repeat(159)}…`],
])('quotes %s', (_, excerpt, quote) => {
  expect(quoteOf(excerpt)).toBe(quote);
});
