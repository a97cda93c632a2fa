import { isObject, type JsonObject } from '../json.ts';
import { readPythonLiteral } from './python-literal.ts';

/** What the bodies inside a message say: texts, HTTP status and codes, outermost first. */
export interface Bodies {
  readonly texts: readonly string[];
  readonly codes: readonly string[];
  readonly status?: number;
}

/** A message longer than this is read up to here: bodies that name a cause come first. */
const READ_MAX = 16_384;
/** How deep bodies may stand inside bodies, and how many values are looked at in all. */
const MAX_DEPTH = 12;
const MAX_VALUES = 400;
/** How many bodies of one message are opened. */
const MAX_BODIES = 8;

const TEXT_KEYS = new Set([
  'message',
  'error',
  'detail',
  'details',
  'reason',
  'reasonDesc',
  'msg',
  'error_msg',
  'errorMsg',
  'error_message',
  'errorMessage',
  'error_description',
  'finalError',
  'title',
  'description',
  'raw',
  'cause',
  'body',
  'responseBody',
  'content',
  'text',
  'result',
]);
const CODE_KEYS = new Set([
  'type',
  'code',
  'status',
  'error',
  'error_code',
  'errorCode',
  'name',
  'reason',
  'reasonCode',
  'errorClass',
  'error_class',
  'errorType',
  'error_type',
  'category',
  'errno',
  'class',
  'exception',
  '__type',
]);
const STATUS_KEYS = new Set([
  'status',
  'code',
  'statusCode',
  'status_code',
  'http_status',
  'httpStatus',
  'api_error_status',
  'error_status',
  'error_code',
]);

/** Opens the JSON objects and Python dictionaries inside a message, at any depth. Pure; never throws. */
export function readBodies(message: string): Bodies {
  const reader = new BodyReader();
  reader.readText(message.slice(0, READ_MAX), 0);
  return reader.bodies();
}

/** The same for a value that is parsed already. */
export function readBodiesOf(value: unknown): Bodies {
  const reader = new BodyReader();
  reader.read(value, 0);
  return reader.bodies();
}

class BodyReader {
  readonly #texts: string[] = [];
  readonly #codes: string[] = [];
  #status: number | undefined;
  #values = 0;
  #opened = 0;

  bodies(): Bodies {
    return {
      texts: this.#texts,
      codes: [...new Set(this.#codes)],
      ...(this.#status !== undefined && { status: this.#status }),
    };
  }

  readText(text: string, depth: number): void {
    if (depth > MAX_DEPTH) return;
    for (let from = text.search(/[{[]/); from !== -1 && this.#opened < MAX_BODIES; ) {
      const end = closingOf(text, from);
      if (end === undefined) break;
      const value = parseBody(text.slice(from, end));
      if (value !== undefined) {
        this.#opened += 1;
        this.read(value, depth + 1);
      }
      const next = text.slice(value === undefined ? from + 1 : end).search(/[{[]/);
      from = next === -1 ? -1 : next + (value === undefined ? from + 1 : end);
      if (value === undefined) this.#opened += 1;
    }
  }

  read(value: unknown, depth: number): void {
    if (depth > MAX_DEPTH || this.#values >= MAX_VALUES) return;
    this.#values += 1;
    if (typeof value === 'string') {
      if (/[{[]/.test(value)) this.readText(value, depth);
      return;
    }
    if (Array.isArray(value)) {
      for (const one of value) this.read(one, depth + 1);
      return;
    }
    if (isObject(value)) this.#readObject(value, depth);
  }

  #readObject(fields: JsonObject, depth: number): void {
    for (const [key, value] of Object.entries(fields)) {
      if (STATUS_KEYS.has(key)) this.#status ??= statusOf(value);
      if (CODE_KEYS.has(key) && typeof value === 'string' && /^[\w.:-]{3,80}$/.test(value)) this.#codes.push(value);
      // A numeric code that is no HTTP status is a provider's own: Zhipu's 1113, Baidu's 17.
      if (key === 'code' && typeof value === 'number' && statusOf(value) === undefined) this.#codes.push(String(value));
      if (TEXT_KEYS.has(key) && typeof value === 'string') this.#texts.push(value);
    }
    for (const value of Object.values(fields)) this.read(value, depth + 1);
  }
}

function statusOf(value: unknown): number | undefined {
  const number = typeof value === 'string' && /^[45]\d\d$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isInteger(number) && number >= 400 && number < 600 ? number : undefined;
}

/** Where the bracket at `from` closes, one past it, strings skipped; undefined where it does not. */
function closingOf(text: string, from: number): number | undefined {
  let depth = 0;
  let quote = '';
  for (let at = from; at < text.length; at += 1) {
    const char = text[at] as string;
    if (quote) {
      if (char === '\\') at += 1;
      else if (char === quote) quote = '';
    } else if (char === '"') quote = char;
    else if (char === "'" && /[{[,:\s(]/.test(text[at - 1] ?? ' ')) quote = char;
    else if (char === '{' || char === '[') depth += 1;
    else if (char === '}' || char === ']') {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
  }
  return undefined;
}

function parseBody(text: string): unknown {
  // `[API Error: …]` and `[DEBUG]` are brackets, not lists.
  if (text.startsWith('[') && !/^\[\s*[{\]"']/.test(text)) return undefined;
  for (const candidate of [text, text.replaceAll('\\"', '"'), text.replace(/\s*\n\s*/g, ' ')]) {
    try {
      return JSON.parse(candidate);
    } catch {
      // Not JSON as it stands: it may be escaped once more, wrapped, or Python's.
    }
  }
  return readPythonLiteral(text);
}
