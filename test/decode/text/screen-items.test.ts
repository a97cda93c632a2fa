import { expect, test } from 'vitest';
import { isAnswerToPrompt, isAtMargin, isBeside, isItem, isPromptEcho } from '../../../src/decode/text/screen-items.ts';
import { shapesOf } from './shapes.ts';

/** Asks of the last line of a text. */
const ofLast = (ask: (shapes: ReturnType<typeof shapesOf>, at: number) => boolean, text: string): boolean => {
  const shapes = shapesOf(text);
  return ask(shapes, shapes.length - 1);
};

test('what a full screen shows has its mark, a frame, or stands further in', () => {
  const items = ['● Now the tests.', '> fix the build', '│ welcome', '  carried on'];
  expect(items.map((line) => isItem(shapesOf(line)[0] as never))).toEqual([true, true, true, true]);
  expect(isItem(shapesOf('API Error: 401')[0] as never)).toBe(false);
});

test('only a line without a mark at the left edge stands at the margin', () => {
  const at = (line: string) => isAtMargin(shapesOf(line)[0] as never);
  expect([at('API Error: 401'), at('● said'), at('  said')]).toEqual([true, false, false]);
});

test("a client's mark of a failure stands beside an item that stands above it", () => {
  expect(ofLast(isBeside, '● Bash(npm test)\n✗ Login expired')).toBe(true);
  expect(ofLast(isBeside, '$ npm test\n✗ Login expired')).toBe(false);
  expect(ofLast(isBeside, '● Bash(npm test)\nLogin expired')).toBe(false);
});

test('what hangs below a prompt or an edit is the client, the first below a tool is the tool', () => {
  expect(ofLast(isAnswerToPrompt, '> hello\n  ⎿ API Error: 401')).toBe(true);
  expect(ofLast(isAnswerToPrompt, '● Update(a.ts)\n  ⎿ API Error: 401')).toBe(true);
  expect(ofLast(isAnswerToPrompt, '● Bash(npm test)\n  ⎿ API Error: 401')).toBe(false);
  expect(ofLast(isAnswerToPrompt, '● Bash(npm test)\n  ⎿ passed\n  ⎿ API Error: 401')).toBe(true);
  expect(ofLast(isAnswerToPrompt, '> hello\nAPI Error: 401')).toBe(false);
});

test('the prompt is repeated first, before anything is said', () => {
  expect(ofLast(isPromptEcho, '> fix the build')).toBe(true);
  expect(ofLast(isPromptEcho, 'The build is fixed now, and so is this.\n> fix the build')).toBe(false);
  expect(ofLast(isPromptEcho, '> I fixed the build')).toBe(false);
});
