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

/** A pattern, and what a text must contain for it. */
export interface Wording extends TextBound {
  readonly pattern: CompiledPattern;
}

/** Wordings of a cause, with what else must be true where they count. */
export interface WordTest {
  /** One of them is enough. Each is a pattern of its own: all in one are beyond RE2's automaton, and slow. */
  readonly wordings: readonly Wording[];
  readonly status?: readonly number[];
  readonly codes?: readonly string[];
  readonly runtimes?: readonly string[];
  /** Holds only where no HTTP status is known: a provider that answered was reached. */
  readonly unanswered?: true;
  /** Says no more than a class name: codes and a decisive status tell first. */
  readonly coarse?: true;
}
