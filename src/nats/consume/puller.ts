import type { PullRequest, RequestEnd } from './pull-request.ts';

export interface PullerOptions {
  /** Sends a request and calls back when it is over. `alone`: for one message, whatever its length. */
  readonly send: (alone: boolean, onEnd: (end: RequestEnd) => void) => PullRequest;
  /** Whether there is room for more. Asked before each request. */
  readonly hasRoom: () => boolean;
  /** Called before asking again when the server refused a request, lost it, or the consumer is gone. */
  readonly recover: () => Promise<unknown>;
  /** Called when a request was lost, before it is asked anew. */
  readonly onLost: () => void;
}

/** One request for messages at a time, so that it is always known what is still to come. */
export interface Puller {
  /** Asks for messages, unless a request is out or there is no room. */
  ask(): void;
  /** Gives up the request that is out, and asks anew. */
  askAnew(): void;
  /** Asks for nothing more; settles when all that was already sent has come. */
  stop(): Promise<void>;
}

const RECOVERY_MS = 500;

export function createPuller({ send, hasRoom, recover, onLost }: PullerOptions): Puller {
  let out: PullRequest | undefined;
  let alone = false;
  let stopped = false;
  let recovering: NodeJS.Timeout | undefined;

  function ask(): void {
    if (out || stopped || recovering || !hasRoom()) return;
    try {
      const request = send(alone, (end) => over(request, end));
      out = request;
    } catch {
      // The connection has closed, perhaps while the consumer was looked for anew.
      recoverSoon();
    }
  }

  function over(request: PullRequest, end: RequestEnd): void {
    if (request !== out) return;
    out = undefined;
    // A message that does not fit into a whole request is asked for alone, whatever its length.
    alone = end === 'bytes' && request.came === 0;
    if (end === 'lost') {
      onLost();
      // The server says nothing at all where the consumer, or its stream, is gone.
      void recover().catch(() => undefined);
    }
    if (end === 'trouble') recoverSoon();
    else ask();
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

  function dropped(): Promise<void> {
    const request = out;
    out = undefined;
    return request?.drop() ?? Promise.resolve();
  }

  return {
    ask,
    askAnew() {
      void dropped();
      ask();
    },
    async stop() {
      stopped = true;
      clearTimeout(recovering);
      await dropped();
    },
  };
}
