import { describe, expect, it } from 'vitest';
import { inOneLine, writtenOut } from '../../src/decode/written-out.ts';

describe('text for a terminal', () => {
  it.each([
    ['plain, with ümlauts, 漢字, 👩🏽‍🚀 and ⚠️\n\ttab', 'plain, with ümlauts, 漢字, 👩🏽‍🚀 and ⚠️\n\ttab'],
    ['\u001b]0;owned\u0007', '\\u001b]0;owned\\u0007'],
    ['over\rwritten\u0008', 'over\\u000dwritten\\u0008'],
    ['\u009b2J', '\\u009b2J'],
    ['\u202eevil\u202c', '\\u202eevil\\u202c'],
    ['a\u200bb', 'a\\u200bb'],
    ['tag\u{e0041}', 'tag\\udb40\\udc41'],
  ])('%j', (text, shown) => {
    expect(writtenOut(text)).toBe(shown);
  });

  it('is the same value where it is JSON', () => {
    const value = { text: '\u001b[2J \u202e \u009b \u{e0041} \u007f' };
    const json = writtenOut(JSON.stringify(value));
    expect(json).toMatch(/^[\x20-\x7e]+$/);
    expect(JSON.parse(json)).toEqual(value);
  });

  it('keeps what it is told to', () => {
    expect(writtenOut('\u001b[31mred\u001b[39m \u001b[2J', /\u001b\[3\dm/g)).toBe('\u001b[31mred\u001b[39m \\u001b[2J');
  });

  it('stands on one line where it must not add any', () => {
    expect(inOneLine(' a\r\n  knell: all is well\u2028\u001b[A')).toBe('a knell: all is well \\u001b[A');
  });
});
