import { contentText, type Endpoint, isObject, objectsOf, sse, type Turn, type TurnRequest, textOf } from './turn.ts';

/** `POST /v1/messages`: https://platform.claude.com/docs/en/api/messages and …/build-with-claude/streaming. */
export const anthropicMessages: Endpoint = {
  dialect: 'anthropic',
  matches: (path) => /\/messages$/.test(path),
  read: (body) => ({
    model: textOf(body.model, 'unknown'),
    stream: body.stream === true,
    tools: objectsOf(body.tools).map((tool) => ({
      name: textOf(tool.name),
      schema: isObject(tool.input_schema) ? tool.input_schema : {},
    })),
    toolResults: objectsOf(body.messages)
      .flatMap((message) => objectsOf(message.content))
      .filter((block) => block.type === 'tool_result').length,
    task: contentText(objectsOf(body.messages).find((message) => message.role === 'user')?.content),
  }),
  write: (turn, request) =>
    request.stream
      ? { contentType: 'text/event-stream; charset=utf-8', parts: streamed(turn, request) }
      : { contentType: 'application/json', parts: [JSON.stringify(whole(turn, request))] },
};

const USAGE = {
  input_tokens: 1_200,
  cache_creation_input_tokens: 0,
  cache_read_input_tokens: 0,
  output_tokens: 40,
  service_tier: 'standard',
};

const stopReason = (turn: Turn) => (turn.refused ? 'refusal' : turn.call ? 'tool_use' : 'end_turn');
const messageId = (request: TurnRequest) => `msg_01Stub${String(request.toolResults).padStart(16, '0')}`;
const callId = (request: TurnRequest) => `toolu_01Stub${String(request.toolResults).padStart(14, '0')}`;

function whole(turn: Turn, request: TurnRequest) {
  const content: unknown[] = [];
  if (turn.text) content.push({ type: 'text', text: turn.text });
  if (turn.call) {
    content.push({ type: 'tool_use', id: callId(request), name: turn.call.name, input: turn.call.input });
  }
  return {
    id: messageId(request),
    type: 'message',
    role: 'assistant',
    model: request.model,
    content,
    stop_reason: stopReason(turn),
    stop_sequence: null,
    usage: USAGE,
  };
}

function streamed(turn: Turn, request: TurnRequest): string[] {
  const event = (data: { type: string; [key: string]: unknown }) => sse(data, data.type);
  const parts = [
    event({
      type: 'message_start',
      message: { ...whole(turn, request), content: [], stop_reason: null, usage: { ...USAGE, output_tokens: 1 } },
    }),
    event({ type: 'ping' }),
  ];
  let index = 0;
  if (turn.text) {
    parts.push(event({ type: 'content_block_start', index, content_block: { type: 'text', text: '' } }));
    parts.push(event({ type: 'content_block_delta', index, delta: { type: 'text_delta', text: turn.text } }));
    parts.push(event({ type: 'content_block_stop', index }));
    index += 1;
  }
  if (turn.call) {
    const block = { type: 'tool_use', id: callId(request), name: turn.call.name, input: {} };
    const partial_json = JSON.stringify(turn.call.input);
    parts.push(event({ type: 'content_block_start', index, content_block: block }));
    parts.push(event({ type: 'content_block_delta', index, delta: { type: 'input_json_delta', partial_json } }));
    parts.push(event({ type: 'content_block_stop', index }));
  }
  const delta = { stop_reason: stopReason(turn), stop_sequence: null };
  parts.push(event({ type: 'message_delta', delta, usage: { output_tokens: USAGE.output_tokens } }));
  parts.push(event({ type: 'message_stop' }));
  return parts;
}
