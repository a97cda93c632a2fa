import { describe, expect, it } from 'vitest';
import { statusInText } from '../../../src/decode/failure/status-in-text.ts';

describe('statusInText', () => {
  it.each([
    ['401 {"error":"x"}', 401],
    ['HTTP 502: Bad Gateway', 502],
    ['"HTTP/1.1 529 "', 529],
    ['status code: 404', 404],
    ['API Error: 500 {"type":"error"}', 500],
    ['failed (HTTP 403).', 403],
    ['Failed to list models: 403', 403],
    ['OpenAIException - 404 page not found', 404],
    ['unexpected status 402 Payment Required', 402],
    ['Too Many Requests', 429],
    ['507 Not in this house.', 507],
    ['provider call failed: 521 <none>', 521],
  ])('finds the status of %s', (text, status) => {
    expect(statusInText(text)).toBe(status);
  });

  it.each([
    'Cannot connect to host api.example.com:443 ssl:True',
    'request id 4291c3f0-401a-4b1c-8d2e-000000000429',
    'prompt is too long: 208310 tokens > 200000 maximum',
    'page rendered in 401 ms',
  ])('takes no other number for one: %s', (text) => {
    expect(statusInText(text)).toBeUndefined();
  });
});
