import type { Msg, NatsConnection, NatsError } from 'nats';
import { parseJson } from '../contracts/parse-json.ts';
import { STREAMS } from '../contracts/subjects.ts';
import type { TrustedKeys } from '../signing/keys.ts';
import { SIGNATURE_HEADER, type Verdict, verify } from '../signing/signature.ts';
import { type Clock, pause } from '../tap/clock.ts';
import { AbortOrder } from '../tap/tap-link.ts';
import { lastDirect } from './direct-get.ts';

export interface OrderFeedOptions {
  /** Where the abort commands of one run come. */
  readonly subject: string;
  readonly clock: Clock;
  /** Given, an order that none of these has signed is not handed on. */
  readonly trusted?: TrustedKeys;
  readonly onOrder: (order: AbortOrder) => void;
  /** Called with the first command that was refused, in words for people. */
  readonly onRefusedOrder?: (why: string) => void;
  /** Called once when a command for an earlier process with this run's id is found. It is never handed on. */
  readonly onUsedBefore?: () => void;
  readonly onProblem: (error: unknown) => void;
}

/** The abort commands of a run, over one connection after another. */
export interface OrderFeed {
  /** Hears orders on a connection until it closes, and calls `begin` when the run's output may go out. */
  listen(connection: NatsConnection, begin: () => void): Promise<void>;
}

type Command = Pick<Msg, 'data' | 'headers'>;

/** How long output waits at most for the answer whether a command is there already, in milliseconds. */
const LOOK_MOST_MS = 2_000;
const RETRY_FIRST_MS = 100;
const RETRY_MOST_MS = 2_000;

/**
 * Hands over new orders, from the subscription, and one that was given while the connection was away, from the stream.
 * A command that was stored before this process had published anything is for an earlier process with the same run id, and
 * must not end this one. The order of things shows it, and no clock is asked, since those of hosts differ: the run's output
 * waits until the subscription stands and the stream has been looked at.
 */
export function createOrderFeed(options: OrderFeedOptions): OrderFeed {
  const { subject, clock, trusted, onOrder, onRefusedOrder, onUsedBefore, onProblem } = options;
  /** Commands for earlier processes, as they are stored: knell offers a command again that has no ack. */
  const past = new Set<string>();
  /** Whether knell may know anything of this process. */
  let hasBegun = false;
  /** Whether the stream has answered once. */
  let hasLooked = false;
  let hasRefused = false;

  const take = ({ data, headers }: Command, isPast: boolean) => {
    const verdict = trusted ? verify(subject, data, headers?.get(SIGNATURE_HEADER), trusted) : 'good';
    if (verdict !== 'good') {
      // Not answered: any client may know the command's id, and an answer would stand for knell's own.
      if (!hasRefused) onRefusedOrder?.(`an abort command was not obeyed: ${REFUSALS[verdict]}`);
      hasRefused = true;
      return;
    }
    const order = AbortOrder.safeParse(parseJson(data));
    if (!order.success || past.has(textOf(data))) return;
    if (!isPast) return onOrder(order.data);
    if (past.size === 0) onUsedBefore?.();
    past.add(textOf(data));
  };

  return {
    async listen(connection, begin) {
      const live = new Set<string>();
      connection.subscribe(subject, {
        callback(error, message) {
          if (error) return onProblem(error);
          live.add(textOf(message.data));
          take(message, !hasBegun);
        },
      });
      await connection.flush();
      const start = () => {
        hasBegun = true;
        begin();
      };
      const cancel = clock.after(LOOK_MOST_MS, start);
      connection.closed().then(cancel);
      const manager = await connection.jetstreamManager({ checkAPI: false });
      for (let delayMs = RETRY_FIRST_MS; !connection.isClosed(); delayMs = Math.min(delayMs * 2, RETRY_MOST_MS)) {
        try {
          // By the direct request, which has the subject in its own: permissions can hold a tap to its own orders. A replica
          // that is late may not know of one yet; knell offers an order again that has no ack.
          const given = await lastDirect(manager, STREAMS.aborts, subject);
          if (given && !live.has(textOf(given.data))) take({ data: given.data, headers: given.header }, !hasLooked);
          hasLooked = true;
          cancel();
          start();
          return;
        } catch (error) {
          // There is no such stream yet, or no answer. Without a stream there is no command to wait for.
          if ((error as NatsError).code === '503') {
            cancel();
            start();
          }
          await pause(clock, delayMs);
        }
      }
    },
  };
}

const REFUSALS: Readonly<Record<Exclude<Verdict, 'good'>, string>> = {
  unsigned: 'it is not signed',
  'unknown key': 'it is signed with a key that is not trusted here',
  wrong: 'its signature does not fit: it was changed, or meant for another run',
};

function textOf(data: Uint8Array): string {
  return Buffer.from(data).toString('utf8');
}
