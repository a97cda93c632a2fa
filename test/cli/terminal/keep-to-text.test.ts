import { afterEach, expect, it, vi } from 'vitest';
import { keepToText, printable } from '../../../src/cli/terminal/keep-to-text.ts';

afterEach(() => vi.unstubAllEnvs());
const terminal = { isTTY: true };

it.each([
  ['a colour of its own', '\u001b[31mred\u001b[39m', '\u001b[31mred\u001b[39m'],
  ['a line that counts up', '\rreading 1/2\u001b[K', '\rreading 1/2\u001b[K'],
  ['text that hides itself', '\u001b[8mhidden', '\\u001b[8mhidden'],
  ['a title', '\u001b]0;x\u0007', '\\u001b]0;x\\u0007'],
  ['more inside of a line that counts up', '\rreading \u001b[2J\u001b[K', '\rreading \\u001b[2J\u001b[K'],
])('on a terminal: %s', (_, text, shown) => {
  vi.stubEnv('NO_COLOR', '');
  vi.stubEnv('FORCE_COLOR', '');
  expect(printable(text, terminal)).toBe(shown);
});

it('where there are no colours, none is let through', () => {
  vi.stubEnv('NO_COLOR', '1');
  expect(printable('\u001b[31mred', terminal)).toBe('\\u001b[31mred');
  vi.stubEnv('FORCE_COLOR', '');
  expect(printable('\r\u001b[K', {})).toBe('\\u000d\\u001b[K');
});

it('holds a stream to it, and leaves bytes alone', () => {
  const written: unknown[] = [];
  const stream = { isTTY: false, write: (chunk: unknown) => written.push(chunk) > 0 } as unknown as NodeJS.WriteStream;
  keepToText(stream);
  stream.write('\u001bc');
  const bytes = Buffer.from('\u001bc');
  stream.write(bytes);
  expect(written).toEqual(['\\u001bc', bytes]);
});
