import fc from 'fast-check';
import { expect, it } from 'vitest';
import { diffLines } from '../../../src/http/rules/diff-lines.ts';

const text = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('');

it('shows what changed with three lines around it', () => {
  const before = text(['1', '2', '3', '4', '5', '6', '7', '8', '9']);
  const after = text(['1', '2', '3', '4', 'five', '6', '7', '8', '9']);
  expect(diffLines(before, after).map(({ mark, text: line }) => mark + line)).toEqual([
    ' 2',
    ' 3',
    ' 4',
    '-5',
    '+five',
    ' 6',
    ' 7',
    ' 8',
  ]);
});

it('shows a new file whole, and of the same file nothing', () => {
  expect(diffLines('', 'a\nb\n').map(({ mark }) => mark)).toEqual(['+', '+']);
  expect(diffLines('a\nb\n', 'a\nb\n')).toEqual([]);
});

it('loses no line of either side', () => {
  const lines = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 6 });
  fc.assert(
    fc.property(lines, lines, (a, b) => {
      const diff = diffLines(text(a), text(b));
      if (diff.length === 0) {
        expect(a).toEqual(b);
        return;
      }
      const side = (other: string) => diff.filter(({ mark }) => mark !== other).map(({ text: line }) => line);
      // So short that all unchanged lines stand near a change, or are left out at both ends alike.
      expect(a.join('')).toContain(side('+').join(''));
      expect(b.join('')).toContain(side('-').join(''));
    }),
  );
});
