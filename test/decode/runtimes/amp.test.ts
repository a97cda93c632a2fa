import { expect, it } from 'vitest';
import { amp } from '../../../src/decode/runtimes/amp.ts';

const decode = (fields: object) =>
  amp.decode({ stream: 'stdout', number: 0, raw: Buffer.from(JSON.stringify(fields)) }, 'structured');

it.each([
  [{ type: 'system', subtype: 'init' }, 'system/init', 'runtime'],
  [{ type: 'assistant', message: { content: 'hello' } }, 'assistant', 'narration'],
  [{ type: 'user', message: { content: 'hello' } }, 'user', 'prompt'],
  [{ type: 'result', subtype: 'success' }, 'result', 'runtime'],
])('%j', (fields, name, provenance) => {
  expect(decode(fields)).toMatchObject({ name, provenance, typed: true, claimsError: false });
});

it('reads a failed result, and no other events', () => {
  expect(decode({ type: 'result', is_error: true, error: 'no' })).toMatchObject({ text: 'no', claimsError: true });
  expect(decode({ type: 'error', error: 'no' }).typed).toBe(false);
});
