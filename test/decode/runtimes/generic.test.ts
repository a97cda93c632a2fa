import { describe, expect, it } from 'vitest';
import { createGenericDecoder, readGenericEvent } from '../../../src/decode/runtimes/generic.ts';

describe('readGenericEvent', () => {
  it.each([
    [{ type: 'run_end', status: 'failed', reason: 'no credit' }, 'run/failed', 'no credit'],
    [{ event: 'error', message: 'token expired' }, 'error', 'token expired'],
    [{ type: 'error', error: { code: 'x', message: 'm' } }, 'error', 'm'],
    [{ type: 'result', is_error: true, result: 'no' }, 'run/failed', 'no'],
    [{ event: 'retry', message: '429' }, 'retry', '429'],
    [{ type: 'completion', isError: true, finalText: 'no' }, 'run/failed', 'no'],
    [{ type: 'exit', code: 3, message: 'no' }, 'run/failed', 'no'],
    [{ event: 'result', result: { status: 'ERROR', error: 'no' } }, 'run/failed', 'no'],
    [{ jsonrpc: '2.0', id: 2, error: { code: -32000, message: 'no' } }, 'error', 'no'],
    [{ jsonrpc: '2.0', method: 'host/agent_exited', params: { code: 101, message: 'no' } }, 'run/failed', 'no'],
    [{ ev: 'run.halt', error: { status: 403, text: 'no' } }, 'run/failed', 'no'],
    [{ info: { exit_status: 'LimitsExceeded' }, instance_id: 'a-1' }, 'run/failed', 'Exit status: LimitsExceeded'],
    [{ exit_status: 'exit_context' }, 'run/failed', 'Exit status: exit_context'],
    [{ type: 'ask_user', message: 'which?' }, 'run/asks', 'which?'],
    [{ type: 'status', state: 'waiting_for_input', message: 'which?' }, 'run/asks', 'which?'],
    [{ type: 'approval_required', tool: 'bash', reason: 'it deletes' }, 'run/asks', 'it deletes'],
    [{ type: 'call', success: false, willRetry: true, reason: '503' }, 'retry', '503'],
  ])('hears a failure in %j', (fields, name, text) => {
    expect(readGenericEvent(fields)).toMatchObject({ name, text, provenance: 'runtime', claimsError: true });
  });

  it.each([
    [{ role: 'assistant', content: 'Error: no' }, 'narration'],
    [{ type: 'message', status: 'error', text: 'x' }, 'narration'],
    [{ role: 'user', content: 'Error: no' }, 'prompt'],
    [{ type: 'tool_result', status: 'error' }, 'tool'],
    [{ type: 'error', tool: 'bash', message: 'x' }, 'tool'],
    [{ event: 'command_failed', error: 'x' }, 'tool'],
    [{ type: 'exit', code: 0 }, 'runtime'],
    [{ type: 'user_reply', answer: 'x', status: 'input_required' }, 'runtime'],
    [{ type: 'tool_call', name: 'ask_user' }, 'tool'],
    [{ ev: 'probe', detail: { http: 401 } }, 'runtime'],
    [{ jsonrpc: '2.0', id: 2, result: {} }, 'runtime'],
    [{ jsonrpc: '2.0', method: 'session/update', params: { error: 'x' } }, 'narration'],
  ])('leaves %j to its speaker', (fields, provenance) => {
    const reading = readGenericEvent(fields);
    expect(reading).toMatchObject({ provenance });
    expect(reading?.claimsError).toBeUndefined();
  });

  it("hears a client that stops its model in the model's place, and not a model that quotes it", () => {
    const content = 'Maximum tool execution rounds reached. Stopping to prevent infinite loops.';
    expect(readGenericEvent({ role: 'assistant', content: `\n\n${content}` })).toMatchObject({
      name: 'run/failed',
      provenance: 'runtime',
      text: content,
      claimsError: true,
    });
    for (const fields of [
      { role: 'assistant', content: `It printed: ${content}` },
      { role: 'user', content },
      { role: 'tool', content },
    ]) {
      expect(readGenericEvent(fields)?.claimsError).toBeUndefined();
    }
  });

  it('hears no failure in an end that went well', () => {
    expect(readGenericEvent({ type: 'run_end', status: 'completed' })?.claimsError).toBeUndefined();
  });

  it('knows a subagent', () => {
    expect(readGenericEvent({ type: 'error', message: 'x', parent_id: 'a' })?.subagent).toBe(true);
  });

  it.each([{ level: 'error', msg: 'x' }, {}, { type: 7 }, { type: '' }, { type: 'x'.repeat(200) }])(
    'is undefined for %j, which names no event',
    (fields) => {
      expect(readGenericEvent(fields)).toBeUndefined();
    },
  );
});

it('decodes events as suspicions, and text as text', () => {
  const decoder = createGenericDecoder('odd');
  const line = '{"type":"error","message":"m"}';
  expect(decoder.formatOf('stdout', line)).toBe('structured');
  expect(decoder.formatOf('stdout', 'Error: m')).toBe('text');
  const event = decoder.decode({ stream: 'stdout', number: 0, raw: Buffer.from(line) }, 'structured');
  expect(event).toMatchObject({ typed: true, shared: true, claimsError: true });
});
