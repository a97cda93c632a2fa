import { describe, expect, it } from 'vitest';
import { opencode } from '../../../src/decode/runtimes/opencode.ts';

const decode = (fields: object) =>
  opencode.decode({ stream: 'stdout', number: 0, raw: Buffer.from(JSON.stringify(fields)) }, 'structured');

describe('opencode', () => {
  it.each([
    [{ type: 'error', error: { data: { message: 'no' }, name: 'X' } }, 'error', 'runtime', 'no', true],
    [{ type: 'error', error: { name: 'X' } }, 'error', 'runtime', 'X', true],
    [
      { type: 'session.status', properties: { status: { type: 'retry', message: 'slow' } } },
      'session.status',
      'runtime',
      'slow',
      true,
    ],
    [
      { type: 'session.status', properties: { status: { type: 'busy', message: 'x' } } },
      'session.status',
      'runtime',
      '',
      false,
    ],
    [
      { type: 'session.error', properties: { error: { name: 'APIError', data: { message: 'no' } } } },
      'session.error',
      'runtime',
      'no',
      true,
    ],
    [
      { type: 'session.error', properties: { error: { name: 'MessageAbortedError' } } },
      'session.error',
      'runtime',
      'MessageAbortedError',
      false,
    ],
    [{ type: 'session.idle', properties: {} }, 'session.idle', 'runtime', '', false],
    [{ type: 'text', part: { text: 'error: 401' } }, 'text', 'narration', 'error: 401', false],
    [{ type: 'tool_use', part: { state: { error: 'no' } } }, 'tool_use', 'tool', 'no', false],
  ])('%j', (fields, name, provenance, text, claimsError) => {
    expect(decode(fields)).toMatchObject({ name, provenance, text, claimsError, typed: true });
  });

  it('knows its own session by its id', () => {
    expect(opencode.opensRun('stdout', '{"type":"step_start","sessionID":"ses_1"}')).toBe(true);
    expect(opencode.opensRun('stdout', '{"type":"step_start","sessionID":"other"}')).toBe(false);
    expect(opencode.recognises('stdout', '{"type":"session.idle","properties":{"sessionID":"ses_1"}}')).toBe(true);
  });
});
