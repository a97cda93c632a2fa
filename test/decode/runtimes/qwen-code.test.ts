import { expect, it } from 'vitest';
import { qwenCode } from '../../../src/decode/runtimes/qwen-code.ts';

const decode = (line: string) => qwenCode.decode({ stream: 'stdout', number: 0, raw: Buffer.from(line) }, 'structured');

const qwen = (tokens: number, text: string): string =>
  JSON.stringify({
    type: 'assistant',
    message: { content: [{ type: 'text', text }], usage: { input_tokens: tokens, output_tokens: tokens } },
  });

it('an API error for which no tokens were used is the runtime speaking', () => {
  expect(decode(qwen(0, '[API Error: 401 expired]'))).toMatchObject({
    provenance: 'runtime',
    claimsError: true,
  });
});

it('the same words for which tokens were used are the model speaking', () => {
  expect(decode(qwen(7, '[API Error: 401 expired]'))).toMatchObject({ provenance: 'narration', claimsError: false });
});
