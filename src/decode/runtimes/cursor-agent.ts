import type { JsonObject } from '../json.ts';
import { isObject, stringAt } from '../json.ts';
import { beginsSession, readNarration, readResult, readSystem, readUser } from './message-envelope.ts';
import { createStructuredDecoder, type Reading } from './structured-decoder.ts';

/**
 * Cursor's agent: `--output-format stream-json`, or plain text. A failure ends the stream without a `result`; its text is
 * on stderr. Source: https://cursor.com/docs/cli/reference/output-format
 */
export const cursorAgent = createStructuredDecoder({
  runtime: 'cursor-agent',
  read,
  opens: beginsSession,
  recognisesEvent: (fields) =>
    fields.type === 'system' &&
    fields.subtype === 'init' &&
    ['env', 'flag', 'login'].includes(String(fields.apiKeySource)),
  errorLiterals: ['"type":"result"'],
});

function read(fields: JsonObject): Reading | undefined {
  switch (fields.type) {
    case 'system':
      return readSystem(fields);
    case 'assistant':
      return readNarration(fields);
    case 'user':
      return readUser(fields);
    case 'result':
      return readResult(fields);
    case 'thinking':
      return { name: 'thinking', provenance: 'narration', text: stringAt(fields, 'text') ?? '' };
    case 'tool_call':
      return readToolCall(fields);
    default:
      return undefined;
  }
}

function readToolCall(fields: JsonObject): Reading {
  const subtype = stringAt(fields, 'subtype');
  const id = stringAt(fields, 'call_id');
  // The call is an object with one key, the tool's name: {"readToolCall": {…}}.
  const name = isObject(fields.tool_call) ? (Object.keys(fields.tool_call)[0] ?? '') : '';
  return {
    name: subtype ? `tool_call/${subtype}` : 'tool_call',
    provenance: 'tool',
    ...(id !== undefined && subtype === 'started' && { tool: { opens: [{ id, name }] } }),
    ...(id !== undefined && subtype === 'completed' && { tool: { closes: [id] } }),
  };
}
