import type { JsonObject } from '../json.ts';
import { isObject, joinTexts, objectsAt, stringAt, valueAt } from '../json.ts';
import type { Reading } from './structured-decoder.ts';

/**
 * The envelope that Claude Code's `--output-format stream-json` made common: `system`, `assistant`, `user` and `result`
 * objects with Anthropic messages inside. Amp, Cursor's agent and Qwen Code print it too, each with its own traps, so
 * each has its own decoder that calls these.
 */

/** The text blocks of a message's content, joined by line breaks. */
export function messageText(message: unknown): string {
  return contentText(valueAt(message, 'content'));
}

function contentText(content: unknown): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return joinTexts(content.map((block) => (stringAt(block, 'type') === 'text' ? stringAt(block, 'text') : undefined)));
}

/** Whether the event is a subagent's, called by a tool of the main thread. */
export function isSubagent(fields: JsonObject): boolean {
  return typeof fields.parent_tool_use_id === 'string';
}

/** Whether the event is the one that opens each of these runtimes' streams. */
export function beginsSession(fields: JsonObject): boolean {
  return fields.type === 'system' && fields.subtype === 'init' && typeof fields.session_id === 'string';
}

export function readSystem(fields: JsonObject): Reading {
  const subtype = stringAt(fields, 'subtype');
  return {
    name: subtype ? `system/${subtype}` : 'system',
    provenance: 'runtime',
    subagent: isSubagent(fields),
    text: joinTexts([stringAt(fields, 'message'), stringAt(fields, 'content')]),
  };
}

/** An `assistant` event in which the model speaks, and may call tools. */
export function readNarration(fields: JsonObject): Reading {
  const opens = objectsAt(fields, 'message', 'content')
    .filter((block) => block.type === 'tool_use' && typeof block.id === 'string')
    .map((block) => ({ id: String(block.id), name: stringAt(block, 'name') ?? '' }));
  return {
    name: 'assistant',
    provenance: 'narration',
    subagent: isSubagent(fields),
    text: messageText(fields.message),
    ...(opens.length > 0 && { tool: { opens } }),
  };
}

/** A `user` event: what tools returned, or else a prompt. */
export function readUser(fields: JsonObject): Reading {
  const results = objectsAt(fields, 'message', 'content').filter((block) => block.type === 'tool_result');
  const subagent = isSubagent(fields);
  if (results.length === 0) return { name: 'user', provenance: 'prompt', subagent, text: messageText(fields.message) };
  const closes = results.map((block) => block.tool_use_id).filter((id) => typeof id === 'string');
  return {
    name: 'user',
    provenance: 'tool',
    subagent,
    text: joinTexts(results.map((block) => contentText(block.content))),
    tool: { closes },
  };
}

/**
 * A `result` event. Its name carries no subtype, because the subtype stays `success` when the API call failed. When
 * nothing failed its `result` is the model's last word, which is no testimony: the event then has no text.
 */
export function readResult(fields: JsonObject): Reading {
  const errors = Array.isArray(fields.errors) ? fields.errors : [];
  const failed = fields.is_error === true || (stringAt(fields, 'subtype')?.startsWith('error') ?? false);
  const result = { name: 'result', provenance: 'runtime', subagent: isSubagent(fields), endsTurn: true } as const;
  if (!failed) return result;
  return {
    ...result,
    text: joinTexts([
      stringAt(fields, 'result'),
      stringAt(fields, 'error'),
      stringAt(fields, 'error', 'message'),
      // Claude Code may put a note for its own developers first.
      ...errors.map((error) => errorText(error)).filter((text) => !text.startsWith('[ede_diagnostic]')),
    ]),
    claimsError: true,
  };
}

function errorText(error: unknown): string {
  if (typeof error === 'string') return error;
  return isObject(error) ? (stringAt(error, 'message') ?? '') : '';
}
