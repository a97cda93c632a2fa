import type { Ack, AckOutcome } from '../contracts/ack.ts';
import type { Run } from '../contracts/run.ts';
import { formatTime } from '../contracts/time.ts';
import type { HostClock } from './clock.ts';
import { checkAbort } from './judge-order.ts';
import type { AbortOrder, TapLink } from './tap-link.ts';

export interface AbortExecutorOptions {
  run: Run;
  link: TapLink;
  clock: HostClock;
  /** Whether the agent has ended by itself. */
  isFinished: () => boolean;
  /** Ends the agent and all it has started. */
  end: (order: AbortOrder) => Promise<Ending>;
}

/** `left`: something would not die. `by_itself`: the agent was gone before it was told to end. */
export type Ending = 'ended' | 'left' | 'by_itself';

export interface AbortExecutor {
  receive(order: AbortOrder): void;
  /** The order that is or was carried out. */
  readonly obeyed: AbortOrder | undefined;
  /** Settles when that order is carried out; never before there is one. */
  readonly done: Promise<void>;
}

/**
 * Takes orders and answers each exactly once, however often it comes. An order whose processes would not die is left
 * unanswered: that is what the backend has to know, and no outcome says it.
 */
export function createAbortExecutor(options: AbortExecutorOptions): AbortExecutor {
  const { run, link, clock, isFinished, end } = options;
  const seen = new Set<string>();
  let obeyed: AbortOrder | undefined;
  let finish: () => void = () => undefined;
  const done = new Promise<void>((resolve) => {
    finish = resolve;
  });

  const answer = (order: AbortOrder, outcome: AckOutcome) => {
    const at = formatTime(clock.wall());
    const ack: Ack = { schema: 'knell.ack/v1', command_id: order.command_id, ...run, outcome, by: 'tap', at };
    link.ack(ack);
  };

  const obey = async (order: AbortOrder) => {
    obeyed = order;
    const how = await end(order);
    if (how === 'by_itself') obeyed = undefined;
    if (how !== 'left') answer(order, how === 'ended' ? 'terminated' : 'already_finished');
    finish();
  };

  return {
    receive(order) {
      if (seen.has(order.command_id)) return;
      seen.add(order.command_id);
      const judgement = checkAbort(order, run, link.orderTime() ?? clock.wall());
      if (judgement !== 'obey') answer(order, judgement);
      else if (isFinished()) answer(order, 'already_finished');
      // Two orders for one run have two ids only when something is wrong with one; the run is being ended all the same.
      else if (obeyed) answer(order, 'superseded');
      else void obey(order);
    },
    get obeyed() {
      return obeyed;
    },
    done,
  };
}
