import { isObject, type JsonObject } from '../json.ts';
import { AGENTS } from './launch.ts';

export type Level = 'fatal' | 'error' | 'warn' | 'info' | 'debug';

/** What a structured log line says: its level, and its words with the error behind them. */
export interface LogRecord {
  /** Empty where the record passes on a line of its agent's, which has none. */
  readonly level: string;
  readonly message: string;
}

/** Where a wrapper's record says that it passes on a line of its agent's, and where the line stands. */
const PASSED_ON = /\b(?:stdout|stderr|output|said|printed)\b/i;
const SAYS_STREAM = /^[\w.-]{2,30} (?:stdout|stderr|output): (?=\S)/;
const LINE_KEYS = ['line', 'data', 'chunk', 'output', 'content'];

/** The keys of a log's fields, in small letters: programs spell them in any way. */
const LEVEL_KEYS = ['level', 'lvl', 'severity', 'levelname', 'log.level', 'loglevel', 'sev', '@l'];
const WORD_KEYS = ['msg', 'message', 'event', 'text', 'textpayload', '@m', '@mt', 'messagetemplate'];
/** The name of what happened, in the place of words: `agent_error`, `session.closed`. */
const NAME_KEYS = ['ev', 'evt', 'event_name', 'eventname', 'action', 'op'];
const ERROR_KEYS = [
  'error',
  'err',
  'exception',
  'reason',
  'reasondesc',
  'cause',
  'detail',
  'details',
  'error_description',
  'error_message',
  'errormessage',
  'description',
  'responsebody',
  'response_body',
  'response',
  'body',
];
/** A trace, which Python ends with the exception. */
const TRACE_KEYS = ['exc_info', 'exc_text'];
/** Objects whose fields are the log's own: Elastic's `log`, Google's `jsonPayload`. */
const NESTED: Readonly<Record<string, string>> = { log: 'log.', jsonpayload: '' };
const EXIT_KEYS = ['exit', 'exit_code', 'exitcode', 'rc'];
/** What a host has kept of its agent's output. */
const OUTPUT_KEYS = ['stderr', 'stdout', 'output'];
/** Whose end a host logs: its agent's, or that of the work. */
const OF_WORK = new RegExp(`\\b(?:agent|worker|task|job|run|session|${AGENTS})\\b`, 'i');
/** Of an event that names an end, `code` is the exit's. */
const END = /(?:^|[ ._-])(?:exit(?:ed)?|closed?|end(?:ed)?|finish(?:ed)?|stopp?(?:ed)?|died|terminated)$/i;
const DONE =
  /\b(?:done|completed?|failed|exit(?:ed)?|closed?|end(?:ed)?|finish(?:ed)?|stopp?(?:ed)?|died|terminated)$/i;
const TITLE_CASE = /^[A-Z][a-z]+$/;
const PINO_LEVELS: Readonly<Record<string, Level>> = {
  10: 'debug',
  20: 'debug',
  30: 'info',
  40: 'warn',
  50: 'error',
  60: 'fatal',
};

/** Reads a line of a structured log, in logfmt or as a JSON object; undefined where it is none. Pure. */
export function readLogRecord(line: string): LogRecord | undefined {
  const fields = line.startsWith('{') ? readJson(line) : readLogfmt(line);
  if (!fields) return undefined;
  const level = firstOf(fields, LEVEL_KEYS);
  const name = firstOf(fields, NAME_KEYS);
  const words = spelt(firstOf(fields, WORD_KEYS) ?? name);
  const trace = firstOf(fields, TRACE_KEYS)?.trimEnd().split('\n').at(-1);
  const error = [...ERROR_KEYS.map((key) => fields.get(key)), trace].filter(Boolean).join(': ') || undefined;
  const said = SAYS_STREAM.exec(words ?? '')?.[0];
  if (level !== undefined && said !== undefined && words !== undefined)
    return { level: '', message: words.slice(said.length) };
  const passedOn = PASSED_ON.test(words ?? fields.get('stream') ?? '') ? firstOf(fields, LINE_KEYS) : undefined;
  if (level !== undefined && passedOn !== undefined) return { level: '', message: passedOn };
  // Who logs its own exit is over.
  const exit = firstOf(fields, EXIT_KEYS) ?? (END.test(name ?? words ?? '') ? fields.get('code') : undefined);
  const isBad = /^[1-9]\d{0,2}$/.test(exit ?? '');
  const isOfWork = isBad && words !== undefined && OF_WORK.test(words);
  // A host's event on its agent's end needs no level.
  if (level === undefined && isOfWork && error === undefined && DONE.test(words))
    return { level: 'fatal', message: `${words}: exit code ${exit}` };
  if (level === undefined || (words === undefined && error === undefined)) return undefined;
  const hasFailed = fields.get('ok') === 'false' || fields.get('success') === 'false';
  const isOver = isBad || (hasFailed && END.test(words ?? ''));
  return {
    level: isOver ? 'fatal' : (PINO_LEVELS[level] ?? (TITLE_CASE.test(level) ? level.toLowerCase() : level)),
    message: [words, error ?? (isOfWork ? lastLine(fields) : undefined)].filter(Boolean).join(': '),
  };
}

/** The last that a host has kept of what its agent printed. */
function lastLine(fields: ReadonlyMap<string, string>): string | undefined {
  return firstOf(fields, OUTPUT_KEYS)?.trim().split('\n').at(-1);
}

/** The name of an event, `acp.session.closed`, in words. */
function spelt(words: string | undefined): string | undefined {
  return words !== undefined && /^\w+(?:[._-]\w+)+$/.test(words) ? words.replace(/[._-]+/g, ' ') : words;
}

function readJson(line: string): ReadonlyMap<string, string> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    if (!isObject(value)) return undefined;
    const fields = new Map<string, string>();
    addFields(fields, value);
    return fields;
  } catch {
    return undefined;
  }
}

function addFields(fields: Map<string, string>, value: JsonObject, prefix = ''): void {
  for (const [name, one] of Object.entries(value)) {
    const key = name.toLowerCase();
    const inner = prefix === '' && Object.hasOwn(NESTED, key) ? NESTED[key] : undefined;
    if (isObject(one) && inner !== undefined) addFields(fields, one, inner || ' ');
    else if (typeof one === 'string' || typeof one === 'number' || typeof one === 'boolean')
      fields.set(prefix.trim() + key, String(one));
    else if (isObject(one)) fields.set(prefix.trim() + key, JSON.stringify(one));
  }
}

/** `level=error msg="agent run failed" err="401 Unauthorized"`. */
function readLogfmt(line: string): ReadonlyMap<string, string> | undefined {
  if (!/^[\w.]+=/.test(line)) return undefined;
  const fields = new Map<string, string>();
  for (const [, key = '', quoted, bare = ''] of line.matchAll(/([\w.]{1,40})=(?:"((?:[^"\\]|\\.)*)"|(\S*))/g)) {
    fields.set(key.toLowerCase(), quoted === undefined ? bare : quoted.replace(/\\(.)/g, '$1'));
  }
  return fields;
}

function firstOf(fields: ReadonlyMap<string, string>, keys: readonly string[]): string | undefined {
  return keys.map((key) => fields.get(key)).find((value) => value !== undefined && value !== '');
}
