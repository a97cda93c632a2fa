import { describe, expect, it } from 'vitest';
import { NAMED_VALUES } from '../../../src/decode/redact/named-values.ts';
import { hideAll } from './hide-all.ts';

describe('NAMED_VALUES', () => {
  it.each([
    ['{"password": "tr0ub4dor&3"}', 'tr0ub4dor'],
    ['{\\"api_key\\": \\"zebra99\\"}', 'zebra99'],
    ['DB_PASSWORD=zebra99', 'zebra99'],
    ['spring.datasource.password: zebra99', 'zebra99'],
    ['<password>zebra99</password>', 'zebra99'],
    ['tool --password zebra99', 'zebra99'],
    ['"--token", "zebra99"', 'zebra99'],
    ['token: 8f3a91b2', '8f3a91b2'],
  ])('hides the value of %s', (text, secret) => {
    const hidden = hideAll(NAMED_VALUES, text);
    expect(hidden).toContain('[redacted]');
    expect(hidden).not.toContain(secret);
  });

  it.each([
    'password: required',
    'token: refused again',
    '"token": 12',
    'API_KEY=%API_KEY%',
    'the api key is missing',
    'Error: invalid password',
    'monkey=banana',
  ])('leaves %s', (text) => {
    expect(hideAll(NAMED_VALUES, text)).toBe(text);
  });
});
