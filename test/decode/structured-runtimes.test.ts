import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { StreamName } from '../../src/contracts/run.ts';
import { decoderFor } from '../../src/decode/decoders.ts';
import type { DecodedEvent } from '../../src/decode/event.ts';

interface Captured {
  readonly runtime: string;
  readonly stream: StreamName;
  readonly line: string;
  readonly event: string;
  readonly provenance: string;
  readonly claimsError?: true;
  readonly tool?: unknown;
  readonly text: string;
}

/** Lines that the named programs printed, with what each means. */
const CAPTURED: readonly Captured[] = readFileSync(new URL('../corpus/decode/events.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((row) => JSON.parse(row));

function decode(runtime: string, line: string, stream: StreamName = 'stdout'): DecodedEvent {
  return decoderFor(runtime).decode({ stream, number: 0, raw: Buffer.from(line) }, 'structured');
}

describe('captured events', () => {
  it.each(CAPTURED)('$runtime says $event as $provenance', (captured) => {
    const decoder = decoderFor(captured.runtime);
    expect(decoder.formatOf(captured.stream, captured.line)).toBe('structured');
    const event = decode(captured.runtime, captured.line, captured.stream);
    expect(event).toMatchObject({
      name: captured.event,
      provenance: captured.provenance,
      typed: true,
      shared: false,
      subagent: false,
      claimsError: captured.claimsError ?? false,
      text: captured.text,
    });
    expect(event.tool).toEqual(captured.tool);
    if (event.claimsError) {
      expect(decoder.errorLiterals.some((literal) => captured.line.includes(literal))).toBe(true);
    }
  });
});

describe('the traps of single runtimes', () => {
  it('codex: an item of type error is the runtime speaking, an agent message that quotes one is not', () => {
    const error = '{"type":"item.completed","item":{"id":"item_1","type":"error","message":"stream disconnected"}}';
    expect(decode('codex', error)).toMatchObject({
      name: 'item.completed/error',
      provenance: 'runtime',
      claimsError: false,
    });
    const quote = '{"type":"item.completed","item":{"id":"item_1","type":"agent_message","text":"401 Unauthorized"}}';
    expect(decode('codex', quote)).toMatchObject({ provenance: 'narration', claimsError: false });
  });

  it('codex: a tool call of an MCP server has the name of the server and the tool', () => {
    const line =
      '{"type":"item.started","item":{"id":"item_2","type":"mcp_tool_call","server":"jira","tool":"search","status":"in_progress"}}';
    expect(decode('codex', line).tool).toEqual({ opens: [{ id: 'item_2', name: 'jira.search' }] });
  });

  it('codex: an item of a type nobody knows is nobody’s word', () => {
    const line = '{"type":"item.completed","item":{"id":"item_1","type":"new_thing","message":"401"}}';
    expect(decode('codex', line)).toMatchObject({ name: 'unparsed', provenance: 'unknown', typed: false });
  });

  const qwen = (tokens: number, text: string): string =>
    JSON.stringify({
      type: 'assistant',
      message: { content: [{ type: 'text', text }], usage: { input_tokens: tokens, output_tokens: tokens } },
    });

  it('qwen-code: an API error for which no tokens were used is the runtime speaking', () => {
    expect(decode('qwen-code', qwen(0, '[API Error: 401 expired]'))).toMatchObject({
      provenance: 'runtime',
      claimsError: true,
    });
  });

  it('qwen-code: a model that quotes an API error has used tokens for it', () => {
    expect(decode('qwen-code', qwen(7, '[API Error: 401 expired]'))).toMatchObject({
      provenance: 'narration',
      claimsError: false,
    });
  });

  it('qwen-code: a result that says success although the call failed claims an error', () => {
    const result = {
      type: 'result',
      subtype: 'success',
      is_error: false,
      result: '[API Error: 401 expired]',
      usage: { input_tokens: 0, output_tokens: 0 },
    };
    expect(decode('qwen-code', JSON.stringify(result))).toMatchObject({ provenance: 'runtime', claimsError: true });
  });

  it('gemini: a warning is not a failure', () => {
    const line = '{"type":"error","timestamp":"2026-01-01T00:00:00Z","severity":"warning","message":"Loop detected"}';
    expect(decode('gemini', line)).toMatchObject({ provenance: 'runtime', claimsError: false, text: 'Loop detected' });
  });

  it('cline: an error after which it tries again is not its last word', () => {
    const error = (recoverable: boolean) =>
      JSON.stringify({ type: 'agent_event', event: { type: 'error', error: { message: '529' }, recoverable } });
    expect(decode('cline', error(true))).toMatchObject({ name: 'agent_event/error/recoverable', claimsError: true });
    expect(decode('cline', error(false))).toMatchObject({ name: 'agent_event/error', claimsError: true });
  });

  it('cline: the events of an agent with a parent are a subagent’s', () => {
    const line = '{"type":"hook_event","hookEventName":"agent_error","agentId":"a","parentAgentId":"b"}';
    expect(decode('cline', line)).toMatchObject({ subagent: true });
  });

  it('cursor-agent: a tool call is opened and closed by its id', () => {
    const line = (subtype: string): string =>
      JSON.stringify({ type: 'tool_call', subtype, call_id: 'call_1', tool_call: { shellToolCall: { args: {} } } });
    expect(decode('cursor-agent', line('started'))).toMatchObject({
      provenance: 'tool',
      tool: { opens: [{ id: 'call_1', name: 'shellToolCall' }] },
    });
    expect(decode('cursor-agent', line('completed')).tool).toEqual({ closes: ['call_1'] });
  });

  it('continue-cli: its stdout is text, since it prints a model’s JSON unchanged', () => {
    expect(decoderFor('continue-cli').formatOf('stdout', '{"status":"error","message":"401"}')).toBe('text');
  });
});

describe('copilot-cli with JSON output', () => {
  const event = (type: string, data: object): string =>
    JSON.stringify({ type, data, id: '1', timestamp: '2026-11-22T17:38:15.511Z' });

  it.each([
    ['session.tools_updated', { model: 'm' }, 'runtime', false],
    ['session.error', { errorType: 'authentication', message: '401' }, 'runtime', true],
    ['model.call_finished', { outcome: 'success' }, 'runtime', false],
    ['model.call_finished', { outcome: 'failure' }, 'runtime', true],
    ['assistant.message', { content: 'Login expired · Please run /login' }, 'narration', false],
    ['tool.execution_complete', { toolCallId: 'c', success: true, result: { content: '401' } }, 'tool', false],
    ['user.message', { content: 'Why 401?' }, 'prompt', false],
  ])('reads %s %j as %s', (type, data, provenance, claimsError) => {
    expect(decode('copilot-cli', event(type, data))).toMatchObject({
      name: type,
      provenance,
      claimsError,
      typed: true,
    });
  });

  it('opens and closes tool calls', () => {
    expect(decode('copilot-cli', event('tool.execution_start', { toolCallId: 'c', toolName: 'bash' })).tool).toEqual({
      opens: [{ id: 'c', name: 'bash' }],
    });
    expect(decode('copilot-cli', event('tool.execution_complete', { toolCallId: 'c' })).tool).toEqual({
      closes: ['c'],
    });
  });

  it('takes a bad exit code in its result as a failure', () => {
    const result = (exitCode: number): string => JSON.stringify({ type: 'result', sessionId: 's', exitCode });
    expect(decode('copilot-cli', result(1))).toMatchObject({ name: 'result', claimsError: true });
    expect(decode('copilot-cli', result(0))).toMatchObject({ name: 'result', claimsError: false });
  });
});

describe('cline’s streamed content', () => {
  const content = (phase: string, rest: object): string =>
    JSON.stringify({
      ts: '2026-11-22T17:38:21.301Z',
      type: 'agent_event',
      event: { type: `content_${phase}`, ...rest },
    });

  it('is the model’s prose or a tool’s output by its content type', () => {
    const tool = { contentType: 'tool', toolCallId: 'c', toolName: 'run_commands' };
    expect(decode('cline', content('start', { contentType: 'text', text: '401' }))).toMatchObject({
      provenance: 'narration',
      text: '401',
    });
    expect(decode('cline', content('start', tool))).toMatchObject({
      provenance: 'tool',
      tool: { opens: [{ id: 'c', name: 'run_commands' }] },
    });
    expect(decode('cline', content('end', { ...tool, output: [{ query: 'cat x', result: '401' }] }))).toMatchObject({
      provenance: 'tool',
      text: '401',
      tool: { closes: ['c'] },
    });
  });
});

describe('goose’s stream of events', () => {
  const message = (role: string, content: readonly unknown[]) =>
    JSON.stringify({ type: 'message', message: { role, content } });

  it('tells the model, its tools and the prompt apart', () => {
    expect(decode('goose', message('assistant', [{ type: 'text', text: '401' }]))).toMatchObject({
      provenance: 'narration',
      text: '401',
    });
    const request = { type: 'toolRequest', id: 'c1', toolCall: { value: { name: 'shell' } } };
    expect(decode('goose', message('assistant', [request]))).toMatchObject({
      tool: { opens: [{ id: 'c1', name: 'shell' }] },
    });
    expect(decode('goose', message('user', [{ type: 'toolResponse', id: 'c1' }]))).toMatchObject({
      provenance: 'tool',
      tool: { closes: ['c1'] },
    });
    expect(decode('goose', message('user', [{ type: 'text', text: 'fix it' }]))).toMatchObject({
      provenance: 'prompt',
    });
    expect(decode('goose', '{"type":"notification","extension_id":"x","log":{"message":"401"}}')).toMatchObject({
      provenance: 'tool',
    });
  });

  it('is the runtime speaking in an error and at the end', () => {
    expect(decode('goose', '{"type":"error","error":"Rate limit exceeded"}')).toMatchObject({
      provenance: 'runtime',
      claimsError: true,
      text: 'Rate limit exceeded',
    });
    expect(decode('goose', '{"type":"complete","total_tokens":12}')).toMatchObject({
      provenance: 'runtime',
      claimsError: false,
    });
  });
});
