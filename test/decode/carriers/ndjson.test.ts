import { expect, it } from 'vitest';
import { ndjson } from '../../../src/decode/carriers/ndjson.ts';
import { opened } from './opened.ts';

it('opens a row of a line and its stream', () => {
  expect(opened(ndjson, '{"line":"one\\ntwo","stream":"stderr"}')).toEqual([
    { text: 'one', stream: 'stderr' },
    { text: 'two', stream: 'stderr' },
  ]);
});

it.each(['{"line":"text"}', '{"line":"text","stream":"both"}', '{"line":1,"stream":"stdout"}'])(
  'has not written %s',
  (row) => {
    expect(opened(ndjson, row)).toBeUndefined();
  },
);
