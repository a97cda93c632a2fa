import { describe, expect, it } from 'vitest';
import { decoderFor } from '../../../src/decode/decoders.ts';
import { createPrettyJsonJoiner } from '../../../src/decode/whole-log/join-pretty-json.ts';

function join(text: string): string[] {
  const joiner = createPrettyJsonJoiner([decoderFor('opencode')]);
  const lines = text.split('\n').flatMap((line) => joiner.push(Buffer.from(line)));
  return [...lines, ...joiner.end()].map(String);
}

describe('createPrettyJsonJoiner', () => {
  it('joins an event, and keeps the number of lines', () => {
    expect(join('a\n{\n  "type": "error",\n  "error": "no"\n}\nb')).toEqual([
      'a',
      '{"type":"error","error":"no"}',
      '',
      '',
      '',
      'b',
    ]);
  });

  it('joins one behind which a comma stands', () => {
    expect(join('{\n  "type": "error"\n},')).toEqual(['{"type":"error"}', '', '']);
  });

  it.each([
    ['an object that is no event', '{\n  "a": 1\n}'],
    ['what is no JSON', '{\n  "type": error\n}'],
    ['an object that never closes', '{\n  "type": "error"'],
    ['an event on one line', '{"type": "error"}'],
  ])('leaves %s', (_, text) => {
    expect(join(text)).toEqual(text.split('\n'));
  });

  it('leaves an object of more than 5000 lines', () => {
    const text = `{\n"type": "error",${'\n'.repeat(5000)}"a": 1\n}`;
    expect(join(text)).toEqual(text.split('\n'));
  });
});
