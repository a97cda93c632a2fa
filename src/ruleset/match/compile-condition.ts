import type { Provenance } from '../../contracts/categories.ts';
import type { Condition, FieldCondition } from '../../contracts/rule-pack.ts';
import { LINE_EVENT } from '../../decode/event.ts';
import {
  type CompiledPattern,
  compileLater,
  compileSearch,
  compileWholeLine,
  type Trivalent,
} from '../../patterns/pattern.ts';
import { jsonPointer } from '../field-path.ts';
import type { Needle } from '../needles/needle.ts';
import { cheapest } from '../needles/needle-cost.ts';
import { type Choose, knownTextNeedles, textNeedles } from '../needles/text-needles.ts';
import type { EventView } from './event-view.ts';
import { compileField } from './field-condition.ts';

/** Whether a condition holds on an event, and the field that decided. */
export interface Outcome {
  readonly held: Trivalent;
  /** JSON Pointer of the last field of `where` that the event has. */
  readonly pointer?: string;
}

/** Where a condition is used: an exclusion looks at whatever its rule has hit, by any speaker. */
export type ConditionRole = 'claim' | 'exclusion';

/** One thing that a condition asks of an event. Matching and explaining both walk these, so they can't disagree. */
export interface ConditionStep {
  /** What is looked at, as rules write it: `event`, `where.error_status`, `line`; `kind` and `speaker` where unwritten. */
  readonly part: string;
  /** What it must be, for people. */
  readonly wanted: string;
  test(view: EventView): Outcome;
  /** What the event has there, for people. */
  found(view: EventView): string;
}

export interface CompiledCondition {
  /** The event names it can hold on, `*` at the end for any ending; absent where names don't matter. */
  readonly names?: readonly string[];
  /** Which events it can hold on at all. */
  readonly kind: ConditionKind;
  /** Who can be speaking there; absent where every speaker can. */
  readonly speakers?: Speakers;
  /** One of these is in the text of every event on which it holds; nothing where the text may be anything. Dear: ask once. */
  textNeedles(choose?: Choose): readonly Needle[] | undefined;
  /** The same, where it is known without reading the patterns: cheap. */
  knownNeedles(): readonly Needle[] | undefined;
  /** In the order in which they are tested: what costs least and excludes most comes first. */
  readonly steps: readonly ConditionStep[];
  check(view: EventView): Outcome;
}

/** Who may be speaking for a condition to hold: on a typed event, and on a plain line. Never a subagent. */
export interface Speakers {
  readonly typed: readonly Provenance[];
  readonly plain: readonly Provenance[];
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
 * and never from a subagent, plain lines only where the runtime may have printed them.
 */
export function compileCondition(condition: Condition, role: ConditionRole = 'claim'): CompiledCondition {
  const kind = conditionKind(condition);
  const names = condition.event === undefined ? undefined : [condition.event].flat();
  const speakers = role === 'claim' ? speakersOf(condition) : undefined;
  const steps = [
    ...kindStep(kind),
    ...streamStep(condition),
    ...nameStep(names),
    ...lineEventStep(condition),
    ...(speakers ? claimSteps(condition, speakers) : exclusionStep(condition)),
    ...Object.entries(condition.where ?? {}).map(([path, wanted]) => fieldStep(path, wanted)),
    ...patternStep('line', condition.line, compileWholeLine),
    ...patternStep('text', condition.text, compileSearch),
  ];
  return {
    kind,
    steps,
    ...(names && { names }),
    ...(speakers && { speakers }),
    textNeedles: (choose) => needlesOf(condition, (patterns) => textNeedles(patterns, 'decoded', choose)),
    knownNeedles: () => needlesOf(condition, knownTextNeedles),
    check: (view) => checkSteps(steps, view),
  };
}

function needlesOf(
  { line, text }: Condition,
  find: (patterns: readonly string[]) => readonly Needle[] | undefined,
): readonly Needle[] | undefined {
  return cheapest([line, text].map((given) => (given === undefined ? undefined : find([given].flat()))));
}

/** All steps must hold; one that can't be tested leaves the answer open unless another says no. */
function checkSteps(steps: readonly ConditionStep[], view: EventView): Outcome {
  let pointer: string | undefined;
  let unknown = false;
  for (const step of steps) {
    const outcome = step.test(view);
    if (outcome.held === 'no') return NO;
    if (outcome.held === 'unknown') unknown = true;
    else if (outcome.pointer !== undefined) pointer = outcome.pointer;
  }
  if (unknown) return UNKNOWN;
  return pointer === undefined ? YES : { held: 'yes', pointer };
}

const yes = (held: boolean): Outcome => (held ? YES : NO);

function kindStep(kind: ConditionKind): ConditionStep[] {
  if (kind === 'either') return [];
  return [
    {
      part: 'kind',
      wanted: kind === 'typed' ? 'a typed event' : 'a plain line',
      test: ({ event }) => yes(event.typed === (kind === 'typed')),
      found: ({ event }) => (event.typed ? `the typed event ${event.name}` : 'a plain line'),
    },
  ];
}

function streamStep({ stream }: Condition): ConditionStep[] {
  if (stream === undefined) return [];
  const streams = [stream].flat();
  return [
    {
      part: 'stream',
      wanted: streams.join(' or '),
      test: (view) => yes(streams.includes(view.stream)),
      found: (view) => view.stream,
    },
  ];
}

function nameStep(names: readonly string[] | undefined): ConditionStep[] {
  if (!names) return [];
  return [
    {
      part: 'event',
      wanted: names.join(' or '),
      test: ({ event }) => yes(names.some((name) => namesEvent(name, event.name))),
      found: ({ event }) => event.name,
    },
  ];
}

/** A line in a structured stream that is no event of the runtime's has no known speaker. */
function lineEventStep({ line }: Condition): ConditionStep[] {
  if (line === undefined) return [];
  return [
    {
      part: 'kind',
      wanted: 'a line of plain output',
      test: ({ event }) => yes(!event.typed && event.name === LINE_EVENT),
      found: ({ event }) => `an ${event.name} line among JSON`,
    },
  ];
}

/** Who must be speaking for a claim to count. */
function speakersOf({ provenance }: Condition): Speakers {
  if (provenance === undefined) return { typed: ['runtime'], plain: ['runtime', 'unknown'] };
  const named = [provenance].flat();
  return { typed: named, plain: named };
}

function claimSteps({ provenance }: Condition, { typed, plain }: Speakers): ConditionStep[] {
  const part = provenance === undefined ? 'speaker' : 'provenance';
  return [
    {
      part,
      wanted: 'the run itself',
      test: ({ event }) => yes(!event.subagent),
      found: ({ event }) => (event.subagent ? 'a subagent' : 'the run itself'),
    },
    {
      part,
      wanted: typed.join(' or '),
      test: ({ event }) => yes((event.typed ? typed : plain).includes(event.provenance)),
      found: ({ event }) => event.provenance,
    },
  ];
}

function exclusionStep({ provenance }: Condition): ConditionStep[] {
  if (provenance === undefined) return [];
  const named = [provenance].flat();
  return [
    {
      part: 'provenance',
      wanted: named.join(' or '),
      test: ({ event }) => yes(named.includes(event.provenance)),
      found: ({ event }) => event.provenance,
    },
  ];
}

function fieldStep(path: string, wanted: FieldCondition): ConditionStep {
  const field = compileField(path, wanted);
  return {
    part: `where.${path}`,
    wanted: JSON.stringify(wanted),
    test({ event }) {
      const found = field.find(event.fields);
      const held = field.holds(found);
      return held === 'yes' && found ? { held, pointer: jsonPointer(found.keys) } : OUTCOMES[held];
    },
    found({ event }) {
      const found = field.find(event.fields);
      return found ? JSON.stringify(found.value) : 'nothing there';
    },
  };
}

const OUTCOMES: Readonly<Record<Trivalent, Outcome>> = { yes: YES, no: NO, unknown: UNKNOWN };

function patternStep(
  part: 'line' | 'text',
  sources: string | string[] | undefined,
  compile: (source: string) => CompiledPattern,
): ConditionStep[] {
  if (sources === undefined) return [];
  const given = [sources].flat();
  const pattern = compileLater(given, compile);
  return [
    {
      part,
      wanted: given.join('  or  '),
      test: (view) => OUTCOMES[pattern.test(view.text)],
      found: ({ event }) => JSON.stringify(event.text),
    },
  ];
}
