import { contentText, type Endpoint, isObject, objectsOf, sse, type Turn, type TurnRequest, textOf } from './turn.ts';

/** `POST /v1/chat/completions`: https://platform.openai.com/docs/api-reference/chat and …/chat-streaming. */
export const openaiChat: Endpoint = {
  dialect: 'openai',
  matches: (path) => /\/chat\/completions$/.test(path),
  read: (body) => ({
    model: textOf(body.model, 'unknown'),
    stream: body.stream === true,
    tools: objectsOf(body.tools).map((tool) => {
      const definition = isObject(tool.function) ? tool.function : {};
      return { name: textOf(definition.name), schema: isObject(definition.parameters) ? definition.parameters : {} };
    }),
    toolResults: objectsOf(body.messages).filter((message) => message.role === 'tool').length,
    task: contentText(objectsOf(body.messages).find((message) => message.role === 'user')?.content),
  }),
  write: (turn, request) =>
    request.stream
      ? { contentType: 'text/event-stream; charset=utf-8', parts: streamed(turn, request) }
      : { contentType: 'application/json', parts: [JSON.stringify(whole(turn, request))] },
};

const USAGE = { prompt_tokens: 1_200, completion_tokens: 40, total_tokens: 1_240 };
const CREATED = 1_700_000_000;

const finishReason = (turn: Turn) => (turn.refused ? 'content_filter' : turn.call ? 'tool_calls' : 'stop');

const head = (request: TurnRequest, object: string) => ({
  id: `chatcmpl-stub${request.toolResults}`,
  object,
  created: CREATED,
  model: request.model,
});

function toolCall(turn: Turn, request: TurnRequest) {
  if (!turn.call) return undefined;
  const { name, input } = turn.call;
  return {
    id: `call_stub${request.toolResults}`,
    type: 'function',
    function: { name, arguments: JSON.stringify(input) },
  };
}

function whole(turn: Turn, request: TurnRequest) {
  const call = toolCall(turn, request);
  const message = { role: 'assistant', content: turn.text || null, ...(call ? { tool_calls: [call] } : {}) };
  return {
    ...head(request, 'chat.completion'),
    choices: [{ index: 0, message, finish_reason: finishReason(turn) }],
    usage: USAGE,
  };
}

function streamed(turn: Turn, request: TurnRequest): string[] {
  const chunk = (delta: unknown, finish_reason: string | null = null) =>
    sse({ ...head(request, 'chat.completion.chunk'), choices: [{ index: 0, delta, finish_reason }] });
  const call = toolCall(turn, request);
  const parts = [chunk({ role: 'assistant', content: '' })];
  if (turn.text) parts.push(chunk({ content: turn.text }));
  if (call) parts.push(chunk({ tool_calls: [{ index: 0, ...call }] }));
  parts.push(chunk({}, finishReason(turn)));
  parts.push(sse({ ...head(request, 'chat.completion.chunk'), choices: [], usage: USAGE }));
  parts.push(sse('[DONE]'));
  return parts;
}
