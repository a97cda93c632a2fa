import { excerpt } from '../decode/excerpt.ts';
import { REDACTED } from '../decode/redact/secret-shape.ts';
import { redactText } from '../decode/redact.ts';

/**
 * As much of one text stands in a line, in characters. The client's errors may carry the stacks of all requests that were
 * under way when a connection was lost, a megabyte in each of a thousand lines: the service then only wrote its own log.
 */
const TEXT_MAX = 4_000;

/**
 * A line of the log without secrets. Each text in it is redacted by itself, so that the line stays JSON; whatever is no
 * JSON object is redacted as one text.
 */
export function redactLine(line: string): string {
  try {
    return `${JSON.stringify(redactValue(JSON.parse(line, shorten)))}\n`;
  } catch {
    return redactText(line);
  }
}

function shorten(_name: string, value: unknown): unknown {
  return typeof value === 'string' && value.length > TEXT_MAX ? excerpt(value, TEXT_MAX) : value;
}

/** All texts in a value redacted, and whatever has the name of a secret. */
export function redactValue(value: unknown): unknown {
  if (typeof value === 'string') return redactText(value);
  if (Array.isArray(value)) return value.map(redactValue);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, redactField(name, field)]));
}

/** So many short texts are remembered: lines of the log say the same again and again, and trying all patterns is dear. */
const REMEMBERED = 1_000;
const SHORT = 256;
const remembered = new Map<string, string>();

/** A text under the name of a secret is one, even where nothing else tells it: the pair is looked at as one text. */
function redactField(name: string, field: unknown): unknown {
  if (typeof field !== 'string') return redactValue(field);
  const pair = `"${name}":"${field}"`;
  const known = remembered.get(pair);
  if (known !== undefined) return known;
  const redacted = redactText(pair) === `"${name}":"${REDACTED}"` ? REDACTED : redactText(field);
  if (pair.length <= SHORT) {
    if (remembered.size >= REMEMBERED) remembered.delete(remembered.keys().next().value as string);
    remembered.set(pair, redacted);
  }
  return redacted;
}
