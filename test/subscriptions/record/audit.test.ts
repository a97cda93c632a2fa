import { expect, test } from 'vitest';
import { formatTime } from '../../../src/contracts/time.ts';
import { audited } from '../../../src/subscriptions/record/audit.ts';
import { subscription, T0 } from '../../support/subscriptions.ts';

test('what was done stands first, with who did it and when, and the record is as new as that', () => {
  const once = audited(subscription(), 'ann', 'registered', T0);
  const twice = audited(once, 'probe', 'works', T0 + 1);
  expect(twice.audit).toEqual([
    { at: formatTime(T0 + 1), by: 'probe', what: 'works' },
    { at: formatTime(T0), by: 'ann', what: 'registered' },
  ]);
  expect(twice.updated_at).toBe(formatTime(T0 + 1));
});

test('the newest fifty entries are kept', () => {
  let record = subscription();
  for (let number = 0; number < 60; number += 1) record = audited(record, 'ann', `change ${number}`, T0 + number);
  expect([record.audit.length, record.audit[0]?.what, record.audit.at(-1)?.what]).toEqual([
    50,
    'change 59',
    'change 10',
  ]);
});
