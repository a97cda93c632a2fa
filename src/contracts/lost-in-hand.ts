import { countNew, joinRanges, type SeqRange } from './seq-ranges.ts';

/**
 * How long a message that its stream has dropped may go without a word on it before it counts as lost, in milliseconds:
 * whoever decided it stores that within 10 s.
 */
export const TOLD_WITHIN_MS = 30_000;

/** What is known of messages by their sequences. */
export interface KnownDrops {
  /** Sequences of which it is counted what became of them. */
  readonly decided: readonly Readonly<SeqRange>[];
  /** Messages that were counted as never delivered, and whose sequences are not among those. */
  readonly passed: number;
  /** Up to where never delivered ones were counted. */
  readonly passedTo: number;
  /** Up to where the consumer had nothing open at a look; left out: no look told that yet. */
  readonly settledTo?: number | undefined;
  /** What was dropped by then, and when that was seen, epoch milliseconds; left out: nothing waits for a word. */
  readonly dropped?: { readonly from: number; readonly to: number; readonly at_ms: number } | undefined;
}

/** What one look shows. */
export interface LookAtDrops {
  readonly firstSeq: number;
  /** Up to where the consumer has nothing open: acknowledged, or dropped and given up. */
  readonly settledSeq: number;
  /** Epoch milliseconds. */
  readonly atMs: number;
}

/**
 * What was delivered, and then dropped before anybody settled it: of which, some time after the consumer has given it
 * up, nobody has told what became of it. What the consumer had settled at a look at which the stream still held it is none of it,
 * although a worker may have been killed before it told of it. The counts of what was never delivered have no sequences, so
 * they are taken for any; what is counted too late by that is counted at a later look. Pure.
 *
 * @returns what is known then, and how many are lost that no count has yet
 */
export function seeDrops(
  known: KnownDrops,
  { firstSeq, settledSeq, atMs }: LookAtDrops,
): KnownDrops & { lost: number } {
  let { decided, passed, passedTo, settledTo = settledSeq, dropped } = known;
  let lost = 0;
  if (dropped && atMs - dropped.at_ms >= TOLD_WITHIN_MS) {
    const { from, to } = dropped;
    const untold = countNew(decided, [[from, to]]);
    passed = Math.min(passed, countNew(decided, [[from, Math.max(to, passedTo)]]));
    lost = Math.max(0, untold - passed);
    passed -= untold - lost;
    decided = joinRanges([...decided, [from, to]]);
    dropped = undefined;
  }
  if (!dropped && settledSeq > settledTo) {
    const to = Math.min(firstSeq - 1, settledSeq);
    if (to > settledTo) dropped = { from: settledTo + 1, to, at_ms: atMs };
    settledTo = settledSeq;
  }
  return { decided, passed, passedTo, settledTo, dropped, lost };
}
