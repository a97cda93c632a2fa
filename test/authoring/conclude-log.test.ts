import { expect, it } from 'vitest';
import { concludeLog } from '../../src/authoring/conclude-log.ts';
import type { LogVerdict } from '../../src/memory/classify-log.ts';

const messageOf = (id: string, disposition?: string) => ({
  category: `auth.${id}`,
  rule: { pack: 'p', id },
  ...(disposition && { disposition }),
});
const conclude = (verdict: object) =>
  concludeLog({ aborts: [], records: [], notices: [], state: undefined, ...verdict } as unknown as LogVerdict);
const records = [messageOf('first', 'recorded'), messageOf('last', 'recorded'), messageOf('none', 'suppressed')];

it.each([
  ['nothing', {}, { abort: false, category: null, rule: null, message: undefined }],
  ['the abort command', { aborts: [messageOf('a')], records }, { abort: true, category: 'auth.a', rule: 'p/a' }],
  ['the last record that was not suppressed', { records }, { abort: false, category: 'auth.last', rule: 'p/last' }],
  [
    'the verdict as it was sharpened later',
    { aborts: [messageOf('a')], state: { verdict: { category: 'auth.exact', rule_key: 'p/exact' } } },
    { abort: true, category: 'auth.exact', rule: 'p/exact', message: messageOf('a') },
  ],
])('names %s', (_, verdict, expected) => {
  expect(conclude(verdict)).toMatchObject(expected);
});
