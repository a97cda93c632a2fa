import { describe, expect, test } from 'vitest';
import { everyLine } from '../../src/ruleset/every-line.ts';
import fc from '../support/fast-check.ts';

describe('the lines of a chunk', () => {
  const cases: [string, [string, number][]][] = [
    ['', []],
    ['\n\n', []],
    ['a', [['a', 0]]],
    ['a\n', [['a', 0]]],
    [
      'a\n\nb\n',
      [
        ['a', 0],
        ['b', 2],
      ],
    ],
    [' \t\r\nä·\r\n', [['ä·\r', 1]]],
  ];
  test.each(cases)('%j', (text, expected) => {
    const chunk = Buffer.from(text);
    const lines = everyLine(chunk).map(({ start, end, row }) => [chunk.toString('utf8', start, end), row]);
    expect(lines).toEqual(expected);
  });

  test('are the same as by splitting, blank ones aside, whatever the bytes', () => {
    const bytes = fc.uint8Array({ maxLength: 60 }).map((all) => Buffer.from(all.map((byte) => (byte % 5 ? byte : 10))));
    fc.assert(
      fc.property(bytes, (chunk) => {
        const expected = chunk
          .toString('latin1')
          .split('\n')
          .map((text, row) => ({ text, row }))
          .filter(({ text }) => /[^ \t\r]/.test(text));
        const lines = everyLine(chunk).map(({ start, end, row }) => ({
          text: chunk.toString('latin1', start, end),
          row,
        }));
        expect(lines).toEqual(expected);
      }),
    );
  });
});
