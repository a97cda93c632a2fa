import { contentText, type Endpoint, isObject, objectsOf, sse, type Turn, type TurnRequest, textOf } from './turn.ts';

/** `POST /v1/responses`: https://platform.openai.com/docs/api-reference/responses and …/responses-streaming. */
export const openaiResponses: Endpoint = {
  dialect: 'openai',
  matches: (path) => /\/responses$/.test(path),
  read: (body) => ({
    model: textOf(body.model, 'unknown'),
    stream: body.stream === true,
    tools: objectsOf(body.tools).map((tool) => ({
      name: textOf(tool.name, textOf(tool.type)),
      schema: isObject(tool.parameters) ? tool.parameters : {},
    })),
    toolResults: objectsOf(body.input).filter((item) => /_call_output$/.test(textOf(item.type))).length,
    task: contentText(objectsOf(body.input).findLast((item) => item.role === 'user')?.content),
  }),
  write: (turn, request) =>
    request.stream
      ? { contentType: 'text/event-stream; charset=utf-8', parts: streamed(turn, request) }
      : { contentType: 'application/json', parts: [JSON.stringify(response(turn, request, 'completed'))] },
};

const USAGE = {
  input_tokens: 1_200,
  input_tokens_details: { cached_tokens: 0 },
  output_tokens: 40,
  output_tokens_details: { reasoning_tokens: 0 },
  total_tokens: 1_240,
};

function items(turn: Turn, request: TurnRequest): { type: string; [key: string]: unknown }[] {
  const output: { type: string; [key: string]: unknown }[] = [];
  if (turn.text) {
    const part = turn.refused
      ? { type: 'refusal', refusal: turn.text }
      : { type: 'output_text', text: turn.text, annotations: [] };
    output.push({
      type: 'message',
      id: `msg_stub${request.toolResults}`,
      status: 'completed',
      role: 'assistant',
      content: [part],
    });
  }
  if (turn.call) {
    output.push({
      type: 'function_call',
      id: `fc_stub${request.toolResults}`,
      call_id: `call_stub${request.toolResults}`,
      name: turn.call.name,
      arguments: JSON.stringify(turn.call.input),
      status: 'completed',
    });
  }
  return output;
}

const response = (turn: Turn, request: TurnRequest, status: 'in_progress' | 'completed') => ({
  id: `resp_stub${request.toolResults}`,
  object: 'response',
  created_at: 1_700_000_000,
  status,
  error: null,
  incomplete_details: null,
  model: request.model,
  output: status === 'completed' ? items(turn, request) : [],
  usage: status === 'completed' ? USAGE : null,
});

function streamed(turn: Turn, request: TurnRequest): string[] {
  let sequence_number = 0;
  const event = (type: string, data: object) => sse({ type, sequence_number: sequence_number++, ...data }, type);
  const parts = [event('response.created', { response: response(turn, request, 'in_progress') })];
  items(turn, request).forEach((item, output_index) => {
    parts.push(event('response.output_item.added', { output_index, item: { ...item, status: 'in_progress' } }));
    if (item.type === 'message' && !turn.refused) {
      const place = { item_id: item.id, output_index, content_index: 0 };
      parts.push(event('response.output_text.delta', { ...place, delta: turn.text }));
      parts.push(event('response.output_text.done', { ...place, text: turn.text }));
    }
    parts.push(event('response.output_item.done', { output_index, item }));
  });
  parts.push(event('response.completed', { response: response(turn, request, 'completed') }));
  return parts;
}
