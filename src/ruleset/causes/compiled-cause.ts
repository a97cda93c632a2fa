import type { Cause } from '../../contracts/rule-pack.ts';
import type { CompiledPattern } from '../../patterns/pattern.ts';
import type { TextBound } from '../match/text-index.ts';
import type { CompiledRule } from '../rule-set.ts';

/** A cause with what it takes to know it. */
export interface CompiledCause {
  readonly rule: CompiledRule;
  readonly cause: Cause;
  /** Tried in order; the first that holds tells. */
  readonly words: readonly WordTest[];
  readonly codes: readonly string[];
  readonly statuses: readonly number[];
}

/** One or several patterns, and what a text must contain for any of them. */
export interface Wording extends TextBound {
  readonly pattern: CompiledPattern;
  /** The same, a pattern each: RE2 is slow with many in one, and quick with the few whose texts are there. */
  readonly parts: readonly Wording[];
}

/** Wordings of a cause, with what else must be true where they count. */
export interface WordTest extends Wording {
  readonly status?: readonly number[];
  readonly codes?: readonly string[];
  readonly runtimes?: readonly string[];
  /** Holds only where no HTTP status is known: a provider that answered was reached. */
  readonly unanswered?: true;
  /** Says no more than a class name: codes and a decisive status tell first. */
  readonly coarse?: true;
}
