import { expect, it } from 'vitest';
import { askedOnce } from '../../../src/decode/text/by-shape.ts';
import { knownLine } from '../../../src/decode/text/known-lines.ts';
import { shapeLater } from '../../../src/decode/text/late-shape.ts';
import { statementIn } from '../../../src/decode/text/statement-line.ts';

it('asks about a line once, however often it is printed', () => {
  const asked: string[] = [];
  const question = askedOnce(({ body }) => asked.push(body));
  for (const raw of ['Error: gone', 'all is well', 'Error: gone']) question(shapeLater(() => raw));
  expect(asked).toEqual(['Error: gone', 'all is well']);
});

it('keeps what is known of a line apart from what is known of the same line where it was ruled out', () => {
  const raw = 'Error: 401 Unauthorized';
  expect(statementIn(shapeLater(() => raw, true))).toBeUndefined();
  expect(statementIn(shapeLater(() => raw))?.message).toBe('401 Unauthorized');
  expect(statementIn(shapeLater(() => raw, true))).toBeUndefined();
});

it('remembers neither long lines nor old ones', () => {
  const long = 'x'.repeat(600);
  expect(knownLine(long, false)).not.toBe(knownLine(long, false));
  const first = knownLine('the first', false);
  expect(knownLine('the first', false)).toBe(first);
  for (let i = 0; i < 2_000; i++) knownLine(`line ${i}`, false);
  expect(knownLine('the first', false)).not.toBe(first);
});
