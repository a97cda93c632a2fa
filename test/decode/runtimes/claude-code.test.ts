import { describe, expect, it } from 'vitest';
import type { StreamFormat } from '../../../src/decode/decoder.ts';
import type { DecodedEvent } from '../../../src/decode/event.ts';
import { claudeCode } from '../../../src/decode/runtimes/claude-code.ts';

function decode(
  line: string,
  format: StreamFormat = 'structured',
  stream: 'stdout' | 'stderr' = 'stdout',
): DecodedEvent {
  return claudeCode.decode({ stream, number: 0, raw: Buffer.from(line) }, format);
}

const SYNTHETIC =
  '{"type":"assistant","message":{"model":"<synthetic>","role":"assistant","content":[{"type":"text","text":"Invalid API key · Fix external API key"}]},"parent_tool_use_id":null,"session_id":"2023e72f","error":"authentication_failed"}';
const NARRATION =
  '{"type":"assistant","message":{"id":"msg_01","model":"claude-sonnet-4-5","role":"assistant","content":[{"type":"text","text":"That failed;"},{"type":"text","text":"I will try another way."}]},"parent_tool_use_id":null}';
const TOOL_CALL =
  '{"type":"assistant","message":{"model":"claude-sonnet-4-5","content":[{"type":"tool_use","id":"toolu_01","name":"Bash","input":{"command":"npm test"}}]},"parent_tool_use_id":null}';
const TOOL_RESULT =
  '{"type":"user","message":{"role":"user","content":[{"type":"tool_result","content":"Exit code 6\\ncurl: (6) Could not resolve host: api.example.invalid","is_error":true,"tool_use_id":"toolu_01"}]},"parent_tool_use_id":null}';
const PROMPT =
  '{"type":"user","message":{"role":"user","content":[{"type":"text","text":"Why am I getting 401 errors?"}]},"parent_tool_use_id":null}';
const RETRY =
  '{"type":"system","subtype":"api_retry","attempt":1,"max_retries":10,"retry_delay_ms":508,"error_status":401,"error":"authentication_failed"}';
const RESULT_401 =
  '{"type":"result","subtype":"success","is_error":true,"api_error_status":401,"result":"Failed to authenticate. API Error: 401 Invalid bearer token","terminal_reason":"completed"}';
const RESULT_TURNS =
  '{"type":"result","subtype":"error_max_turns","is_error":true,"terminal_reason":"max_turns","errors":["[ede_diagnostic] x","Reached maximum number of turns (1)"]}';
const RESULT_OK =
  '{"type":"result","subtype":"success","is_error":false,"result":"Done.","terminal_reason":"completed"}';
const REJECTED =
  '{"type":"rate_limit_event","rate_limit_info":{"status":"rejected","resetsAt":1795464000,"rateLimitType":"five_hour"}}';
const CARRIED =
  '{"type":"rate_limit_event","rate_limit_info":{"status":"rejected","overageStatus":"allowed","isUsingOverage":true}}';
const ALLOWED =
  '{"type":"rate_limit_event","rate_limit_info":{"status":"allowed","resetsAt":1785274800,"overageStatus":"rejected"}}';
const INIT =
  '{"type":"system","subtype":"init","session_id":"1","tools":[],"slash_commands":[],"apiKeySource":"ANTHROPIC_API_KEY","claude_code_version":"2.1.197"}';

describe('claude-code in stream-json', () => {
  it.each([
    ['init', INIT, 'system/init', 'runtime', false, ''],
    ['a retry', RETRY, 'system/api_retry', 'runtime', true, ''],
    ['a synthetic error', SYNTHETIC, 'assistant', 'runtime', true, 'Invalid API key · Fix external API key'],
    ['prose', NARRATION, 'assistant', 'narration', false, 'That failed;\nI will try another way.'],
    ['a tool call', TOOL_CALL, 'assistant', 'narration', false, ''],
    [
      'a tool result',
      TOOL_RESULT,
      'user',
      'tool',
      false,
      'Exit code 6\ncurl: (6) Could not resolve host: api.example.invalid',
    ],
    ['a prompt', PROMPT, 'user', 'prompt', false, 'Why am I getting 401 errors?'],
    [
      'a failed result',
      RESULT_401,
      'result',
      'runtime',
      true,
      'Failed to authenticate. API Error: 401 Invalid bearer token',
    ],
    [
      'a result without its diagnostic noise',
      RESULT_TURNS,
      'result',
      'runtime',
      true,
      'Reached maximum number of turns (1)',
    ],
    ['a good result, whose text is the model’s', RESULT_OK, 'result', 'runtime', false, ''],
    ['a rejected limit', REJECTED, 'rate_limit_event', 'runtime', true, ''],
    ['a used-up window that overage carries', CARRIED, 'rate_limit_event', 'runtime', false, ''],
    ['an allowed limit whose overage is rejected', ALLOWED, 'rate_limit_event', 'runtime', false, ''],
    [
      'a failed sign-in',
      '{"type":"auth_status","isAuthenticating":false,"output":[],"error":"no"}',
      'auth_status',
      'runtime',
      true,
      'no',
    ],
    [
      'a streamed piece',
      '{"type":"stream_event","event":{"type":"content_block_delta"}}',
      'stream_event',
      'narration',
      false,
      '',
    ],
  ])('reads %s', (_what, line, name, provenance, claimsError, text) => {
    expect(decode(line)).toMatchObject({
      name,
      provenance,
      claimsError,
      text,
      typed: true,
      shared: false,
      subagent: false,
    });
  });

  it('marks the events of a subagent, errors included', () => {
    const ofSubagent = (line: string): DecodedEvent =>
      decode(line.replace('"parent_tool_use_id":null', '"parent_tool_use_id":"toolu_09"'));
    expect(ofSubagent(SYNTHETIC)).toMatchObject({ provenance: 'runtime', subagent: true });
    expect(ofSubagent(NARRATION)).toMatchObject({ provenance: 'narration', subagent: true });
    expect(ofSubagent(TOOL_RESULT)).toMatchObject({ provenance: 'tool', subagent: true });
  });

  it('takes news of a task as a subagent’s, whatever it says', () => {
    const line =
      '{"type":"system","subtype":"task_updated","task_id":"a3","patch":{"status":"failed","error":"Agent terminated early due to an API error: Invalid API key"}}';
    expect(decode(line)).toMatchObject({ name: 'system/task_updated', provenance: 'runtime', subagent: true });
  });

  it('takes a top-level error as the runtime speaking, also without the synthetic model', () => {
    const line =
      '{"type":"assistant","message":{"content":[{"type":"text","text":"Credit balance is too low"}]},"error":"billing_error"}';
    expect(decode(line)).toMatchObject({ provenance: 'runtime', claimsError: true, text: 'Credit balance is too low' });
  });

  it('does not call a synthetic message without an error a failure', () => {
    const line =
      '{"type":"assistant","message":{"model":"<synthetic>","content":[{"type":"text","text":"No response requested."}]}}';
    expect(decode(line)).toMatchObject({ provenance: 'runtime', claimsError: false });
  });

  it('opens and closes tool calls by their ids', () => {
    expect(decode(TOOL_CALL).tool).toEqual({ opens: [{ id: 'toolu_01', name: 'Bash' }] });
    expect(decode(TOOL_RESULT).tool).toEqual({ closes: ['toolu_01'] });
  });

  it('joins the text blocks of a structured tool result', () => {
    const line =
      '{"type":"user","message":{"content":[{"type":"tool_result","tool_use_id":"t","content":[{"type":"text","text":"a"},{"type":"image"},{"type":"text","text":"b"}]}]}}';
    expect(decode(line)).toMatchObject({ provenance: 'tool', text: 'a\nb' });
  });

  it.each([
    ['text of a tool server', 'Login expired · Please run /login'],
    ['a line with bytes interleaved', `${RESULT_401.slice(0, 40)}npm warn${RESULT_401.slice(40)}`.slice(0, -1)],
    ['an object of no known type', '{"type":"invented","is_error":true,"error":"authentication_failed"}'],
    ['an array', '[1,2]'],
    ['a bare string', '"Login expired · Please run /login"'],
    ['an empty line', ''],
  ])('does not know who wrote %s', (_what, line) => {
    expect(decode(line)).toMatchObject({
      name: 'unparsed',
      provenance: 'unknown',
      typed: false,
      shared: true,
      claimsError: false,
    });
  });
});

describe('claude-code in plain text', () => {
  it('shares stdout with the model, and takes JSON printed there as text', () => {
    expect(decode(RESULT_401, 'text')).toMatchObject({ name: 'line', typed: false, shared: true, fields: {} });
  });

  it('speaks alone on stderr', () => {
    expect(decode('error: unknown option', 'text', 'stderr')).toMatchObject({
      name: 'line',
      provenance: 'runtime',
      shared: false,
    });
  });
});

describe('the format of a claude-code stream', () => {
  it.each([
    ['stdout', INIT, 'structured'],
    ['stdout', RESULT_401, 'structured'],
    ['stdout', 'Login expired · Please run /login', 'text'],
    ['stdout', '{"type":"thing"}', 'text'],
    ['stdout', '{"name":"package.json"}', 'text'],
    ['stderr', INIT, 'text'],
  ] as const)('on %s is told from the first line: %s', (stream, line, format) => {
    expect(claudeCode.formatOf(stream, line)).toBe(format);
  });

  it('has a literal in every line that claims an error', () => {
    for (const line of [RETRY, SYNTHETIC, RESULT_401, RESULT_TURNS, REJECTED]) {
      expect(claudeCode.errorLiterals.some((literal) => line.includes(literal))).toBe(true);
    }
  });
});
