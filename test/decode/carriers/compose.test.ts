import { expect, it } from 'vitest';
import { compose } from '../../../src/decode/carriers/compose.ts';
import { opened } from './opened.ts';

it('names the service and keeps the indentation behind its bar', () => {
  expect(opened(compose, 'agent-1  |   text')).toEqual([{ text: '  text', source: 'agent-1' }]);
  expect(opened(compose, 'agent_1 |')).toEqual([{ text: '', source: 'agent_1' }]);
});

it.each(['| a | b', 'two words | text', 'a|b', '-a | text'])('has not written %j', (line) => {
  expect(opened(compose, line)).toBeUndefined();
});

it('writes all bars in one column, colours not counted', () => {
  const fits = (...lines: readonly string[]) => compose.fitTogether?.(lines.map((line) => Buffer.from(line)));
  expect(fits('web-1    | a', '\u001b[36mworker-1 | b')).toBe(true);
  expect(fits('web-1 | a', 'worker-1 | b')).toBe(false);
});
