import { expect, it } from 'vitest';
import { createTextDecoder } from '../../../src/decode/runtimes/text-decoder.ts';

const decoder = createTextDecoder('aider', (text, stream) => stream === 'stdout' && text === 'Hello');

it('reads every line as text, whatever it looks like', () => {
  expect(decoder.formatOf('stdout', '{"type":"error"}')).toBe('text');
  const raw = Buffer.from('{"type":"error"}');
  expect(decoder.decode({ stream: 'stdout', number: 0, raw }, 'text')).toMatchObject({
    typed: false,
    text: '{"type":"error"}',
  });
  expect(decoder.opensRun('stdout', '{"type":"error"}')).toBe(false);
});

it('is recognised by a first line, without its colours', () => {
  expect(decoder.recognises('stdout', '\u001b[1mHello\u001b[0m')).toBe(true);
  expect(decoder.recognises('stderr', 'Hello')).toBe(false);
  expect(createTextDecoder('other').recognises('stdout', 'Hello')).toBe(false);
});
