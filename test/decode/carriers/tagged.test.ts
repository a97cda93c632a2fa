import { expect, it } from 'vitest';
import { tagged } from '../../../src/decode/carriers/tagged.ts';
import { opened } from './opened.ts';

it.each([
  ['[opencode:event] {"type":"x"}', 'opencode:event'],
  ['agent: {"type":"x"}', 'agent'],
  ['worker-1 | {"type":"x"}', 'worker-1'],
])('takes the tag off %j', (line, source) => {
  expect(opened(tagged, line)).toEqual([{ text: '{"type":"x"}', source }]);
});

it.each(['[ERROR] words', 'agent: words', '{"type":"x"}', '[1] {"a":1}', 'two words: {"a":1}', '[a] [{"a":1}]'])(
  'has not written %j',
  (line) => {
    expect(opened(tagged, line)).toBeUndefined();
  },
);
