import { expect, test } from 'vitest';
import { decoderFor } from '../../src/decode/decoders.ts';
import { showsNextTurn, showsTurn } from '../../src/decode/shows-turn.ts';

const content = [{ type: 'text', text: 'I look at it.' }];
const result = [{ type: 'tool_result', tool_use_id: 't1', content: 'read' }];

/** Orders of the first events: seen from Claude Code 2.1.197 and 2.1.332, Qwen Code 0.15.10 and pi 0.73.1. */
test.each([
  [true, 'claude-code', { type: 'system', subtype: 'init', session_id: 's1' }],
  [true, 'qwen-code', { type: 'system', subtype: 'init', session_id: 's1' }],
  [true, 'pi', { type: 'agent_start' }],
  [true, 'pi', { type: 'turn_start' }],
  [true, 'codex', { type: 'turn.started' }],
  [true, 'codex', { id: '0', msg: { type: 'task_started' } }],
  [true, 'amp', { type: 'assistant', message: { content } }],
  [true, 'claude-code', { type: 'stream_event', event: {} }],
  [false, 'amp', { type: 'system', subtype: 'init', session_id: 's1' }],
  [false, 'pi', { type: 'session', version: 3, cwd: '/srv' }],
  [false, 'codex', { type: 'thread.started', thread_id: 't1' }],
  [false, 'claude-code', { type: 'system', subtype: 'hook_started' }],
  [false, 'claude-code', { type: 'user', message: { content } }],
  [false, 'claude-code', { type: 'user', message: { content: result } }],
  [false, 'claude-code', { type: 'tool_progress' }],
  [false, 'claude-code', { type: 'tool_use_summary' }],
  [false, 'claude-code', { type: 'assistant', message: { content }, parent_tool_use_id: 't1' }],
  [false, 'claude-code', { type: 'result', is_error: true }],
])('is %s of %s: %j', (shows, runtime, fields) => {
  const line = { stream: 'stdout' as const, number: 0, raw: Buffer.from(JSON.stringify(fields)) };
  expect(showsTurn(decoderFor(runtime, []).decode(line, 'structured'))).toBe(shows);
});

test.each([
  [true, 'claude-code', { type: 'system', subtype: 'init', session_id: 's1' }],
  [false, 'claude-code', { type: 'assistant', message: { content } }],
  [true, 'amp', { type: 'assistant', message: { content } }],
])('behind the end of a turn it is %s of %s: %j', (shows, runtime, fields) => {
  const line = { stream: 'stdout' as const, number: 0, raw: Buffer.from(JSON.stringify(fields)) };
  expect(showsNextTurn(decoderFor(runtime, []).decode(line, 'structured'), runtime)).toBe(shows);
});
