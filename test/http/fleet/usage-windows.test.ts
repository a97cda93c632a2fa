import { expect, it } from 'vitest';
import { quoteOf } from '../../../src/classify/quote-of.ts';
import type { Notice } from '../../../src/contracts/notice.ts';
import { windowsOf } from '../../../src/http/fleet/usage-windows.ts';

const SAID =
  '{"type":"rate_limit_event","rate_limit_info":{"status":"allowed_warning","resetsAt":1796000000,"rateLimitType":"five_hour","utilization":0.91}}';

const notice = (message: string, subscription = 'team', at = '2026-11-28T10:00:00.000Z'): Notice => ({
  schema: 'knell.notice/v1',
  kind: 'quota_warning',
  at,
  message,
  subscription,
});

it.each([
  ['as it stands', SAID],
  ['as a notice quotes it', `The plan's window is nearly used up. The run said: "${quoteOf(SAID)}".`],
])('reads a window out of what the runtime said of it, %s, the latest word first', (_how, said) => {
  expect(
    windowsOf('team', [notice(said), notice(said.replace('0.91', '0.8'), 'team', '2026-11-28T09:00:00.000Z')]),
  ).toEqual([
    {
      name: 'five hours',
      used: 0.91,
      resets_at: '2026-11-30T00:53:20.000Z',
      seen_at: '2026-11-28T10:00:00.000Z',
      message: said,
    },
  ]);
});

it('reads plain words, and leaves out what was not told', () => {
  expect(windowsOf('team', [notice("You've used 90% of your session limit · resets 7:20pm")])[0]).toMatchObject({
    name: 'session',
    used: 0.9,
  });
  expect(windowsOf('team', [notice('something')])[0]).toEqual({
    name: 'plan',
    seen_at: '2026-11-28T10:00:00.000Z',
    message: 'something',
  });
  expect(windowsOf('other', [notice('something')])).toEqual([]);
});
