import type { Grade } from '../contracts/categories.ts';
import type { RuleReference } from '../contracts/evidence.ts';
import type { Capture, Rule, RuleAction, Signal } from '../contracts/rule-pack.ts';
import type { StreamName } from '../contracts/run.ts';
import type { StreamFormat } from '../decode/decoder.ts';
import type { DecodedEvent } from '../decode/event.ts';
import type { Line } from '../decode/line.ts';
import type { TextReading, TextWindow } from './statements/text-reading.ts';

/** One way for a rule to be true, with its times in milliseconds. */
export interface CompiledClause {
  /** `single`: one condition · `sequence`: in this order · `all`: in any order. */
  readonly kind: 'single' | 'sequence' | 'all';
  /** How many conditions a `sequence` or `all` has; 1 for `single`. */
  readonly conditions: number;
  readonly repeat?: { readonly count: number; readonly withinMs: number };
  /** For `sequence` and `all`. */
  readonly withinMs?: number;
  /** Only a suspicion until the run has said nothing more for this long, or exited. */
  readonly quietMs?: number;
  /** The client tries again, and its next request may take as long as any: silence confirms it at the stall limit alone. */
  readonly untilStall?: true;
  /** Only a suspicion until the run exits. */
  readonly exit: boolean;
}

export interface CompiledRule {
  readonly reference: RuleReference;
  /** `pack/id`, unique in the set. */
  readonly key: string;
  readonly rule: Rule;
  readonly clauses: readonly CompiledClause[];
  /** Whether a whole line of plain text belongs to the rule's own message rather than being the run going on. */
  continues(text: string): boolean;
}

/** Whether a rule is a cause: it has no conditions of its own, and is tried on failures alone. */
export function isCause({ rule }: CompiledRule): boolean {
  return rule.match.length === 0;
}

export interface CompiledSignal {
  readonly key: string;
  readonly signal: Signal;
}

/** One condition of one clause of one rule held on one event. */
export interface ConditionHit {
  readonly rule: CompiledRule;
  readonly clause: number;
  readonly condition: number;
  readonly grade: Grade;
  /** JSON Pointer of the field that decided, e.g. `/api_error_status`. */
  readonly pointer?: string;
  /** What follows where the statement asks for less, or more, than the rule's own action. */
  readonly action?: RuleAction;
  /** Prose stands above the line, which may have quoted it. */
  readonly isQuotable?: true;
  /** It is the first try of a request: what was counted before it belongs to one that is over. */
  readonly isFirstTry?: true;
  readonly captures: Readonly<Record<string, { readonly as: Capture['as']; readonly value: string | number }>>;
}

/** What one rule took on one line that was decoded for it, or one cause on a failure. */
export interface RuleTime {
  readonly key: string;
  /** A condition of it held, so the line was its business. */
  readonly held: boolean;
  /** Trying its conditions. Decoding the line is not in it: all the rules that wanted the line share that. */
  readonly ms: number;
}

/** Everything the rules have to say about one event. */
export interface EventMatch {
  readonly hits: readonly ConditionHit[];
  readonly recoveries: readonly CompiledRule[];
  readonly signals: readonly CompiledSignal[];
  /** Rules of which a pattern could not be tested, not even on a second try: to be counted, never read as "no match". */
  readonly unknowns?: readonly CompiledRule[];
}

/** How far one condition got on an event. */
export interface ConditionReport {
  readonly held: 'yes' | 'no' | 'unknown';
  /** How many of its steps held, one after the other. */
  readonly passed: number;
  readonly steps: number;
  /** The first step that did not hold: where it looked, what it wanted, what it found. */
  readonly failed?: { readonly part: string; readonly wanted: string; readonly found: string };
}

/** What one rule has to say about one event, by the condition of it that came nearest. */
export interface RuleReport {
  readonly rule: CompiledRule;
  readonly outcome: 'hit' | 'excluded' | 'unknown' | 'no';
  readonly clause: number;
  readonly condition: number;
  readonly report: ConditionReport;
  /** Which of its `unless` conditions took the hit back. */
  readonly excludedBy?: number;
}

export interface CompiledStall {
  readonly pack: RuleReference;
  readonly warnMs: number;
  readonly abortMs?: number;
  /** The shortest silence that any tool, or none, is warned about after. */
  readonly soonestMs: number;
  /** The limits of a run that prints plain text. */
  readonly text: { readonly warnMs: number; readonly abortMs?: number };
  /** The limits that hold while this tool is open; `isOfTool` where they are this tool's own and not those of any. */
  openTool(name: string): { readonly warnMs: number; readonly abortMs?: number; readonly isOfTool?: true };
  readonly completionMs?: number;
}

/** A line of a chunk, as byte offsets `[start, end)` without the line break, and its row in the chunk from 0. */
export interface LineRange {
  readonly start: number;
  readonly end: number;
  readonly row: number;
  /** A line of plain text that states nothing by itself: it only stands around others, … */
  readonly isMute?: true;
  /** … unless a rule could be about it. */
  readonly isRuled?: true;
}

/** The rules in force: immutable, swapped whole. */
export interface RuleSet {
  /** SHA-256 over the canonical form of all packs and overrides. */
  readonly digest: string;
  readonly packs: readonly { readonly pack: string; readonly version: string }[];
  /** The runtimes that packs are for, `any` left out: one that no decoder knows prints plain text. */
  readonly runtimes: readonly string[];
  readonly rules: readonly CompiledRule[];
  /**
   * The lines of a chunk that any rule, signal or failure could be about; a superset, in order. In a structured stream
   * only events are. In one of plain text it is all lines that are not blank, where any of them may state a failure, and
   * none else; while the format is not known, all.
   */
  candidates(chunk: Buffer, format?: StreamFormat): LineRange[];
  /**
   * What the rules and causes for `runtime`, and those for any runtime, say about one event. Pure.
   *
   * @param window the lines around a line of plain text, which tell a failure from a quotation
   */
  match(event: DecodedEvent, stream: StreamName, runtime: string, window?: TextWindow): EventMatch;
  /** What a line of plain text states in the light of the lines around it. Pure. */
  readText(window: TextWindow, stream: StreamName, runtime: string): TextReading | undefined;
  /** Why each of those rules hit the event, or what kept it from doing so. Pure, slow, never at odds with `match`. */
  explain(event: DecodedEvent, stream: StreamName, runtime: string): RuleReport[];
  /**
   * What trying the rules that want a line takes, one by one. Slow: for a sample of lines.
   *
   * @param nowMs milliseconds from some moment on
   */
  time(line: Line, event: DecodedEvent, runtime: string, nowMs: () => number): RuleTime[];
  /** What trying each cause's own words takes, where the event states a failure; nothing where it states none. */
  timeCauses(
    event: DecodedEvent,
    stream: StreamName,
    runtime: string,
    nowMs: () => number,
    window?: TextWindow,
  ): RuleTime[];
  /** The same set without some rules, by key: they cost nothing more. Its digest is the whole set's. */
  without(keys: Iterable<string>): RuleSet;
  stallOf(runtime: string): CompiledStall | undefined;
}
