import type { JsonObject } from './json.ts';
import { isObject, stringAt } from './json.ts';
import { createStructuredDecoder, type Reading } from './structured-decoder.ts';

/** Cline: `cline --json`, or plain text. It writes its last error as JSON on stderr too. */
export const cline = createStructuredDecoder({
  runtime: 'cline',
  streams: ['stdout', 'stderr'],
  read,
  recognisesEvent: (fields) => fields.type === 'hook_event' && 'hookEventName' in fields,
  errorLiterals: ['"type":"error"', '"finishReason":"error"', '"hookEventName":"agent_error"'],
});

function read(fields: JsonObject): Reading | undefined {
  switch (fields.type) {
    case 'hook_event': {
      const hook = stringAt(fields, 'hookEventName') ?? '';
      return {
        name: hook ? `hook_event/${hook}` : 'hook_event',
        provenance: hook.startsWith('tool_') ? 'tool' : 'runtime',
        subagent: typeof fields.parentAgentId === 'string',
        claimsError: hook === 'agent_error',
      };
    }
    case 'agent_event':
      return isObject(fields.event) ? readAgentEvent(fields.event) : undefined;
    case 'run_start':
    case 'run_aborted':
      return { name: fields.type, provenance: 'runtime', text: stringAt(fields, 'message') ?? '' };
    case 'run_result':
      // `text` is the model's last word, or the error when `finishReason` says so.
      return {
        name: 'run_result',
        provenance: 'runtime',
        text: stringAt(fields, 'text') ?? '',
        claimsError: fields.finishReason === 'error',
      };
    case 'error':
      return { name: 'error', provenance: 'runtime', text: stringAt(fields, 'message') ?? '', claimsError: true };
    default:
      return undefined;
  }
}

function readAgentEvent(event: JsonObject): Reading | undefined {
  const type = stringAt(event, 'type');
  if (type === undefined) return undefined;
  const name = `agent_event/${type}`;
  if (type === 'error') {
    return { name, provenance: 'runtime', text: stringAt(event, 'error', 'message') ?? '', claimsError: true };
  }
  if (/^(?:iteration|run|usage|done|notice|status)/.test(type)) return { name, provenance: 'runtime' };
  return { name, provenance: type.includes('tool') ? 'tool' : 'narration', text: stringAt(event, 'text') ?? '' };
}
