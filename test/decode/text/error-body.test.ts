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
  '{"requestId":"1","reasonDesc":"d"}',
  '{"ok":false,"message":"m"}',
  "{'type': 'result', 'is_error': True, 'result': 'm'}",
  '{"errorType":"E","errorMessage":"m"}',
  '{"message":"m","error_description":"d"}',
  '{"name":"ProviderAuthError","data":{"message":"m"}}',
])('takes %s for an error', (body) => {
  expect(isErrorBody(body)).toBe(true);
});

it.each([
  '{"status":"done","failures":[{"message":"m"}],"error":"x"}',
  '{"name":"x","version":"1"}',
  '{"event":"tool_end","status":"error","content":"Error: 401"}',
  '{"status":"ok"}',
  '{"name":"ErrorPage","data":{"message":"m"}}',
  '{"title":"AuthError","data":{"message":"m"}}',
  '{"jsonrpc":"2.0","id":1,"result":{}}',
  '{"id":1,"error":"x"}',
  '{"requestId":"1","text":"d"}',
  '{"ok":true,"message":"m"}',
  '{"timestamp":"2026-01-01","status":401,"error":"Unauthorized","path":"/api"}',
  '{"type":"turn","error":null}',
  '{"name":"x","errors":[]}',
  '{"event":"end","reason":""}',
  'error: x',
])('takes %s for none', (body) => {
  expect(isErrorBody(body)).toBe(false);
});
