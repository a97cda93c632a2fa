import type { JsonObject } from '../json.ts';
import { stringAt } from '../json.ts';
import { createStructuredDecoder, type Reading } from './structured-decoder.ts';

/** Gemini CLI: `--output-format stream-json`, or plain text. Seen from 0.61.0. */
export const gemini = createStructuredDecoder({
  runtime: 'gemini',
  read,
  opens: (fields) => fields.type === 'init' && typeof fields.session_id === 'string',
  recognisesEvent: (fields) =>
    fields.type === 'init' && typeof fields.session_id === 'string' && typeof fields.timestamp === 'string',
  recognisesText: (text) => /^Gemini CLI v\d/.test(text) || text === 'Loaded cached credentials.',
  errorLiterals: ['"status":"error"', '"type":"error"'],
});

function read(fields: JsonObject): Reading | undefined {
  switch (fields.type) {
    case 'init':
      return { name: 'init', provenance: 'runtime' };
    case 'message':
      return {
        name: 'message',
        provenance: fields.role === 'assistant' ? 'narration' : 'prompt',
        text: stringAt(fields, 'content') ?? '',
      };
    case 'tool_use': {
      const id = stringAt(fields, 'tool_id');
      const name = stringAt(fields, 'tool_name') ?? '';
      return {
        name: 'tool_use',
        provenance: 'narration',
        ...(id !== undefined && { tool: { opens: [{ id, name }] } }),
      };
    }
    case 'tool_result': {
      const id = stringAt(fields, 'tool_id');
      const text = stringAt(fields, 'output') ?? stringAt(fields, 'error', 'message') ?? '';
      return { name: 'tool_result', provenance: 'tool', text, ...(id !== undefined && { tool: { closes: [id] } }) };
    }
    case 'error':
      // `severity` is `warning` for a loop or a turn limit that the client deals with itself.
      return {
        name: 'error',
        provenance: 'runtime',
        text: stringAt(fields, 'message') ?? '',
        claimsError: fields.severity !== 'warning',
      };
    case 'result':
      return {
        name: 'result',
        provenance: 'runtime',
        text: stringAt(fields, 'error', 'message') ?? '',
        claimsError: fields.status === 'error',
      };
    default:
      return undefined;
  }
}
