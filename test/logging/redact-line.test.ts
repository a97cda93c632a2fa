import { expect, it } from 'vitest';
import { redactLine } from '../../src/logging/redact-line.ts';
import { spentMs } from '../support/spent.ts';

const SECRET = 'Bearer abcdefghijklmnopqrstuvwxyz0123456789';

it('keeps a line JSON, without its secrets', () => {
  const line = redactLine(`${JSON.stringify({ level: 'warn', err: { message: `refused ${SECRET}` }, msg: 'no' })}\n`);
  expect(JSON.parse(line)).toEqual({
    level: 'warn',
    err: { message: expect.stringContaining('[redacted]') },
    msg: 'no',
  });
  expect(line).not.toContain('abcdefghijklmnop');
});

it('shortens what is endless, and tells no part of a secret at the cut', () => {
  const stack = `${'at f (file.js:1:1)\n'.repeat(209)}xx ${SECRET} ${'at g (file.js:2:2)\n'.repeat(50_000)}`;
  let line = '';
  expect(
    spentMs(() => {
      line = redactLine(JSON.stringify({ level: 'warn', err: { stack } }));
    }),
  ).toBeLessThan(500);
  expect(line.length).toBeLessThan(4_500);
  expect((JSON.parse(line) as { err: { stack: string } }).err.stack).toMatch(/^at f .*…$/s);
  expect(line).not.toContain('abcdefghijklmnop');
});

it('redacts what is no JSON as one text', () => {
  expect(redactLine(`plain ${SECRET}`)).not.toContain('abcdefghijklmnop');
});
