import type { JsonObject } from '../json.ts';
import { isObject, joinTexts, objectsAt, stringAt } from '../json.ts';
import { createStructuredDecoder, type Reading } from './structured-decoder.ts';

const BANNER = /^starting (?:new )?session \| provider: |^ {4}(?:starting session \| provider|logging to .*\/goose\/)/;

/**
 * Goose: `goose run --output-format stream-json`, or plain text. Four kinds of events: `message`, `notification`, `error`,
 * `complete`. Source: https://github.com/block/goose, `StreamEvent` in crates/goose-cli/src/session/mod.rs
 */
export const goose = createStructuredDecoder({
  runtime: 'goose',
  read,
  recognisesText: (text) => BANNER.test(text),
  errorLiterals: ['"type":"error"'],
});

function read(fields: JsonObject): Reading | undefined {
  switch (fields.type) {
    case 'message':
      return isObject(fields.message) ? readMessage(fields.message) : undefined;
    case 'notification':
      // What an extension or a subagent logs.
      return { name: 'notification', provenance: 'tool', text: stringAt(fields, 'log', 'message') ?? '' };
    case 'error':
      return typeof fields.error === 'string'
        ? { name: 'error', provenance: 'runtime', text: fields.error, claimsError: true }
        : undefined;
    case 'complete':
      return { name: 'complete', provenance: 'runtime' };
    default:
      return undefined;
  }
}

function readMessage(message: JsonObject): Reading {
  const blocks = objectsAt(message, 'content');
  const idsOf = (type: string) => blocks.filter((block) => block.type === type && typeof block.id === 'string');
  const opens = idsOf('toolRequest').map((block) => ({
    id: String(block.id),
    name: stringAt(block, 'toolCall', 'value', 'name') ?? '',
  }));
  const closes = idsOf('toolResponse').map((block) => String(block.id));
  const text = joinTexts(blocks.map((block) => stringAt(block, 'text')));
  if (closes.length > 0) return { name: 'message', provenance: 'tool', text, tool: { closes } };
  const provenance = message.role === 'assistant' ? 'narration' : 'prompt';
  return { name: 'message', provenance, text, ...(opens.length > 0 && { tool: { opens } }) };
}
