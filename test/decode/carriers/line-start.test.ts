import { expect, it } from 'vitest';
import { behind, headOf, withoutNoise } from '../../../src/decode/carriers/line-start.ts';

it.each([
  ['a byte order mark', '\ufefftext'],
  ['colours', '\u001b[0m\u001b[1;31mtext'],
  ['the time of Buildkite, whichever way it ends', '\u001b_bk;t=1700000000000\u0007\u001b_bk;t=1\u001b\\text'],
])('takes %s off', (_what, line) => {
  expect(withoutNoise(Buffer.from(line)).toString()).toBe('text');
});

it.each(['text', ' \u001b[0mtext', 'é', '\u001btext', ''])('leaves %j as it is', (line) => {
  expect(withoutNoise(Buffer.from(line)).toString()).toBe(line);
});

it('copies nothing', () => {
  const line = Buffer.from('\u001b[0mtext');
  expect(withoutNoise(line).buffer).toBe(line.buffer);
});

it('has a character for each of the first 512 bytes', () => {
  expect(headOf(Buffer.from('é'.repeat(300)))).toHaveLength(512);
});

it('gives what stands behind a prefix, in bytes, and the parts of the prefix', () => {
  const found = behind(Buffer.from('\u001b[0m<é> 任务'), /^<([^>]+)> /);
  expect(found?.rest.toString()).toBe('任务');
  expect(found?.parts[1]).toBe('Ã©');
  expect(behind(Buffer.from('text'), /^</)).toBeUndefined();
});
