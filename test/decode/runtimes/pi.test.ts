import { describe, expect, it } from 'vitest';
import { pi } from '../../../src/decode/runtimes/pi.ts';

const decode = (fields: object) =>
  pi.decode({ stream: 'stdout', number: 0, raw: Buffer.from(JSON.stringify(fields)) }, 'structured');
const FAILED = { role: 'assistant', stopReason: 'error', errorMessage: 'no' };
const SAID = { role: 'assistant', content: [{ type: 'text', text: 'hello' }] };

describe('pi', () => {
  it.each([
    [{ type: 'message_end', message: FAILED }, 'runtime', 'no', true],
    [{ type: 'message_end', message: SAID }, 'narration', 'hello', false],
    [{ type: 'message_end', message: { ...SAID, role: 'toolResult' } }, 'tool', 'hello', false],
    [{ type: 'message_end', message: { ...SAID, role: 'user' } }, 'prompt', 'hello', false],
    [{ type: 'agent_end', messages: [SAID, FAILED] }, 'runtime', 'no', true],
    [{ type: 'agent_end', messages: [FAILED, SAID] }, 'runtime', '', false],
    [{ type: 'auto_retry_start', errorMessage: 'slow' }, 'runtime', 'slow', true],
    [{ type: 'auto_retry_start', attempt: 2 }, 'runtime', '', false],
    [{ type: 'auto_retry_end', success: false, finalError: 'no' }, 'runtime', 'no', true],
    [{ type: 'auto_retry_end', success: true }, 'runtime', '', false],
  ])('%j', (fields, provenance, text, claimsError) => {
    expect(decode(fields)).toMatchObject({ name: fields.type, provenance, text, claimsError });
  });

  it('opens and closes calls of tools', () => {
    expect(decode({ type: 'tool_execution_start', toolCallId: 'c1', toolName: 'bash' }).tool).toEqual({
      opens: [{ id: 'c1', name: 'bash' }],
    });
    expect(decode({ type: 'tool_execution_end', toolCallId: 'c1' }).tool).toEqual({ closes: ['c1'] });
    expect(decode({ type: 'tool_execution_update', toolCallId: 'c1' }).tool).toBeUndefined();
  });

  it('does not know other events', () => {
    expect(decode({ type: 'other' }).typed).toBe(false);
  });
});
