import { isHeartbeatMsg, type JsMsg, type Msg, type NatsConnection } from 'nats';
// nats.js 2.29 makes JetStream messages of plain ones here, and leaves the function out of what it exports.
import { toJsMsg } from 'nats/lib/jetstream/jsmsg.js';
import { inboxOf } from '../inbox.ts';

export interface PullRequestOptions {
  readonly connection: NatsConnection;
  readonly stream: string;
  readonly durable: string;
  /** Messages asked for. */
  readonly batch: number;
  /** Bytes asked for; left out: as many as the messages have. */
  readonly maxBytes?: number;
  /** How long the server keeps the request, in milliseconds. */
  readonly expiresMs: number;
  /** How often the server says that it still has it, in milliseconds. */
  readonly heartbeatMs: number;
  readonly onMessage: (message: JsMsg) => void;
  /** Called once, when nothing more is to be expected. */
  readonly onEnd: (end: RequestEnd) => void;
}

/**
 * How a request ended: all messages have come; its time was over; the next message was too long for the bytes it had
 * left; the server refused it or lost the consumer; or no word of it came for too long.
 */
export type RequestEnd = 'filled' | 'time' | 'bytes' | 'trouble' | 'lost';

export interface PullRequest {
  /** Messages that have come so far. */
  readonly came: number;
  /** Wants nothing more; settles when what was on its way has been handed over. `onEnd` is not called any more. */
  drop(): Promise<void>;
}

/** So many heartbeats may stay away before the request counts as lost. */
const MISSED_HEARTBEATS = 3;
/** The grace after a request's expiry, in heartbeats. */
const GRACE_HEARTBEATS = 2;

/**
 * Asks a pull consumer for messages. The request has a reply subject of its own, so a late or doubled word on another
 * request is never taken for a word on this one; and a deadline of its own, so that it ends whatever the server does:
 * nats-server before 2.9.16 drops an expired request without a word when a message arrives in that moment, and
 * nats.js 2.29 stops watching for heartbeats when the expiry is due.
 */
export function sendPullRequest(options: PullRequestOptions): PullRequest {
  const { connection, stream, durable, batch, maxBytes, expiresMs, heartbeatMs, onMessage, onEnd } = options;
  const inbox = inboxOf(connection);
  const ticksToLive = Math.ceil(expiresMs / heartbeatMs) + GRACE_HEARTBEATS;
  let came = 0;
  let [ticks, missed] = [0, 0];
  let over = false;

  const subscription = connection.subscribe(inbox, {
    callback(error, message) {
      missed = 0;
      if (error) end('trouble');
      else if (message.subject !== inbox) take(message);
      else if (!isHeartbeatMsg(message)) end(endOf(message));
    },
  });
  // Counted in ticks, not by the clock: a process that was stopped for a minute first hears what came meanwhile.
  const ticking = setInterval(() => {
    ticks += 1;
    missed += 1;
    if (missed > MISSED_HEARTBEATS || ticks > ticksToLive) end('lost');
  }, heartbeatMs);
  ticking.unref();

  function take(message: Msg): void {
    came += 1;
    onMessage(toJsMsg(message));
    if (came === batch) end('filled');
  }

  /** Draining instead of leaving: what is on its way, be it late or doubled, is still handed over. */
  function leave(): Promise<void> {
    over = true;
    clearInterval(ticking);
    return subscription.drain().catch(() => undefined);
  }

  function end(how: RequestEnd): void {
    if (over) return;
    void leave();
    onEnd(how);
  }

  const request = {
    batch,
    ...(maxBytes === undefined ? {} : { max_bytes: maxBytes }),
    expires: expiresMs * 1e6,
    idle_heartbeat: heartbeatMs * 1e6,
  };
  connection.publish(`$JS.API.CONSUMER.MSG.NEXT.${stream}.${durable}`, JSON.stringify(request), { reply: inbox });
  return {
    get came() {
      return came;
    },
    drop: leave,
  };
}

/** Status codes: https://docs.nats.io/reference/reference-protocols/nats_api_reference (CONSUMER.MSG.NEXT). */
function endOf({ headers }: Msg): RequestEnd {
  if (headers?.code === 408) return 'time';
  return headers?.code === 409 && /maxbytes/i.test(headers.description ?? '') ? 'bytes' : 'trouble';
}
