import { expect, it } from 'vitest';
import { isPartOfAnother } from '../../../src/decode/text/part-of-another.ts';
import type { TextSource } from '../../../src/decode/text/text-source.ts';
import { shapesOf } from './shapes.ts';

const SOURCE: TextSource = {
  known: () => undefined,
  name: 'agent',
  isAgent: true,
  hasAnswers: true,
  isClientOnly: false,
};

/** Whether the last line of a text is part of a statement above it. */
const isPart = (text: string) => {
  const shapes = shapesOf(text);
  return isPartOfAnother(shapes, shapes.length - 1, SOURCE);
};

it.each([
  ['a row of a body', 'Error: {\n  "message": "m"', true],
  ['what a label is explained by', 'Error: the login failed\nYour session has expired', true],
  ['what stands behind a dangling colon', 'API request failed:\nconnection refused', true],
  [
    'a label behind the dangling colon of a log',
    '10:00:00 ERROR run - Provider error:\nProvider error: refused',
    false,
  ],
  ['the words of the log once more', '10:00:00 ERROR run - LLM provider error:\nLLM provider error: refused', false],
  ['a label of its own', 'Error: one\nError: another', false],
  ['a line that nothing stands above', 'Your session has expired', false],
])('%s', (_, text, expected) => {
  expect(isPart(text)).toBe(expected);
});

it("takes what a pack knows as its client's last word for no part", () => {
  const shapes = shapesOf('Error: BadRequestError\nThe agent ended: no credits');
  const known: TextSource['known'] = ({ body }) =>
    body.startsWith('The agent') ? { grade: 'label', message: 'no credits', prefix: '', final: 'yes' } : undefined;
  expect([isPartOfAnother(shapes, 1, SOURCE), isPartOfAnother(shapes, 1, { ...SOURCE, known })]).toEqual([true, false]);
});
