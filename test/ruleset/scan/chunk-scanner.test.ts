import { describe, expect, it } from 'vitest';
import { everyLine } from '../../../src/ruleset/every-line.ts';
import fc from '../../support/fast-check.ts';
import { lookFor, rowsOf } from '../build.ts';

describe('the places where a text can be', () => {
  const TEXTS = [
    '^~',
    'oom',
    'oops',
    'epipe',
    'killed',
    'heapful',
    'credit balance',
    'a text that is as long as a sentence',
  ];

  it.each(TEXTS)('finds "%s" at every offset of a chunk, at both its ends and across blocks', (text) => {
    const pattern = text.replaceAll('^', '\\^');
    const rules = lookFor({ text: pattern });
    const inEitherCase = lookFor({ text: `(?i)${pattern}` });
    const around = [0, 1, 31, 32, 65_536, 131_072].flatMap((edge) =>
      Array.from({ length: 24 }, (_, i) => edge - text.length - 3 + i),
    );
    for (const at of around.filter((offset) => offset >= 0)) {
      const chunk = Buffer.concat([Buffer.alloc(at, '.'), Buffer.from(text.toUpperCase()), Buffer.alloc(at % 40, '.')]);
      expect(rowsOf(inEitherCase, chunk), `at ${at}`).toEqual([0]);
      expect(rowsOf(rules, chunk.subarray(1)), `at ${at} less one`).toEqual(at === 0 ? [] : [0]);
    }
  });

  it('does not find what is cut by a line break', () => {
    expect(rowsOf(lookFor({ text: 'credit balance' }), Buffer.from('credit ba\nlance credit\nbalance'))).toEqual([]);
  });

  it('gives each line once, with its bytes and its row, whatever is between', () => {
    const rules = lookFor({ text: 'credit balance' });
    const chunk = Buffer.from('\n\ncredit balance credit balance\r\n\n \nno\ncredit balance');
    const found = rules.candidates(chunk);
    expect(found.map(({ start, end }) => chunk.toString('utf8', start, end))).toEqual([
      'credit balance credit balance\r',
      'credit balance',
    ]);
    expect(found.map(({ row }) => row)).toEqual([2, 6]);
  });

  it('finds the same lines as a search of each line, however long they are and wherever blocks end', () => {
    const rules = lookFor({ line: 'credit balance.*' });
    const text = fc.constantFrom('credit balance', 'a credit balance', 'credit', 'x', '');
    const line = fc
      .tuple(text, fc.oneof(fc.nat(60), fc.nat(20_000)))
      .map(([start, length]) => start + '.'.repeat(length));
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 40 }), fc.constantFrom('\n', '\r\n'), (lines, feed) => {
        const chunk = Buffer.from(lines.join(feed));
        const expected = everyLine(chunk).filter(
          ({ start }) => chunk.toString('latin1', start, start + 14) === 'credit balance',
        );
        expect(rules.candidates(chunk)).toEqual(expected);
      }),
      { numRuns: 200 },
    );
  });

  it('counts rows over many blocks', () => {
    const rules = lookFor({ text: 'credit balance' });
    const filler = 'x\n'.repeat(40_000);
    const chunk = Buffer.from(`${filler}credit balance\n${filler}${filler}credit balance\n${filler}`);
    expect(rowsOf(rules, chunk)).toEqual([40_000, 120_001]);
  });
});
