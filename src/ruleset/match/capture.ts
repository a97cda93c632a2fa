import type { Capture, Rule } from '../../contracts/rule-pack.ts';
import { parseTime } from '../../contracts/time.ts';
import { normaliseText } from '../../decode/normalise-text.ts';
import { compileLater, compileSearch } from '../../patterns/pattern.ts';
import { findField, splitPath } from '../field-path.ts';
import type { ConditionHit } from '../rule-set.ts';
import type { EventView } from './event-view.ts';

/** Reads the captured values of a rule from an event it has hit. */
export type Captures = (view: EventView) => ConditionHit['captures'];

type Value = string | number;

const NONE: ConditionHit['captures'] = Object.freeze({});

/**
 * Compiles a rule's captures. Of several for one name, the first that yields a value of its kind wins.
 * With `field` and `text` together, `text` is searched in that field.
 */
export function compileCaptures(captures: Rule['capture']): Captures {
  const named = Object.entries(captures ?? {}).map(
    ([name, given]) => [name, [given].flat().map((one) => ({ as: one.as, read: compileCapture(one) }))] as const,
  );
  if (named.length === 0) return () => NONE;
  return (view) => {
    const values: [string, { as: Capture['as']; value: Value }][] = [];
    for (const [name, readers] of named) {
      for (const { as, read } of readers) {
        const value = read(view);
        if (value === undefined) continue;
        values.push([name, { as, value }]);
        break;
      }
    }
    return Object.fromEntries(values);
  };
}

function compileCapture(capture: Capture): (view: EventView) => Value | undefined {
  const segments = capture.field === undefined ? undefined : splitPath(capture.field);
  const pattern = capture.text === undefined ? undefined : compileLater([capture.text], compileSearch);
  return (view) => {
    let found: unknown = segments && findField(view.event.fields, segments)?.value;
    if (pattern && segments === undefined) found = pattern.firstGroup(view.text);
    else if (pattern)
      found = typeof found === 'string' ? pattern.firstGroup(Buffer.from(normaliseText(found), 'utf8')) : undefined;
    return understand(found, capture.as);
  };
}

/** A value of the kind asked for, or none, so that the next capture gets its turn. */
function understand(value: unknown, as: Capture['as']): Value | undefined {
  if ((typeof value !== 'string' && typeof value !== 'number') || value === '') return undefined;
  switch (as) {
    case 'string':
    case 'reset_time':
      return String(value);
    case 'rfc3339':
      return parseTime(String(value)) === undefined ? undefined : String(value);
    default: {
      const number = typeof value === 'number' ? value : Number(value.trim() || Number.NaN);
      return Number.isFinite(number) ? number : undefined;
    }
  }
}
