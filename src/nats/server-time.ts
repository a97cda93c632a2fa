import type { NatsConnection, PubAck } from 'nats';
import { STREAMS } from '../contracts/subjects.ts';
import { type Clock, pause, within } from '../tap/clock.ts';
import { lastDirect } from './direct-get.ts';

/** The server's time, learned from when it says that this process's run events were stored. */
export interface ServerTime {
  /** Epoch milliseconds by the server's clock, ahead of it by no more than a publish took; undefined while nothing is known. */
  now(): number | undefined;
  /** A run event is on its way, and the time may be learned from it. */
  expect(): void;
  /** Settles once the time is known, after a while also where it is not, and at once where no event is on its way. */
  settled(): Promise<void>;
  /**
   * A run event was stored. It is looked at where the server's time is not known or was learned a while ago.
   *
   * @param sentMs when it was sent, by the tap's clock
   */
  stored(connection: NatsConnection, ack: PubAck, sentMs: number): Promise<void>;
}

/** After how long the time is learned anew, in milliseconds: clocks drift by some 15 ms in that time, and the server's may be set. */
const LEARN_EVERY_MS = 300_000;

/** How long an order waits at most for the time that it is judged by, in milliseconds. */
const SETTLED_WITHIN_MS = 5_000;

/** A replica that is behind is asked so often, at this distance in milliseconds; then the next event is waited for. */
const ASKED_TIMES = 5;
const ASK_AGAIN_MS = 200;

/**
 * Commands are dated by the server's clock, and a host's may be wrong; so whether one has expired is asked of the server's. A
 * tap's login may read the last event of its own run and no other message, so the time comes from there.
 *
 * @param subject where the events of the run go
 * @param clock goes at the pace of time, also while the host is suspended
 */
export function createServerTime(subject: string, clock: Clock): ServerTime {
  let offsetMs: number | undefined;
  let learnedMs = Number.NEGATIVE_INFINITY;
  let isAsking = false;
  let isExpected = false;
  let tellKnown: () => void = () => undefined;
  const known = new Promise<void>((resolve) => {
    tellKnown = resolve;
  });

  async function learn(connection: NatsConnection, seq: number, sentMs: number): Promise<void> {
    const manager = await connection.jetstreamManager({ checkAPI: false });
    for (let left = ASKED_TIMES; left > 0 && !connection.isClosed(); left -= 1) {
      const last = await lastDirect(manager, STREAMS.runs, subject);
      // What came after it was stored at another moment.
      if (last && last.seq > seq) return;
      if (last?.seq === seq) {
        offsetMs = last.time.getTime() - sentMs;
        learnedMs = clock.now();
        return tellKnown();
      }
      await pause(clock, ASK_AGAIN_MS);
    }
  }

  return {
    now: () => (offsetMs === undefined ? undefined : Math.round(clock.now() + offsetMs)),
    expect() {
      isExpected = true;
    },
    async settled() {
      if (isExpected && offsetMs === undefined) await within(clock, SETTLED_WITHIN_MS, known);
    },
    async stored(connection, { seq, duplicate }, sentMs) {
      // One that was sent twice may have been stored the first time.
      if (duplicate || isAsking || clock.now() - learnedMs < LEARN_EVERY_MS) return;
      isAsking = true;
      await learn(connection, seq, sentMs).catch(() => undefined);
      isAsking = false;
    },
  };
}
