import { expect, it } from 'vitest';
import type { Condition } from '../../../src/contracts/rule-pack.ts';
import { guardOf, OBJECT_GUARD } from '../../../src/ruleset/needles/line-guard.ts';

function lineView(text: string) {
  const chunk = Buffer.from(text);
  return {
    chunk,
    start: 0,
    end: chunk.length,
    hasReturns: () => chunk.includes(0x0d),
    has: (wanted: string) => chunk.includes(wanted, 0, 'latin1'),
  };
}
const passes = (condition: Condition, line: string) => guardOf(condition)?.passes(lineView(line));

const EVENT = { event: ['result', 'system/retry'], where: { is_error: true } };
const LINE = { line: ['Killed', "(?i)can't .*"] };

it.each<[string, Condition, string, boolean]>([
  ['an event with all its keys', EVENT, ' {"type":"result","is_error":false}', true],
  ['the other name', EVENT, '{"type":"system","subtype":"retry","is_error":true}', true],
  ['half a name', EVENT, '{"type":"system","is_error":true}', false],
  ['a key that is missing', EVENT, '{"type":"result"}', false],
  ['text, not an object', EVENT, 'it printed {"type":"result","is_error":true}', false],
  ['a line that begins like a pattern', LINE, 'Known', true],
  ['the other case of a pattern without case', LINE, 'Careful', true],
  ['a line that begins like none', LINE, 'x Killed', false],
  ['a line that a carriage return overwrites', LINE, 'progress\rKilled', true],
])('%s', (_, condition, line, expected) => {
  expect(passes(condition, line)).toBe(expected);
});

it('lets any line pass for a text, and for a pattern that may begin with anything', () => {
  expect(guardOf({ text: 'Killed' })).toBeUndefined();
  expect(guardOf({ line: '.*Killed' })).toBeUndefined();
  expect(guardOf({ line: '\\113illed' })).toBeUndefined();
});

it('takes typographic quotes and hyphens for what `normaliseText` makes of them', () => {
  expect(passes({ line: '"quoted"' }, '“quoted”')).toBe(true);
  expect(passes({ line: '-x' }, '\u2011x')).toBe(true);
});

it('gives guards that are alike one key, and an event of any name the shortest', () => {
  expect(guardOf({ event: 'a' })?.key).toBe(guardOf({ event: 'a', text: 'x' })?.key);
  expect(guardOf({ event: 'a' })?.key).not.toBe(guardOf({ event: 'b' })?.key);
  expect(OBJECT_GUARD.passes(lineView('\t{"a":1}'))).toBe(true);
  expect(OBJECT_GUARD.passes(lineView('[1]'))).toBe(false);
});
