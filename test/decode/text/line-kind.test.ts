import { expect, test } from 'vitest';
import { announces, commandGoesOn, isCaret, kindIn, kindOf } from '../../../src/decode/text/line-kind.ts';
import { shapeLine } from '../../../src/decode/text/line-shape.ts';

const kind = (line: string) => kindOf(shapeLine(line));

test.each([
  ['fence', ['```', '```ts']],
  ['blank', ['', '   ']],
  ['tool', ['$ npm test']],
  ['place', ['/app/a.js:64', 'node:internal/x:12']],
  ['statement', ['Error: boom', 'Traceback (most recent call last):', 'panic in worker: unhandled rejection:']],
  ['statement', ['2026-01-01 12:00:00 it printed Traceback (most recent call last):']],
  ['detail', ['});', '----------', '    at the second step']],
  ['prose', ['The build was fixed by moving the file.']],
  ['other', ['half of a line', '10:00:00 INFO served']],
])('%s: %j', (wanted, lines) => {
  expect(lines.map(kind)).toEqual(lines.map(() => wanted));
});

test('the words of a thrown error count at the end of a line alone', () => {
  expect(kind('It says that an unhandled rejection: is none.')).not.toBe('statement');
});

test('a caret alone marks a place in the line above', () => {
  expect(isCaret(shapeLine('     ^^^'))).toBe(true);
  expect(isCaret(shapeLine('a ^ b'))).toBe(false);
});

test('a sentence with a colon announces what stands below it, the head of a trace does not', () => {
  expect(announces(shapeLine('It prints this:'))).toBe(true);
  expect(announces(shapeLine('Traceback (most recent call last):'))).toBe(false);
});

test("a call's arguments, and a here-document up to the line behind its end, are the tool's", () => {
  const call = shapeLine('─── shell | developer ───');
  expect(kindIn(undefined, 'tool', shapeLine('path: src'), call)).toBe('tool');
  expect(kindIn(undefined, 'tool', shapeLine('path: src'), shapeLine('done'))).toBe('other');
  const open = commandGoesOn(undefined, shapeLine("$ cat <<'EOF' > a"), 'tool');
  expect(open).toBe('EOF');
  expect(kindIn(open, 'tool', shapeLine('Error: boom'), undefined)).toBe('tool');
  expect(commandGoesOn(open, shapeLine('Error: boom'), 'tool')).toBe('EOF');
  const over = commandGoesOn(open, shapeLine('EOF'), 'tool');
  expect(over).toBe('');
  expect(kindIn(over, 'tool', shapeLine(''), undefined)).toBe('blank');
  expect(commandGoesOn(over, shapeLine(''), 'blank')).toBeUndefined();
});
