import type { Provenance } from '../contracts/categories.ts';
import type { Condition } from '../contracts/rule-pack.ts';
import { type DecodedEvent, LINE_EVENT } from '../decode/event.ts';
import type { EventView } from './event-view.ts';
import { type CompiledField, compileField } from './field-condition.ts';
import { jsonPointer } from './field-path.ts';
import type { Needle } from './needle.ts';
import { cheapest } from './needle-cost.ts';
import { type CompiledPattern, compileSearch, compileWholeLine, type Trivalent } from './pattern.ts';
import { textNeedles } from './text-needles.ts';

/** Whether a condition holds on an event, and the field that decided. */
export interface Outcome {
  readonly held: Trivalent;
  /** JSON Pointer of the last field of `where` that the event has. */
  readonly pointer?: string;
}

/** Where a condition is used: an exclusion looks at whatever its rule has hit, whoever said it. */
export type ConditionRole = 'claim' | 'exclusion';

export interface CompiledCondition {
  /** The event names it can hold on, `*` at the end for any ending; absent where names don't matter. */
  readonly names?: readonly string[];
  /** Which events it can hold on at all. */
  readonly kind: ConditionKind;
  /** One of these is in the text of every event on which it holds; absent where the text may be anything. */
  readonly textNeedles?: readonly Needle[];
  check(view: EventView): Outcome;
}

export type ConditionKind = 'typed' | 'plain' | 'either';

const YES: Outcome = { held: 'yes' };
const NO: Outcome = { held: 'no' };
const UNKNOWN: Outcome = { held: 'unknown' };

/** `typed` for conditions on event names and fields, `plain` for whole lines, `either` for text and the rest. */
export function conditionKind(condition: Condition): ConditionKind {
  if (condition.event !== undefined || condition.where !== undefined) return 'typed';
  return condition.line !== undefined ? 'plain' : 'either';
}

/** Whether an event of this name is meant by `wanted`: the same name, or `system/*` for all that start alike. */
export function namesEvent(wanted: string, name: string): boolean {
  return wanted.endsWith('*') ? name.startsWith(wanted.slice(0, -1)) : wanted === name;
}

/**
 * Compiles one condition. What it does not say falls to the safe side: typed events count only from the runtime itself
 * and never from a subagent, plain lines only where nobody knows better than that the runtime may have printed them.
 *
 * @throws {PatternError} when RE2 refuses a pattern of it
 */
export function compileCondition(condition: Condition, role: ConditionRole = 'claim'): CompiledCondition {
  const kind = conditionKind(condition);
  const names = condition.event === undefined ? undefined : [condition.event].flat();
  const streams = condition.stream === undefined ? undefined : [condition.stream].flat();
  const speaks = compileSpeaker(condition, role);
  const lines = compileAll(condition.line, compileWholeLine);
  const texts = compileAll(condition.text, compileSearch);
  const fields = Object.entries(condition.where ?? {}).map(([path, wanted]) => compileField(path, wanted));

  const check = (view: EventView): Outcome => {
    const { event, stream } = view;
    if (kind !== 'either' && event.typed !== (kind === 'typed')) return NO;
    if (streams && !streams.includes(stream)) return NO;
    if (names && !names.some((name) => namesEvent(name, event.name))) return NO;
    if (lines && (event.typed || event.name !== LINE_EVENT)) return NO;
    if (!speaks(event)) return NO;
    const where = checkFields(fields, event);
    if (where.held === 'no') return NO;
    const patterns = both(lines ? any(lines, view) : 'yes', texts ? any(texts, view) : 'yes');
    if (patterns === 'no') return NO;
    return patterns === 'unknown' ? UNKNOWN : where;
  };
  const needles = textNeedlesOf(condition);
  return { kind, ...(names && { names }), ...(needles && { textNeedles: needles }), check };
}

function textNeedlesOf({ line, text }: Condition): readonly Needle[] | undefined {
  return cheapest(
    [line, text].map((given) => (given === undefined ? undefined : textNeedles([given].flat(), 'decoded'))),
  );
}

/** Who must be speaking for the condition to count. */
function compileSpeaker(condition: Condition, role: ConditionRole): (event: DecodedEvent) => boolean {
  const named = condition.provenance === undefined ? undefined : [condition.provenance].flat();
  if (role === 'exclusion') return (event) => !named || named.includes(event.provenance);
  const typed: readonly Provenance[] = named ?? ['runtime'];
  const plain: readonly Provenance[] = named ?? ['runtime', 'unknown'];
  return (event) => !event.subagent && (event.typed ? typed : plain).includes(event.provenance);
}

function compileAll(
  sources: string | string[] | undefined,
  compile: (source: string) => CompiledPattern,
): CompiledPattern[] | undefined {
  return sources === undefined ? undefined : [sources].flat().map(compile);
}

function checkFields(fields: readonly CompiledField[], event: DecodedEvent): Outcome {
  let pointer: string | undefined;
  let unknown = false;
  for (const field of fields) {
    const found = field.find(event.fields);
    const held = field.holds(found);
    if (held === 'no') return NO;
    if (held === 'unknown') unknown = true;
    if (found) pointer = jsonPointer(found.keys);
  }
  if (unknown) return UNKNOWN;
  return pointer === undefined ? YES : { held: 'yes', pointer };
}

function any(patterns: readonly CompiledPattern[], view: EventView): Trivalent {
  let outcome: Trivalent = 'no';
  for (const pattern of patterns) {
    const held = pattern.test(view.text);
    if (held === 'yes') return 'yes';
    if (held === 'unknown') outcome = 'unknown';
  }
  return outcome;
}

function both(one: Trivalent, other: Trivalent): Trivalent {
  if (one === 'no' || other === 'no') return 'no';
  return one === 'unknown' || other === 'unknown' ? 'unknown' : 'yes';
}
