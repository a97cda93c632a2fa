import type { Rule, Signal } from '../contracts/rule-pack.ts';
import { everyLine } from './every-line.ts';
import type { LineRange } from './rule-set.ts';

export interface PrefilterInput {
  readonly rules: readonly Rule[];
  readonly signals: readonly Signal[];
  /** Byte sequences of which every line that claims an error contains one; see `Decoder.errorLiterals`. */
  readonly errorLiterals: readonly string[];
}

/** Finds the lines of a chunk that rules, signals or an error claim could be about: a superset, in order. */
export type Prefilter = (chunk: Buffer) => LineRange[];

/**
 * Makes the prefilter of a rule set. For now it lets every line with something on it through;
 * `everyLine` stays the reference that a faster one is compared with.
 */
export function createPrefilter(_input: PrefilterInput): Prefilter {
  return everyLine;
}
