import { describe, expect, it } from 'vitest';
import { goose } from '../../../src/decode/runtimes/goose.ts';

const decode = (line: string) => goose.decode({ stream: 'stdout', number: 0, raw: Buffer.from(line) }, 'structured');

const message = (role: string, content: readonly unknown[]) =>
  JSON.stringify({ type: 'message', message: { role, content } });

it('tells the model, its tools and the prompt apart', () => {
  expect(decode(message('assistant', [{ type: 'text', text: '401' }]))).toMatchObject({
    provenance: 'narration',
    text: '401',
  });
  const request = { type: 'toolRequest', id: 'c1', toolCall: { value: { name: 'shell' } } };
  expect(decode(message('assistant', [request]))).toMatchObject({
    tool: { opens: [{ id: 'c1', name: 'shell' }] },
  });
  expect(decode(message('user', [{ type: 'toolResponse', id: 'c1' }]))).toMatchObject({
    provenance: 'tool',
    tool: { closes: ['c1'] },
  });
  expect(decode(message('user', [{ type: 'text', text: 'fix it' }]))).toMatchObject({
    provenance: 'prompt',
  });
  expect(decode('{"type":"notification","extension_id":"x","log":{"message":"401"}}')).toMatchObject({
    provenance: 'tool',
  });
});

it('is the runtime speaking in an error and at the end', () => {
  expect(decode('{"type":"error","error":"Rate limit exceeded"}')).toMatchObject({
    provenance: 'runtime',
    claimsError: true,
    text: 'Rate limit exceeded',
  });
  expect(decode('{"type":"complete","total_tokens":12}')).toMatchObject({
    provenance: 'runtime',
    claimsError: false,
  });
});

describe('the whole session in one object', () => {
  const transcript = (...content: readonly unknown[]) =>
    decode(
      JSON.stringify({
        messages: content.map((block) => ({ role: 'assistant', content: [block] })),
        metadata: { total_tokens: null, status: 'completed' },
      }),
    );
  const said = (text: string) => ({ type: 'text', text });
  const OWN =
    'Ran into this error: key refused.\n\nPlease retry if you think this is a transient or recoverable error.';

  it('has failed where its last message is an error, or the client speaks in the answer’s place', () => {
    expect(transcript({ type: 'error', message: 'key refused' })).toMatchObject({
      name: 'transcript/failed',
      claimsError: true,
      text: 'key refused',
    });
    expect(transcript(said(OWN))).toMatchObject({ name: 'transcript/failed', claimsError: true, text: OWN });
  });

  it('has not where the model speaks last', () => {
    expect(transcript({ type: 'error', message: 'key refused' }, said('Done.'))).toMatchObject({
      name: 'transcript',
      claimsError: false,
    });
    expect(transcript(said(`${OWN} So says the log.`))).toMatchObject({ name: 'transcript' });
  });
});
