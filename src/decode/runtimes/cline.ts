import type { JsonObject } from '../json.ts';
import { isObject, joinTexts, objectsAt, stringAt } from '../json.ts';
import { readScreenMessage, SCREEN_ERROR_LITERALS } from './screen-message.ts';
import { createStructuredDecoder, type Reading } from './structured-decoder.ts';

/** Cline: `cline --json`, or plain text. It writes its last error as JSON on stderr too. */
export const cline = createStructuredDecoder({
  runtime: 'cline',
  streams: ['stdout', 'stderr'],
  read,
  opens: (fields) =>
    fields.type === 'run_start' ||
    (fields.type === 'task_started' && typeof fields.taskId === 'string') ||
    (fields.type === 'hook_event' && fields.hookEventName === 'agent_start'),
  recognisesEvent: (fields) => fields.type === 'hook_event' && 'hookEventName' in fields,
  errorLiterals: ['"type":"error"', '"finishReason":"error"', ...SCREEN_ERROR_LITERALS],
});

function read(fields: JsonObject): Reading | undefined {
  switch (fields.type) {
    case 'hook_event': {
      const hook = stringAt(fields, 'hookEventName') ?? '';
      return {
        name: hook ? `hook_event/${hook}` : 'hook_event',
        provenance: hook.startsWith('tool_') ? 'tool' : 'runtime',
        subagent: typeof fields.parentAgentId === 'string',
      };
    }
    case 'agent_event':
      return isObject(fields.event) ? readAgentEvent(fields.event) : undefined;
    case 'run_start':
    case 'run_aborted':
      return { name: fields.type, provenance: 'runtime', text: stringAt(fields, 'message') ?? '' };
    case 'run_result':
      // `text` is the model's last word unless `finishReason` says that it is an error.
      return fields.finishReason === 'error'
        ? { name: 'run_result', provenance: 'runtime', text: stringAt(fields, 'text') ?? '', claimsError: true }
        : { name: 'run_result', provenance: 'runtime' };
    case 'error':
      return { name: 'error', provenance: 'runtime', text: stringAt(fields, 'message') ?? '', claimsError: true };
    case 'ask':
    case 'say':
      return readScreenMessage(fields);
    default:
      return undefined;
  }
}

function readAgentEvent(event: JsonObject): Reading | undefined {
  const type = stringAt(event, 'type');
  if (type === undefined) return undefined;
  const name = `agent_event/${type}`;
  if (type === 'error') {
    const text = stringAt(event, 'error', 'message') ?? '';
    // Cline tries again after this one: a name of its own keeps it away from the rules for the last word.
    if (event.recoverable === true)
      return { name: `${name}/recoverable`, provenance: 'runtime', text, claimsError: true };
    return { name, provenance: 'runtime', text, claimsError: true };
  }
  const content = /^content_(start|update|end)$/.exec(type)?.[1];
  if (content !== undefined) return { name, ...readContent(content, event) };
  if (/^(?:iteration|run|usage|notice|status)/.test(type)) return { name, provenance: 'runtime' };
  return { name, provenance: type.includes('tool') ? 'tool' : 'narration', text: stringAt(event, 'text') ?? '' };
}

/** A piece of a message as it streams in: the model's prose, or a tool call with its output. */
function readContent(phase: string, event: JsonObject): Omit<Reading, 'name'> {
  if (event.contentType !== 'tool') return { provenance: 'narration', text: stringAt(event, 'text') ?? '' };
  const id = stringAt(event, 'toolCallId');
  const name = stringAt(event, 'toolName') ?? '';
  return {
    provenance: 'tool',
    text: joinTexts([
      stringAt(event, 'update', 'chunk'),
      ...objectsAt(event, 'output').map((one) => stringAt(one, 'result')),
    ]),
    ...(id !== undefined && phase === 'start' && { tool: { opens: [{ id, name }] } }),
    ...(id !== undefined && phase === 'end' && { tool: { closes: [id] } }),
  };
}
