import { expect, it } from 'vitest';
import { grokCli } from '../../../src/decode/runtimes/grok-cli.ts';

const decode = (fields: object) =>
  grokCli.decode({ stream: 'stdout', number: 0, raw: Buffer.from(JSON.stringify(fields)) }, 'structured');

it("hears the client's own failure in the model's place", () => {
  const content = 'Sorry, I encountered an error: Grok API error: 429 The usage limit has been reached';
  expect(decode({ role: 'assistant', content })).toMatchObject({
    name: 'run/failed',
    provenance: 'runtime',
    shared: true,
    text: 'Grok API error: 429 The usage limit has been reached',
  });
});

it('leaves the rest of the conversation to its speakers', () => {
  expect(decode({ role: 'assistant', content: 'Done.' }).provenance).toBe('narration');
  expect(decode({ role: 'user', content: 'Sorry, I encountered an error: x' }).provenance).toBe('prompt');
});
