import {
  contentText,
  type Endpoint,
  isObject,
  type JsonObject,
  objectsOf,
  sse,
  type Turn,
  type TurnRequest,
  textOf,
} from './turn.ts';

const PATH = /\/models\/([^/:]+):(generateContent|streamGenerateContent)$/;

/** `models/*:generateContent` and `:streamGenerateContent`: https://ai.google.dev/api/generate-content. */
export const googleGenerate: Endpoint = {
  dialect: 'google',
  matches: (path) => PATH.test(path),
  read(body, path) {
    const [, model = 'unknown', verb] = PATH.exec(path) ?? [];
    return {
      model,
      stream: verb === 'streamGenerateContent',
      tools: objectsOf(body.tools)
        .flatMap((tool) => objectsOf(tool.functionDeclarations))
        .map((declaration) => ({ name: textOf(declaration.name), schema: schemaOf(declaration) })),
      toolResults: objectsOf(body.contents)
        .flatMap((content) => objectsOf(content.parts))
        .filter((part) => isObject(part.functionResponse)).length,
      task: contentText(objectsOf(body.contents).find((content) => content.role === 'user')?.parts),
    };
  },
  write(turn, request) {
    const text = turn.text && !turn.refused ? [response(turn, request, [{ text: turn.text }], false)] : [];
    const call = turn.call ? [{ functionCall: { name: turn.call.name, args: turn.call.input } }] : [];
    if (request.stream) {
      const parts = [...text, response(turn, request, call, true)].map((chunk) => sse(chunk));
      return { contentType: 'text/event-stream', parts };
    }
    const parts = [...(turn.text && !turn.refused ? [{ text: turn.text }] : []), ...call];
    return {
      contentType: 'application/json; charset=UTF-8',
      parts: [JSON.stringify(response(turn, request, parts, true))],
    };
  },
};

/** Schemas come as JSON Schema, or in Google's own form, which writes its types in capitals. */
function schemaOf(declaration: JsonObject): JsonObject {
  if (isObject(declaration.parametersJsonSchema)) return declaration.parametersJsonSchema;
  if (!isObject(declaration.parameters)) return {};
  return JSON.parse(JSON.stringify(declaration.parameters), (key, value) =>
    key === 'type' && typeof value === 'string' ? value.toLowerCase() : value,
  ) as JsonObject;
}

function response(turn: Turn, request: TurnRequest, parts: unknown[], last: boolean) {
  const finishReason = turn.refused ? 'SAFETY' : 'STOP';
  return {
    candidates: [
      {
        ...(parts.length > 0 || !last ? { content: { role: 'model', parts } } : {}),
        ...(last ? { finishReason } : {}),
        index: 0,
      },
    ],
    usageMetadata: { promptTokenCount: 1_200, candidatesTokenCount: 40, totalTokenCount: 1_240 },
    modelVersion: request.model,
    responseId: `stub${request.toolResults}`,
  };
}
