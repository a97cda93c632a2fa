import { expect, it } from 'vitest';
import { readFailure } from '../../../src/decode/failure/read-failure.ts';
import { readCaptures } from '../../../src/ruleset/statements/read-captures.ts';

const captures = (message: string, fields = {}) => readCaptures(readFailure({ message }), fields).reset_at;

it('reads when a limit is lifted from fields before words', () => {
  expect(captures('resets 3pm', { info: { resetsAt: 1_778_565_600 } })).toEqual({
    as: 'epoch_seconds',
    value: 1_778_565_600,
  });
  expect(captures('x', { error: { details: { retryDelay: '12s' } } })).toEqual({ as: 'duration_seconds', value: 12 });
});

it.each([
  [
    "You've hit your session limit · resets 3:30am (America/New_York)",
    { as: 'reset_time', value: '3:30am (America/New_York)' },
  ],
  ['Claude AI usage limit reached|1778565600', { as: 'epoch_seconds', value: 1_778_565_600 }],
  ['Please try again in 20s.', { as: 'duration_seconds', value: 20 }],
  ['no such words', undefined],
])('reads it from words: %s', (message, reset) => {
  expect(captures(message)).toEqual(reset);
});

it('looks into fields to a bounded depth', () => {
  let fields: Record<string, unknown> = { resetsAt: 1_778_565_600 };
  for (let depth = 0; depth < 50; depth += 1) fields = { deeper: fields };
  expect(captures('x', fields)).toBeUndefined();
});
