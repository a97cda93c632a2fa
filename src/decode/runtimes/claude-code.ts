import type { JsonObject } from '../json.ts';
import { joinTexts, stringAt, valueAt } from '../json.ts';
import {
  beginsSession,
  isSubagent,
  messageText,
  readNarration,
  readResult,
  readSystem,
  readUser,
} from './message-envelope.ts';
import { createStructuredDecoder, type Reading } from './structured-decoder.ts';

/** The model name of messages that Claude Code writes itself in the model's place. */
const SYNTHETIC_MODEL = '<synthetic>';

/**
 * Claude Code: `claude -p --output-format stream-json`, or plain text. Seen from 2.1.133 to 2.1.285. With `--input-format stream-json`,
 * 2.1.197 and 2.1.332 print `system/init` for each prompt and none before; 2.1.332 runs the hooks of the session's start before any.
 */
export const claudeCode = createStructuredDecoder({
  runtime: 'claude-code',
  read,
  opens: (fields) => beginsSession(fields) || (fields.type === 'system' && fields.subtype === 'hook_started'),
  recognisesEvent,
  errorLiterals: ['"type":"result"', '"subtype":"api_retry"', '"error":"', '"status":"rejected"'],
});

function read(fields: JsonObject): Reading | undefined {
  switch (fields.type) {
    case 'system':
      return readSystemEvent(fields);
    case 'assistant':
      return readAssistant(fields);
    case 'user':
      return readUser(fields);
    case 'result':
      return readResult(fields);
    case 'rate_limit_event':
      return {
        name: 'rate_limit_event',
        provenance: 'runtime',
        subagent: isSubagent(fields),
        // A window that is used up while overage carries the run is no failure.
        claimsError:
          stringAt(fields, 'rate_limit_info', 'status') === 'rejected' &&
          valueAt(fields, 'rate_limit_info', 'isUsingOverage') !== true,
      };
    case 'auth_status':
      return readAuthStatus(fields);
    case 'stream_event':
      // A piece of the model's message as it streams in.
      return { name: 'stream_event', provenance: 'narration', subagent: isSubagent(fields) };
    case 'tool_progress':
    case 'tool_use_summary':
      return { name: fields.type, provenance: 'tool', subagent: isSubagent(fields) };
    default:
      return undefined;
  }
}

function readSystemEvent(fields: JsonObject): Reading {
  const system = readSystem(fields);
  // `task_started`, `task_updated`, `task_notification`: news of a subagent, printed on the main thread.
  const subagent = system.subagent || stringAt(fields, 'subtype')?.startsWith('task_') === true;
  const claimsError = typeof fields.error === 'string' || fields.subtype === 'api_retry';
  return { ...system, subagent, claimsError, ...(fields.subtype === 'init' && { beginsTurn: true }) };
}

/** The runtime speaks in the model's place when there is a top-level `error`, or when no model wrote the message. */
function readAssistant(fields: JsonObject): Reading {
  const failed = typeof fields.error === 'string';
  const synthetic = stringAt(fields, 'message', 'model') === SYNTHETIC_MODEL;
  if (!failed && !synthetic) return { ...readNarration(fields), ...replyOf(fields) };
  return {
    name: 'assistant',
    provenance: 'runtime',
    subagent: isSubagent(fields),
    text: messageText(fields.message),
    claimsError: failed,
  };
}

/**
 * The id of the API's message, which stands in the event of each of its blocks. The API refuses a request without the results of the
 * calls before it: "`tool_use` ids were found without `tool_result` blocks immediately after".
 */
function replyOf(fields: JsonObject): Pick<Reading, 'reply'> {
  const reply = isSubagent(fields) ? undefined : stringAt(fields, 'message', 'id');
  return reply === undefined ? {} : { reply };
}

function readAuthStatus(fields: JsonObject): Reading {
  const output = Array.isArray(fields.output) ? fields.output.filter((line) => typeof line === 'string') : [];
  const error = stringAt(fields, 'error');
  return {
    name: 'auth_status',
    provenance: 'runtime',
    text: joinTexts([...output, error]),
    claimsError: error !== undefined,
  };
}

/** What opened a run before versions were told: Cursor's agent lists no tools, Amp names no source of its key. */
function isInit(fields: JsonObject): boolean {
  const lists = 'slash_commands' in fields || (Array.isArray(fields.tools) && Array.isArray(fields.mcp_servers));
  return 'apiKeySource' in fields && lists && !('qwen_code_version' in fields);
}

function recognisesEvent(fields: JsonObject): boolean {
  switch (fields.type) {
    case 'system':
      return (
        'claude_code_version' in fields ||
        isInit(fields) ||
        fields.subtype === 'api_retry' ||
        (stringAt(fields, 'subtype')?.startsWith('hook_') ?? false)
      );
    case 'assistant':
      return stringAt(fields, 'message', 'model') === SYNTHETIC_MODEL;
    case 'rate_limit_event':
      return valueAt(fields, 'rate_limit_info') !== undefined;
    case 'result':
      return 'terminal_reason' in fields || 'api_error_status' in fields || 'modelUsage' in fields;
    default:
      return false;
  }
}
