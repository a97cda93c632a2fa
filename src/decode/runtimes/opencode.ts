import type { JsonObject } from '../json.ts';
import { isObject, stringAt, valueAt } from '../json.ts';
import { readScreenMessage, SCREEN_ERROR_LITERALS } from './screen-message.ts';
import { createStructuredDecoder, type Reading } from './structured-decoder.ts';

/**
 * opencode: `opencode run --format json`, or plain text. Seen from 1.18.33. It retries without a word; an `error` is its
 * last one, but where it `isRetryable`. A tool call is printed once, when it is over, so calls are never open.
 */
export const opencode = createStructuredDecoder({
  runtime: 'opencode',
  read,
  opens: (fields) => fields.type === 'step_start' && (stringAt(fields, 'sessionID')?.startsWith('ses_') ?? false),
  recognisesEvent: (fields) =>
    [fields, fields.properties].some((one) => stringAt(one, 'sessionID')?.startsWith('ses_') ?? false),
  recognisesText: (text) => /^> \S+ · \S+$/.test(text),
  errorLiterals: [
    '"type":"error"',
    '"type":"session.error"',
    '"type":"retry"',
    '"session.retry.scheduled"',
    ...SCREEN_ERROR_LITERALS,
  ],
});

function read(fields: JsonObject): Reading | undefined {
  switch (fields.type) {
    case 'error':
      return { name: 'error', provenance: 'runtime', text: errorText(fields), claimsError: true };
    // What its server says on the bus, which wrappers log: of a subagent's session as well.
    case 'session.error':
      return {
        name: fields.type,
        provenance: 'runtime',
        text: isObject(fields.properties) ? errorText(fields.properties) : '',
        claimsError: stringAt(fields, 'properties', 'error', 'name') !== 'MessageAbortedError',
      };
    case 'session.idle':
      return { name: fields.type, provenance: 'runtime' };
    case 'session.status':
      // `busy` and `idle` say nothing; `retry` names why.
      return {
        name: fields.type,
        provenance: 'runtime',
        ...retryOf(valueAt(fields, 'properties', 'status') ?? fields.status),
      };
    case 'session.retry.scheduled':
      return {
        name: fields.type,
        provenance: 'runtime',
        text: stringAt(fields, 'properties', 'message') ?? '',
        claimsError: true,
      };
    case 'step_start':
    case 'step_finish':
      return { name: fields.type, provenance: 'runtime' };
    case 'text':
    case 'reasoning':
      return { name: fields.type, provenance: 'narration', text: stringAt(fields, 'part', 'text') ?? '' };
    case 'tool_use':
      return {
        name: 'tool_use',
        provenance: 'tool',
        text: stringAt(fields, 'part', 'state', 'output') ?? stringAt(fields, 'part', 'state', 'error') ?? '',
      };
    default:
      // Kilo is built on it, and prints its screen's messages too.
      return readScreenMessage(fields);
  }
}

function retryOf(status: unknown): Pick<Reading, 'text' | 'claimsError'> {
  const retries = stringAt(status, 'type') === 'retry';
  return { text: retries ? (stringAt(status, 'message') ?? '') : '', claimsError: retries };
}

function errorText(fields: JsonObject): string {
  return (
    stringAt(fields, 'error', 'data', 'message') ??
    stringAt(fields, 'error', 'message') ??
    stringAt(fields, 'error', 'name') ??
    stringAt(fields, 'error') ??
    ''
  );
}
