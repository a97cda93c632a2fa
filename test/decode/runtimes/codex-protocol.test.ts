import { describe, expect, it } from 'vitest';
import { isCodexProtocol, readCodexProtocol } from '../../../src/decode/runtimes/codex-protocol.ts';

const read = (msg: object) => readCodexProtocol({ id: '0', msg });

describe('readCodexProtocol', () => {
  it.each([
    [{ type: 'error', message: 'no' }, 'runtime', 'no', true],
    [{ type: 'stream_error', message: 'retrying 1/5' }, 'runtime', 'retrying 1/5', true],
    [{ type: 'agent_message', message: 'error: 401' }, 'narration', 'error: 401', undefined],
    [{ type: 'agent_reasoning', text: 'so' }, 'narration', 'so', undefined],
    [{ type: 'user_message', message: 'do' }, 'prompt', 'do', undefined],
    [{ type: 'exec_command_end', call_id: 'c', aggregated_output: '401' }, 'tool', '401', undefined],
  ])('%j', (msg, provenance, text, claimsError) => {
    expect(read(msg)).toMatchObject({ name: `msg/${msg.type}`, provenance, text });
    expect(read(msg)?.claimsError).toBe(claimsError);
  });

  it.each([
    ['event_msg/error', { type: 'event_msg', payload: { type: 'error', message: 'no' } }],
    ['msg/error', { method: 'codex/event', params: { msg: { type: 'error', message: 'no' } } }],
  ])('reads what a file or another client was given: %s', (name, fields) => {
    expect(readCodexProtocol(fields)).toMatchObject({ name, text: 'no', claimsError: true });
  });

  it('knows the rest of a session file, and says no word of it', () => {
    const said = { type: 'response_item', payload: { type: 'message', content: [{ text: 'Error: 401' }] } };
    expect(readCodexProtocol(said)).toEqual({ name: 'response_item', provenance: 'narration' });
    expect(readCodexProtocol({ type: 'session_meta', payload: { id: 's' } })).toMatchObject({ provenance: 'runtime' });
  });

  it("takes a tool server's failure for none of the run's", () => {
    const text = 'MCP client for `jira` failed to start: 401';
    expect(read({ type: 'error', message: text })).toEqual({ name: 'msg/error', provenance: 'runtime', text });
  });

  it('opens and closes calls of tools', () => {
    expect(read({ type: 'mcp_tool_call_begin', call_id: 'c' })?.tool).toEqual({
      opens: [{ id: 'c', name: 'mcp_tool_call' }],
    });
    expect(read({ type: 'mcp_tool_call_end', call_id: 'c' })?.tool).toEqual({ closes: ['c'] });
    expect(read({ type: 'exec_command_output_delta', call_id: 'c' })?.tool).toBeUndefined();
  });

  it("leaves the model's last message out of the end", () => {
    expect(read({ type: 'task_complete', last_agent_message: 'Error: 401' })).toEqual({
      name: 'msg/task_complete',
      provenance: 'runtime',
      endsTurn: true,
    });
  });
});

it.each([{ id: 1, msg: { type: 'error' } }, { id: '0', msg: 'error' }, { id: '0', msg: { type: 'other' } }, {}])(
  'is no event of the protocol: %j',
  (fields) => {
    expect(isCodexProtocol(fields)).toBe(false);
  },
);
