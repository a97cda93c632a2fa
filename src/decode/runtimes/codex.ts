import type { JsonObject } from '../json.ts';
import { isObject, joinTexts, stringAt } from '../json.ts';
import { isCodexProtocol, readCodexProtocol } from './codex-protocol.ts';
import { createStructuredDecoder, type Reading } from './structured-decoder.ts';

/** Items in which a tool works. Their failure is the model's to deal with. */
const TOOL_ITEMS = new Set(['command_execution', 'mcp_tool_call', 'file_change', 'web_search', 'collab_tool_call']);
const MODEL_ITEMS = new Set(['agent_message', 'reasoning', 'todo_list', 'plan']);

/**
 * Codex: `codex exec --json`, or plain text, where even stderr carries the prompt, the model's prose and command output.
 * Seen from 0.169.0. Event names: https://github.com/openai/codex, `exec_events.rs`.
 */
export const codex = createStructuredDecoder({
  runtime: 'codex',
  read,
  opens: (fields) => fields.type === 'thread.started' && typeof fields.thread_id === 'string',
  recognisesEvent: (fields) =>
    (fields.type === 'thread.started' && 'thread_id' in fields) ||
    fields.type === 'turn.started' ||
    isCodexProtocol(fields),
  recognisesText: (text) => /^OpenAI Codex v\d/.test(text) || text === 'Reading additional input from stdin...',
  errorLiterals: ['"type":"error"', '"type":"turn.failed"', '"type":"stream_error"'],
});

function read(fields: JsonObject): Reading | undefined {
  switch (fields.type) {
    case 'thread.started':
      return { name: fields.type, provenance: 'runtime' };
    case 'turn.started':
      return { name: fields.type, provenance: 'runtime', beginsTurn: true };
    case 'turn.completed':
      return { name: fields.type, provenance: 'runtime', endsTurn: true };
    case 'turn.failed': {
      const text = errorText(fields.error);
      return { name: fields.type, provenance: 'runtime', text, claimsError: true, endsTurn: true };
    }
    case 'error':
      // Retry chatter as often as the last word: only `turn.failed` ends a turn.
      return { name: 'error', provenance: 'runtime', text: errorText(fields), claimsError: true };
    case 'item.started':
    case 'item.updated':
    case 'item.completed':
      return isObject(fields.item) ? readItem(fields.type, fields.item) : undefined;
    default:
      return readCodexProtocol(fields);
  }
}

function readItem(type: string, item: JsonObject): Reading | undefined {
  const kind = stringAt(item, 'type');
  if (kind === undefined) return undefined;
  const name = `${type}/${kind}`;
  if (MODEL_ITEMS.has(kind)) return { name, provenance: 'narration', text: stringAt(item, 'text') ?? '' };
  // Codex's own warnings, such as missing metadata of a model: the turn goes on.
  if (kind === 'error') {
    const text = errorText(item);
    // The request that has failed is made again, over another transport.
    const isNeutral = text.startsWith('Falling back from WebSockets');
    return { name, provenance: 'runtime', text, ...(isNeutral && { isNeutral }) };
  }
  if (!TOOL_ITEMS.has(kind)) return undefined;
  const id = stringAt(item, 'id');
  return {
    name,
    provenance: 'tool',
    text: joinTexts([stringAt(item, 'aggregated_output'), stringAt(item, 'error', 'message')]),
    ...(id !== undefined && type === 'item.started' && { tool: { opens: [{ id, name: toolName(kind, item) }] } }),
    ...(id !== undefined && type === 'item.completed' && { tool: { closes: [id] } }),
  };
}

function toolName(kind: string, item: JsonObject): string {
  const parts = [stringAt(item, 'server'), stringAt(item, 'tool')].filter((part) => part !== undefined);
  return parts.length > 0 ? parts.join('.') : kind;
}

function errorText(error: unknown): string {
  return typeof error === 'string' ? error : (stringAt(error, 'message') ?? '');
}
