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
  errorLiterals: ['"type":"error"', 'Ran into this error: '],
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
      return Array.isArray(fields.messages) && isObject(fields.metadata) ? readTranscript(fields) : undefined;
  }
}

/** The client's own words, as it puts them into the answer's place. Source: crates/goose/src/agents/agent.rs. */
const OWN_ERROR =
  /^Ran into this error: .*\n\s*Please retry if you think this is a transient or recoverable error\.\s*$/s;

/** What `--output-format json` prints of the whole session. Its last message says how it ended. */
function readTranscript(fields: JsonObject): Reading {
  const last = objectsAt(fields, 'messages').at(-1);
  const blocks = last?.role === 'assistant' ? objectsAt(last, 'content') : [];
  const said = blocks.map((block) => stringAt(block, 'text')).find((text) => text && OWN_ERROR.test(text));
  const error = blocks.find((block) => block.type === 'error');
  if (!said && !error) return { name: 'transcript', provenance: 'runtime' };
  return {
    name: 'transcript/failed',
    provenance: 'runtime',
    text: said ?? stringAt(error, 'message') ?? '',
    claimsError: true,
  };
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
