import { expect, test } from 'vitest';
import { readDuration } from '../../../src/classify/reset-time/duration-wording.ts';

test.each([
  ['in 3 hours 20 minutes', 12_000],
  ['in 2d 4h', 187_200],
  ['after 47 minutes', 2_820],
  ['3h20m', 12_000],
  ['7m12s', 432],
  ['6m0s', 360],
  ['168h0m0s', 604_800],
  ['33.5s', 33.5],
  ['1.05s', 1.05],
  ['850ms', 0.85],
  ['60 seconds', 60],
  ['1 day, 3 hours and 5 mins.', 97_500],
  ['in about an hour', 3_600],
  ['try again in 20s.', 20],
  ['Retry after less than 5 min', 300],
  ['in 1 week', 604_800],
  ['2wks 1hr', 1_213_200],
  ['in a minute', 60],
  ['0s', 0],
])('"%s" is %d seconds', (text, seconds) => {
  expect(readDuration(text)).toBeCloseTo(seconds * 1_000, 6);
});

test.each([
  ['nothing', ''],
  ['only what leads in', 'in'],
  ['a number without a unit', 'in 3'],
  ['a unit that is none', 'in 3 fortnights'],
  ['units from small to large', 'in 5 minutes 2 hours'],
  ['a unit twice', '5m 5m'],
  ['a time of day', 'in 17:00'],
  ['anything else behind it', 'in 5 minutes, or ask your admin'],
  ['anything else before it', 'maybe in 5 minutes'],
  ['a negative number', '-5s'],
  ['more digits than any span has', '1234567890s'],
])('%s is no span', (_what, text) => {
  expect(readDuration(text)).toBeUndefined();
});
