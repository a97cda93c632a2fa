import { isObject, type JsonObject, stringAt } from '../json.ts';
import type { Reading } from './structured-decoder.ts';

/**
 * The events of Codex' own protocol. `codex exec --json` printed them up to 0.44, and `codex proto`: `{"id":"0","msg":{"type":…}}`;
 * `codex mcp-server` sends them as `codex/event`, and the files of its sessions keep them as `event_msg`. Names: https://github.com/openai/codex, `codex-rs/protocol/src/protocol.rs`, `EventMsg`.
 */

const OWN = new Set([
  'session_configured',
  'token_count',
  'turn_diff',
  'shutdown_complete',
  'mcp_startup_update',
  'mcp_startup_complete',
  'background_event',
  'warning',
  'deprecation_notice',
]);
const ENDS_TURN = new Set(['task_complete', 'turn_aborted']);
const MODEL = new Set([
  'agent_message',
  'agent_message_delta',
  'agent_reasoning',
  'agent_reasoning_delta',
  'agent_reasoning_raw_content',
  'agent_reasoning_section_break',
  'plan_update',
]);
/** What else stands in the file of a session; what the model, its tools and its user said is in `response_item`. */
const IN_FILE: Readonly<Record<string, Reading['provenance']>> = {
  session_meta: 'runtime',
  turn_context: 'runtime',
  compacted: 'runtime',
  response_item: 'narration',
};
/** Calls of tools open and close by their id: `exec_command_begin` … `exec_command_end`. */
const TOOL = /^(?:exec_command|mcp_tool_call|patch_apply|web_search)_(?:(begin)|(end)|output_delta)$/;

/** Whether a parsed line is an event of the protocol. */
export function isCodexProtocol(fields: JsonObject): boolean {
  return readCodexProtocol(fields) !== undefined;
}

function messageIn({ id, msg, type, payload, method, params }: JsonObject): JsonObject | undefined {
  if (typeof id === 'string' && isObject(msg)) return msg;
  if (type === 'event_msg' && isObject(payload)) return payload;
  const isNotice = typeof method === 'string' && method.startsWith('codex/event');
  return isNotice && isObject(params) && isObject(params.msg) ? params.msg : undefined;
}

/** What an event of the protocol says; undefined where a line is none. Its name begins with `msg/`, or `event_msg/` in a file. */
export function readCodexProtocol(fields: JsonObject): Reading | undefined {
  const kept = stringAt(fields, 'type') ?? '';
  if (isObject(fields.payload) && Object.hasOwn(IN_FILE, kept)) {
    return { name: kept, provenance: IN_FILE[kept] ?? 'runtime' };
  }
  const msg = messageIn(fields);
  const type = stringAt(msg, 'type');
  if (!msg || type === undefined) return undefined;
  const name = `${kept === 'event_msg' ? kept : 'msg'}/${type}`;
  const text = stringAt(msg, 'message') ?? '';
  // The run goes on without a tool server.
  if (type === 'error' && /^MCP client for /.test(text)) return { name, provenance: 'runtime', text };
  if (type === 'error') return { name, provenance: 'runtime', text, claimsError: true };
  // It says itself that it tries again.
  if (type === 'stream_error') return { name, provenance: 'runtime', text, claimsError: true };
  if (type === 'task_started') return { name, provenance: 'runtime', beginsTurn: true };
  if (ENDS_TURN.has(type)) return { name, provenance: 'runtime', endsTurn: true };
  if (OWN.has(type)) return { name, provenance: 'runtime' };
  if (MODEL.has(type)) return { name, provenance: 'narration', text: text || (stringAt(msg, 'text') ?? '') };
  if (type === 'user_message') return { name, provenance: 'prompt', text };
  const tool = TOOL.exec(type);
  if (!tool) return undefined;
  const call = stringAt(msg, 'call_id');
  return {
    name,
    provenance: 'tool',
    text: stringAt(msg, 'aggregated_output') ?? stringAt(msg, 'stderr') ?? '',
    ...(call !== undefined && tool[1] && { tool: { opens: [{ id: call, name: type.replace(/_begin$/, '') }] } }),
    ...(call !== undefined && tool[2] && { tool: { closes: [call] } }),
  };
}
