import { expect, it } from 'vitest';
import { readScreenMessage } from '../../../src/decode/runtimes/screen-message.ts';

it.each([
  [
    { type: 'say', say: 'error', text: 'no' },
    { name: 'say/error', provenance: 'runtime', text: 'no', claimsError: true },
  ],
  [
    { type: 'ask', ask: 'api_req_failed', text: 'no' },
    { name: 'ask/api_req_failed', claimsError: true },
  ],
  [
    { type: 'say', say: 'api_req_retried', text: 'no' },
    { name: 'say/api_req_retried', provenance: 'runtime', claimsError: true },
  ],
  // A retry without a word of why tells of no failure.
  [
    { type: 'say', say: 'api_req_retried' },
    { name: 'say/api_req_retried', provenance: 'runtime' },
  ],
  [
    { type: 'say', say: 'error_retry', text: '{"attempt":1,"failed":false}' },
    { name: 'say/error_retry', provenance: 'runtime', claimsError: true },
  ],
  [
    { type: 'ask', ask: 'command', text: 'ls' },
    { provenance: 'tool', text: 'ls' },
  ],
  [
    { type: 'say', say: 'task', text: 'do' },
    { provenance: 'prompt', text: 'do' },
  ],
  [
    { type: 'say', say: 'text', content: 'hello' },
    { provenance: 'narration', text: 'hello' },
  ],
])('%j', (fields, reading) => {
  expect(readScreenMessage(fields)).toMatchObject(reading);
});

it('takes no text of what the runtime notes on a request', () => {
  expect(readScreenMessage({ type: 'say', say: 'api_req_started', text: 'x' })).toEqual({
    name: 'say/api_req_started',
    provenance: 'runtime',
  });
});

it.each([{ type: 'say' }, { type: 'error', error: 'no' }, { type: 'say', ask: 'error' }])('no kind: %j', (fields) => {
  expect(readScreenMessage(fields)).toBeUndefined();
});
