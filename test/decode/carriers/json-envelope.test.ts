import { expect, it } from 'vitest';
import { envelopeOf, linesOfText, streamIn } from '../../../src/decode/carriers/json-envelope.ts';

it.each(['{"a":1}', '  {"a":1} ', '\u001b[0m{"a":1}', '\ufeff{"a":1}'])('reads the object in %j', (stored) => {
  expect(envelopeOf(Buffer.from(stored))).toEqual({ a: 1 });
});

it.each(['', 'text', '[1]', '"{}"', '{"a":', 'x {"a":1}', 'null'])('finds no object in %j', (stored) => {
  expect(envelopeOf(Buffer.from(stored))).toBeUndefined();
});

it('makes a line of each line of a text, and each has the rest', () => {
  expect(linesOfText('one\ntwo\n', { source: 'web' })).toEqual([
    { raw: Buffer.from('one'), source: 'web' },
    { raw: Buffer.from('two'), source: 'web' },
  ]);
});

it('takes an empty text for a blank line', () => {
  expect(linesOfText('')).toEqual([{ raw: Buffer.alloc(0) }]);
});

it('knows two streams', () => {
  expect(streamIn('stdout')).toEqual({ stream: 'stdout' });
  expect(streamIn('stderr')).toEqual({ stream: 'stderr' });
  for (const other of ['stdin', 'STDOUT', 1, undefined]) expect(streamIn(other)).toEqual({});
});
