import type { JsonObject } from '../../decode/event.ts';
import type { Failure } from '../../decode/failure/failure.ts';
import { isObject } from '../../decode/json.ts';
import type { ConditionHit } from '../rule-set.ts';

/** Keys under which providers and clients put the moment at which a limit is lifted, as epoch seconds or a span. */
const EPOCH_KEYS = new Set(['resetsAt', 'resets_at', 'reset_at', 'resetAt', 'reset_time']);
const SPAN_KEYS = new Set([
  'retry_after',
  'retry-after',
  'retryAfter',
  'resets_in_seconds',
  'retryDelay',
  'retry_after_seconds',
]);
const MAX_DEPTH = 6;

/** How people write when a limit is lifted; the group goes to `classify/reset-time`. */
const WORDING = [
  /limit reached\|(\d{10})/,
  /\b(?:try again|retry|resets?|resetting|renews?|available again|reset) (?:at|in|on|after) (.{1,60}?)(?:[.;|\n]|$)/i,
  /\b(?:will reset|quota will reset) (?:after|at|on|in) (.{1,40}?)(?:[.;\n]|$)/i,
  /\bresets (.{1,60}?)(?:[.;|\n]|$)/i,
];

/** When the limit that a failure speaks of is lifted, from its fields before its words. Pure. */
export function readCaptures(failure: Failure, fields: JsonObject): ConditionHit['captures'] {
  const found = fieldReset(fields, 0);
  if (found) return { reset_at: found };
  for (const wording of WORDING) {
    const text = wording.exec(failure.message)?.[1]?.trim();
    if (!text) continue;
    if (/^\d{10}$/.test(text)) return { reset_at: { as: 'epoch_seconds', value: Number(text) } };
    const span = /^([\d.]+) ?s(?:ec(?:ond)?s?)?$/i.exec(text)?.[1];
    if (span) return { reset_at: { as: 'duration_seconds', value: Number(span) } };
    return { reset_at: { as: 'reset_time', value: text } };
  }
  return {};
}

function fieldReset(
  value: unknown,
  depth: number,
): { as: 'epoch_seconds' | 'duration_seconds'; value: number } | undefined {
  if (depth > MAX_DEPTH || !isObject(value)) return undefined;
  for (const [key, one] of Object.entries(value)) {
    if (typeof one === 'number' && EPOCH_KEYS.has(key) && one > 1_000_000_000 && one < 10_000_000_000) {
      return { as: 'epoch_seconds', value: one };
    }
    const span = typeof one === 'string' ? Number(/^([\d.]+)s?$/.exec(one)?.[1]) : one;
    if (SPAN_KEYS.has(key) && typeof span === 'number' && span > 0 && span < 10_000_000) {
      return { as: 'duration_seconds', value: span };
    }
  }
  for (const one of Object.values(value)) {
    const found = fieldReset(one, depth + 1);
    if (found) return found;
  }
  return undefined;
}
