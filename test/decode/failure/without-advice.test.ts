import { describe, expect, it } from 'vitest';
import { withoutAdvice } from '../../../src/decode/failure/without-advice.ts';

describe('withoutAdvice', () => {
  it.each([
    ['Invalid API key · Please run /login', 'Invalid API key'],
    ['OAuth token has expired. Please obtain a new token.', 'OAuth token has expired.'],
    ['Rate limit reached. Visit https://example.com to learn more.', 'Rate limit reached.'],
    ['Please run /login', ''],
  ])('leaves what went wrong of %s', (message, left) => {
    expect(withoutAdvice(message)).toBe(left);
  });

  it('keeps the advice by which a cause is known', () => {
    const message = 'Quota exceeded. Check your plan and billing details.';
    expect(withoutAdvice(message)).toContain('plan and billing');
  });

  it.each([
    ['The API Key appears to be invalid or may have expired. Please verify it.', 'The API Key appears to be invalid.'],
    ['Invalid or missing API key.', 'Invalid API key.'],
    ['Missing or invalid API key.', 'invalid API key.'],
    ['The servers are down or overloaded.', 'The servers are down.'],
    ['Model x is not available. It may be disabled by a policy.', 'Model x is not available. · .'],
    ['402 no. Your card may have expired. Your plan is over.', '402 no. · . · Your plan is over.'],
    ['Your key might be disabled.', '.'],
    ['Your card has expired.', 'Your card has expired.'],
    ['It says that your key may be old.', 'It says that your key may be old.'],
    ['Token has been expired or revoked.', 'Token has been expired.'],
  ])('drops the hedge of %s', (message, left) => {
    expect(withoutAdvice(message)).toBe(left);
  });
});
