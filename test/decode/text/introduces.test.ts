import { expect, it } from 'vitest';
import { introduces } from '../../../src/decode/text/introduces.ts';
import { shapeLine } from '../../../src/decode/text/line-shape.ts';

it.each([
  ['The log says this:', true],
  ['The service answers with', true],
  ['Todos los clientes ven al final, siempre a los treinta segundos,', true],
  ['第 96 行说明了凭据过期时的表现：', true],
  ['> Its tokens live for a day; after that the client prints', true],
  ['> go on', false],
  ['> read this:', true],
  ['🤖 Processing prompt: port the makefile to', false],
  ['2026-05-10T10:00:00Z the log says this:', false],
  ['All done.', false],
  ['Output:', false],
  ['Error: HttpException - {"message":"Your key is', false],
])('%s: %s', (line, does) => {
  expect(introduces(shapeLine(line), false)).toBe(does);
});

it('is no head of a trace, which ends in a colon too', () => {
  expect(introduces(shapeLine('Traceback (most recent call last):'), true)).toBe(false);
  expect(introduces(shapeLine('Traceback (most recent call last):'), false)).toBe(true);
});
