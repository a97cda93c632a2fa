import { describe, expect, it } from 'vitest';
import { readFailure } from '../../../src/decode/failure/read-failure.ts';
import { spentMs } from '../../support/spent.ts';

describe('readFailure', () => {
  it('gathers message, status and codes, outermost first', () => {
    const failure = readFailure({
      message: `429 {'error': {'message': 'slow down', 'code': 'rate_limit_exceeded'}}`,
      prefix: 'openai.RateLimitError:',
    });
    expect(failure).toMatchObject({ status: 429, final: 'unknown' });
    expect(failure.codes).toEqual(['rate_limit_exceeded', 'RateLimitError']);
    expect(failure.message).toContain('slow down');
  });

  it("knows the system's names of errors in words", () => {
    expect(readFailure({ message: 'connect ECONNREFUSED 127.0.0.1:443' }).codes).toEqual(['ECONNREFUSED']);
  });

  it('is not final where the client tries again', () => {
    expect(readFailure({ message: '529 Overloaded. Retrying in 2s' })).toMatchObject({
      final: 'no',
      retrying: { delayMs: 2_000 },
    });
  });

  it('is over where a pack says so, whatever its words say of retries', () => {
    const failure = readFailure({ message: 'attempt 3/3 failed, retrying', final: 'yes' });
    expect(failure.final).toBe('yes');
    expect(failure.retrying).toBeUndefined();
  });

  it('takes a status that the event has before one in words', () => {
    expect(readFailure({ message: 'status 500', status: 403 }).status).toBe(403);
  });

  it.each([
    ['underscores', 'A'.concat('_'.repeat(200_000))],
    ['words joined by underscores', 'a_'.repeat(200_000)],
    ['capitals', 'AError'.repeat(100_000)],
  ])('stays within bounds on a long run of %s', (_, text) => {
    expect(spentMs(() => readFailure({ message: text }))).toBeLessThan(1_000);
  });
});

it('takes a message that is one code for a code, and no other words', () => {
  expect(readFailure({ message: 'invalid_grant' }).codes).toEqual(['invalid_grant']);
  expect(readFailure({ message: 'grant_type 2' }).codes).toEqual([]);
  expect(readFailure({ message: 'the invalid_grant' }).codes).toEqual([]);
  expect(readFailure({ message: 'grant' }).codes).toEqual([]);
  expect(readFailure({ message: 'Invalid_grant' }).codes).toEqual([]);
});
