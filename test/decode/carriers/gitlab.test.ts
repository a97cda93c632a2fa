import { expect, it } from 'vitest';
import { gitlab } from '../../../src/decode/carriers/gitlab.ts';
import { AT_MS, opened } from './opened.ts';

it.each([
  ['00O ', 'stdout'],
  ['01E ', 'stderr'],
  ['0fO+', 'stdout'],
])('takes off a stamp with %j for %s', (mark, stream) => {
  expect(opened(gitlab, `2026-01-29T16:29:20.000000Z ${mark}  text`)).toEqual([
    { text: '  text', timeMs: AT_MS, stream },
  ]);
});

it.each(['2026-01-29T16:29:20Z 00O text', '2026-01-29T16:29:20.000000Z 00X text', '2026-01-29T16:29:20.000000Z text'])(
  'has not written %s',
  (line) => {
    expect(opened(gitlab, line)).toBeUndefined();
  },
);
