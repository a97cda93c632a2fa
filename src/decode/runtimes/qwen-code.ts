import type { JsonObject } from '../json.ts';
import { stringAt, valueAt } from '../json.ts';
import { normaliseText } from '../normalise-text.ts';
import { beginsSession, messageText, readNarration, readResult, readSystem, readUser } from './message-envelope.ts';
import { createStructuredDecoder, type Reading } from './structured-decoder.ts';

/**
 * Qwen Code: `--output-format stream-json`, or plain text. Seen from 0.15.10.
 *
 * When the API call fails it prints the failure as an `assistant` message, `[API Error: …]`, and then a `result` that
 * says `success` and `is_error: false`. What tells such a message from a model that quotes one is that no tokens were
 * used for it. With `--input-format stream-json` it prints `system/init` for each prompt, and none before (0.15.10, 0.24.4).
 */
export const qwenCode = createStructuredDecoder({
  runtime: 'qwen-code',
  read,
  opens: beginsSession,
  recognisesEvent: (fields) => fields.type === 'system' && 'qwen_code_version' in fields,
  errorLiterals: ['"type":"result"', '[API Error: '],
});

const API_ERROR = '[API Error: ';

function read(fields: JsonObject): Reading | undefined {
  switch (fields.type) {
    case 'system':
      return { ...readSystem(fields), ...(fields.subtype === 'init' && { beginsTurn: true }) };
    case 'assistant': {
      const reading = readNarration(fields);
      if (!isApiError(messageText(fields.message), valueAt(fields, 'message', 'usage'))) return reading;
      return { ...reading, provenance: 'runtime', claimsError: true };
    }
    case 'user':
      return readUser(fields);
    case 'result': {
      const reading = readResult(fields);
      const result = stringAt(fields, 'result') ?? '';
      return isApiError(result, fields.usage) ? { ...reading, text: result, claimsError: true } : reading;
    }
    case 'stream_event':
      return { name: 'stream_event', provenance: 'narration' };
    default:
      return undefined;
  }
}

function isApiError(text: string, usage: unknown): boolean {
  return (
    normaliseText(text).startsWith(API_ERROR) &&
    valueAt(usage, 'input_tokens') === 0 &&
    valueAt(usage, 'output_tokens') === 0
  );
}
