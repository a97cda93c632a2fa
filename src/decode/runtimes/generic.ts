import type { Provenance } from '../../contracts/categories.ts';
import type { Decoder } from '../decoder.ts';
import { isObject, type JsonObject, objectsAt, stringAt, valueAt } from '../json.ts';
import { readScreenMessage } from './screen-message.ts';
import { createStructuredDecoder, type Reading } from './structured-decoder.ts';

/** What the first line of text of such an agent looks like, where one could tell it by that. */
const BANNERS: Readonly<Record<string, RegExp>> = {
  openhands: /^(?:\d\d:\d\d:\d\d - )?openhands:(?:INFO|WARNING|ERROR)\b/,
};

/** Names of an event's parts in agents that write JSON lines and have no decoder of their own. */
const NAME_KEYS = ['type', 'event', 'kind', 'role', 'ev'] as const;
const STATE_KEYS = ['status', 'state', 'outcome', 'result', 'subtype', 'finishReason', 'finish_reason'] as const;
const TEXT_KEYS = [
  'message',
  'error',
  'reason',
  'detail',
  'details',
  'text',
  'content',
  'result',
  'finalText',
  'errorMessage',
  'error_message',
  'failureReason',
  'failure_reason',
  'why',
  'body',
] as const;

const TOOL = /tool|command|exec|function|shell|bash|observation|action|mcp|hook/i;
const MODEL = /assistant|message|text|thinking|reasoning|delta|content|token|chunk/i;
const PROMPT = /^(?:user|prompt|system|human|input)$/i;
const ERROR =
  /(?:^|[._/-])(?:[Ee]rror|ERROR|[Ff]atal|[Ff]ailure|[Ff]ailed|[Ff]ail)$|[a-z](?:Error|Failure|Failed)(?:Event)?$/;
/** Events that a run, or a turn of it, ends with. */
const TERMINAL =
  /(?:^|[._/-])(?:run|task|session|turn|agent|job|execution|response)?[._/-]?(?:end|ended|done|finish|finished|complete|completed|completion|result|exit|exited|died|crashed|stop|stopped|halt|halted|abort|aborted|failed|failure)$/i;
const FAILED = /^(?:failed|failure|error|errored|aborted|crashed|fatal)$/i;
const RETRY = /retry|reconnect|backoff/i;

/** Events, and states of one, in which an agent waits for a person; what asks for a permission its host may answer. */
const ASKS =
  /^(?:ask(?:[._/-]?(?:user|human|followup|question|permission|approval))|(?:user|human)[._/-]?(?:input|approval)[._/-](?:required|requested|needed)|(?:input|approval|permission|confirmation|consent|authorization|login)[._/-](?:required|needed|pending)|input[._/-]request(?:ed)?|(?:awaiting|waiting)[._/-](?:for[._/-])?(?:input|user|approval|permission|confirmation|human|reply|answer)|request[._/-](?:user[._/-])?input|needs?[._/-](?:input|approval))$/i;

/** Words by which an event's own value says that the work is over and went wrong. */
const OVER =
  /^(?:fatal|critical|panic|failed|failure|errored|aborted|abort|crashed|halt|halted|killed|died|dead|terminated|stopped|refused|denied|exhausted|gave[_ -]?up)$/i;
const STATUS_KEY = /(?:^|_)(?:http|status|statusCode|code)$/i;
/** What clients print in their model's place, as a whole message, when they stop it. */
const STOPPED: ReadonlySet<string> = new Set([
  // https://github.com/superagent-ai/grok-cli, `src/agent/grok-agent.ts`
  'Maximum tool execution rounds reached. Stopping to prevent infinite loops.',
]);

/** Values that are no words: times, identifiers, addresses of hosts. */
const NO_WORDS = /^(?:\d{4}-\d\d-\d\dT|[\da-f-]{16,}$|\S{1,12}-\d+$)/i;

/**
 * What a JSON line without any of the shared names says of a failure, by its values alone: a level or state such as
 * `fatal` or `failed`, `"ok":false`, an HTTP status of 400 and more. Its words are all of its texts.
 */
function readFailureByValues(fields: JsonObject): Reading | undefined {
  if ('role' in fields || 'content' in fields || 'tool' in fields) return undefined;
  const entries = Object.entries(fields);
  const status = entries.find(
    ([key, value]) => STATUS_KEY.test(key) && typeof value === 'number' && value >= 400 && value < 600,
  )?.[1] as number | undefined;
  const isOver = entries.some(([, value]) => typeof value === 'string' && OVER.test(value));
  if (status === undefined && !isOver && !hasFailed(fields)) return undefined;
  const said = entries
    .filter(([, value]) => typeof value === 'string' && !NO_WORDS.test(value))
    .map(([, value]) => value);
  const text = [status === undefined ? '' : `HTTP ${status}`, ...said].filter(Boolean).join(': ');
  if (!/\s/.test(text)) return undefined;
  return { name: 'run/failed', provenance: 'runtime', text, claimsError: true };
}

/** How a batch's record says why its agent stopped; a run that has handed in its work says `Submitted`, whatever the limit. */
const BAD_EXIT = /^(?:exit_\w+|\w*(?:Exceeded|Error|Exception|Timeout))$/;

/** The record of a whole run, as SWE-agent and mini-SWE-agent write it: `{"info":{"exit_status":"LimitsExceeded",…}}`. */
function readExitStatus(fields: JsonObject): Reading | undefined {
  const info = isObject(fields.info) ? fields.info : fields;
  const status = stringAt(info, 'exit_status') ?? '';
  if (!BAD_EXIT.test(status)) return undefined;
  return { name: 'run/failed', provenance: 'runtime', text: `Exit status: ${status}`, claimsError: true };
}

/**
 * What a JSON line of an unknown agent says, by the names that such agents share: `{"type":"run_end",
 * "status":"failed","reason":…}`, `{"event":"error",…}`. Undefined where it names no event. What the model and tools say
 * is theirs by its name. Any program could print such a line, so its failures are only suspicions.
 */
export function readGenericEvent(fields: JsonObject): Reading | undefined {
  if (fields.jsonrpc === '2.0') return readRpc(fields);
  const message = readScreenMessage(fields);
  if (message) return message;
  const name = NAME_KEYS.map((key) => fields[key]).find((value) => typeof value === 'string');
  if (typeof name !== 'string' || name === '' || name.length > 80)
    return readExitStatus(fields) ?? readFailureByValues(fields);
  const subagent = ['parent_tool_use_id', 'parentAgentId', 'parent_id', 'parentToolCallId'].some(
    (key) => typeof fields[key] === 'string',
  );
  if (asksPerson(name, fields)) {
    return { name: 'run/asks', provenance: 'runtime', subagent, text: textOf(fields), claimsError: true };
  }
  const provenance = speakerOf(name, fields);
  if (provenance !== 'runtime') return { name, provenance, subagent, text: textOf(fields) };
  if (RETRY.test(name) || fields.willRetry === true || fields.retrying === true || fields.will_retry === true) {
    return { name: 'retry', provenance, subagent, text: textOf(fields), claimsError: true };
  }
  if (isStopped(fields)) {
    return { name: 'run/failed', provenance, subagent, text: textOf(fields).trim(), claimsError: true };
  }
  const hasExited = TERMINAL.test(name) && EXIT_FIELDS.some((key) => isFailedCode(fields[key]));
  const fails =
    hasExited ||
    (TERMINAL.test(name) && hasFailedDetail(fields)) ||
    hasFailed(fields) ||
    ERROR.test(name) ||
    (name === 'assistant' && isObject(fields.error));
  if (!fails) return readFailureByValues(fields) ?? { name, provenance, subagent };
  return {
    name: TERMINAL.test(name) ? 'run/failed' : 'error',
    provenance,
    subagent,
    text: textOf(fields),
    claimsError: true,
  };
}

/**
 * A message of JSON-RPC, which agents speak with the host that embeds them (https://agentclientprotocol.com): a response
 * may be an error, and a notification is an event by the name of its method.
 */
function readRpc({ method, params, error }: JsonObject): Reading {
  if (isObject(error))
    return { name: 'error', provenance: 'runtime', text: stringAt(error, 'message') ?? '', claimsError: true };
  if (typeof method !== 'string') return { name: 'response', provenance: 'runtime' };
  if (/^session\/(?:update|prompt)$|^tools\//.test(method)) return { name: method, provenance: 'narration' };
  const event = readGenericEvent({ ...(isObject(params) ? params : {}), jsonrpc: undefined, type: method });
  return event ?? { name: method, provenance: 'runtime' };
}

/** A decoder for agents without one of their own: JSON lines by their common names, and plain text. */
export function createGenericDecoder(
  runtime: string,
  read: (fields: JsonObject) => Reading | undefined = readGenericEvent,
): Decoder {
  return createStructuredDecoder({
    runtime,
    read,
    recognisesText: (text) => BANNERS[runtime]?.test(text) ?? false,
    shared: true,
    errorLiterals: [],
  });
}

/** Where an event says how its program ended. */
const EXIT_FIELDS = ['code', 'exitCode', 'exit_code', 'returncode', 'rc'] as const;

/** Whether an agent waits for a person's answer: by the event's name, or by the state that it tells of. */
function asksPerson(name: string, fields: JsonObject): boolean {
  if (stringAt(fields, 'role') !== undefined || 'answer' in fields || 'response' in fields) return false;
  return ASKS.test(name) || ['status', 'state', 'subtype'].some((key) => ASKS.test(stringAt(fields, key) ?? ''));
}

/** Whether what an event tells of its reason has the HTTP status of a failure. */
function hasFailedDetail(fields: JsonObject): boolean {
  return ['detail', 'details', 'error', 'cause', 'reason', 'err'].some((key) =>
    Object.entries(isObject(fields[key]) ? fields[key] : {}).some(
      ([inner, value]) => STATUS_KEY.test(inner) && typeof value === 'number' && value >= 400 && value < 600,
    ),
  );
}

function isFailedCode(value: unknown): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value > 0 && value < 256;
}

function speakerOf(name: string, fields: JsonObject): Provenance {
  const role = stringAt(fields, 'role');
  // An answer that is none carries the client's error.
  if (role === 'assistant' && fields.content === '' && isObject(fields.error)) return 'runtime';
  if (role === 'assistant' && isStopped(fields)) return 'runtime';
  // No model and no tool has the role of an error.
  if (role === 'error') return 'runtime';
  if (role !== undefined) return role === 'assistant' ? 'narration' : role === 'tool' ? 'tool' : 'prompt';
  if (TOOL.test(name) || 'tool' in fields || 'tool_name' in fields || 'toolName' in fields) return 'tool';
  if (PROMPT.test(name)) return 'prompt';
  return MODEL.test(name) ? 'narration' : 'runtime';
}

function isStopped({ content }: JsonObject): boolean {
  return typeof content === 'string' && STOPPED.has(content.trim());
}

function hasFailed(fields: JsonObject): boolean {
  if (fields.is_error === true || fields.isError === true || fields.success === false || fields.ok === false)
    return true;
  // The state that has changed may stand in a pair: `"key":"execution_status","value":"error"`.
  if (/(?:^|_)(?:status|state)$/i.test(stringAt(fields, 'key') ?? '') && FAILED.test(stringAt(fields, 'value') ?? ''))
    return true;
  // The outcome may stand in an object of its own.
  if (isObject(fields.result) && FAILED.test(stringAt(fields.result, 'status') ?? '')) return true;
  return STATE_KEYS.some((key) => FAILED.test(stringAt(fields, key) ?? ''));
}

function textOf(fields: JsonObject): string {
  const found = TEXT_KEYS.map((key) => wordsOf(fields[key])).filter((words) => words !== '');
  return [...new Set(found)].join(': ');
}

function wordsOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value))
    return objectsAt({ value }, 'value')
      .map((part) => stringAt(part, 'text') ?? '')
      .join('\n');
  return isObject(value)
    ? (stringAt(value, 'message') ??
        stringAt(value, 'detail') ??
        stringAt(value, 'text') ??
        wordsOf(valueAt(value, 'error')))
    : '';
}
