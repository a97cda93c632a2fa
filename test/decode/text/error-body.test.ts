import { expect, it } from 'vitest';
import { isErrorBody } from '../../../src/decode/text/error-body.ts';

it.each([
  '{"error":{"message":"m"}}',
  '{"type":"error","error":{}}',
  "{'detail': 'Unauthorized'}",
  '{"status":"error","message":"m"}',
  '[{"error":{"code":429}}]',
  '{"statusCode":401,"message":"m"}',
  '{"jsonrpc":"2.0","id":1,"error":{"code":-32000}}',
  '{"code":"unauthorized_client_error","message":"m"}',
])('takes %s for an error', (body) => {
  expect(isErrorBody(body)).toBe(true);
});

it.each([
  '{"status":"done","failures":[{"message":"m"}],"error":"x"}',
  '{"name":"x","version":"1"}',
  '{"status":"ok"}',
  '{"jsonrpc":"2.0","id":1,"result":{}}',
  '{"id":1,"error":"x"}',
  'error: x',
])('takes %s for none', (body) => {
  expect(isErrorBody(body)).toBe(false);
});
