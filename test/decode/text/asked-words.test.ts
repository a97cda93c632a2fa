import { expect, it } from 'vitest';
import { isAskedFor } from '../../../src/decode/text/asked-words.ts';
import { shapesOf } from './shapes.ts';

it.each([
  '$ gemini -p "Finish the sentence: HTTP 401 means"',
  '> Translate, only the sentence: Zugriff verweigert.',
  '> Which message does it print? Answer with the message only.',
])('%s asks for words', (prompt) => {
  expect(isAskedFor(shapesOf(`${prompt}\n\nAccess denied.`), 2)).toBe(true);
});

it.each(['$ gemini -p "fix the build"', '> go on', 'Translate this sentence.'])('%s does not', (prompt) => {
  expect(isAskedFor(shapesOf(`${prompt}\nAccess denied.`), 1)).toBe(false);
});

it('looks no further than the line above', () => {
  expect(isAskedFor(shapesOf('> Translate the sentence\nI do.\nAccess denied.'), 2)).toBe(false);
});
