import type { JsonObject } from '../json.ts';
import { joinTexts, objectsAt, stringAt } from '../json.ts';
import { messageText } from './message-envelope.ts';
import { createStructuredDecoder, type Reading } from './structured-decoder.ts';

/**
 * pi: `--mode json`, or plain text. Seen from 0.73.1 to 1.6.0. A failed call is a message with `stopReason: "error"`; whether pi
 * tries again stands in the `auto_retry_start` or `compaction_start` after it.
 */
export const pi = createStructuredDecoder({
  runtime: 'pi',
  read,
  opens: (fields) => fields.type === 'session' && typeof fields.version === 'number' && 'cwd' in fields,
  recognisesEvent: (fields) => fields.type === 'session' && typeof fields.version === 'number' && 'cwd' in fields,
  errorLiterals: [
    '"stopReason":"error"',
    '"type":"auto_retry_start"',
    '"success":false',
    '"type":"compaction_end","reason":"overflow"',
    '"type":"agent_end"',
  ],
});

function read(fields: JsonObject): Reading | undefined {
  switch (fields.type) {
    case 'agent_start':
    case 'turn_start':
      return { name: fields.type, provenance: 'runtime', beginsTurn: true };
    case 'session':
    case 'compaction_start':
    case 'auto_compaction_start':
    case 'auto_compaction_end':
      return { name: fields.type, provenance: 'runtime', text: stringAt(fields, 'errorMessage') ?? '' };
    case 'compaction_end':
      return {
        name: fields.type,
        provenance: 'runtime',
        text: stringAt(fields, 'errorMessage') ?? '',
        // It does not try again what was too long, and has nothing else to try.
        claimsError: fields.reason === 'overflow' && typeof fields.errorMessage === 'string',
      };
    case 'queue_update':
    case 'entry_appended':
    case 'agent_settled':
      return { name: fields.type, provenance: 'runtime', isNeutral: true };
    case 'auto_retry_start':
      return {
        name: 'auto_retry_start',
        provenance: 'runtime',
        text: stringAt(fields, 'errorMessage') ?? '',
        // Without its words it says no more than the message before it.
        claimsError: typeof fields.errorMessage === 'string',
      };
    case 'auto_retry_end':
      return {
        name: 'auto_retry_end',
        provenance: 'runtime',
        text: stringAt(fields, 'finalError') ?? '',
        claimsError: fields.success === false,
      };
    case 'extension_error':
      return { name: fields.type, provenance: 'tool', text: stringAt(fields, 'error') ?? '' };
    case 'message_start':
    case 'message_end':
    case 'turn_end':
      return readMessage(fields.type, fields.message);
    case 'message_update':
      return { name: 'message_update', provenance: 'narration' };
    case 'agent_end': {
      // It repeats the whole conversation; only a failed last message is the runtime's own word.
      const last = readMessage('agent_end', objectsAt(fields, 'messages').at(-1));
      return { ...(last.claimsError ? last : { name: 'agent_end', provenance: 'runtime' }), endsTurn: true };
    }
    case 'tool_execution_start':
    case 'tool_execution_update':
    case 'tool_execution_end':
      return readTool(fields.type, fields);
    default:
      return undefined;
  }
}

function readMessage(name: string, message: unknown): Reading {
  const error = stringAt(message, 'stopReason') === 'error' ? (stringAt(message, 'errorMessage') ?? '') : undefined;
  if (error !== undefined) return { name, provenance: 'runtime', text: error, claimsError: true };
  const role = stringAt(message, 'role');
  const text = messageText(message);
  if (role === 'assistant') return { name, provenance: 'narration', text };
  return { name, provenance: role === 'toolResult' ? 'tool' : 'prompt', text };
}

function readTool(name: string, fields: JsonObject): Reading {
  const id = stringAt(fields, 'toolCallId');
  const opens = id !== undefined && name === 'tool_execution_start';
  const closes = id !== undefined && name === 'tool_execution_end';
  return {
    name,
    provenance: 'tool',
    text: joinTexts(objectsAt(fields, 'result', 'content').map((block) => stringAt(block, 'text'))),
    ...(opens && { tool: { opens: [{ id, name: stringAt(fields, 'toolName') ?? '' }] } }),
    ...(closes && { tool: { closes: [id] } }),
  };
}
