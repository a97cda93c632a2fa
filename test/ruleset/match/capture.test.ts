import { describe, expect, test } from 'vitest';
import { hitsOf, typed } from '../build.ts';

describe('captures', () => {
  const event = typed(
    'rate_limit_event',
    { info: { resetsAt: 1778565600, label: 'five_hour', when: 'soon', at: '2026-05-10T10:00:00Z' } },
    { text: 'limit · resets 3:30am (America/New_York)' },
  );
  const capture = (given: unknown) => hitsOf({ match: [{ event: '*' }], capture: { it: given } }, event)[0]?.captures;
  const cases: [string, unknown, unknown][] = [
    ['a field', { field: 'info.resetsAt', as: 'epoch_seconds' }, 1778565600],
    ['a field as text', { field: 'info.resetsAt', as: 'string' }, '1778565600'],
    ['the first group of a pattern', { text: 'resets (.*)$', as: 'reset_time' }, '3:30am (America/New_York)'],
    ['the whole match where there is no group', { text: 'resets [0-9:]+', as: 'string' }, 'resets 3:30'],
    ['a pattern over a field', { field: 'info.label', text: '^(.*)_', as: 'string' }, 'five'],
    ['a time', { field: 'info.at', as: 'rfc3339' }, '2026-05-10T10:00:00Z'],
    ['a number in text', { text: 'resets ([0-9]+)', as: 'number' }, 3],
  ];
  test.each(cases)('%s', (_, given, value) => {
    expect(capture(given)).toMatchObject({ it: { value } });
  });

  const empty: [string, unknown][] = [
    ['a field that is not there', { field: 'info.nothing', as: 'string' }],
    ['a field that is a map', { field: 'info', as: 'string' }],
    ['text that is no number', { field: 'info.when', as: 'epoch_seconds' }],
    ['text that is no time', { field: 'info.when', as: 'rfc3339' }],
    ['a pattern that does not match', { text: 'nothing (.*)', as: 'string' }],
    ['a group that took no part', { text: 'limit(x)?', as: 'string' }],
  ];
  test.each(empty)('of %s give nothing', (_, given) => {
    expect(capture(given)).toEqual({});
  });

  test('give the first of a list that has a value of its kind', () => {
    const given = [
      { field: 'info.when', as: 'epoch_seconds' },
      { text: 'resets (.*)$', as: 'reset_time' },
      { field: 'info.resetsAt', as: 'epoch_seconds' },
    ];
    expect(capture(given)).toEqual({ it: { as: 'reset_time', value: '3:30am (America/New_York)' } });
  });
});
