import { expect, it } from 'vitest';
import { stamp } from '../../../src/decode/carriers/stamp.ts';
import { AT_MS, opened } from './opened.ts';

it.each(['2026-01-29T16:29:20Z', '2026-01-29T16:29:20.000000000Z', '2026-01-29T18:29:20+02:00'])(
  'reads the time of RFC 3339 in %s',
  (time) => {
    expect(opened(stamp, `${time} text`)).toEqual([{ text: 'text', timeMs: AT_MS }]);
  },
);

it.each([
  '2026-01-29 16:29:20',
  '2026/01/29 16:29:20 UTC',
  '[2026-01-29T16:29:20Z]',
  '[26-01-29 16:29:20]',
  '[16:29:20.5]',
  '16:29:20',
])('takes %s off, without a time of its own', (time) => {
  expect(opened(stamp, `${time} text`)).toEqual([{ text: 'text' }]);
});

it('takes the time of Buildkite off, of which the marks around are lost', () => {
  expect(opened(stamp, '_bk;t=1791922011022text')).toEqual([{ text: 'text' }]);
});

it('keeps the indentation behind the one space that belongs to it', () => {
  expect(opened(stamp, '16:29:20   text')).toEqual([{ text: '  text' }]);
  expect(opened(stamp, '16:29:20')).toEqual([{ text: '' }]);
  expect(opened(stamp, '16:29:20   - an item')).toEqual([{ text: '  - an item' }]);
});

it.each([
  '16:29:20 ERROR text',
  '16:29:20 [warn] text',
  '16:29:20 - app:INFO: text',
  '16:29:20 \u001b[31mERROR\u001b[0m text',
])('leaves its own stamp to a logger: %j', (line) => {
  expect(opened(stamp, line)).toBeUndefined();
});

it.each(['text 16:29:20', '16:29', '2026-01-29 text', '16:29:20,123 text', '16:29:20text'])(
  'takes nothing off %j',
  (line) => {
    expect(opened(stamp, line)).toBeUndefined();
  },
);

it('takes a label with a colon for a word of the program, whose stamp it is not', () => {
  expect(opened(stamp, '16:29:20 ERROR: text')).toEqual([{ text: 'ERROR: text' }]);
});
