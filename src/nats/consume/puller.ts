import { ErrorCode, type JetStreamPullSubscription, type NatsError } from 'nats';

export interface PullerOptions {
  readonly subscription: JetStreamPullSubscription;
  /** Whether there is room for more. Asked before each request. */
  readonly hasRoom: () => boolean;
  /** Messages in one request. */
  readonly batch: number;
  /** Bytes in one request. */
  readonly maxBytes: number;
  /** Called before asking again when the consumer is gone. */
  readonly recover: () => Promise<unknown>;
}

/** One request for messages at a time, so that it is always known what is still to come. */
export interface Puller {
  /** Asks for messages, unless a request is out or there is no room. */
  ask(): void;
  /** Forgets the request that is out: the connection was lost, and it with it. */
  askAgain(): void;
  /** Takes note of what came on the subscription: a message, or the server's word on the request. */
  heard(error: NatsError | null, isMessage: boolean): void;
  /** Asks for nothing more; settles when all that was already sent has come. */
  stop(): Promise<void>;
}

const EXPIRES_MS = 30_000;
const HEARTBEAT_MS = 5_000;
const RECOVERY_MS = 500;

export function createPuller({ subscription, hasRoom, batch, maxBytes, recover }: PullerOptions): Puller {
  let left = 0;
  let came = 0;
  let tooLong = false;
  let stopped = false;
  let recovering: NodeJS.Timeout | undefined;

  function ask(): void {
    if (left > 0 || stopped || recovering || !hasRoom()) return;
    const common = { expires: EXPIRES_MS, idle_heartbeat: HEARTBEAT_MS };
    left = tooLong ? 1 : batch;
    came = 0;
    subscription.pull(tooLong ? { batch: 1, ...common } : { batch, max_bytes: maxBytes, ...common });
  }

  function recoverSoon(): void {
    recovering ??= setTimeout(() => {
      void recover()
        .catch(() => undefined)
        .finally(() => {
          recovering = undefined;
          ask();
        });
    }, RECOVERY_MS).unref();
  }

  return {
    ask,
    askAgain() {
      left = 0;
      ask();
    },
    heard(error, isMessage) {
      if (isMessage) {
        left = Math.max(0, left - 1);
        came += 1;
        tooLong = false;
      } else if (error) {
        const end = endOf(error);
        left = 0;
        // A message that does not fit into a whole request is asked for alone, whatever its length.
        tooLong = end === 'bytes' && came === 0;
        if (end === 'trouble') recoverSoon();
      }
      ask();
    },
    async stop() {
      stopped = true;
      clearTimeout(recovering);
      await subscription.drain().catch(() => undefined);
    },
  };
}

/** How a request ended: its time was over, the next message was too long for what it had left, or something is wrong. */
function endOf(error: NatsError): 'time' | 'bytes' | 'trouble' {
  if (error.code === ErrorCode.JetStream408RequestTimeout) return 'time';
  return error.code === ErrorCode.JetStream409 && /maxbytes/i.test(error.message) ? 'bytes' : 'trouble';
}
