import { describe, expect, it } from 'vitest';
import { decoderFor } from '../../../src/decode/decoders.ts';
import { createJsonJoiner } from '../../../src/decode/whole-log/join-json.ts';

function join(text: string): string[] {
  const joiner = createJsonJoiner([decoderFor('opencode'), decoderFor('claude-code')]);
  const lines = text.split('\n').flatMap((line) => joiner.push(Buffer.from(line)));
  return [...lines, ...joiner.end()].map(String);
}

describe('createJsonJoiner', () => {
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

  const INIT = '{"type":"system","subtype":"init","session_id":"s"}';
  const RESULT = '{"type":"result","is_error":true,"result":"API Error: 529 too busy"}';

  it('takes a list of events apart, on one line or many', () => {
    expect(join(`[${INIT}, ${RESULT}]\nb`)).toEqual([INIT, RESULT, 'b']);
    const pretty = JSON.stringify(
      [INIT, RESULT].map((line) => JSON.parse(line)),
      null,
      2,
    );
    const lines = join(pretty);
    expect(lines.slice(0, 2)).toEqual([INIT, RESULT]);
    expect(lines).toHaveLength(pretty.split('\n').length);
    expect(join(`[\n${INIT},\n${RESULT}\n]`)).toEqual([INIT, RESULT, '', '']);
  });

  it('joins an event that was wrapped, at spaces or inside a word', () => {
    const soft = '{"type":"result","is_error":true,\n "result":"API Error: 529 too\nbusy"}';
    expect(join(soft)).toEqual([RESULT, '', '']);
    const hard = RESULT.match(/.{1,27}/g) ?? [];
    expect(join(hard.join('\n'))).toEqual([RESULT, ...hard.slice(1).map(() => '')]);
  });

  it.each([
    ["a list in which no event is a certain runtime's", '[{"type":"error","error":"no"}]'],
    ['a list with something else in it', `[${INIT}, 1]`],
    ['an empty list', '[]'],
    ['an event that was cut off, before the next', `{"type":"assistant","message":{"con\n${RESULT}`],
    ['a level in brackets', '[ERROR] {"type":"error"}'],
  ])('leaves %s', (_, text) => {
    expect(join(text)).toEqual(text.split('\n'));
  });
});
