import type { Socket } from 'node:net';
import { FluentError } from './fluent-error.ts';

/** The part of a socket that fluent-logger 3.4.1 uses, once it has one. */
export interface WholeMessageSocket {
  /** Always true: when it is false the library connects by itself, or spins on `process.nextTick` for ever. */
  readonly writable: true;
  readonly remoteAddress: string | undefined;
  write(data: Uint8Array, written: () => void): void;
  once(event: 'data', reader: (message: Buffer) => void): void;
  pause(): void;
  resume(): void;
  end(): void;
  destroy(): void;
}

/** More than HELO, PONG or an acknowledgement ever needs. A peer that sends more unread is not Fluentd. */
const UNREAD_MAX_BYTES = 4_096;

/** `{"ack": ""}` in MessagePack: acknowledges nothing. */
const NO_ACK = Buffer.from([0x81, 0xa3, 0x61, 0x63, 0x6b, 0xa0]);

/**
 * Stands between a connected TCP socket and fluent-logger, which takes each `data` event for one whole message and throws
 * when it is not.
 *
 * Its own decoder is asked whether a message is whole: msgpack-lite throws `BUFFER_SHORTAGE` when bytes are missing, and
 * then the library's reader is kept and called again with more. Everything else it throws ends the connection, through
 * `onBroken`, and goes no further: the library is only ever called from here, never from a socket event.
 *
 * `release()` must be called when the connection is given up: it ends the library's own acknowledgement timer, which
 * nothing else can reach, by answering it with an acknowledgement of nothing.
 */
export function createWholeMessageSocket(
  socket: Socket,
  onBroken: (error: FluentError) => void,
): { library: WholeMessageSocket; release(): void } {
  let reader: ((message: Buffer) => void) | undefined;
  let unread: Buffer = Buffer.alloc(0);
  let released = false;

  const offerUnread = () => {
    if (released || !reader || unread.length === 0) return;
    const read = reader;
    const message = unread;
    reader = undefined;
    unread = Buffer.alloc(0);
    try {
      read(message);
    } catch (error) {
      if (error instanceof Error && error.message === 'BUFFER_SHORTAGE') {
        reader = read;
        unread = message;
      } else {
        onBroken(wrongAnswer(message, error));
      }
    }
  };

  socket.on('data', (bytes: Buffer) => {
    if (released) return;
    unread = Buffer.concat([unread, bytes]);
    offerUnread();
    if (unread.length > UNREAD_MAX_BYTES) onBroken(wrongAnswer(unread));
  });

  return {
    library: {
      writable: true,
      get remoteAddress() {
        return socket.remoteAddress;
      },
      write(data, written) {
        socket.write(data, (error) => {
          if (error || released) return; // The socket's own `error` or `close` event tells why.
          try {
            written();
          } catch (thrown) {
            onBroken(new FluentError('FLUENT_CONNECTION_LOST', 'fluent-logger failed after writing', thrown));
          }
        });
      },
      once(_event, nextReader) {
        reader = nextReader;
        // Later, because the library starts the timer that its reader stops only after this call.
        process.nextTick(offerUnread);
      },
      // Bytes wait here for a reader in any case, so there is nothing to pause.
      pause: () => {},
      resume: () => {},
      end: () => onBroken(new FluentError('FLUENT_REFUSED', 'fluent-logger hung up')),
      destroy: () => onBroken(new FluentError('FLUENT_REFUSED', 'fluent-logger hung up')),
    },
    release() {
      if (released) return;
      released = true;
      try {
        reader?.(NO_ACK);
      } catch {
        // It has stopped its timer before it could throw.
      }
      reader = undefined;
    },
  };
}

function wrongAnswer(bytes: Buffer, cause?: unknown): FluentError {
  const start = JSON.stringify(bytes.subarray(0, 40).toString('latin1'));
  return new FluentError('FLUENT_WRONG_ANSWER', `this is not how Fluentd answers: ${start}`, cause);
}
