import type { Detection, RunState } from '../contracts/run-state.ts';
import { type CompiledClause, type CompiledRule, isCause } from '../ruleset/rule-set.ts';
import { isDyingWord } from './dying-words.ts';
import { mayGoOn } from './may-go-on.ts';

/** How long a line on a channel of the runtime's own must be the last word where its rule names no time, in milliseconds. */
export const STATED_QUIET_MS = 20_000;

/** How long the exit may be behind what a client prints while it is being ended, in milliseconds. */
export const DYING_MS = 5_000;

/** How long a host may take to end a run that it was told to end, in milliseconds; a run that lives on is knell's again. */
export const ENDING_MS = 30_000;

type Found = Pick<Detection, 'grade' | 'evidence' | 'at_ms'>;

/**
 * Whether a hit may not end its run at once. Only a typed event is the runtime's own word for certain: a statement on a
 * channel of the runtime's own may come from a tool, a hook, a tool server or any child that inherits the channel. What an
 * author's rule knows there by its whole line is believed, but not beside structured output, where the runtime says in an
 * event what it fails of. What a client prints while its host ends it needs no command, and behind a failure of the agent's, or of its
 * turn's, the run may go on.
 */
export function mustWait(
  rule: CompiledRule,
  clause: CompiledClause | undefined,
  found: Found,
  state: RunState,
): boolean {
  const isLast = mayGoOn(state, rule.rule.category) === undefined;
  if (clause?.quietMs !== undefined || clause?.exit === true || !isLast) return true;
  switch (found.grade) {
    case 'mixed':
      return true;
    case 'stated':
      return mayBeAnothers(rule, found, state) || isBeingEnded(state, found);
    case 'typed':
      return isBeingEnded(state, found) || isDying(found);
  }
}

/**
 * Whether a hit is a line that another than the runtime may have printed: any on a channel that they share, and on the
 * runtime's own what a statement says, or what stands beside structured output.
 */
export function mayBeAnothers(
  rule: CompiledRule,
  { grade }: Pick<Found, 'grade'>,
  { format }: Pick<RunState, 'format'>,
): boolean {
  return grade === 'mixed' || (grade === 'stated' && (isCause(rule) || format === 'structured'));
}

/** How long a hit must be the run's last word before it is believed, in milliseconds; undefined where only the exit confirms it. */
export function wantedQuietMs(clause: CompiledClause | undefined, found: Pick<Found, 'grade'>): number | undefined {
  if (clause?.exit) return undefined;
  if (clause?.quietMs !== undefined) return clause.quietMs;
  if (found.grade === 'typed') return DYING_MS;
  return found.grade === 'stated' ? STATED_QUIET_MS : undefined;
}

/** Whether a host that was told to end the run still has its time to do so. */
export function isBeingEnded({ ending }: Pick<RunState, 'ending'>, { at_ms: atMs }: Pick<Detection, 'at_ms'>): boolean {
  return ending !== undefined && atMs < ending.at_ms + ENDING_MS;
}

function isDying({ evidence }: Found): boolean {
  return evidence !== undefined && isDyingWord(evidence);
}
