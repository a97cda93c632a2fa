import type { JetStreamManager, StreamInfo } from 'nats';
import { STREAMS } from '../contracts/subjects.ts';
import { askAgain } from './ask-again.ts';

/** More messages than this that are missing between others are not asked for, some 700 kB: then nothing of the log stream counts as whole. */
export const MOST_MISSING = 100_000;

/** How many messages of a stream are missing between others, or behind them: deleted, by hand or by a limit of each subject. */
export function missingIn({ first_seq, last_seq, messages }: StreamInfo['state']): number {
  return messages === 0 ? 0 : last_seq - first_seq + 1 - messages;
}

/** Tells which messages are missing from the log stream between others. */
export interface LogHoles {
  /**
   * The last sequence whose message is missing between others, or behind them; 0 where none is, undefined where too many are.
   *
   * @throws a NATS error when JetStream does not answer
   */
  last(info: StreamInfo): Promise<number | undefined>;
}

/**
 * Asks for them once for each deletion: a hole is never filled, so where as many are known as there are, all are. A nats-server
 * (2.9.10) that was killed may name fewer than are missing: then none is new while the stream begins at the same message and lacks as many.
 */
export function createLogHoles(manager: JetStreamManager): LogHoles {
  let known: readonly number[] = [];
  let created = '';
  /** Where the stream began when it was asked, and how many were missing behind that. */
  let asked = { first: 0, missing: 0 };
  let asking: Promise<void> | undefined;

  async function ask(): Promise<void> {
    const info = await askAgain(() => manager.streams.info(STREAMS.logs, { deleted_details: true }));
    created = info.created;
    known = [...(info.state.deleted ?? [])].sort((a, b) => a - b);
    asked = { first: info.state.first_seq, missing: missingIn(info.state) };
  }

  return {
    async last({ created: createdNow, state }) {
      const missing = missingIn(state);
      if (missing === 0) return 0;
      if (missing > MOST_MISSING) return undefined;
      const areKnown = () =>
        created === createdNow &&
        (known.length - firstAt(known, state.first_seq) >= missing ||
          (asked.first === state.first_seq && asked.missing >= missing));
      // Many runs are asked about at once, and one of them asks for all. What was asked before the last deletion may not tell of it.
      for (let isOwn = false; !areKnown() && !isOwn; ) {
        isOwn = asking === undefined;
        asking ??= ask().finally(() => {
          asking = undefined;
        });
        await asking;
      }
      return known.at(-1);
    },
  };
}

/** Where the first number stands that is no smaller, of numbers in their order; behind the last where none is. */
function firstAt(sorted: readonly number[], least: number): number {
  let [from, to] = [0, sorted.length];
  while (from < to) {
    const middle = (from + to) >>> 1;
    if ((sorted[middle] as number) < least) from = middle + 1;
    else to = middle;
  }
  return from;
}
